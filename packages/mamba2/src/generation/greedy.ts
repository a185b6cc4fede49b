// The best token of each row, found where the logits are: two numbers per row come back to the host instead of the vocabulary.
import { argmax, cast, concat, eq, reshape, slice, sum, type Tensor, tidy, where } from "@x/tensor/core";
import { countsGenerated, type SamplingOptions } from "./sampling.ts";

/** Ids travel as f32, beside the sums; up to here every integer is one. */
const MOST_TOKENS = 2 ** 24;

/** Whether `options` always choose the largest logit, whatever came before. */
export function isGreedy(options: SamplingOptions): boolean {
  const { temperature, topK, repetitionPenalty = 1 } = options;
  return (temperature === 0 || topK === 1) && repetitionPenalty === 1 && !countsGenerated(options);
}

/** The best token of each row. */
export interface BestTokens {
  /** [b] i32, to feed the next step with */
  readonly ids: Tensor;
  /** [2·b] f32, for the host: b token ids, then per row the sum of its logits, which is finite only if all of them are */
  readonly report: Tensor;
}

/**
 * The first largest of each row's first `vocabSize` logits. Their sum goes with it: neither the position nor the value of a largest element shows every NaN.
 *
 * @param logits [b, v] or [b, 1, v] f32
 * @param fed the tokens that these logits follow, [b] i32, where they were generated: a row that was fed one of `endTokens` has ended and is fed it again
 * @returns undefined when ids or `vocabSize` do not fit, which is for the sampler to judge
 */
export function bestTokens(
  logits: Tensor,
  vocabSize: number,
  fed?: Tensor,
  endTokens: readonly number[] = [],
): BestTokens | undefined {
  const [rows, width] = [logits.shape[0]!, logits.shape.at(-1)!];
  if (vocabSize > Math.min(width, MOST_TOKENS)) return undefined;
  return tidy(() => {
    const all = reshape(logits, [rows, width]);
    const real = vocabSize < width ? slice(all, 1, 0, vocabSize) : all;
    const best = argmax(real, 1);
    return {
      ids: fed ? endTokens.reduce((next, end) => where(eq(fed, end), fed, next), best) : best,
      report: concat([cast(best, "f32"), sum(real, 1)], 0),
    };
  });
}

/** The ids that `bestTokens` found; undefined when a row holds a logit that is not finite, or sums that overflow: then the sampler decides. */
export async function readBest({ report }: BestTokens): Promise<number[] | undefined> {
  const values = [...(await report.data())];
  const rows = values.length / 2;
  return values.slice(rows).every(Number.isFinite) ? values.slice(0, rows) : undefined;
}
