// Gradient of attention, as a primitive of its own: the weights are made again from the statistics of the forward pass.
import type { AttentionSpec } from "@x/base";
import { attentionBackwardWasm } from "@x/kernels-wasm";
import { attention as kernels } from "@x/kernels-wgsl";
import { definePrimitive, type OutputRows, type Primitive, type Shape, sizeOf, type Spec } from "@x/tensor/core";
import { attentionCases } from "./cases.ts";
import { attentionBackwardReference } from "./reference.ts";
import { type AttentionInputs, type AttentionParams, checkAttention, checkLike, sizesOf, specOf } from "./spec.ts";

const op = "attentionBackward";

/** What the kernels' programs depend on. */
function backwardSpec(
  inputs: AttentionInputs<Spec> & { readonly gradY: Spec },
  params: AttentionParams,
  { gradQ, gradK, gradV }: OutputRows<"gradQ" | "gradK" | "gradV">,
): AttentionSpec {
  return specOf(inputs, params, { likeQ: { gradY: inputs.gradY.rows, gradQ }, likeK: { gradK, gradV } });
}

/**
 * Inputs as those of attention, and logSum, delta [b, l, heads] (y · gradY of each query and head) and gradY [b, l, heads, a]; outputs gradQ, gradK and gradV.
 */
export const attentionBackwardPrimitive: Primitive<
  "q" | "k" | "v" | "logSum" | "delta" | "gradY",
  "seqIdx",
  "gradQ" | "gradK" | "gradV",
  AttentionParams
> = definePrimitive({
  name: "attention_backward",
  inputs: ["q", "k", "v", "logSum", "delta", "gradY"],
  optional: ["seqIdx"],
  outputs: ["gradQ", "gradK", "gradV"],
  infer(inputs, params: AttentionParams) {
    const { q, k, logSum, delta, gradY } = inputs;
    checkAttention(op, inputs, params);
    checkLike(op, "logSum", logSum, q.shape.slice(0, 3), q.dtype);
    checkLike(op, "delta", delta, q.shape.slice(0, 3), q.dtype);
    checkLike(op, "gradY", gradY, q.shape, q.dtype);
    const likeK = { shape: k.shape, dtype: q.dtype };
    return { gradQ: { shape: q.shape, dtype: q.dtype }, gradK: likeK, gradV: likeK };
  },
  reference: attentionBackwardReference,
  views: ["q", "k", "v", "gradY", "gradQ", "gradK", "gradV"],
  viewAlignment: 4,
  rowAxes: { q: 2, k: 2, v: 2, gradY: 2, gradQ: 2, gradK: 2, gradV: 2 },
  webgpu(inputs, params, caps, y) {
    const spec = backwardSpec(inputs, params, y);
    return kernels.takes(spec) ? kernels.backward(spec, caps) : undefined;
  },
  wasm: (inputs, params, y) => attentionBackwardWasm.program(backwardSpec(inputs, params, y)),
  // the statistics of a case are drawn, and large scores less small ones overflow
  cases: attentionCases
    .filter(({ params }) => params.scale <= 1)
    .map(({ inputs, ...rest }) => {
      const statistic = (inputs.q as Shape).slice(0, 3);
      return {
        ...rest,
        inputs: {
          ...inputs,
          logSum: { shape: statistic, fill: { uniform: [2, 4] } },
          delta: { shape: statistic },
          gradY: inputs.q,
        },
      };
    }),
  cost(inputs, { causal }) {
    const { b, l, m, heads, headDim } = sizesOf(inputs);
    const seen = causal ? l * (m - (l - 1) / 2) : l * m;
    return {
      flops: 10 * b * heads * headDim * seen,
      bytes: 4 * (3 * sizeOf(inputs.q.shape) + 4 * sizeOf(inputs.k.shape)),
    };
  },
});
