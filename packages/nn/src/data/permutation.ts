// Orders without lists: a permutation of any number of things as a function of the place, so that data sets of any size are shuffled in no memory and a position is one number.
import { checkOptions, ConfigError, hostBits, requireArity, strict } from "@x/tensor/core";

const STREAM = 2 ** 41;
const ROUNDS = 6;
const MOST = 2 ** 52;

/** Options of {@link permutation}. */
export interface PermutationOptions {
  /** default 0 */
  readonly seed?: number;
  /** which of the orders of a seed, such as an epoch's; default 0 */
  readonly index?: number;
}

/**
 * A random order of 0 … count − 1: the function that says what comes at a place. A Feistel network of six rounds over the next power of four, whose results outside of the range are
 * sent through again, so every number comes exactly once.
 *
 * Source: Black and Rogaway, "Ciphers with arbitrary finite domains", 2002 (cycle walking).
 *
 * @throws ConfigError for an unknown option, a count that is no whole number up to 2^52, and a seed or index that is none; the order for a place outside of the range
 * @example
 * const order = permutation(5, { seed: 1 });
 * console.log([0, 1, 2, 3, 4].map(order)); // each of 0 … 4 once
 */
export function permutation(count: number, options: PermutationOptions = {}): (place: number) => number {
  requireArity("permutation", arguments, 2);
  checkOptions<PermutationOptions>("permutation", options, { seed: true, index: true });
  const { seed = 0, index = 0 } = options;
  if (!Number.isSafeInteger(count) || count < 0 || count > MOST)
    throw new ConfigError(`permutation: count must be a whole number from 0 to 2^52; got ${String(count)}.`, {
      field: "count",
      got: count,
    });
  for (const [field, value] of Object.entries({ seed, index })) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new ConfigError(`permutation: ${field} must be a whole number of at least 0; got ${String(value)}.`, {
      field,
      got: value,
    });
  }
  const keys = hostBits({ seed, stream: STREAM }, ROUNDS, ROUNDS * index);
  let half = 1; // of each side: the smallest power of two whose square holds all
  while (half * half < count) half *= 2;
  const through = (value: number): number => {
    let [left, right] = [Math.floor(value / half), value % half];
    for (const key of keys) [left, right] = [right, (left ^ mixed(right ^ key)) & (half - 1)];
    return left * half + right;
  };
  return strict("permutation", (place: number) => {
    if (!Number.isSafeInteger(place) || place < 0 || place >= count)
      throw new ConfigError(`permutation: a place must be a whole number in [0, ${count}); got ${String(place)}.`, {
        field: "place",
        expected: count,
        got: place,
      });
    let value = through(place);
    while (value >= count) value = through(value);
    return value;
  });
}

/** A 32-bit word whose every bit hangs on every bit of the given one (the finaliser of MurmurHash3). */
function mixed(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
