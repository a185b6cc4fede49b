// Long stretches of tokens read in consecutive windows: each row of a batch goes on where the same row of the batch before it ended.
import {
  checkOptions,
  ConfigError,
  hostBits,
  integerFromBits,
  requireArity,
  requireArray,
  requireOptions,
  strict,
} from "@x/tensor/core";
import {
  type Batches,
  checkBatchSize,
  checkSegments,
  checkStep,
  IGNORE_INDEX,
  lastAtMost,
  type RandomBatchesOptions,
  setRow,
  type TokenBatch,
} from "./tokens.ts";
import { rangesOf } from "./token-ranges.ts";

/** A batch whose rows may go on from those of the batch before. */
export interface ConsecutiveBatch extends TokenBatch {
  /** [batch] 1 for a row that goes on where the same row of the batch before ended, 0 for one that starts over */
  readonly continues: Int32Array;
}

const OPTIONS = { tokens: true, segments: true, batch: true, length: true, seed: true } as const;

/**
 * Batches for truncated backpropagation through time. The segments are cut into windows of `length` tokens, in order. Row r of B reads them one after another, from a place r/B of all
 * windows behind that of row 0, which the seed chooses, and around the end to the first. `continues` is 0 in the batch of step 0 and where a segment begins. What is left of a segment
 * fills its last window up to target −100. After as many steps as there are windows by `batch`, every token has been read once.
 *
 * @throws ConfigError for an unknown option, segments outside of the tokens, and fewer windows than rows
 * @example
 * const tokens = byteTokenizer.encode("a long text, ".repeat(9));
 * const batches = consecutiveBatches({ tokens, batch: 2, length: 8 });
 * batches.at(1).continues; // [1, 1]
 */
export function consecutiveBatches(options: RandomBatchesOptions): Batches<ConsecutiveBatch> {
  requireArity("consecutiveBatches", arguments, 1);
  requireOptions("consecutiveBatches", options);
  checkOptions("consecutiveBatches", options, OPTIONS);
  const { batch, length, seed = 0 } = options;
  const tokens = rangesOf("consecutiveBatches", options.tokens);
  const segments = options.segments ?? [{ begin: 0, end: tokens.length }];
  checkBatchSize("consecutiveBatches", batch, length);
  requireArray("consecutiveBatches", "segments", segments);
  checkSegments("consecutiveBatches", segments, tokens.length);
  // counts[i]: how many windows the segments before i have
  const counts = [0];
  for (const { begin, end } of segments)
    counts.push(counts.at(-1)! + Math.max(0, Math.ceil((end - begin - 1) / length)));
  const count = counts.at(-1)!;
  if (count < batch)
    throw new ConfigError(
      `consecutiveBatches: the data must have at least a window of length ${length} for each of ${batch} rows; they have ${count}. Take a smaller batch or length, or more data.`,
      { field: "batch", expected: count, got: batch },
    );
  const bits = hostBits({ seed, stream: STREAM }, 2, 0);
  const start = integerFromBits(bits[0]!, bits[1]!, count);
  return strict("consecutiveBatches", {
    at(step) {
      checkStep("consecutiveBatches", step);
      const x = new Int32Array(batch * length);
      const y = new Int32Array(batch * length).fill(IGNORE_INDEX);
      const continues = new Int32Array(batch);
      for (let row = 0; row < batch; row++) {
        const window = (start + Math.floor((row * count) / batch) + step) % count;
        const segment = lastAtMost(counts, window);
        const { begin: first, end } = segments[segment]!;
        const begin = first + (window - counts[segment]!) * length;
        setRow({ x, y }, row * length, tokens.read(begin, Math.min(begin + length + 1, end)));
        continues[row] = step > 0 && begin > first ? 1 : 0;
      }
      return { x, y, continues, shape: [batch, length] };
    },
  });
}

/** apart from the draws of other data, weights and sampling under the same seed */
const STREAM = 5 * 2 ** 40;
