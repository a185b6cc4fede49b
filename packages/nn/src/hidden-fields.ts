// Private fields of a class: nobody outside of it can see what they hold, so that a module in one would be neither trained nor saved.

const known = new WeakMap<object, readonly string[]>();

/** What compilers make of private fields where the target has none. */
const lowered = /\b(?:__privateAdd|\w*[cC]lassPrivateField\w*)\(this\b|\b_\w+\.set\(this,/;

/**
 * The private instance fields of a class that could hold modules: all but methods, static ones, and those that are only ever set to a literal. Read from the source text of
 * the class, since the language gives no other way.
 *
 * @example
 * class Counter {
 *   #count = 0;
 *   #next: object | undefined;
 *   push(next: object): void { this.#count++; this.#next = next; }
 * }
 * console.log(hiddenFields(Counter)); // ["#next"]
 */
export function hiddenFields(constructor: object): readonly string[] {
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
