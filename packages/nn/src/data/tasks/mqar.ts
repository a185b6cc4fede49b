// Multi-query associative recall: sequences that list key–value pairs, then ask for the values of the keys at random positions.
// No table of frequencies can answer; a model must remember.

import { describeValue } from "@x/base";
import { ConfigError, hostBits, hostUniform, integerFromBits, requireArity, requireNumber } from "@x/tensor/core";
import type { Batches } from "../tokens.ts";
import { checkTask, distinct, type Draw, refused, rowBatches, type TaskOptions, taskStreams } from "./task-batches.ts";

/** Options of {@link mqar}. */
export interface MqarOptions extends TaskOptions {
  /** tokens: keys are 1 … vocab/2 − 1, values vocab/2 … vocab − 1. Default 8192. */
  readonly vocab?: number;
  /** Default 256. */
  readonly length?: number;
  /** pairs per sequence, at most length / 4. Default length / 4. */
  readonly pairs?: number;
  /** exponent a of the gaps' distribution, p(r) ∝ a·r^(a−1); 1 is uniform, smaller means sooner. Default 0.01. */
  readonly power?: number;
  /**
   * Tokens between the queries. `random`: any token, as in the source; it may repeat a key and so pair it with a second value, which is rare with 8192
   * tokens, but with 64 happens to every 18th query (length 64, 8 pairs). `random-without-keys`: any token but the sequence's keys. `zero`: token 0.
   * Default `random`.
   */
  readonly filler?: "random" | "random-without-keys" | "zero";
}

/**
 * Batches of the task. The first 2K tokens are k, v, k, v, …; key i is asked at `2K + 2·gap_i`, where y is its value; y is −100 elsewhere (it is
 * aligned with x, not shifted). Keys, values and gaps are drawn without replacement within a sequence.
 *
 * @throws ConfigError for an unknown option and when the pairs do not fit the length or the vocabulary
 *
 * Source: Arora et al., "Zoology", 2023, with the random filler of Dao and Gu, "Transformers are SSMs", 2024.
 *
 * @example
 * const { x, y } = mqar({ vocab: 64, length: 64, pairs: 8, batch: 4, seed: 0 }).at(0);
 */
export function mqar(options: MqarOptions): Batches {
  requireArity("mqar", arguments, 1);
  const { vocab = 8192, length = 256, batch, seed = 0, power = 0.01, filler = "random" } = options ?? {};
  const pairs = options?.pairs ?? Math.floor(Number(length) / 4);
  checkTask<MqarOptions>(
    "mqar",
    options,
    { vocab: true, length: true, pairs: true, batch: true, seed: true, power: true, filler: true },
    { vocab, length, pairs, batch },
  );
  const firstValue = Math.floor(vocab / 2);
  if (pairs > firstValue - 1)
    throw refused("mqar", "pairs", `at most vocab / 2 − 1 = ${firstValue - 1}, the number of keys`, pairs);
  if (4 * pairs > length) throw refused("mqar", "pairs", `at most length / 4 = ${Math.floor(length / 4)}`, pairs);
  requireNumber("mqar", "power", power, "a finite number above 0", (value) => value > 0 && value < Infinity);
  if (!["random", "random-without-keys", "zero"].includes(filler)) {
    throw new ConfigError(
      `mqar: filler must be "random", "random-without-keys" or "zero"; got ${describeValue(filler)}.`,
      { field: "filler", got: filler },
    );
  }
  const slots = Math.floor((length - 2 * pairs) / 2);
  const weights = Float64Array.from({ length: slots }, (_, i) => (i + 1) ** (power - 1));

  const fillRow = (x: Int32Array, y: Int32Array, stream: number): void => {
    const bits = hostBits({ seed, stream }, 4 * pairs + 2 * length);
    const keys = distinct(drawOf(bits), pairs, firstValue - 1);
    const values = distinct(drawOf(bits.subarray(2 * pairs)), pairs, vocab - firstValue);
    const gaps = drawWeighted(hostUniform({ seed, stream: stream + 2 ** 39 }, slots), weights, pairs);
    const excluded = filler === "random-without-keys" ? keys.map((key) => 1 + key).sort((a, b) => a - b) : [];
    for (let i = 0; filler !== "zero" && i < length; i++) {
      let token = integerFromBits(bits[4 * pairs + 2 * i]!, bits[4 * pairs + 2 * i + 1]!, vocab - excluded.length);
      for (const key of excluded) if (token >= key) token++;
      x[i] = token;
    }
    for (let i = 0; i < pairs; i++) {
      const [key, value] = [1 + keys[i]!, firstValue + values[i]!];
      const query = 2 * pairs + 2 * gaps[i]!;
      x[2 * i] = key;
      x[2 * i + 1] = value;
      x[query] = key;
      y[query] = value;
    }
  };

  return rowBatches(batch, taskStreams.mqar, () => length, fillRow);
}

/** Draws from these words, two for each. */
function drawOf(bits: Uint32Array): Draw {
  let at = 0;
  return (bound) => integerFromBits(bits[at++]!, bits[at++]!, bound);
}

/** `count` distinct indices, each next one with probability ∝ its weight: the order of exponential waiting times −ln(1 − u) / weight. */
function drawWeighted(uniform: Float32Array, weights: Float64Array, count: number): number[] {
  const waits = Array.from(uniform, (u, i) => [-Math.log(1 - u) / weights[i]!, i] as const);
  waits.sort(([a, i], [b, j]) => a - b || i - j);
  return waits.slice(0, count).map(([, i]) => i);
}
