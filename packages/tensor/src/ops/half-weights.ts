// Operands of products that are stored in half precision: which are allowed, and how kernels read them.
import { type DType, requireDType } from "../numbers/dtype.ts";
import { DTypeError } from "../errors.ts";

/** The storage types that a product widens as it reads them, weights and activations alike. */
export type HalfDType = Extract<DType, "f16" | "bf16">;

export function isHalf(dtype: DType): dtype is HalfDType {
  return dtype === "f16" || dtype === "bf16";
}

/**
 * Raises a {@link DTypeError} unless both operands are f64, or each is f32, f16 or bf16: halves are widened as they are
 * read, and the product is f32.
 */
export function requireProductDTypes(
  op: string,
  x: readonly [name: string, dtype: DType],
  weight: readonly [name: string, dtype: DType],
): void {
  requireDType(op, x[0], x[1], ["f32", "f64", "f16", "bf16"]);
  const narrow = (dtype: DType): boolean => dtype === "f32" || isHalf(dtype);
  if (weight[1] === x[1] || (narrow(x[1]) && narrow(weight[1]))) return;
  throw new DTypeError(
    `${op}: ${weight[0]} must be ${narrow(x[1]) ? `f32, f16 or bf16 beside ${x[0]} of ${x[1]}` : `${x[1]} like ${x[0]}`}; got ${weight[1]}. Convert one with cast().`,
    {
      op,
      expected: x[1],
      got: weight[1],
    },
  );
}

/** The dtype of a product: that of x, f32 for halves. */
export function productDType(x: DType): DType {
  return isHalf(x) ? "f32" : x;
}

/** The type that a product's kernel reads a weight as; f64 never gets to one. */
export function storageType(dtype: DType): "f32" | HalfDType {
  return isHalf(dtype) ? dtype : "f32";
}
