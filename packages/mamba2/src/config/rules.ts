// What a field of a configuration must be: a rule in words and as a test, and how a wrong value is told.
import { ConfigError, isPlainObject } from "@x/tensor/core";

/** What a field must be, in words, and whether a value is that. */
export interface Rule {
  readonly must: string;
  /** no number above it holds */
  readonly most?: number;
  holds(value: unknown): boolean;
}

/** One row per field: its default and its rule. */
export type Fields<T> = { readonly [F in keyof T]: readonly [standard: T[F], rule: Rule] };

const isNumber = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value);
/** No size of a model that anyone can hold is above this; what a damaged file states is. */
const MOST_SIZE = 2 ** 40;
export const MOST_TOKEN: number = 2 ** 31 - 1;

export const integer = (least: number, most: number = MOST_SIZE): Rule => ({
  must: `an integer of at least ${least}`,
  most,
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
});
export const positive = (most: number): Rule => ({
  must: "a finite number above 0",
  most,
  holds: (value) => isNumber(value) && value > 0 && value <= most,
});
export const notNegative = (most: number): Rule => ({
  must: "a finite number of at least 0",
  most,
  holds: (value) => isNumber(value) && value >= 0 && value <= most,
});
export const within = (most: number): Rule => ({
  must: `a finite number within ±${most}`,
  holds: (value) => isNumber(value) && Math.abs(value) <= most,
});
export const flag: Rule = { must: "true or false", holds: (value) => typeof value === "boolean" };
export const oneOf = (...values: readonly string[]): Rule => ({
  must: `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`,
  holds: (value) => values.includes(value as string),
});
export const orNull = (rule: Rule): Rule => ({
  ...rule,
  must: `${rule.must}, or null`,
  holds: (value) => value === null || rule.holds(value),
});
export const range = (must: string, holds: (low: number, high: number) => boolean): Rule => ({
  must,
  holds: (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every(isNumber) &&
    holds(value[0] as number, value[1] as number),
});
export const listOf = (length: number, rule: Rule): Rule => ({
  must: `a list of ${length}, each ${rule.must}`,
  holds: (value) => Array.isArray(value) && value.length === length && value.every((item) => rule.holds(item)),
});
export const tokenOrTokens: Rule = {
  must: "an integer of at least 0, or a list of them",
  holds: (value) =>
    Array.isArray(value)
      ? value.length > 0 && value.every((id) => integer(0, MOST_TOKEN).holds(id))
      : integer(0, MOST_TOKEN).holds(value),
};
/** An object whose fields {@link filled} checks one by one. */
export const fieldsRule: Rule = { must: "an object of fields", holds: isPlainObject };

/** The defaults of a table; all configurations share them, so that nobody may change their lists. */
export function defaultsOf<T>(table: Fields<T>): T {
  const standards = Object.entries(table as Record<string, readonly [unknown, Rule]>);
  const own = (standard: unknown): unknown => (Array.isArray(standard) ? Object.freeze([...standard]) : standard);
  return Object.freeze(Object.fromEntries(standards.map(([name, [standard]]) => [name, own(standard)]))) as T;
}

/**
 * An object of a table's fields, checked, with what is missing from `standard`.
 *
 * @param where how an error names the object, such as "attention."
 */
export function filled<T extends object>(where: string, table: Fields<T>, given: object, standard: T): T {
  const result: Record<string, unknown> = { ...(standard as Record<string, unknown>) };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(table, name)) throw unknownField(where, name, value, Object.keys(table));
    if (value === undefined) continue;
    const [, rule] = table[name as keyof T];
    if (!rule.holds(value)) throw wrong(where + name, `must be ${mustBe(rule, value)}`, value, rule.must);
    result[name] = Array.isArray(value) ? Object.freeze([...value]) : value;
  }
  return Object.freeze(result) as T;
}

/** @param field with the object that it is in, such as "attention.heads" */
export function wrong(field: string, must: string, got?: unknown, expected?: unknown): ConfigError {
  return new ConfigError(`config: ${field} ${must}${got === undefined ? "" : `; got ${show(got)}`}.`, {
    field,
    expected,
    got,
  });
}

/** A value as it would be typed. */
export function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
}

function mustBe({ must, most }: Rule, value: unknown): string {
  return most !== undefined && typeof value === "number" && value > most ? `${must} and at most ${most}` : must;
}

function unknownField(where: string, name: string, value: unknown, names: readonly string[]): ConfigError {
  const plain = (text: string): string => text.replaceAll(/[^a-zA-Z0-9]/g, "").toLowerCase();
  const near =
    names.find((known) => plain(known) === plain(name)) ??
    names.find((known) => editDistance(plain(known), plain(name)) <= 2);
  const hint = near === undefined ? `The fields are ${names.join(", ")}.` : `Did you mean "${near}"?`;
  const place = where === "" ? "" : ` of ${where.slice(0, -1)}`;
  return new ConfigError(`config: there is no field "${name}"${place}. ${hint}`, { field: where + name, got: value });
}

/** Insertions, deletions and replacements that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
  }
  return row[b.length]!;
}
