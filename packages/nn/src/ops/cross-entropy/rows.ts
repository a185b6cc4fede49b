// Cross entropy of every row of a matrix of logits, and its reduction over rows.
import { crossEntropyWasm } from "@x/kernels-wasm";
import { crossEntropy as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  cast,
  constant,
  definePrimitive,
  div,
  eq,
  logsumexp,
  maximum,
  mean,
  mul,
  type Primitive,
  sizeOf,
  type Spec,
  sub,
  sum,
  type Tensor,
  where,
} from "@x/tensor/core";
import { crossEntropyBackwardPrimitive } from "./backward.ts";
import { rowsCases } from "./cases.ts";
import { check, countedRows, type CrossEntropyParams, hits, rowLosses, specOf, targetRange } from "./targets.ts";

export type { CrossEntropyParams } from "./targets.ts";
export { crossEntropyBackwardPrimitive } from "./backward.ts";
export { countedRows, rowLosses } from "./targets.ts";

/** loss = (1 − s)·(lse − logits[target]) + s·(lse − mean(logits)), 0 in rows that do not count; lse = log Σ exp(logits). */
export const crossEntropyRowsPrimitive: Primitive<"logits" | "targets", never, "loss" | "lse", CrossEntropyParams> =
  definePrimitive({
    name: "cross_entropy",
    inputs: ["logits", "targets"],
    outputs: ["loss", "lse"],
    infer({ logits, targets }, _p: CrossEntropyParams) {
      check("crossEntropy", logits, targets);
      const perRow = { shape: targets.shape, dtype: logits.dtype };
      return { loss: perRow, lse: perRow };
    },
    ids: ({ logits }, { ignoreIndex }) => [
      { ...targetRange("crossEntropy", logits.shape[1]!, ignoreIndex), input: "targets" },
    ],
    reference({ logits, targets }, { ignoreIndex, labelSmoothing }) {
      const cols = logits.shape[1]!;
      const lse = logsumexp(logits, -1);
      const hit = sum(where(hits(targets, cols), logits, 0), -1);
      // Without smoothing the other logits may be −∞.
      const sharp = sub(lse, hit);
      const loss =
        labelSmoothing === 0
          ? sharp
          : add(mul(sharp, 1 - labelSmoothing), mul(sub(lse, mean(logits, -1)), labelSmoothing));
      return { loss: rowLosses(loss, targets, countedRows(targets, cols, ignoreIndex), ignoreIndex), lse };
    },
    cpu(
      { logits: { data: logits, shape }, targets: { data: targets } },
      { loss: { data: loss }, lse: { data: lse } },
      { ignoreIndex, labelSmoothing },
    ) {
      const [rows, cols] = shape as [number, number];
      for (let r = 0, base = 0; r < rows; r++, base += cols) {
        let top = logits[base]!;
        let total = 0;
        for (let j = 0; j < cols; j++) {
          const v = logits[base + j]!;
          total += v;
          if (v > top) top = v;
        }
        // A sum with +∞, or of −∞ alone, is taken as it is; such a row has no shares.
        const shift = Math.abs(top) === Infinity ? 0 : top;
        let scaled = 0;
        for (let j = 0; j < cols; j++) scaled += Math.exp(logits[base + j]! - shift);
        const logSum = Math.log(scaled);
        const target = targets[r]!;
        const counts = target !== ignoreIndex && target >= 0 && target < cols;
        // Without smoothing the other logits may be −∞.
        const spread = labelSmoothing === 0 ? 0 : labelSmoothing * (top - total / cols);
        loss[r] = !counts
          ? 0
          : shift !== top
            ? NaN
            : (1 - labelSmoothing) * (top - logits[base + target]!) + spread + logSum;
        lse[r] = shift + logSum;
      }
    },
    webgpu: ({ logits }, p, caps) => kernels.program(specOf(logits, p), caps),
    wasm: ({ logits }, p) => crossEntropyWasm.program(specOf(logits, p)),
    vjp({ x: { logits, targets }, y: { lse }, grad, p }) {
      if (!grad.loss && !grad.lse) return {};
      const gradLoss = grad.loss ?? mul(grad.lse!, 0);
      return {
        logits: apply(crossEntropyBackwardPrimitive, { logits, targets, lse, gradLoss, gradLse: grad.lse }, p)
          .gradLogits,
      };
    },
    cases: rowsCases,
    cost: ({ logits }) => ({ flops: 5 * sizeOf(logits.shape), bytes: 4 * sizeOf(logits.shape) }),
  });

/** How the losses of rows become one: averaged over the rows that count, added, or left alone. */
export type Reduction = "mean" | "sum" | "none";

/** How many rows count, as a number that may be divided by: 1 where none does. */
export function divisorOf(targets: Tensor, cols: number, ignoreIndex: number, dtype: Spec["dtype"]): Tensor {
  return maximum(rowCount(targets, cols, ignoreIndex, dtype), 1);
}

function rowCount(targets: Tensor, cols: number, ignoreIndex: number, dtype: Spec["dtype"]): Tensor {
  return sum(cast(countedRows(targets, cols, ignoreIndex), dtype));
}

/** Reduces losses per row; the mean over no rows at all is NaN, with gradients of 0, as in PyTorch. */
export function reduceRows(
  loss: Tensor,
  targets: Tensor,
  cols: number,
  ignoreIndex: number,
  reduction: Reduction,
): Tensor {
  if (reduction === "none") return loss;
  const total = sum(loss);
  if (reduction === "sum") return total;
  const count = rowCount(targets, cols, ignoreIndex, loss.dtype);
  return where(eq(count, 0), constant(NaN, loss.dtype, loss.device), div(total, maximum(count, 1)));
}
