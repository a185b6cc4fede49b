// What stands between in_proj and the scan: the causal convolution of some columns, split as the scan takes it, and the columns beside them.
import { projectedConvWasm } from "@x/kernels-wasm";
import { projectedConv } from "@x/kernels-wgsl";
import {
  apply,
  checkOptions,
  definePrimitive,
  type Primitive,
  sizeOf,
  split,
  type Tensor,
  opScope,
  zeros,
  requireOptions,
} from "@x/tensor/core";
import { causalConv1dPrimitive, flatTaps } from "../causal-conv1d/index.ts";
import { checkActivation } from "../causal-conv1d/spec.ts";
import { projectedConv1dBackward } from "./backward.ts";
import { checkProjectedConv, type ProjectedConv1dParams, projectedConvCases } from "./spec.ts";

export type { ProjectedConv1dParams } from "./spec.ts";

/**
 * Inputs projected [b, l, front + c + rest], weight [c, w], bias [c], initialState [b, c, w − 1], seqIdx i32 [b, l]; outputs front [b, l, front], y0, y1, y2
 * [b, l, parts[i]], rest [b, l, rest] and, if asked for, finalState [b, c, w − 1].
 */
export const projectedConv1dPrimitive: Primitive<
  "projected" | "weight",
  "bias" | "initialState" | "seqIdx",
  "front" | "y0" | "y1" | "y2" | "rest" | "finalState",
  ProjectedConv1dParams
> = definePrimitive({
  name: "projected_conv1d",
  inputs: ["projected", "weight"],
  optional: ["bias", "initialState", "seqIdx"],
  outputs: ["front", "y0", "y1", "y2", "rest", "finalState"],
  infer(inputs, p: ProjectedConv1dParams) {
    const { b, l, c, w, rest } = checkProjectedConv(inputs, p);
    const { dtype } = inputs.projected;
    const columns = (width: number): { shape: readonly number[]; dtype: typeof dtype } => ({
      shape: [b, l, width],
      dtype,
    });
    return {
      front: columns(p.front),
      y0: columns(p.parts[0]),
      y1: columns(p.parts[1]),
      y2: columns(p.parts[2]),
      rest: columns(rest),
      ...(p.returnFinalState ? { finalState: { shape: [b, c, w - 1], dtype } } : {}),
    };
  },
  reference({ projected, ...others }, { front: width, parts, activation, returnFinalState }) {
    const { c, rest: tail } = checkProjectedConv({ projected, ...others }, { front: width, parts });
    const [front, x, rest] = split(projected, [width, c, tail], 2) as [Tensor, Tensor, Tensor];
    const { y, finalState } = apply(causalConv1dPrimitive, { x, ...others }, { activation, returnFinalState });
    const [y0, y1, y2] = split(y, parts, 2) as [Tensor, Tensor, Tensor];
    return { front, y0, y1, y2, rest, ...(returnFinalState ? { finalState } : {}) };
  },
  webgpu(inputs, { front, parts, activation, returnFinalState }, caps) {
    const { b, l, w, rest } = checkProjectedConv(inputs, { front, parts });
    return projectedConv.forward(
      {
        batch: b,
        length: l,
        width: w,
        front,
        parts,
        rest,
        activation,
        bias: inputs.bias !== undefined,
        initialState: inputs.initialState !== undefined,
        finalState: returnFinalState,
        seqIdx: inputs.seqIdx !== undefined,
      },
      caps,
    );
  },
  wasm(inputs, { front, parts, activation, returnFinalState }) {
    const { b, l, w, rest } = checkProjectedConv(inputs, { front, parts });
    return projectedConvWasm.forward({
      batch: b,
      length: l,
      width: w,
      front,
      parts,
      rest,
      activation,
      bias: inputs.bias !== undefined,
      initialState: inputs.initialState !== undefined && w > 1,
      finalState: returnFinalState && w > 1,
      seqIdx: inputs.seqIdx !== undefined,
    });
  },
  vjp({ x, y, grad, p: { front, parts, activation } }) {
    const { dtype, device } = x.projected;
    const arrived = (name: "front" | "y0" | "y1" | "y2" | "rest"): Tensor =>
      grad[name] ?? zeros(y[name].shape, { dtype, device });
    const grads = projectedConv1dBackward(
      {
        ...x,
        gradFront: arrived("front"),
        gradY0: arrived("y0"),
        gradY1: arrived("y1"),
        gradY2: arrived("y2"),
        gradRest: arrived("rest"),
        gradFinalState: grad.finalState,
      },
      { front, parts, activation },
    );
    return {
      projected: grads.gradProjected,
      weight: grads.gradWeight,
      bias: grads.gradBias,
      initialState: grads.gradInitialState,
    };
  },
  cases: projectedConvCases,
  cost({ projected, weight }) {
    const [c, w] = weight.shape as [number, number];
    const rows = projected.shape[0]! * projected.shape[1]!;
    return { flops: rows * c * (2 * w + 6), bytes: 4 * (2 * sizeOf(projected.shape) + sizeOf(weight.shape)) };
  },
});

export interface ProjectedConv1dOptions {
  /** columns in front of the convolution's; default 0 */
  readonly front?: number;
  /** widths of the three results, which add up to the c channels of the weight */
  readonly parts: readonly [number, number, number];
  /** [c] */
  readonly bias?: Tensor | undefined;
  /** [b, c, w − 1], the convolution's inputs before the first one, oldest first. Default: zeros. They count as document 0. */
  readonly initialState?: Tensor | undefined;
  /** i32 [b, l], the number of the document of each token, which may repeat: taps do not reach across a change, and results are 0 where it is negative */
  readonly seqIdx?: Tensor | undefined;
  /** default silu */
  readonly activation?: "silu" | "none";
}

/** What {@link projectedConv1d} makes of the columns of a projection. */
export interface ProjectedConv1d {
  /** [b, l, front], as it was */
  readonly front: Tensor;
  /** the convolution, split: [b, l, parts[i]] */
  readonly parts: readonly [Tensor, Tensor, Tensor];
  /** the columns behind the convolution's, as they were */
  readonly rest: Tensor;
}

/**
 * `causalConv1d` of the columns `[front, front + c)` of a projection, split into three, and the columns before and behind them: what a Mamba-2 layer does between
 * in_proj and its scan. The convolution reads its columns where they lie and writes every part by itself; its gradient is written where the projection wants it.
 *
 * @param projected [b, l, front + c + rest]
 * @param weight [c, w], or [c, 1, w] as checkpoints hold it
 * @throws ShapeError, DTypeError when they do not fit together
 * @example
 * const { front, parts: [x, B, C], rest } = projectedConv1d(ones([1, 3, 8]), ones([4, 4]), { front: 2, parts: [2, 1, 1] });   // rest [1, 3, 2]
 */
export function projectedConv1d(projected: Tensor, weight: Tensor, options: ProjectedConv1dOptions): ProjectedConv1d {
  requireOptions("projectedConv1d", options);
  checkOptions<ProjectedConv1dOptions>("projectedConv1d", options, {
    front: true,
    parts: true,
    bias: true,
    initialState: true,
    seqIdx: true,
    activation: true,
  });
  const { front: width = 0, parts, bias, initialState, seqIdx, activation = "silu" } = options;
  checkActivation("projectedConv1d", activation);
  const split = (): ProjectedConv1d => {
    const { front, y0, y1, y2, rest } = apply(
      projectedConv1dPrimitive,
      { projected, weight: flatTaps(weight), bias, initialState, seqIdx },
      { front: width, parts, activation, returnFinalState: false },
    );
    return { front, parts: [y0, y1, y2], rest };
  };
  return opScope("projectedConv1d", { projected, weight }, split, { bias, initialState, seqIdx });
}
