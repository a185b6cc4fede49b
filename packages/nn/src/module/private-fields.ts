// Finds the private fields (`#name`) of a class. Code outside the class cannot read them, so a module in one would be neither trained nor saved.

const known = new WeakMap<object, readonly string[]>();

/** Code that compilers emit for private fields when the target does not support them. */
const lowered = /\b(?:__privateAdd|\w*[cC]lassPrivateField\w*)\(this\b|\b_\w+\.set\(this,/;

/**
 * The private instance fields of a class that could hold modules: not methods, static fields, or fields that are only ever set to a literal. The source text of the class is
 * parsed, since JavaScript cannot list private fields.
 *
 * @example
 * class Counter {
 *   #count = 0;
 *   #next: object | undefined;
 *   push(next: object): void { this.#count++; this.#next = next; }
 * }
 * console.log(privateFields(Counter)); // ["#next"]
 */
export function privateFields(constructor: object): readonly string[] {
  let fields = known.get(constructor);
  if (!fields) known.set(constructor, (fields = read(Function.prototype.toString.call(constructor))));
  return fields;
}

function read(source: string): string[] {
  const text = withoutComments(source);
  if (lowered.test(text)) return ["private fields"];
  const declared = [...text.matchAll(/(?<![.\w$])(static\s+)?#([\w$]+)\s*(?=[=;}#\n]|$)(?!\s*\()/g)]
    .filter(([, isStatic]) => isStatic === undefined)
    .map(([, , name]) => name!);
  return [...new Set(declared)].filter((name) => !isLiteral(text, name)).map((name) => `#${name}`);
}

/** Whether a field is set somewhere, and only to numbers, strings, booleans, null and undefined. */
function isLiteral(text: string, name: string): boolean {
  const escaped = name.replaceAll("$", "\\$");
  const values = [
    ...text.matchAll(new RegExp(`#${escaped}\\s*(?:=(?![=>])|\\?\\?=|\\|\\|=|&&=)\\s*([^;\\n}]*)`, "g")),
  ].map(([, value]) => value!.trim());
  return (
    values.length > 0 &&
    values.every((value) => /^(?:-?[\d.][\w.]*|""|true|false|null|undefined|void 0)\)*$/.test(value))
  );
}

/** The text with strings as "" and without comments. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (found) =>
    found.startsWith("/") ? " " : '""',
  );
}
