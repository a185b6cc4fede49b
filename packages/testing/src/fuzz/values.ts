// Numbers to try ops with, drawn from a seed: special values among ordinary ones.
import type { DType } from "@x/tensor";

/** Draws numbers; the same seed gives the same ones. */
export interface Rng {
  /** in [0, 1) */
  unit(): number;
  /** a whole number from 0 to below `bound` */
  below(bound: number): number;
  pick<T>(from: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Weyl steps through a 32-bit mix: enough for picking test values. */
export function rngOf(seed: number): Rng {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  const unit = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(unit() * bound);
  return { unit, below, pick: (from) => from[below(from.length)]!, chance: (probability) => unit() < probability };
}

export const largestF32 = 3.4028234663852886e38;
/** Below it f32 has fewer bits, and WebGPU may take a number for ±0. */
export const smallestNormal = 2 ** -126;

const special: Readonly<Record<"float" | "i32" | "u32", readonly number[]>> = {
  float: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    3,
    -2,
    Infinity,
    -Infinity,
    NaN,
    1e-40,
    -1e-45,
    2 ** -126,
    largestF32,
    -largestF32,
    2 ** 31,
    -(2 ** 31),
    2 ** 24 + 2,
    1e10,
    -1e10,
    1e5,
    1e6,
    88.8,
    -104,
    1e-30,
    Math.PI,
    65504,
    1e20,
    -1e-10,
  ],
  i32: [0, 1, -1, 2, -2, 3, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 1, 46341, -46341, 65536, 1e9],
  u32: [0, 1, 2, 3, 2 ** 31, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 32 - 2, 65536, 65537, 3e9],
};

/** One element of a dtype. */
export function drawElement(rng: Rng, dtype: DType): number {
  if (dtype === "bool") return rng.below(2);
  if (dtype === "i32" || dtype === "u32") {
    if (rng.chance(0.4)) return rng.pick(special[dtype]);
    return dtype === "i32" ? rng.below(2001) - 1000 : rng.below(2001);
  }
  if (rng.chance(0.3)) return dtype === "f64" ? rng.pick(special.float) : Math.fround(rng.pick(special.float));
  const value = (rng.unit() * 2 - 1) * rng.pick([1, 3, 10, 100]);
  return dtype === "f64" ? value : Math.fround(value);
}

/** A number beside a tensor of a dtype: also such as an integer cannot hold. */
export function drawNumber(rng: Rng, dtype: DType): number {
  return rng.chance(0.3) ? rng.pick([...special.float, 3e9, 1e300, 1.5]) : drawElement(rng, dtype);
}
