// Random arrays drawn on the host from Threefry: bits, uniform, normal, permutations. Tensors on a device draw theirs
// in a kernel.

import { describeValue } from "@x/base";
import { type DType, hostArray } from "./dtype.ts";
import { ConfigError } from "../errors.ts";
import { bf16Bits, bf16Value, f16Bits, f16Value } from "./half-precision.ts";
import { requireArity, requireCount, requireOptions } from "../arguments/require.ts";
import {
  checkInteger,
  highWord,
  keyWords,
  lowWord,
  requireWord,
  threefry2x32,
  uniformFromBits,
  type RandomKey,
} from "./threefry.ts";

/** `n` random u32 of a stream, from element `offset` on. Element i is word i mod 2 of counter floor(i / 2). */
export function hostBits(key: RandomKey, n: number, offset = 0): Uint32Array {
  const [key0, key1] = keyWords(key);
  checkInteger("n", n);
  checkInteger("offset", offset);
  const bits = hostArray("u32", n, "hostBits") as Uint32Array;
  let pair = Math.floor(offset / 2);
  for (let i = 0; i < n; pair++) {
    const [x, y] = threefry2x32(key0, key1, lowWord(pair), highWord(pair));
    if (2 * pair >= offset) bits[i++] = x;
    if (i < n) bits[i++] = y;
  }
  return bits;
}

/** `n` floats, uniform in [0, 1). */
export function hostUniform(key: RandomKey, n: number, offset = 0): Float32Array {
  requireArity("hostUniform", arguments, 3);
  return Float32Array.from(hostBits(key, n, offset), uniformFromBits);
}

/**
 * The range of uniform numbers other than [0, 1): both ends of the range and the largest number below its upper end,
 * all of them elements of one float type.
 */
export interface UniformRange {
  readonly low: number;
  readonly high: number;
  readonly most: number;
}

const largest: Readonly<Partial<Record<DType, number>>> = { f16: 65504, bf16: 3.3895313892515355e38 };
const largestF32 = 3.4028234663852886e38;

/**
 * The range [low, high) in elements of `dtype`: from the least that is not below `low` to the largest below `high`.
 * What is drawn is limited to that, since low + (high − low)·u may round to `high`.
 *
 * @throws ConfigError unless low < high, both finite and within the dtype, with an element between them
 */
export function uniformRange(op: string, low: number, high: number, dtype: DType = "f32"): UniformRange {
  const limit = largest[dtype] ?? largestF32;
  const numbers = typeof low === "number" && typeof high === "number";
  if (!(numbers && low < high && low >= -limit && high <= limit)) {
    throw new ConfigError(
      `${op}: low must be below high, both from -${limit} to ${limit} for ${dtype}; got low ${describeValue(low)}, high ${describeValue(high)}.`,
      { field: "low", got: [low, high] },
    );
  }
  const least = -elementBelow(-low, dtype, true);
  const most = elementBelow(high, dtype, false);
  if (least > most)
    throw new ConfigError(
      `${op}: there must be a number of ${dtype} in [low, high); got low ${low}, high ${high}, which have none between them.`,
      { field: "low", got: [low, high] },
    );
  return { low: least, high: Math.max(Math.fround(high), most), most };
}

/** A number of the range from one of [0, 1). */
export function placeIn(range: UniformRange, unit: number): number {
  requireOptions("placeIn", range, "range");
  return Math.min(range.low + (range.high - range.low) * unit, range.most);
}

/** The largest element of a float type below `value`, or `value` itself where `inclusive` and it is one. */
function elementBelow(value: number, dtype: DType, inclusive: boolean): number {
  const fits = (candidate: number): boolean => candidate < value || (inclusive && candidate === value);
  if (dtype === "f16" || dtype === "bf16") {
    const [toBits, toValue] = dtype === "f16" ? ([f16Bits, f16Value] as const) : ([bf16Bits, bf16Value] as const);
    const bits = toBits(value);
    return fits(toValue(bits)) ? toValue(bits) : toValue(bits === 0 ? 0x8001 : bits & 0x8000 ? bits + 1 : bits - 1);
  }
  const words = new Int32Array(1);
  const floats = new Float32Array(words.buffer);
  floats[0] = value;
  if (fits(floats[0]!)) return floats[0]!;
  words[0] = floats[0] === 0 ? -(2 ** 31) + 1 : words[0]! + (words[0]! < 0 ? 1 : -1);
  return floats[0]!;
}

/**
 * `n` floats of the standard normal distribution by Box–Muller, computed in f64 and rounded to f32: `√(−2 ln(1 −
 * u))·cos(2πv)` and `…·sin(2πv)` for the pair (u, v) of one counter. 1 − u is never 0, so no value is infinite.
 */
export function hostNormal(key: RandomKey, n: number): Float32Array {
  requireArity("hostNormal", arguments, 2);
  checkInteger("n", n);
  const bits = hostBits(key, n + (n % 2));
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFromBits(bits[i]!)));
    const angle = 2 * Math.PI * uniformFromBits(bits[i + 1]!);
    out[i] = radius * Math.cos(angle);
    if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/**
 * A random integer in [0, bound) from one draw of 64 bits; the bias is below bound / 2^53.
 *
 * @throws ConfigError for bits that are no u32, and a bound that is no whole number of at least 1
 */
export function integerFromBits(bits0: number, bits1: number, bound: number): number {
  requireWord("integerFromBits", "bits0", bits0);
  requireWord("integerFromBits", "bits1", bits1);
  if (!Number.isSafeInteger(bound) || bound < 1)
    throw ConfigError.must("integerFromBits", "bound", "be a whole number of at least 1", bound);
  return Math.floor((bits0 * 2 ** -32 + (bits1 >>> 11) * 2 ** -53) * bound);
}

/** A random order of 0 … n − 1 (Fisher–Yates). */
export function hostPermutation(key: RandomKey, n: number): Uint32Array {
  requireArity("hostPermutation", arguments, 2);
  requireCount("hostPermutation", "n", n);
  const bits = hostBits(key, 2 * n);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = integerFromBits(bits[2 * i]!, bits[2 * i + 1]!, i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}
