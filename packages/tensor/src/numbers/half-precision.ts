// Half-precision conversions on the host: IEEE f16 and bf16 to and from f32, rounding to nearest, ties to even.
// Halves are kept as their u16 bits; nothing here computes with them.
import { describeValue, hostBytes } from "@x/base";
import { DTypeError } from "../errors.ts";
import type { DType, HostArray } from "./dtype.ts";

const scratch = new ArrayBuffer(4);
const scratchFloat = new Float32Array(scratch);
const scratchBits = new Uint32Array(scratch);

/** The f16 bits nearest to `value`; beyond 65504 + 16 it is infinity, a NaN stays a (quiet) NaN. */
export function f16Bits(value: number): number {
  scratchFloat[0] = value;
  return f16BitsFromF32Bits(scratchBits[0]!);
}

/** The value of f16 bits; exact. */
export function f16Value(half: number): number {
  scratchBits[0] = f32BitsFromF16Bits(half);
  return scratchFloat[0]!;
}

/** The bf16 bits nearest to `value`; a NaN stays a (quiet) NaN. */
export function bf16Bits(value: number): number {
  scratchFloat[0] = value;
  return bf16BitsFromF32Bits(scratchBits[0]!);
}

/** The value of bf16 bits; exact. */
export function bf16Value(half: number): number {
  scratchBits[0] = half << 16;
  return scratchFloat[0]!;
}

/** f32 → f16 bits for a whole array. */
export function f32ToF16(values: Float32Array): Uint16Array {
  requireArray("f32ToF16", values);
  const bytes = hostBytes("f32ToF16: values", values);
  const bits = new Uint32Array(bytes.buffer, bytes.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = f16BitsFromF32Bits(bits[i]!);
  return out;
}

/** f16 bits → f32 for a whole array. */
export function f16ToF32(halves: Uint16Array): Float32Array {
  requireArray("f16ToF32", halves);
  hostBytes("f16ToF32: halves", halves); // raises about detached memory, which would be no halves at all
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < out.length; i++) bits[i] = f32BitsFromF16Bits(halves[i]!);
  return out;
}

/** f32 → bf16 bits for a whole array. */
export function f32ToBf16(values: Float32Array): Uint16Array {
  requireArray("f32ToBf16", values);
  const bytes = hostBytes("f32ToBf16: values", values);
  const bits = new Uint32Array(bytes.buffer, bytes.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = bf16BitsFromF32Bits(bits[i]!);
  return out;
}

/** bf16 bits → f32 for a whole array. */
export function bf16ToF32(halves: Uint16Array): Float32Array {
  requireArray("bf16ToF32", halves);
  hostBytes("bf16ToF32: halves", halves); // raises about detached memory, which would be no halves at all
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < out.length; i++) bits[i] = halves[i]! << 16;
  return out;
}

/** Elements as numbers: `data` itself, unless they are bit patterns of halves. */
export function decoded(data: HostArray, dtype: DType): HostArray {
  if (dtype === "f16") return f16ToF32(data as Uint16Array);
  return dtype === "bf16" ? bf16ToF32(data as Uint16Array) : data;
}

function bf16BitsFromF32Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return ((bits >>> 16) | 0x40) & 0xffff;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function f16BitsFromF32Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // normal: rebase the exponent from bias 127 to 15, drop 13 bits; a carry out of the fraction moves the exponent up,
    // as it should
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  if (magnitude <= 0x33000000) return sign;
  // subnormal: the fraction with its hidden bit, in units of 2^-24
  const exponent = magnitude >>> 23;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const kept = fraction >>> shift;
  const dropped = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (dropped > half || (dropped === half && (kept & 1) === 1) ? 1 : 0));
}

function f32BitsFromF16Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | ((fraction << (shift + 13)) & 0x7fffff);
}

function requireArray(op: string, values: unknown): void {
  if (!ArrayBuffer.isView(values))
    throw new DTypeError(`${op}: must get a typed array; got ${describeValue(values)}.`, { op, got: values });
}
