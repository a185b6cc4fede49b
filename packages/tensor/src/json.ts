// A JSON reader for files of others: refuses duplicate and prototype keys, which JSON.parse hides, and on request takes
// the bare NaN and Infinity tokens that Python writes. Objects come back without a prototype.
import { describeValue } from "@x/base";
import { checkOptions } from "./errors.ts";
import { requireArity } from "./arguments/require.ts";

/** What a JSON text can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** An object of JSON values. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Options of {@link parseJson}. */
export interface JsonOptions {
  /** Take the tokens NaN, Infinity and -Infinity as numbers; default false. */
  readonly nonFinite?: boolean;
}

const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS: readonly (readonly [word: string, value: JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const NON_FINITE: readonly (readonly [word: string, value: JsonValue])[] = [
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
];

/**
 * Parses one JSON text. Tokens are told apart by the grammar, never by searching the text, so `"Infinity"` inside a
 * string stays a string.
 *
 * Throws SyntaxError, with the place, for anything that is not JSON, for a duplicate key, for a key `__proto__`, for a
 * number that no double holds and below 64 levels.
 *
 * @example
 * parseJson('{"time_step_limit": [0.0, Infinity]}', { nonFinite: true });
 */
export function parseJson(text: string, options: JsonOptions = {}): JsonValue {
  requireArity("parseJson", arguments, 2);
  if (typeof text !== "string") throw new TypeError(`parseJson: text must be a string; got ${describeValue(text)}.`);
  checkOptions("parseJson", options, { nonFinite: "boolean" });
  const words = options.nonFinite === true ? [...NON_FINITE, ...WORDS] : WORDS;
  let at = 0;

  const fail = (what: string): never => {
    const line = text.slice(0, at).split("\n").length;
    const column = at - text.lastIndexOf("\n", at - 1);
    throw new SyntaxError(`${what} at line ${line}, column ${column}`);
  };
  const found = (): string => (at < text.length ? `found ${JSON.stringify(text[at])}` : "the text ends");
  const space = (): void => {
    for (let c = text.charCodeAt(at); c === 32 || c === 10 || c === 13 || c === 9; c = text.charCodeAt(at)) at++;
  };
  const take = (character: string): boolean => {
    space();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const number = (): number => {
    NUMBER.lastIndex = at;
    const token = NUMBER.exec(text)?.[0] ?? fail(`expected a value, ${found()}`);
    const value = Number(token);
    if (!Number.isFinite(value)) fail(`the number ${token.slice(0, 20)} is beyond 1.8e308`);
    at += token.length;
    return value;
  };
  const string = (): string => {
    const start = at;
    let escaped = false;
    for (at++; text[at] !== '"'; at++) {
      if (text[at] === "\\") {
        escaped = true;
        at++;
      }
      if (!(text.charCodeAt(at) >= 32))
        fail(at < text.length ? "a control character in a string" : "a string is not closed");
    }
    at++;
    const token = text.slice(start, at);
    if (!escaped) return token.slice(1, -1);
    try {
      return JSON.parse(token) as string;
    } catch {
      at = start;
      return fail("a string holds an invalid escape; it begins");
    }
  };

  const object = (depth: number): JsonObject => {
    const result = Object.create(null) as Record<string, JsonValue>;
    if (take("}")) return result;
    do {
      space();
      if (text[at] !== '"') fail(`expected a key in double quotes, ${found()}`);
      const start = at;
      const key = string();
      if (key === "__proto__" || Object.hasOwn(result, key)) {
        at = start;
        fail(key === "__proto__" ? `the key "__proto__" is not allowed` : `duplicate key ${JSON.stringify(key)}`);
      }
      if (!take(":")) fail(`expected ":" after the key ${JSON.stringify(key)}, ${found()}`);
      result[key] = value(depth);
    } while (take(","));
    return take("}") ? result : fail(`expected "," or "}", ${found()}`);
  };
  const array = (depth: number): readonly JsonValue[] => {
    const result: JsonValue[] = [];
    if (take("]")) return result;
    do result.push(value(depth));
    while (take(","));
    return take("]") ? result : fail(`expected "," or "]", ${found()}`);
  };
  const value = (depth: number): JsonValue => {
    if (depth === MAX_DEPTH) fail(`nesting deeper than ${MAX_DEPTH} levels`);
    if (take("{")) return object(depth + 1);
    if (take("[")) return array(depth + 1);
    if (text[at] === '"') return string();
    for (const [word, meaning] of words) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    return number();
  };

  const result = value(0);
  space();
  return at === text.length ? result : fail(`expected the end of the text, ${found()}`);
}

/** Whether a JSON value is an object (and neither an array nor null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A value as indented JSON text. `NaN` and `Infinity`, which JSON lacks, are written as the bare tokens that Python
 * reads and writes.
 *
 * @param options `floats`: names of members whose numbers, also in lists, have a point even when they are whole: Python tells 1.0
 *   from 1
 * @example
 * formatJson({ time_step_limit: [0, Infinity] }, { floats: new Set(["time_step_limit"]) }); // [0.0, Infinity]
 */
export function formatJson(value: JsonValue, options: { readonly floats?: ReadonlySet<string> } = {}): string {
  requireArity("formatJson", arguments, 2);
  checkOptions("formatJson", options, { floats: true });
  return formatted(value, "", options.floats ?? new Set(), false);
}

function formatted(value: JsonValue, indent: string, floats: ReadonlySet<string>, float: boolean): string {
  const inner = `${indent}  `;
  if (typeof value === "number") return float && /^-?\d+$/.test(String(value)) ? `${value}.0` : String(value);
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(
      ([key, member]) => `${inner}${JSON.stringify(key)}: ${formatted(member, inner, floats, floats.has(key))}`,
    );
    return entries.length === 0 ? "{}" : `{\n${entries.join(",\n")}\n${indent}}`;
  }
  if (!Array.isArray(value)) return JSON.stringify(value);
  const members = (value as readonly JsonValue[]).map((member) => inner + formatted(member, inner, floats, float));
  return members.length === 0 ? "[]" : `[\n${members.join(",\n")}\n${indent}]`;
}
