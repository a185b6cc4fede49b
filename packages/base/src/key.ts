// Cache keys: the whole value as text, so that two values have one key only when they are equal; what has no such text
// is refused.
import { XError } from "./error.ts";
import { describeValue } from "./options.ts";

/** Raised for a value that cannot be a cache key. */
export class KeyError extends XError {
  get kind(): "KeyError" {
    return "KeyError";
  }

  override get name(): string {
    return "KeyError";
  }
}

/**
 * A text for values that are not plain data (tensors), or undefined for those that the function does not know. It must
 * begin with a character that begins no key of plain data (`@`), and two values must get one text only when they may
 * share what is cached.
 */
export type LeafKey = (value: object) => string | undefined;

/**
 * The key of plain data: null, undefined, booleans, numbers (−0, NaN and infinities apart), bigints, strings, arrays
 * and plain objects of them. Two values have the same key only when they are equal, field by field and in the same
 * order of fields.
 *
 * @param what whose value it is, for the error's sentence
 * @param leaf keys of objects that are not plain
 * @throws KeyError that names the place of a function, class instance, Map, Set, typed array, promise, symbol, accessor
 *   or cycle
 * @example
 * console.log(keyOf("params", [1, -0, NaN, null, "1"])); // [1,-0,NaN,null,"1",]
 */
export function keyOf(what: string, value: unknown, leaf?: LeafKey): string {
  if (leaf !== undefined && typeof leaf !== "function")
    throw new KeyError(`keyOf: leaf must be a function; got ${describeValue(leaf)}.`);
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : `${value}`;
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return `${value}`;
    case "object":
      return value === null ? "null" : keyOfObject(what, value, leaf, 0);
    default:
      return refuse(what, value);
  }
}

/** Deeper nesting is taken for a cycle. */
const deepest = 100;

function keyOfObject(what: string, value: object, leaf: LeafKey | undefined, depth: number): string {
  if (depth > deepest)
    throw new KeyError(
      `${what.slice(0, 80)}…: must be nested at most ${deepest} deep and without a cycle to be the key of something cached; got more.`,
    );
  const inner = (name: string | number, item: unknown): string => {
    const known = leaf && typeof item === "object" && item !== null && !Array.isArray(item) ? leaf(item) : undefined;
    if (known !== undefined) return known; // most of what a captured function is called with: no path is made of it
    const path = typeof name === "number" ? `${what}[${name}]` : `${what}.${name}`;
    return typeof item === "object" && item !== null ? keyOfObject(path, item, leaf, depth + 1) : keyOf(path, item);
  };
  if (Array.isArray(value)) {
    let key = "[";
    for (let i = 0; i < value.length; i++) key += i in value ? `${inner(i, value[i])},` : "hole,";
    return `${key}]`;
  }
  const known = leaf?.(value);
  if (known !== undefined) return known;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return refuse(what, value);
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw new KeyError(
      `${what}: must have no symbol for a field to be the key of something cached; got ${String(Object.getOwnPropertySymbols(value)[0])}.`,
    );
  let key = "{";
  for (const name of Object.keys(value))
    key += `${JSON.stringify(name)}:${inner(name, (value as Record<string, unknown>)[name])},`;
  return `${key}}`;
}

function refuse(what: string, value: unknown): never {
  throw new KeyError(
    `${what}: must be plain data (numbers, strings, booleans, null, arrays, plain objects) to be the key of something cached; got ${describeValue(value)}. ` +
      "Two of them cannot be told apart by their contents: pass the data it holds, or close over it.",
  );
}
