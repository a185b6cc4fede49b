// Values of templates as Python has them: how they are written, when they are equal, what is white space. Templates are written for Jinja2, whose output these decide.
import { type Value, valueOf } from "./jinja-library.ts";
import type { JinjaWork } from "./jinja-work.ts";

/** Values that hold others. */
export type ListValue = Value & { readonly value: readonly Value[] };
export type DictValue = Value & { readonly value: Map<string, Value> };
export type TextValue = Value & { readonly value: string };

export const text = (value: string): Value => valueOf(value);

/** A list of values that are values already. */
export function listOf(items: readonly Value[]): Value {
  const list = valueOf([]);
  (list.value as Value[]).push(...items);
  return list;
}

export const isText = (value: Value): value is TextValue => value.type === "StringValue";
export const isList = (value: Value): value is ListValue => value.type === "ArrayValue" || value.type === "TupleValue";
export const isDict = (value: Value): value is DictValue =>
  value.type === "ObjectValue" || value.type === "NamespaceValue" || value.type === "KeywordArgumentsValue";
export const isNothing = (value: Value): boolean => value.type === "UndefinedValue";
export const isNumber = (value: Value): boolean =>
  value.type === "IntegerValue" || value.type === "FloatValue" || value.type === "BooleanValue";

/** Python's `str`. */
export function written(value: Value, work: JinjaWork): string {
  return isText(value) ? value.value : isNothing(value) ? "" : shown(value, work);
}

/** Python's `repr`. */
function shown(value: Value, work: JinjaWork): string {
  if (isText(value)) {
    work.spend(value.value.length);
    return quoted(value.value);
  }
  work.spend();
  if (isNothing(value)) return "Undefined";
  if (value.type === "NullValue") return "None";
  if (value.type === "BooleanValue") return value.value ? "True" : "False";
  if (isList(value)) {
    const items = joined(
      value.value.map((item) => shown(item, work)),
      ", ",
      work,
    );
    if (value.type === "TupleValue") return value.value.length === 1 ? `(${items},)` : `(${items})`;
    return `[${items}]`;
  }
  if (isDict(value)) {
    const entries = [...value.value].map(([key, item]) => `${quoted(key)}: ${shown(item, work)}`);
    return `{${joined(entries, ", ", work)}}`;
  }
  return value.toString();
}

/** Texts one after another, unless they would be too many characters. */
export function joined(texts: readonly string[], between: string, work: JinjaWork): string {
  work.spend(texts.reduce((sum, one) => sum + one.length + between.length, 0));
  return texts.join(between);
}

/** A text as Python quotes it. */
function quoted(plain: string): string {
  const quote = plain.includes("'") && !plain.includes('"') ? '"' : "'";
  const inner = plain.replace(/[\\'"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]|[^\S ]/gu, (character) => {
    if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
    if (character === "\\") return "\\\\";
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    if (short !== undefined) return short;
    const code = character.codePointAt(0)!;
    const [mark, digits] = code < 256 ? ["x", 2] : code < 65536 ? ["u", 4] : ["U", 8];
    return `\\${mark as string}${code.toString(16).padStart(digits as number, "0")}`;
  });
  return `${quote}${inner}${quote}`;
}

/** Python's `==`. */
export function equal(a: Value, b: Value, work: JinjaWork): boolean {
  work.spend();
  if (isNumber(a) && isNumber(b)) return Number(a.value) === Number(b.value);
  if (isList(a) && isList(b))
    return (
      a.type === b.type && a.value.length === b.value.length && a.value.every((one, i) => equal(one, b.value[i]!, work))
    );
  if (a.type !== b.type) return false;
  if (isDict(a) && isDict(b)) {
    const other = b.value;
    return (
      a.value.size === other.size &&
      [...a.value].every(([key, one]) => other.has(key) && equal(one, other.get(key)!, work))
    );
  }
  return a.value === b.value;
}

/** Python's white space: what `strip` takes off. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LEADING = new RegExp(`^[${SPACE}]+`);

/** Python's `strip`, `lstrip` and `rstrip`: white space, or any of some characters, off one end or both. */
export function stripped(plain: string, ends: "both" | "left" | "right", characters?: string): string {
  const taken = characters === undefined ? undefined : new Set(characters);
  const isTaken = (character: string): boolean => (taken ? taken.has(character) : LEADING.test(character));
  const all = [...plain];
  let [start, end] = [0, all.length];
  if (ends !== "right") while (start < end && isTaken(all[start]!)) start++;
  if (ends !== "left") while (end > start && isTaken(all[end - 1]!)) end--;
  return all.slice(start, end).join("");
}

/** How {@link toJson} writes. */
export interface JsonStyle {
  readonly indent?: number | undefined;
  readonly ensureAscii?: boolean;
  readonly sortKeys?: boolean;
  /** between items, and after keys */
  readonly separators?: readonly [string, string] | undefined;
}

/** Python's `json.dumps`, which transformers' `tojson` is: no HTML is escaped. */
export function toJson(value: Value, style: JsonStyle, work: JinjaWork, depth = 0): string {
  const { indent, ensureAscii = false, sortKeys = false } = style;
  const [between, after] = style.separators ?? [indent === undefined ? ", " : ",", ": "];
  const textOf = (plain: string): string => {
    work.spend(plain.length);
    const json = JSON.stringify(plain);
    if (!ensureAscii) return json;
    return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  };
  const whole = (open: string, items: readonly string[], close: string): string => {
    if (items.length === 0) return open + close;
    if (indent === undefined) return open + joined(items, between, work) + close;
    const line = (level: number): string => `\n${" ".repeat(indent * level)}`;
    const inner = line(depth + 1);
    return open + inner + joined(items, between + inner, work) + line(depth) + close;
  };
  if (isText(value)) return textOf(value.value);
  work.spend();
  if (value.type === "NullValue") return "null";
  if (value.type === "BooleanValue") return String(value.value);
  if (value.type === "IntegerValue" || value.type === "FloatValue") return value.toString();
  if (isList(value))
    return whole(
      "[",
      value.value.map((item) => toJson(item, style, work, depth + 1)),
      "]",
    );
  if (isDict(value)) {
    const entries = sortKeys ? [...value.value].sort(([a], [b]) => (a < b ? -1 : 1)) : [...value.value];
    return whole(
      "{",
      entries.map(([key, item]) => textOf(key) + after + toJson(item, style, work, depth + 1)),
      "}",
    );
  }
  throw new Error(`${isNothing(value) ? "what is undefined" : "a function"} has no JSON`);
}
