// Gradient of the convolution of a projection's columns, as a primitive of its own: it writes the whole gradient of the projection.
import { projectedConvWasm } from "@x/kernels-wasm";
import { projectedConv } from "@x/kernels-wgsl";
import { apply, type Case, concat, definePrimitive, type Primitive, sizeOf, slice, type Tensor } from "@x/tensor/core";
import { causalConv1dBackward } from "../causal-conv1d/backward.ts";
import { checkSpec } from "../norm-checks.ts";
import { checkProjectedConv, type ProjectedConv1dParams, projectedConvCases } from "./spec.ts";

type Params = Omit<ProjectedConv1dParams, "returnFinalState">;
type Input = "projected" | "weight" | "gradFront" | "gradY0" | "gradY1" | "gradY2" | "gradRest";
type Optional = "bias" | "initialState" | "seqIdx" | "gradFinalState";
type Output = "gradProjected" | "gradWeight" | "gradBias" | "gradInitialState";

const cases: Case<Input, Optional, Params>[] = projectedConvCases.map(
  ({ name, inputs, params, sizes: { b, l, c, w, rest }, bench }) => {
    const { returnFinalState, ...own } = params;
    const [y0, y1, y2] = own.parts;
    const columns = (width: number): { shape: readonly number[] } => ({ shape: [b, l, width] });
    return {
      name,
      inputs: {
        ...inputs,
        gradFront: columns(own.front),
        gradY0: columns(y0),
        gradY1: columns(y1),
        gradY2: columns(y2),
        gradRest: columns(rest),
        ...(returnFinalState ? { gradFinalState: { shape: [b, c, w - 1] } } : {}),
      },
      params: own,
      ...(bench ? { bench } : {}),
    };
  },
);

/** Gradients of the projection, the weight, the bias and the initial state; the sums before the activation are computed again. */
export const projectedConv1dBackwardPrimitive: Primitive<Input, Optional, Output, Params> = definePrimitive({
  name: "projected_conv1d_backward",
  inputs: ["projected", "weight", "gradFront", "gradY0", "gradY1", "gradY2", "gradRest"],
  optional: ["bias", "initialState", "seqIdx", "gradFinalState"],
  outputs: ["gradProjected", "gradWeight", "gradBias", "gradInitialState"],
  infer(inputs, p: Params) {
    const { b, l, c, w, rest } = checkProjectedConv(inputs, p);
    const { projected, weight, bias, initialState, gradFront, gradY0, gradY1, gradY2, gradRest, gradFinalState } =
      inputs;
    const arrived = {
      gradFront: [gradFront, p.front],
      gradY0: [gradY0, p.parts[0]],
      gradY1: [gradY1, p.parts[1]],
      gradY2: [gradY2, p.parts[2]],
      gradRest: [gradRest, rest],
    } as const;
    for (const [name, [spec, width]] of Object.entries(arrived))
      checkSpec("projectedConv1dBackward", name, spec, [b, l, width], projected.dtype);
    if (gradFinalState)
      checkSpec("projectedConv1dBackward", "gradFinalState", gradFinalState, [b, c, w - 1], projected.dtype);
    const { dtype } = projected;
    return {
      gradProjected: { shape: projected.shape, dtype },
      gradWeight: { shape: weight.shape, dtype },
      ...(bias ? { gradBias: { shape: bias.shape, dtype } } : {}),
      ...(initialState ? { gradInitialState: { shape: initialState.shape, dtype } } : {}),
    };
  },
  reference(
    { projected, weight, bias, initialState, seqIdx, gradFront, gradY0, gradY1, gradY2, gradRest, gradFinalState },
    { front, activation },
  ) {
    const x = slice(projected, 2, front, front + weight.shape[0]!);
    const { gradX, ...grads } = causalConv1dBackward(
      { x, weight, bias, initialState, seqIdx, gradY: concat([gradY0, gradY1, gradY2], 2), gradFinalState },
      { activation },
    );
    return { gradProjected: concat([gradFront, gradX!, gradRest], 2), ...grads };
  },
  webgpu(inputs, { front, parts, activation }, caps) {
    const { b, l, w, rest } = checkProjectedConv(inputs, { front, parts });
    const spec = {
      batch: b,
      length: l,
      width: w,
      front,
      parts,
      rest,
      activation,
      bias: inputs.bias !== undefined,
      initialState: inputs.initialState !== undefined,
      finalState: inputs.gradFinalState !== undefined,
      seqIdx: inputs.seqIdx !== undefined,
    };
    // With every option a dispatch binds ten buffers, even for one part, and some devices allow eight.
    return projectedConv.backwardBindings(spec) <= caps.maxStorageBuffersPerShaderStage
      ? projectedConv.backward(spec, caps)
      : undefined;
  },
  wasm(inputs, { front, parts, activation }) {
    const { b, l, w, rest } = checkProjectedConv(inputs, { front, parts });
    return projectedConvWasm.backward({
      batch: b,
      length: l,
      width: w,
      front,
      parts,
      rest,
      activation,
      bias: inputs.bias !== undefined,
      initialState: inputs.initialState !== undefined && w > 1,
      finalState: inputs.gradFinalState !== undefined && w > 1,
      seqIdx: inputs.seqIdx !== undefined,
    });
  },
  cases,
  cost({ projected, weight }) {
    const [c, w] = weight.shape as [number, number];
    const rows = projected.shape[0]! * projected.shape[1]!;
    return {
      flops: rows * c * (6 * w + 20),
      bytes: 4 * (2 * sizeOf(projected.shape) + rows * c + 2 * sizeOf(weight.shape)),
    };
  },
});

/** Applies {@link projectedConv1dBackwardPrimitive}. */
export function projectedConv1dBackward(
  inputs: { readonly [K in Input]: Tensor } & { readonly [K in Optional]?: Tensor | undefined },
  params: Params,
): Partial<Record<Output, Tensor>> {
  return apply(projectedConv1dBackwardPrimitive, inputs, params);
}
