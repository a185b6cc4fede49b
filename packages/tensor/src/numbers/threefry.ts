// The counter-based generator behind every random number: Threefry-2x32 with 20 rounds, and how a seed becomes its key.
// The same key and counter give the same bits on every device; nothing here keeps a state.

import { ConfigError } from "../errors.ts";

const PARITY = 0x1bd11bda;
/** Rotation distances of the even and of the odd groups of four rounds. */
const ROTATIONS: readonly (readonly [number, number, number, number])[] = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/**
 * A stream of random numbers: `seed` names the experiment, `stream` what is drawn in it. Both are integers from 0 to
 * 2^53 − 1.
 */
export interface RandomKey {
  readonly seed: number;
  readonly stream?: number;
}

/**
 * Threefry-2x32, 20 rounds: a bijection of the counter `(c0, c1)` chosen by the key `(key0, key1)`; all u32.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * @throws ConfigError for words that are no u32
 * @example
 * const [x, y] = threefry2x32(0, 0, 0, 0); // 0x6b200159, 0x99ba4efe
 */
export function threefry2x32(key0: number, key1: number, c0: number, c1: number): [number, number] {
  requireWord("threefry2x32", "key0", key0);
  requireWord("threefry2x32", "key1", key1);
  requireWord("threefry2x32", "c0", c0);
  requireWord("threefry2x32", "c1", c1);
  const keys = [key0 | 0, key1 | 0, PARITY ^ key0 ^ key1] as const;
  let x = (c0 + keys[0]) | 0;
  let y = (c1 + keys[1]) | 0;
  for (let group = 0; group < 5; group++) {
    for (const r of ROTATIONS[group & 1]!) {
      x = (x + y) | 0;
      y = ((y << r) | (y >>> (32 - r))) ^ x;
    }
    x = (x + keys[(group + 1) % 3]!) | 0;
    y = (y + keys[(group + 2) % 3]! + group + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
}

/** Raises unless a word is a u32: called for every random number. @throws ConfigError */
export function requireWord(op: string, name: string, word: number): void {
  if (!Number.isInteger(word) || word >>> 0 !== word)
    throw ConfigError.must(op, name, "be an integer from 0 to 2^32 − 1", word);
}

/**
 * u32 bits → a float in [0, 1), a multiple of 2^-24 and therefore exact in f32.
 *
 * @throws ConfigError for bits that are no u32
 */
export function uniformFromBits(bits: number): number {
  requireWord("uniformFromBits", "bits", bits);
  return (bits >>> 8) * 2 ** -24;
}

/**
 * The two u32 key words of a stream: Threefry of the stream number under the seed, so near seeds and streams share
 * nothing.
 */
export function keyWords(key: RandomKey): [number, number] {
  if (typeof key !== "object" || key === null) throw ConfigError.must("random", "key", "be an object with a seed", key);
  const seed = checkInteger("seed", key.seed);
  const stream = checkInteger("stream", key.stream === undefined ? 0 : key.stream);
  return threefry2x32(lowWord(seed), highWord(seed), lowWord(stream), highWord(stream));
}

/** The low 32 bits of an integer of up to 53 bits. */
export function lowWord(value: number): number {
  return value >>> 0;
}

/** The bits of an integer above its low 32. */
export function highWord(value: number): number {
  return Math.floor(value / 2 ** 32) >>> 0;
}

/** Raises a {@link ConfigError} unless `value` is an integer from 0 to 2^53 − 1. */
export function checkInteger(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw ConfigError.must("random", name, "be an integer from 0 to 2^53 − 1", value);
}
