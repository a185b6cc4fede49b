// Gradient of the cross entropy of rows.
import { crossEntropyWasm } from "@x/kernels-wasm";
import { crossEntropy as kernels } from "@x/kernels-wgsl";
import {
  add,
  cast,
  definePrimitive,
  exp,
  f32ToF16,
  mul,
  type Primitive,
  reshape,
  sizeOf,
  sub,
  where,
} from "@x/tensor/core";
import { checkSpec, type Halved, halved, halvedDType, takesHalf } from "../norm-checks.ts";
import { backwardCases } from "./cases.ts";
import { check, countedRows, type CrossEntropyParams, hits, specOf, targetRange } from "./targets.ts";

/** gradLogits = exp(logits − lse)·(g + gradLse) − g·((1 − s)·onehot + s/v), with g = gradLoss where the row counts, else 0. */
export const crossEntropyBackwardPrimitive: Primitive<
  "logits" | "targets" | "lse" | "gradLoss",
  "gradLse",
  "gradLogits",
  CrossEntropyParams & Halved
> = definePrimitive({
  name: "cross_entropy_backward",
  inputs: ["logits", "targets", "lse", "gradLoss"],
  optional: ["gradLse"],
  outputs: ["gradLogits"],
  half: "gradLogits",
  infer({ logits, targets, lse, gradLoss, gradLse }, p: CrossEntropyParams & Halved) {
    check("crossEntropyBackward", logits, targets);
    for (const [name, spec] of Object.entries({ lse, gradLoss, gradLse })) {
      if (spec) checkSpec("crossEntropyBackward", name, spec, targets.shape, logits.dtype);
    }
    return { gradLogits: { shape: logits.shape, dtype: halvedDType(p, logits.dtype) } };
  },
  ids: ({ logits }, { ignoreIndex }) => [
    { ...targetRange("crossEntropyBackward", logits.shape[1]!, ignoreIndex), input: "targets" },
  ],
  reference({ logits, targets, lse, gradLoss, gradLse }, { ignoreIndex, labelSmoothing, half }) {
    const [rows, cols] = logits.shape as [number, number];
    const softmax = exp(sub(logits, reshape(lse, [rows, 1])));
    const target = add(mul(cast(hits(targets, cols), logits.dtype), 1 - labelSmoothing), labelSmoothing / cols);
    const upstream = reshape(where(countedRows(targets, cols, ignoreIndex), gradLoss, 0), [rows, 1]);
    const gradLogits = mul(upstream, sub(softmax, target));
    const whole = gradLse ? add(gradLogits, mul(reshape(gradLse, [rows, 1]), softmax)) : gradLogits;
    return { gradLogits: halved({ half }, whole) };
  },
  cpu(inputs, { gradLogits: { data: stored } }, { ignoreIndex, labelSmoothing, half }) {
    const {
      logits: { data: logits, shape },
      targets: { data: targets },
      lse: { data: lse },
      gradLoss: { data: gradLoss },
      gradLse,
    } = inputs;
    const [rows, cols] = shape as [number, number];
    const gradLogits = half ? new Float32Array(logits.length) : stored;
    for (let r = 0, base = 0; r < rows; r++, base += cols) {
      const target = targets[r]!;
      const counts = target !== ignoreIndex && target >= 0 && target < cols;
      const g = counts ? gradLoss[r]! : 0;
      const scale = gradLse ? g + gradLse.data[r]! : g;
      const spread = (g * labelSmoothing) / cols;
      const shift = Number.isFinite(lse[r]!) ? lse[r]! : NaN;
      for (let j = 0; j < cols; j++)
        gradLogits[base + j] = scale === 0 ? -spread : scale * Math.exp(logits[base + j]! - shift) - spread;
      if (counts) gradLogits[base + target]! -= g * (1 - labelSmoothing);
    }
    if (half) stored.set(f32ToF16(gradLogits as Float32Array));
  },
  webgpu: ({ logits, gradLse }, { half, ...p }, caps) =>
    takesHalf({ half }, logits.shape[1]!)
      ? kernels.backward({ ...specOf(logits, p), lse: gradLse !== undefined, ...(half && { half }) }, caps)
      : undefined,
  wasm: ({ logits, gradLse }, { half, ...p }) =>
    half ? undefined : crossEntropyWasm.backward({ ...specOf(logits, p), lse: gradLse !== undefined }),
  cases: backwardCases,
  cost: ({ logits }) => ({ flops: 4 * sizeOf(logits.shape), bytes: 8 * sizeOf(logits.shape) }),
});
