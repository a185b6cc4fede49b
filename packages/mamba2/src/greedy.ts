// The best token of each row, found where the logits are: two numbers per row come back to the host instead of the vocabulary.
import { argmax, cast, concat, reshape, slice, sum, type Tensor, tidy } from "@x/tensor";
import type { SamplingOptions } from "./sampling.ts";

/** Ids travel as f32, beside the sums; up to here every integer is one. */
const MOST_TOKENS = 2 ** 24;

/** Whether `options` always choose the largest logit, whatever came before. */
export function isGreedy({ temperature, topK, repetitionPenalty = 1 }: SamplingOptions): boolean {
  return (temperature === 0 || topK === 1) && repetitionPenalty === 1;
}

/**
 * The first largest of each row's first `vocabSize` logits, and their sum, which is finite only if all of them are: neither the position nor the
 * value of a largest element shows every NaN.
 *
 * @param logits [b, v] or [b, 1, v] f32
 * @returns [2·b] f32: b token ids, then b sums; undefined when ids or `vocabSize` do not fit, which is for the sampler to judge
 */
export function bestTokens(logits: Tensor, vocabSize: number): Tensor | undefined {
  const [rows, width] = [logits.shape[0]!, logits.shape.at(-1)!];
  if (vocabSize > Math.min(width, MOST_TOKENS)) return undefined;
  return tidy(() => {
    const all = reshape(logits, [rows, width]);
    const real = vocabSize < width ? slice(all, 1, 0, vocabSize) : all;
    return concat([cast(argmax(real, 1), "f32"), sum(real, 1)], 0);
  });
}

/** The ids in what `bestTokens` returned; undefined when a row holds a logit that is not finite, or sums that overflow: then the sampler decides. */
export async function readBest(best: Tensor): Promise<number[] | undefined> {
  const values = [...await best.data()];
  const rows = values.length / 2;
  return values.slice(rows).every(Number.isFinite) ? values.slice(0, rows) : undefined;
}
