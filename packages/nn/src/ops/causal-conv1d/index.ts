// The short causal convolution over time, depthwise, with bias and SiLU, on channels-last tensors.
import { causalConv1dForwardWasm } from "@x/kernels-wasm";
import { causalConv1d as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  checkOptions,
  definePrimitive,
  mul,
  opScope,
  type Primitive,
  requireArity,
  reshape,
  silu,
  sizeOf,
  slice,
  type Tensor,
  transpose,
  where,
  zerosLike,
} from "@x/tensor/core";
import { causalConv1dBackward } from "./backward.ts";
import {
  type CausalConv1dParams,
  checkActivation,
  checkConv,
  convCases,
  documentMasks,
  extended,
  specOf,
} from "./spec.ts";

export type { CausalConv1dParams } from "./spec.ts";

/** Inputs x [b, l, c], weight [c, w], bias [c], initialState [b, c, w − 1], seqIdx i32 [b, l]; outputs y [b, l, c] and, if asked for, finalState [b, c, w − 1]. */
export const causalConv1dPrimitive: Primitive<
  "x" | "weight",
  "bias" | "initialState" | "seqIdx",
  "y" | "finalState",
  CausalConv1dParams
> = definePrimitive({
  name: "causal_conv1d",
  inputs: ["x", "weight"],
  optional: ["bias", "initialState", "seqIdx"],
  outputs: ["y", "finalState"],
  again: "y",
  infer(inputs, { returnFinalState }: CausalConv1dParams) {
    const { b, c, w } = checkConv(inputs);
    const { shape, dtype } = inputs.x;
    return { y: { shape, dtype }, ...(returnFinalState ? { finalState: { shape: [b, c, w - 1], dtype } } : {}) };
  },
  reference(inputs, { activation, returnFinalState }) {
    const { x, weight, bias, initialState, seqIdx } = inputs;
    const sizes = checkConv(inputs);
    const { b, l, c, w } = sizes;
    const masks = seqIdx && documentMasks(seqIdx, x, sizes);
    const all = extended(x, initialState, w); // [b, w − 1 + l, c]
    let sums: Tensor | undefined; // [b, l, c]
    for (let k = 0; k < w; k++) {
      const seen = slice(all, 1, k, k + l);
      const product = mul(masks ? where(masks.tap(k), seen, 0) : seen, reshape(slice(weight, 1, k, k + 1), [c]));
      sums = sums ? add(sums, product) : product;
    }
    if (bias) sums = add(sums!, bias);
    const activated = activation === "silu" ? silu(sums!) : sums!;
    const y = masks ? where(masks.valid, activated, 0) : activated;
    if (!returnFinalState) return { y };
    const last = slice(all, 1, l); // [b, w − 1, c]
    const finalState = w === 1 ? reshape(last, [b, c, 0]) : transpose(masks ? where(masks.final, last, 0) : last, 1, 2);
    return { y, finalState };
  },
  views: ["x", "y"],
  viewAlignment: 4,
  rowAxes: { x: 1, y: 1 },
  webgpu: (inputs, { activation, returnFinalState }, caps, { y }) =>
    kernels.forward(specOf(inputs, activation, returnFinalState, { x: inputs.x.rows, y }), caps),
  wasm: (inputs, { activation, returnFinalState }, { y }) =>
    causalConv1dForwardWasm.program(specOf(inputs, activation, returnFinalState, { x: inputs.x.rows, y })),
  vjp({ x: { x, weight, bias, initialState, seqIdx }, grad, p: { activation } }) {
    const gradY = grad.y ?? zerosLike(x);
    const grads = causalConv1dBackward(
      { x, weight, bias, initialState, seqIdx, gradY, gradFinalState: grad.finalState },
      { activation },
    );
    return { x: grads.gradX, weight: grads.gradWeight, bias: grads.gradBias, initialState: grads.gradInitialState };
  },
  cases: convCases,
  cost({ x, weight }) {
    return {
      flops: sizeOf(x.shape) * (2 * weight.shape[1]! + 6),
      bytes: 4 * (2 * sizeOf(x.shape) + sizeOf(weight.shape)),
    };
  },
});

/** Options of {@link causalConv1d} and {@link causalConv1dWithState}. */
export interface CausalConv1dCallOptions {
  /** [c] */
  readonly bias?: Tensor | undefined;
  /** [b, c, w − 1], the inputs before the first one, oldest first. Default: zeros. They count as document 0. */
  readonly initialState?: Tensor | undefined;
  /**
   * i32 [b, l], the number of the document of each token. A document is a run of equal numbers, which may repeat: taps do not reach across a change, and y is 0
   * where the number is negative.
   */
  readonly seqIdx?: Tensor | undefined;
  /** default silu */
  readonly activation?: "silu" | "none";
}

/**
 * `y[b,t,c] = silu(bias[c] + Σ_k weight[c,k] · x[b, t − (w − 1) + k, c])`: each channel sees itself now (the last tap) and w − 1 steps back.
 *
 * @param x [b, l, c], f32 (f64 on the CPU)
 * @param weight [c, w], or [c, 1, w] as checkpoints hold it
 * @returns [b, l, c]
 * @throws ShapeError, DTypeError when they do not fit together
 * @example
 * const y = causalConv1d(ones([1, 3, 2]), ones([2, 4]), { activation: "none" });
 * console.log(await y.toArray()); // [[[1, 1], [2, 2], [3, 3]]]
 */
export function causalConv1d(x: Tensor, weight: Tensor, options: CausalConv1dCallOptions = {}): Tensor {
  requireArity("causalConv1d", arguments, 3);
  return call("causalConv1d", x, weight, options, false).y;
}

/**
 * {@link causalConv1d} together with the state to continue from: the last w − 1 inputs (of the initial state too, where x is shorter), oldest first.
 * With `seqIdx`, only those of the document that the row ends in; the others are 0.
 *
 * @param x [b, l, c], f32 (f64 on the CPU)
 * @returns y [b, l, c] and finalState [b, c, w − 1]
 * @throws ShapeError, DTypeError when they do not fit together
 * @example
 * const { finalState } = causalConv1dWithState(ones([1, 3, 2]), ones([2, 4]));   // [1, 2, 3]
 */
export function causalConv1dWithState(
  x: Tensor,
  weight: Tensor,
  options: CausalConv1dCallOptions = {},
): { readonly y: Tensor; readonly finalState: Tensor } {
  requireArity("causalConv1dWithState", arguments, 3);
  return call("causalConv1dWithState", x, weight, options, true);
}

function call(
  op: string,
  x: Tensor,
  weight: Tensor,
  options: CausalConv1dCallOptions,
  returnFinalState: boolean,
): { readonly y: Tensor; readonly finalState: Tensor } {
  checkOptions<CausalConv1dCallOptions>(op, options, {
    bias: true,
    initialState: true,
    seqIdx: true,
    activation: true,
  });
  const { bias, initialState, seqIdx, activation = "silu" } = options;
  checkActivation(op, activation);
  return opScope(
    op,
    { x, weight },
    () =>
      apply(
        causalConv1dPrimitive,
        { x, weight: flatTaps(weight), bias, initialState, seqIdx },
        { activation, returnFinalState },
      ),
    { bias, initialState, seqIdx },
  );
}

/** [c, 1, w] as [c, w]. */
export function flatTaps(weight: Tensor): Tensor {
  const [c, one, w] = weight.shape;
  return weight.shape.length === 3 && one === 1 ? reshape(weight, [c!, w!]) : weight;
}
