// Token sequences as training data: what is held out, and batches of contiguous tokens. A batch is a pure function of its step,
// so training that resumes at a step sees what it would have seen. Plain host arrays, no tensors.

import {
  checkOptions,
  ConfigError,
  hostBits,
  integerFromBits,
  requireArity,
  requireOptions,
  strict,
} from "@x/tensor/core";
import { rangesOf, type TokenArray, type TokenRanges } from "./token-ranges.ts";

/** Tokens from `begin` up to, not including, `end`. */
export interface Segment {
  readonly begin: number;
  readonly end: number;
}

/** Inputs and targets, both [batch, length] in row-major order; `y` is −100 where nothing is to be predicted. */
export interface TokenBatch {
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** of rows of several documents: the number of the document that each token is of, −1 for padding */
  readonly seqIdx?: Int32Array;
  readonly shape: readonly [batch: number, length: number];
}

/** The target that losses ignore. */
export const IGNORE_INDEX = -100;

/** Data draws from a stream of its own, apart from those of weights and sampling under the same seed. */
const STREAM = 2 ** 40;

/** Tokens cut into those to train on and those held out; what {@link holdOut} returns. */
export interface HoldOut {
  readonly train: readonly Segment[];
  readonly validation: readonly Segment[];
}

/** Blocks held out at most: some GB of segments. */
const MOST_BLOCKS = 2 ** 24;

/**
 * Holds out every `every`-th block of `blockSize` tokens. Texts shorter than `every` blocks are cut into `every` equal smaller ones, so that
 * there always is something to validate on. No training segment touches a held-out token.
 *
 * @throws ConfigError for an unknown option and for fewer than 2 · `every` tokens
 * @example
 * const { train, validation } = holdOut(byteTokenizer.encode("a long text, ".repeat(999)).length);
 */
export function holdOut(
  count: number,
  options: { readonly blockSize?: number; readonly every?: number } = {},
): HoldOut {
  requireArity("holdOut", arguments, 2);
  checkOptions("holdOut", options, { blockSize: true, every: true });
  const { blockSize = 4096, every = 20 } = options;
  checkPositive("holdOut", "blockSize", blockSize);
  checkPositive("holdOut", "every", every);
  if (every < 2)
    throw new ConfigError("holdOut: every must be at least 2, or nothing is left to train on; got 1.", {
      field: "every",
      got: every,
    });
  if (!Number.isSafeInteger(count) || count < 2 * every) {
    throw new ConfigError(
      `holdOut: the data must have at least ${2 * every} tokens to hold out every ${every}th block; got ${count}.`,
      {
        field: "count",
        expected: 2 * every,
        got: count,
      },
    );
  }
  const block = Math.min(blockSize, Math.floor(count / every));
  if (count / (block * every) > MOST_BLOCKS)
    throw ConfigError.must(
      "holdOut",
      "blockSize",
      `be at least ${Math.ceil(count / (every * MOST_BLOCKS))} for ${count} tokens`,
      blockSize,
    );
  const train: Segment[] = [];
  const validation: Segment[] = [];
  for (let begin = 0; begin < count; begin += block * every) {
    const held = begin + block * (every - 1);
    train.push({ begin, end: Math.min(held, count) });
    if (held < count) validation.push({ begin: held, end: Math.min(held + block, count) });
  }
  return { train, validation: validation.filter(({ begin, end }) => end - begin >= 2) };
}

/** Options of {@link randomBatches}. */
export interface RandomBatchesOptions {
  /** in memory, or read by ranges */
  readonly tokens: TokenArray | TokenRanges;
  /** ranges that rows are taken from; default: all tokens */
  readonly segments?: readonly Segment[];
  readonly batch: number;
  readonly length: number;
  readonly seed?: number;
}

/** Batches by step. */
export interface Batches<B = TokenBatch> {
  /** The batch of a step; the same for the same step, in any order of calls. */
  at(step: number): B;
}

/**
 * Batches of rows of `length` + 1 contiguous tokens: x is all but the last, y all but the first. Every place in `segments` where a row fits is
 * equally likely; no row crosses the end of a segment.
 *
 * @throws ConfigError for an unknown option and when no segment has `length` + 1 tokens
 * @example
 * const { x, y } = randomBatches({ tokens: byteTokenizer.encode("abcdefgh"), batch: 2, length: 4, seed: 1 }).at(0);
 */
export function randomBatches(options: RandomBatchesOptions): Batches {
  requireArity("randomBatches", arguments, 1);
  requireOptions("randomBatches", options);
  checkOptions("randomBatches", options, { tokens: true, segments: true, batch: true, length: true, seed: true });
  const { batch, length, seed = 0 } = options;
  const tokens = rangesOf("randomBatches", options.tokens);
  const segments = options.segments ?? [{ begin: 0, end: tokens.length }];
  checkBatchSize("randomBatches", batch, length);
  checkSegments("randomBatches", segments, tokens.length);
  // places[i]: how many rows can begin in the segments before i
  const startCounts = [0];
  for (const { begin, end } of segments) startCounts.push(startCounts.at(-1)! + Math.max(0, end - begin - length));
  const total = startCounts.at(-1)!;
  if (total === 0) {
    const longest = Math.max(0, ...segments.map(({ begin, end }) => end - begin));
    throw new ConfigError(
      `randomBatches: a row takes length + 1 = ${length + 1} tokens; the longest stretch of the data has ${longest}. ` +
        "Take a smaller length or more data.",
      { field: "length", expected: longest - 1, got: length },
    );
  }
  return strict("randomBatches", {
    at(step) {
      checkStep("randomBatches", step);
      const bits = hostBits({ seed, stream: STREAM }, 2 * batch, 2 * batch * step);
      const x = new Int32Array(batch * length);
      const y = new Int32Array(batch * length);
      for (let row = 0; row < batch; row++) {
        const start = integerFromBits(bits[2 * row]!, bits[2 * row + 1]!, total);
        const segment = lastAtMost(startCounts, start);
        const begin = segments[segment]!.begin + start - startCounts[segment]!;
        setRow({ x, y }, row * length, tokens.read(begin, begin + length + 1));
      }
      return { x, y, shape: [batch, length] };
    },
  });
}

/**
 * Batches that predict every token of `segments` once, except the first of each, in order. Rows start afresh every `length` tokens; what is
 * left of a segment or of a batch is filled with token 0 and target −100, so that every batch has the same shape.
 *
 * @throws ConfigError for an unknown option, tokens that are no typed array of integers, and segments outside of them
 * @example
 * const tokens = byteTokenizer.encode("abcdefghij");
 * for (const { x, y } of sequentialBatches({ tokens, batch: 2, length: 4 })) console.log(x, y);
 */
export function sequentialBatches(options: Omit<RandomBatchesOptions, "seed">): Generator<TokenBatch, void> {
  requireArity("sequentialBatches", arguments, 1);
  requireOptions("sequentialBatches", options);
  checkOptions("sequentialBatches", options, { tokens: true, segments: true, batch: true, length: true });
  const { batch, length } = options;
  const tokens = rangesOf("sequentialBatches", options.tokens);
  const segments = options.segments ?? [{ begin: 0, end: tokens.length }];
  checkBatchSize("sequentialBatches", batch, length);
  checkSegments("sequentialBatches", segments, tokens.length);
  return inOrder(tokens, segments, batch, length);
}

/** Raises unless batches have such a step. @throws ConfigError */
export function checkStep(op: string, step: number): void {
  if (Number.isSafeInteger(step) && step >= 0) return;
  throw ConfigError.must(op, "step", "be a whole number of at least 0", step);
}

/** Writes the inputs and targets that tokens hold from a place on. @throws ConfigError for one that 31 bits cannot hold: it would become another, or −100, which is ignored */
export function setRow({ x, y }: Pick<TokenBatch, "x" | "y">, at: number, tokens: TokenArray): void {
  const wrong = tokens instanceof Uint32Array ? tokens.find((id) => id >= 2 ** 31) : undefined;
  if (wrong !== undefined)
    throw new ConfigError(`tokens: must be below 2^31; got ${wrong}.`, { field: "tokens", got: wrong });
  x.set(tokens.subarray(0, -1), at);
  y.set(tokens.subarray(1), at);
}

function* inOrder(
  tokens: TokenRanges,
  segments: readonly Segment[],
  batch: number,
  length: number,
): Generator<TokenBatch, void> {
  const rows = segments.flatMap(({ begin, end }) => {
    const count = Math.max(0, Math.ceil((end - begin - 1) / length));
    return Array.from({ length: count }, (_, i) => ({
      begin: begin + i * length,
      end: Math.min(begin + (i + 1) * length, end - 1),
    }));
  });
  for (let first = 0; first < rows.length; first += batch) {
    const x = new Int32Array(batch * length);
    const y = new Int32Array(batch * length).fill(IGNORE_INDEX);
    rows.slice(first, first + batch).forEach(({ begin, end }, row) => {
      setRow({ x, y }, row * length, tokens.read(begin, end + 1));
    });
    yield { x, y, shape: [batch, length] };
  }
}

/** The last index whose value is at most `value`, in an ascending list; of equal values the last. */
export function lastAtMost(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Raises a ConfigError unless `value` is an integer of at least 1. */
export function checkPositive(op: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new ConfigError(`${op}: ${name} must be an integer of at least 1; got ${String(value)}.`, {
    op,
    field: name,
    got: value,
  });
}

/** Tokens of a batch: 4 GiB, more than any device takes as one tensor. */
const MOST_TOKENS = 2 ** 30;

/** Raises unless a batch has rows and tokens, and no more than memory holds. */
export function checkBatchSize(op: string, batch: number, length: number): void {
  checkPositive(op, "batch", batch);
  checkPositive(op, "length", length);
  if (batch * length > MOST_TOKENS)
    throw ConfigError.must(op, "batch × length", `be at most ${MOST_TOKENS} tokens`, batch * length, MOST_TOKENS);
}

/** Raises unless all segments are ranges of the tokens. */
export function checkSegments(op: string, segments: readonly Segment[], count: number): void {
  for (const { begin, end } of segments) {
    if (Number.isSafeInteger(begin) && Number.isSafeInteger(end) && begin >= 0 && begin <= end && end <= count)
      continue;
    throw new ConfigError(`${op}: segments must be within the ${count} tokens, begin ≤ end; got ${begin} to ${end}.`, {
      op,
      field: "segments",
      expected: count,
      got: [begin, end],
    });
  }
}
