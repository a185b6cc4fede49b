// What generators of tasks share: rows drawn by seed, step and row, so that a step is the same in whatever order steps are asked for.
import { checkOptions, ConfigError, hostBits, integerFromBits, requireOptions, strict } from "@x/tensor/core";
import type { OptionKeys } from "@x/base";
import { type Batches, checkBatchSize, checkPositive, checkStep, IGNORE_INDEX, type TokenBatch } from "../tokens.ts";

/** Options that every task has. */
export interface TaskOptions {
  /** sequences per step */
  readonly batch: number;
  /** of the draw; default 0 */
  readonly seed?: number;
}

/** A whole number from 0 to `bound` − 1, the next one of a row's draws. */
export type Draw = (bound: number) => number;

/** Each task draws from streams of its own: 2^40 of them. */
export const taskStreams: Readonly<
  Record<"mqar" | "parity" | "selectiveCopying" | "inductionHeads" | "modularAddition" | "resetMajority", number>
> = {
  mqar: 3 * 2 ** 40,
  parity: 4 * 2 ** 40,
  selectiveCopying: 5 * 2 ** 40,
  inductionHeads: 6 * 2 ** 40,
  modularAddition: 7 * 2 ** 40,
  resetMajority: 8 * 2 ** 40,
};

const blockWords = 256;

/** Draws of one stream, block by block. */
export function drawing(seed: number, stream: number): Draw {
  let bits: Uint32Array = new Uint32Array();
  let [at, offset] = [0, 0];
  return (bound) => {
    if (at === bits.length) {
      bits = hostBits({ seed, stream }, blockWords, offset);
      offset += blockWords;
      at = 0;
    }
    at += 2;
    return integerFromBits(bits[at - 2]!, bits[at - 1]!, bound);
  };
}

/** `count` distinct numbers below `bound`, in the order of a shuffle that stores only what it moved. */
export function distinct(draw: Draw, count: number, bound: number): number[] {
  const moved = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const j = i + draw(bound - i);
    const drawn = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return drawn;
  });
}

/** Raises about options that a task does not have, and sizes that are no positive whole numbers. */
export function checkTask<T extends TaskOptions>(
  task: string,
  options: T,
  known: OptionKeys<T>,
  sizes: Readonly<Record<string, number>>,
): void {
  requireOptions(task, options);
  checkOptions<T>(task, options, known);
  for (const [name, value] of Object.entries(sizes)) checkPositive(task, name, value);
}

/** A {@link ConfigError} about a field. */
export function refused(task: string, field: string, must: string, got: unknown): ConfigError {
  return new ConfigError(`${task}: ${field} must be ${must}; got ${String(got)}.`, { field, got });
}

/**
 * Batches of rows of `length(step)` tokens that `fill` writes, each from a stream of its own. y is −100 where it is left
 * alone.
 */
export function rowBatches(
  batch: number,
  stream: number,
  length: (step: number) => number,
  fill: (x: Int32Array, y: Int32Array, stream: number) => void,
): Batches {
  return strict("batches", {
    at(step): TokenBatch {
      checkStep("batches", step);
      const columns = length(step);
      checkBatchSize("batches", batch, columns);
      const x = new Int32Array(batch * columns);
      const y = new Int32Array(batch * columns).fill(IGNORE_INDEX);
      for (let row = 0; row < batch; row++) {
        const [begin, end] = [row * columns, (row + 1) * columns];
        fill(x.subarray(begin, end), y.subarray(begin, end), stream + step * batch + row);
      }
      return { x, y, shape: [batch, columns] };
    },
  });
}

/** {@link rowBatches} of what `fill` draws. */
export function taskBatches(
  { batch, seed = 0 }: TaskOptions,
  stream: number,
  length: (step: number) => number,
  fill: (x: Int32Array, y: Int32Array, draw: Draw) => void,
): Batches {
  return rowBatches(batch, stream, length, (x, y, own) => fill(x, y, drawing(seed, own)));
}
