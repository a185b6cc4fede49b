// The checks of arguments in the kernel packages: what an exported function may be given, in words, and the sentence about what it got instead.
import { KernelError } from "./kernel-error.ts";
import { describeValue, type KnownKeys, unknownOption } from "./options.ts";

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
 * Raises about an argument of another kind than it must be.
 *
 * @param op the function that was called, as the caller knows it
 * @param values arguments by name; a name may lead into one ("call.workgroups")
 * @param must the kind of each; a name that ends in "?" may be undefined
 * @throws KernelError that names the argument
 * @example
 * requireArguments("grid1d", { threads: 64 }, { threads: "count" });
 */
export function requireArguments(
  op: string,
  values: Readonly<Record<string, unknown>>,
  must: Readonly<Record<string, ArgumentKind>>,
): void {
  if (!kinds.object[1](values) || !kinds.object[1](must))
    throw new KernelError(
      `requireArguments: values and must must be objects; got ${describeValue(values)} and ${describeValue(must)}.`,
    );
  for (const name in must) {
    const optional = name.endsWith("?");
    const plain = optional ? name.slice(0, -1) : name;
    const value = values[plain];
    if (optional && value === undefined) continue;
    const [words, holds] = kinds[must[name]!];
    if (!holds(value)) throw new KernelError(`${op}: ${plain} must be ${words}; got ${describeValue(value)}.`);
  }
}

/**
 * Raises about an options object with a key that is not read, or is null; see {@link unknownOption}.
 *
 * @throws KernelError that names the key, and the nearest known one
 * @example
 * checkKernelOptions("createRunner", { debug: 1 }, { debug: true, label: true });
 */
export function checkKernelOptions(op: string, options: unknown, known: KnownKeys): void {
  requireArguments("checkKernelOptions", { op, known }, { op: "string", known: "object" });
  const problem = unknownOption(op, options, known);
  if (problem !== undefined) throw new KernelError(problem);
}
