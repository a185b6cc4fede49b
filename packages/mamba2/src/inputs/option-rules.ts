// What the options of a function must be: one table by name, looked at before any work. A new option has no type until it has a rule.
import type { OptionKeys } from "@x/base";
import { checkOptions, ConfigError } from "@x/tensor/core";

/** What a value must be, in words, and whether it is. */
export type OptionRule = readonly [must: string, holds: (value: unknown) => boolean];

/** A rule for every option. */
export type OptionRules<O> = { readonly [K in keyof Required<O>]: OptionRule };

/**
 * Raises about an options object with a key that is not read, or a value that breaks its rule; undefined means absent.
 *
 * @throws ConfigError that names the option
 */
export function checkRules<O extends object>(op: string, options: O | undefined, rules: OptionRules<O>): void {
  checkOptions(op, options, Object.fromEntries(Object.keys(rules).map((name) => [name, "nullable"])) as OptionKeys<O>);
  for (const [field, got] of Object.entries(options ?? {}) as [keyof O & string, unknown][]) {
    const [must, holds] = rules[field];
    if (got === undefined || holds(got)) continue;
    throw ConfigError.must(op, field, `be ${must}`, got, must);
  }
}

const isNumber = (value: unknown): value is number => typeof value === "number";

export const wholeNumber: OptionRule = [
  "a whole number of at least 0",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
];
export const positiveWhole: OptionRule = [
  "a whole number of at least 1",
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
];
export const functionRule: OptionRule = ["a function", (value) => typeof value === "function"];
export const switchRule: OptionRule = ["true or false", (value) => typeof value === "boolean"];

/** A finite number within bounds. */
export function numberRule(must: string, holds: (value: number) => boolean): OptionRule {
  return [must, (value) => isNumber(value) && Number.isFinite(value) && holds(value)];
}

export const positiveNumber: OptionRule = numberRule("a finite number above 0", (value) => value > 0);

/** One of some words. */
export function oneOf(words: readonly string[]): OptionRule {
  return [`one of ${words.join(", ")}`, (value) => words.includes(value as string)];
}
