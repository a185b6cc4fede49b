// Numbers of the host as the memory of a parameter holds them.
import { type DType, DTypeError, f32ToBf16, f32ToF16 } from "@x/tensor/core";

/** Raises unless values are f32: memory is written as it is, and numbers of another type would become others. */
export function requireNumbers(op: string, data: unknown): void {
  if (data instanceof Float32Array) return;
  throw DTypeError.must(op, "data", "be a Float32Array; convert with Float32Array.from", data);
}

/** Numbers as a tensor of this type holds them. */
export function encode(data: Float32Array, dtype: DType): ArrayBufferView {
  if (dtype === "f64") return Float64Array.from(data);
  if (dtype === "f16") return f32ToF16(data);
  return dtype === "bf16" ? f32ToBf16(data) : data;
}
