// The cases of a primitive as rows of a table, and how their inputs are filled.
import type { DType } from "../dtype.ts";
import type { Case, CaseInput } from "../primitive.ts";
import type { Shape } from "../shape.ts";

type Rest = Omit<Case, "name" | "inputs" | "params">;

/** A case: its name, inputs, parameters, and what else is to be known of it. */
/* @__NO_SIDE_EFFECTS__ */
export function row<const I, const P>(
  name: string,
  inputs: I,
  params: P,
  rest: Rest = {},
): { readonly name: string; readonly inputs: I; readonly params: P } & Rest {
  return { name, inputs, params, ...rest };
}

/** A size to be timed, too large to be tested. */
export const bench: Rest = { bench: true };

/** An input of whole numbers from `low` to below `high`, or of the bits of halves between them. */
/* @__NO_SIDE_EFFECTS__ */
export function integers(dtype: DType, shape: Shape, low: number, high: number): CaseInput {
  return { shape, dtype, fill: { integers: [low, high] } };
}

/** An input of given numbers. */
/* @__NO_SIDE_EFFECTS__ */
export function values(dtype: DType, shape: Shape, list: readonly number[]): CaseInput {
  return { shape, dtype, fill: { values: list } };
}

/** An input of numbers between two others. */
/* @__NO_SIDE_EFFECTS__ */
export function uniform(shape: Shape, low: number, high: number): CaseInput {
  return { shape, fill: { uniform: [low, high] } };
}
