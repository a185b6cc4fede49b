// Arguments of the wrong kind: what an exported function may be given, in words, and the sentence about what it got instead. Packages raise it in an error class of their own.
import { describeValue } from "./options.ts";

/** What an argument must be. */
export type ArgumentKind =
  | "string"
  | "number"
  | "boolean"
  | "function"
  | "count"
  | "positiveCount"
  | "object"
  | "array";

/** How each kind is called in a sentence, and whether a value is of it. */
const kinds: Readonly<Record<ArgumentKind, readonly [must: string, holds: (value: unknown) => boolean]>> = {
  string: ["a string", (value) => typeof value === "string"],
  number: ["a finite number", (value) => Number.isFinite(value)],
  boolean: ["a boolean", (value) => typeof value === "boolean"],
  function: ["a function", (value) => typeof value === "function"],
  count: ["a whole number of at least 0", (value) => isCount(value, 0)],
  positiveCount: ["a whole number of at least 1", (value) => isCount(value, 1)],
  object: ["an object", (value) => typeof value === "object" && value !== null],
  array: ["an array", (value) => Array.isArray(value)],
};

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/**
 * Says which argument is of another kind than it must be.
 *
 * @param op the function that was called, as the caller knows it
 * @param values arguments by name; a name may lead into one ("call.workgroups")
 * @param must the kind of each; a name that ends in "?" may be undefined
 * @returns a sentence, or undefined when all is well
 * @example
 * console.log(argumentProblem("grid1d", { threads: -1 }, { threads: "count" })); // grid1d: threads must be a whole number of at least 0; got -1.
 */
export function argumentProblem(
  op: string,
  values: Readonly<Record<string, unknown>>,
  must: Readonly<Record<string, ArgumentKind>>,
): string | undefined {
  if (!kinds.object[1](values) || !kinds.object[1](must))
    throw new TypeError(
      `argumentProblem: values and must must be objects; got ${describeValue(values)} and ${describeValue(must)}.`,
    );
  for (const name in must) {
    const optional = name.endsWith("?");
    const plain = optional ? name.slice(0, -1) : name;
    const value = values[plain];
    if (optional && value === undefined) continue;
    const [words, holds] = kinds[must[name]!];
    if (!holds(value)) return `${op}: ${plain} must be ${words}; got ${describeValue(value)}.`;
  }
  return undefined;
}
