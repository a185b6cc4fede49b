// Split-K: how many parts the sum over k is cut into, and the dispatch that adds them up.
import type { Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { dispatch, type Dispatch } from "../kernel.ts";
import type { MatmulTuning } from "../tuning/table.ts";
import type { ResolvedMatmul } from "./spec.ts";
import { matmulSplitKSum, splitKSumThreads } from "./split-k-sum.ts";

/** Adds up the parts of a cut k. */
export function splitSum(
  { m, n, matrices, types, epilogue, buffers, epilogueBuffers }: ResolvedMatmul,
  splits: number,
  caps: Caps,
): Dispatch {
  const vector = n % 4 === 0;
  const width = vector ? 4 : 1;
  const size = (matrices * m * n) / width;
  return dispatch(matmulSplitKSum, {
    config: { vector, ...epilogue, ...(types.c === "f32" ? {} : { typeC: types.c }) },
    buffers: { c: buffers.c, ...epilogueBuffers },
    uniforms: { size, n: n / width, splits },
    workgroups: grid1d(size, splitKSumThreads, caps),
  });
}

/**
 * How many parts k is split into: 1 where there are enough workgroups already; else about as many as the table aims at,
 * or fewer, if their last wave is fuller.
 */
export function targetSplits(count: number, { splitKBelow, targetWorkgroups, atOnce = 1 }: MatmulTuning): number {
  if (count >= splitKBelow) return 1;
  const filled = (parts: number): number => (count * parts) / Math.ceil((count * parts) / atOnce);
  let splits = Math.ceil(targetWorkgroups / count);
  for (let fewer = splits; --fewer > 0;) if (filled(fewer) > filled(splits)) splits = fewer;
  return splits;
}

/**
 * Sums of more than `maxSumDepth` additions are split into parts of `partDepth`, because one long chain of them loses
 * digits; but not beyond `partBytes` of partial sums.
 */
const maxSumDepth = 4096;
export const partDepth = 512;
const partBytes = 64 * 2 ** 20;

/** Parts whose sums there is memory for. */
export function mostSplits(
  { m, n, k, matrices }: ResolvedMatmul,
  { maxComputeWorkgroupsPerDimension: most }: Pick<Caps, "maxComputeWorkgroupsPerDimension">,
): number {
  return Math.max(1, Math.min(most, Math.ceil(k / partDepth), Math.floor(partBytes / (4 * matrices * m * n))));
}

/** `together`: terms that one addition takes. */
export function minSplits(
  product: ResolvedMatmul,
  caps: Pick<Caps, "maxComputeWorkgroupsPerDimension">,
  together: number = 1,
): number {
  return product.k <= maxSumDepth * together ? 1 : mostSplits(product, caps);
}

/** Equal parts of k, whole rounds long, none shorter than `least`. */
export function splitOf(
  k: number,
  depth: number,
  wanted: number,
  least: number,
): { readonly splits: number; readonly splitDepth: number } {
  const most = Math.max(1, Math.floor(k / Math.max(least, depth)));
  const splitDepth = Math.max(1, Math.ceil(k / Math.min(wanted, most) / depth)) * depth;
  return { splits: Math.max(1, Math.ceil(k / splitDepth)), splitDepth };
}
