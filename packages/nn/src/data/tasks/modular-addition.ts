// Sums modulo a prime, every one of them, split into those to train on and those to test: the task on which networks grok.
import { checkOptions, requireArity, requireNumber, requireOptions } from "@x/tensor/core";
import { checkPositive, IGNORE_INDEX, type TokenBatch } from "../tokens.ts";
import { distinct, drawing, refused, taskStreams } from "./task-batches.ts";

/** Options of {@link modularAddition}. */
export interface ModularAdditionOptions {
  /** p; numbers are 0 … p − 1. Default 97. */
  readonly modulus?: number;
  /** numbers in a sum; default 2 */
  readonly terms?: number;
  /** share of all sums to train on, above 0 and below 1; default 0.5 */
  readonly share?: number;
  /** of the split; default 0 */
  readonly seed?: number;
}

/** Sums at most: all of them are listed. */
const maxSums = 2 ** 21;

/**
 * All p^k sums: x `[sums, k]`, i32, and y −100 but at the last number, where it is `(x_0 + … + x_{k−1}) mod p`.
 *
 * @returns train, so large a share of them as asked, and test, the others, both in a shuffled order
 * @throws ConfigError for an unknown option, or sums that are too many, or a share that leaves one part empty
 *
 * Source: Power et al., "Grokking", 2022.
 *
 * @example
 * const { train, test } = modularAddition({ modulus: 7 }); // 25 and 24 of 49 sums
 */
export function modularAddition(options: ModularAdditionOptions = {}): {
  readonly train: TokenBatch;
  readonly test: TokenBatch;
} {
  requireArity("modularAddition", arguments, 1);
  requireOptions("modularAddition", options);
  checkOptions<ModularAdditionOptions>("modularAddition", options, {
    modulus: true,
    terms: true,
    share: true,
    seed: true,
  });
  const { modulus = 97, terms = 2, share = 0.5, seed = 0 } = options;
  checkPositive("modularAddition", "modulus", modulus);
  checkPositive("modularAddition", "terms", terms);
  const sums = modulus ** terms;
  if (sums > maxSums) throw refused("modularAddition", "modulus ** terms", `at most ${maxSums}`, sums);
  const trainedOf = (part: number): number => Math.round(sums * part);
  const must = "above 0 and below 1, so that both parts hold sums";
  requireNumber("modularAddition", "share", share, must, (part) => trainedOf(part) > 0 && trainedOf(part) < sums);
  const trained = trainedOf(share);
  const order = distinct(drawing(seed, taskStreams.modularAddition), sums, sums);
  const part = (numbers: readonly number[]): TokenBatch => {
    const x = new Int32Array(numbers.length * terms);
    const y = new Int32Array(numbers.length * terms).fill(IGNORE_INDEX);
    for (const [row, number] of numbers.entries()) {
      let [rest, sum] = [number, 0];
      for (let i = 0; i < terms; i++) {
        x[row * terms + i] = rest % modulus;
        sum += rest % modulus;
        rest = Math.floor(rest / modulus);
      }
      y[(row + 1) * terms - 1] = sum % modulus;
    }
    return { x, y, shape: [numbers.length, terms] };
  };
  return { train: part(order.slice(0, trained)), test: part(order.slice(trained)) };
}
