// Attention and its gradient made of other primitives, with the whole matrix of weights: the oracle of the kernels.
import type { AttentionSizes } from "@x/base";
import {
  add,
  and,
  arange,
  div,
  einsum,
  eq,
  exp,
  ge,
  le,
  log,
  max,
  mul,
  permute,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  where,
} from "@x/tensor/core";
import { documentCounts } from "../documents.ts";
import { type AttentionInputs, type AttentionParams, sizesOf } from "./spec.ts";

/** What each query sees, bool, [b or 1, 1, 1, l, m]; undefined where that is everything. */
export function visible(
  { k, seqIdx }: Pick<AttentionInputs<Tensor>, "k" | "seqIdx">,
  { b, l, m }: AttentionSizes,
  causal: boolean,
): Tensor | undefined {
  const indices = (count: number, from: number): Tensor =>
    arange(from, from + count, 1, { dtype: "i32", device: k.device });
  const before = causal
    ? le(reshape(indices(m, 0), [1, 1, 1, 1, m]), reshape(indices(l, m - l), [1, 1, 1, l, 1]))
    : undefined;
  if (!seqIdx) return before;
  const counts = documentCounts(seqIdx, k); // [b, m]
  const ofQueries = (of: Tensor): Tensor => reshape(slice(of, 1, m - l), [b, 1, 1, l, 1]);
  const same = and(eq(ofQueries(counts), reshape(counts, [b, 1, 1, 1, m])), ge(ofQueries(seqIdx), 0));
  return before ? and(same, before) : same;
}

/** [b, l, heads, …] → [b, l, kvHeads, heads of a group, …] */
function grouped(x: Tensor, { heads, kvHeads }: AttentionSizes): Tensor {
  const [b, l, , ...rest] = x.shape as [number, number, number, ...number[]];
  return reshape(x, [b, l, kvHeads, heads / kvHeads, ...rest]);
}

/** [b, l, heads] → [b, kvHeads, heads of a group, l, 1] */
function perScore(statistic: Tensor, sizes: AttentionSizes): Tensor {
  const { b, l, heads, kvHeads } = sizes;
  return reshape(permute(grouped(statistic, sizes), [0, 2, 3, 1]), [b, kvHeads, heads / kvHeads, l, 1]);
}

/** Products of queries and keys times the scale, [b, kvHeads, heads of a group, l, m]. */
function scores(q: Tensor, k: Tensor, scale: number, sizes: AttentionSizes): Tensor {
  return mul(einsum("bikrd,bjkd->bkrij", grouped(q, sizes), k), scale);
}

const masked = (mask: Tensor | undefined, x: Tensor, otherwise: number): Tensor =>
  mask ? where(mask, x, otherwise) : x;

/** y and the logarithm of each row's sum of exponentials; both are 0 for a query that sees nothing, NaN for one whose scores are all −∞. */
export function attentionReference(
  inputs: AttentionInputs<Tensor>,
  { scale, causal }: AttentionParams,
): { y: Tensor; logSum: Tensor } {
  const { q, k, v } = inputs;
  const sizes = sizesOf(inputs);
  return weighted(q, k, v, visible(inputs, sizes, causal), scale);
}

/** The same with a mask of what each query sees. */
export function weighted(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor | undefined,
  scale: number,
): { y: Tensor; logSum: Tensor } {
  const sizes = sizesOf({ q, k });
  const { b, l, heads } = sizes;
  const all = scores(q, k, scale, sizes);
  const top = max(masked(mask, all, -Infinity), -1, { keepDims: true });
  const powers = masked(mask, exp(masked(mask, sub(all, top), 0)), 0);
  const total = sum(powers, -1, { keepDims: true }); // 0 where nothing is seen
  const blind = eq(total, 0);
  const totals = where(blind, 1, total);
  const y = einsum("bkrij,bjkd->bikrd", div(powers, totals), v);
  const logSum = where(blind, 0, add(log(totals), top));
  return { y: reshape(y, q.shape), logSum: reshape(permute(logSum, [0, 3, 1, 2, 4]), [b, l, heads]) };
}

/** Gradients of q, k and v from what the forward pass kept. `delta` is y · gradY of each query and head. */
export function attentionBackwardReference(
  inputs: AttentionInputs<Tensor> & { readonly logSum: Tensor; readonly delta: Tensor; readonly gradY: Tensor },
  { scale, causal }: AttentionParams,
): { gradQ: Tensor; gradK: Tensor; gradV: Tensor } {
  const { q, k, v, logSum, delta, gradY } = inputs;
  const sizes = sizesOf(inputs);
  const mask = visible(inputs, sizes, causal);
  const shifted = sub(scores(q, k, scale, sizes), perScore(logSum, sizes));
  const weights = masked(mask, exp(masked(mask, shifted, 0)), 0);
  const grads = grouped(gradY, sizes);
  const gradWeights = einsum("bikrd,bjkd->bkrij", grads, v);
  const gradScores = mul(mul(weights, sub(gradWeights, perScore(delta, sizes))), scale);
  return {
    gradQ: reshape(einsum("bkrij,bjkd->bikrd", gradScores, k), q.shape),
    gradK: einsum("bkrij,bikrd->bjkd", gradScores, grouped(q, sizes)),
    gradV: einsum("bkrij,bikrd->bjkd", weights, grads),
  };
}
