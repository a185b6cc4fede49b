// Constraints: which tokens may follow, said by the caller before every choice.
import { describeValue } from "@x/base";
import { ConfigError } from "@x/tensor/core";

/**
 * Says which tokens may follow. Gets the tokens that were generated in the row so far, and the row; returns their ids, or a mask of the vocabulary (a truth value or a
 * Uint8Array element per token), or undefined where any may.
 */
export type Constraint = (
  generated: readonly number[],
  row: number,
) => readonly number[] | Int32Array | Uint32Array | readonly boolean[] | Uint8Array | undefined;

/** The ids that a constraint returned, checked. */
export function allowedOf(
  result: ReturnType<Constraint>,
  vocabSize: number,
): (ArrayLike<number> & Iterable<number>) | undefined {
  if (result === undefined) return undefined;
  const refuse = (got: unknown): ConfigError =>
    new ConfigError(
      `generate: constraint must return token ids below ${vocabSize}, a mask of as many truth values, or undefined; got ${describeValue(got)}.`,
      { field: "constraint", got },
    );
  const isMask = result instanceof Uint8Array || (Array.isArray(result) && typeof result[0] === "boolean");
  if (!isMask && !Array.isArray(result) && !(result instanceof Int32Array) && !(result instanceof Uint32Array))
    throw refuse(result);
  if (!isMask) {
    const ids = result as readonly number[];
    for (const id of ids) if (!Number.isInteger(id) || id < 0 || id >= vocabSize) throw refuse(id);
    return ids;
  }
  if (result.length !== vocabSize)
    throw ConfigError.must("generate", "constraint", `return a mask of ${vocabSize} values`, result.length, vocabSize);
  return Array.from(result.keys()).filter((token) => result[token]);
}
