// Conversions of single values, as kernels write them.
import { type DType, isFloat } from "../../numbers/dtype.ts";

/**
 * The kernel expression that converts the value `x`, as both kinds of kernels know it. Halves are f32 as values; their
 * stores round.
 */
export function castExpression(from: DType, to: DType, x: string): string {
  const value = to === "f16" || to === "bf16" ? "f32" : to;
  if (from === "u32" && value === "f32") return `f32_of_u32(${x})`;
  return isFloat(from) && (value === "i32" || value === "u32" || value === "bool")
    ? `to_${value}(${x})`
    : `${value}(${x})`;
}
