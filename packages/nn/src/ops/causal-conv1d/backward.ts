// Gradient of the causal convolution, as a primitive of its own.
import { causalConv1dBackwardWasm } from "@x/kernels-wasm";
import { causalConv1d as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  type Case,
  checkOptions,
  concat,
  definePrimitive,
  mul,
  opScope,
  pad,
  type Primitive,
  requireArity,
  requireOptions,
  reshape,
  sigmoid,
  sizeOf,
  slice,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
} from "@x/tensor/core";
import {
  type CausalConv1dParams,
  checkActivation,
  checkConv,
  convCases,
  documentMasks,
  extended,
  specOf,
} from "./spec.ts";

type Params = Pick<CausalConv1dParams, "activation">;
type Optional = "bias" | "initialState" | "seqIdx" | "gradFinalState";

const cases: Case<"x" | "weight" | "gradY", Optional, Params>[] = convCases.map(
  ({ name, inputs, params, sizes: { b, l, c, w }, bench }) => ({
    name,
    inputs: {
      ...inputs,
      gradY: { shape: [b, l, c] },
      ...(params.returnFinalState ? { gradFinalState: { shape: [b, c, w - 1] } } : {}),
    },
    params: { activation: params.activation },
    ...(bench ? { bench } : {}),
  }),
);

/** Gradients of {@link causalConv1dPrimitive}; the sums before the activation are computed again. */
export const causalConv1dBackwardPrimitive: Primitive<
  "x" | "weight" | "gradY",
  Optional,
  "gradX" | "gradWeight" | "gradBias" | "gradInitialState",
  Params
> = definePrimitive({
  name: "causal_conv1d_backward",
  inputs: ["x", "weight", "gradY"],
  optional: ["bias", "initialState", "seqIdx", "gradFinalState"],
  outputs: ["gradX", "gradWeight", "gradBias", "gradInitialState"],
  infer(inputs, _p: Params) {
    checkConv(inputs);
    const { x, weight, bias, initialState } = inputs;
    const like = (spec: {
      readonly shape: readonly number[];
    }): { shape: readonly number[]; dtype: typeof x.dtype } => ({ shape: spec.shape, dtype: x.dtype });
    return {
      gradX: like(x),
      gradWeight: like(weight),
      ...(bias ? { gradBias: like(bias) } : {}),
      ...(initialState ? { gradInitialState: like(initialState) } : {}),
    };
  },
  reference(inputs, { activation }) {
    const { x, weight, bias, initialState, seqIdx, gradY, gradFinalState } = inputs;
    const sizes = checkConv(inputs);
    const { b, l, c, w } = sizes;
    const masks = seqIdx && documentMasks(seqIdx, x, sizes);
    const all = extended(x, initialState, w); // [b, w − 1 + l, c]
    const tapWeight = (k: number): Tensor => reshape(slice(weight, 1, k, k + 1), [c]);
    const seen = (k: number, value: Tensor): Tensor => (masks ? where(masks.tap(k), value, 0) : value);
    let grad = masks ? where(masks.valid, gradY, 0) : gradY; // γ [b, l, c]
    if (activation === "silu") {
      let sums = mul(seen(0, slice(all, 1, 0, l)), tapWeight(0));
      for (let k = 1; k < w; k++) sums = add(sums, mul(seen(k, slice(all, 1, k, k + l)), tapWeight(k)));
      if (bias) sums = add(sums, bias);
      const s = sigmoid(sums);
      grad = mul(grad, mul(s, add(1, mul(sums, sub(1, s)))));
    }
    let gradAll: Tensor | undefined; // [b, w − 1 + l, c]
    const gradTaps: Tensor[] = [];
    for (let k = 0; k < w; k++) {
      const reached = pad(mul(seen(k, grad), tapWeight(k)), 1, k, w - 1 - k);
      gradAll = gradAll ? add(gradAll, reached) : reached;
      gradTaps.push(reshape(sum(mul(grad, seen(k, slice(all, 1, k, k + l))), [0, 1]), [c, 1]));
    }
    if (gradFinalState && w > 1) {
      const last = transpose(gradFinalState, 1, 2); // [b, w − 1, c]
      gradAll = add(gradAll!, pad(masks ? where(masks.final, last, 0) : last, 1, l, 0));
    }
    return {
      gradX: slice(gradAll!, 1, w - 1, w - 1 + l),
      gradWeight: concat(gradTaps, 1),
      ...(bias ? { gradBias: sum(grad, [0, 1]) } : {}),
      ...(initialState
        ? { gradInitialState: w > 1 ? transpose(slice(gradAll!, 1, 0, w - 1), 1, 2) : reshape(initialState, [b, c, 0]) }
        : {}),
    };
  },
  views: ["x", "gradY", "gradX"],
  viewAlignment: 4,
  rowAxes: { x: 1, gradY: 1, gradX: 1 },
  webgpu(inputs, { activation }, caps, { gradX }) {
    const { x, gradY } = inputs;
    const views = { x: x.rows, gradY: gradY.rows, gradX };
    const spec = specOf(inputs, activation, inputs.gradFinalState !== undefined, views);
    // With every option it binds ten buffers, and some devices allow eight.
    return kernels.backwardBindings(spec) <= caps.maxStorageBuffersPerShaderStage
      ? kernels.backward(spec, caps)
      : undefined;
  },
  wasm: (inputs, { activation }, { gradX }) =>
    causalConv1dBackwardWasm.program(
      specOf(inputs, activation, inputs.gradFinalState !== undefined, {
        x: inputs.x.rows,
        gradY: inputs.gradY.rows,
        gradX,
      }),
    ),
  cases,
  cost({ x, weight }) {
    const w = weight.shape[1]!;
    return { flops: sizeOf(x.shape) * (6 * w + 20), bytes: 4 * (3 * sizeOf(x.shape) + 2 * sizeOf(weight.shape)) };
  },
});

/**
 * Gradients of {@link causalConv1d}, by {@link causalConv1dBackwardPrimitive}.
 *
 * @param inputs x and gradY `[b, l, c]`, weight `[c, w]`, and what the forward call had: bias `[c]`, states `[b, c, w − 1]`; f32 (f64 on the CPU), seqIdx i32 `[b, l]`
 * @returns a gradient of each float input, of its shape
 * @throws ShapeError, DTypeError when they do not fit together
 * @example
 * const inputs = { x: ones([1, 3, 2]), weight: ones([2, 4]), gradY: ones([1, 3, 2]) };
 * const { gradX } = causalConv1dBackward(inputs, { activation: "none" }); // [1, 3, 2]
 */
export function causalConv1dBackward(
  inputs: { readonly x: Tensor; readonly weight: Tensor; readonly gradY: Tensor } & {
    readonly [K in Optional]?: Tensor | undefined;
  },
  params: Params,
): Partial<Record<"gradX" | "gradWeight" | "gradBias" | "gradInitialState", Tensor>> {
  requireArity("causalConv1dBackward", arguments, 2);
  requireOptions("causalConv1dBackward", inputs, "inputs");
  requireOptions("causalConv1dBackward", params, "params");
  checkOptions<Params>("causalConv1dBackward", params, { activation: true });
  checkActivation("causalConv1dBackward", params.activation);
  const { x, weight, gradY, ...optional } = inputs;
  return opScope(
    "causalConv1dBackward",
    { x, weight, gradY },
    () => apply(causalConv1dBackwardPrimitive, inputs, params),
    optional,
  );
}
