// Weights stored in half precision as right-hand sides of products in f32: which are allowed, and how kernels read
// them.
import { type DType, requireDType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";

/** The storage types that a product widens as it reads them. */
export type HalfDType = Extract<DType, "f16" | "bf16">;

export function isHalf(dtype: DType): dtype is HalfDType {
  return dtype === "f16" || dtype === "bf16";
}

/**
 * Raises a {@link DTypeError} unless activations are f32 or f64 and the weight has their dtype, or is of halves beside
 * f32.
 */
export function requireProductDTypes(
  op: string,
  x: readonly [name: string, dtype: DType],
  weight: readonly [name: string, dtype: DType],
): void {
  requireDType(op, x[0], x[1], ["f32", "f64"]);
  if (weight[1] === x[1] || (x[1] === "f32" && isHalf(weight[1]))) return;
  throw new DTypeError(
    `${op}: ${weight[0]} must be ${x[1]} like ${x[0]}${x[1] === "f32" ? ", or f16 or bf16" : ""}; got ${weight[1]}. Convert one with cast().`,
    {
      op,
      expected: x[1],
      got: weight[1],
    },
  );
}

/** The type that a product's kernel reads a weight as; f64 never gets to one. */
export function storageType(dtype: DType): "f32" | HalfDType {
  return isHalf(dtype) ? dtype : "f32";
}
