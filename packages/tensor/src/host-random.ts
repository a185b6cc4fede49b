// Random arrays drawn on the host from Threefry: bits, uniform, normal, permutations. Tensors on a device draw theirs in a kernel.

import { checkInteger, highWord, keyWords, lowWord, threefry2x32, uniformFromBits, type RandomKey } from "./threefry.ts";

/** `n` random u32 of a stream, from element `offset` on. Element i is word i mod 2 of counter floor(i / 2). */
export function hostBits(key: RandomKey, n: number, offset = 0): Uint32Array {
  const [key0, key1] = keyWords(key);
  checkInteger("n", n);
  checkInteger("offset", offset);
  const bits = new Uint32Array(n);
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
  return Float32Array.from(hostBits(key, n, offset), uniformFromBits);
}

/**
 * `n` floats of the standard normal distribution by Box–Muller, computed in f64 and rounded to f32:
 * `√(−2 ln(1 − u))·cos(2πv)` and `…·sin(2πv)` for the pair (u, v) of one counter. 1 − u is never 0, so no value is infinite.
 */
export function hostNormal(key: RandomKey, n: number): Float32Array {
  const bits = hostBits(key, n + (n & 1));
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFromBits(bits[i]!)));
    const angle = 2 * Math.PI * uniformFromBits(bits[i + 1]!);
    out[i] = radius * Math.cos(angle);
    if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** A random integer in [0, bound) from one draw of 64 bits; the bias is below bound / 2^53. */
export function integerFromBits(bits0: number, bits1: number, bound: number): number {
  return Math.floor((bits0 * 2 ** -32 + (bits1 >>> 11) * 2 ** -53) * bound);
}

/** A random order of 0 … n − 1 (Fisher–Yates). */
export function hostPermutation(key: RandomKey, n: number): Uint32Array {
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
