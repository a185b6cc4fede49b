// One token through the causal convolution.
import type { CausalConv1dStepSpec } from "@x/base";
import { causalConv1dStepWasm } from "@x/kernels-wasm";
import { causalConv1d as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  type Case,
  checkOptions,
  concat,
  definePrimitive,
  DTypeError,
  type Inputs,
  mul,
  opScope,
  type Primitive,
  requireArity,
  reshape,
  type Shape,
  ShapeError,
  showShape,
  silu,
  sizeOf,
  slice,
  type Spec,
  sum,
  type Tensor,
} from "@x/tensor/core";
import { flatTaps } from "./index.ts";
import { checkActivation } from "./spec.ts";

/** Parameters of the primitive of {@link causalConv1dStep}. */
export interface CausalConv1dStepParams {
  readonly activation: "silu" | "none";
}

type StepCase = Case<"x" | "state" | "weight", "bias", CausalConv1dStepParams>;

function stepCase(
  name: string,
  b: number,
  c: number,
  w: number,
  bias: boolean,
  activation: "silu" | "none" = "silu",
  bench = false,
  s = w,
): StepCase {
  return {
    name,
    inputs: {
      x: [b, c],
      state: [b, c, s],
      weight: [c, w],
      ...(bias ? { bias: [c] } : {}),
    },
    params: { activation },
    ...(bench ? { bench } : {}),
  };
}

function check({ x, state, weight, bias }: Inputs<"x" | "state" | "weight", "bias", Spec>): {
  b: number;
  c: number;
  w: number;
  s: number;
} {
  const op = "causalConv1dStep";
  const [b, c] = x.shape;
  const w = weight.shape[1];
  const s = state.shape[2];
  const expected: Record<string, readonly [Spec | undefined, Shape]> = {
    x: [x, [b!, c!]],
    weight: [weight, [c!, w!]],
    state: [state, [b!, c!, s!]],
    bias: [bias, [c!]],
  };
  for (const [name, [spec, shape]] of Object.entries(expected)) {
    if (!spec) continue;
    if (spec.shape.length !== shape.length || spec.shape.some((dim, i) => dim !== shape[i])) {
      throw new ShapeError(
        `${op}: x must be [b,c], weight [c,w], state [b,c,s] and bias [c]; got ${name} ${showShape(spec.shape)} with x ${showShape(x.shape)}, weight ${showShape(weight.shape)}.`,
        {
          op,
          expected: shape,
          got: spec.shape,
        },
      );
    }
    if (spec.dtype !== x.dtype || (spec.dtype !== "f32" && spec.dtype !== "f64")) {
      throw new DTypeError(
        `${op}: x, state, weight and bias must all be f32 (or f64 on the CPU); ${name} is ${spec.dtype}.`,
        { op, got: spec.dtype },
      );
    }
  }
  if (s! < w! - 1) {
    throw new ShapeError(
      `${op}: state must hold at least w − 1 = ${w! - 1} inputs of each channel; got ${showShape(state.shape)} with weight ${showShape(weight.shape)}.`,
      {
        op,
        expected: [b!, c!, w! - 1],
        got: state.shape,
      },
    );
  }
  return { b: b!, c: c!, w: w!, s: s! };
}

function specOf(
  inputs: Inputs<"x" | "state" | "weight", "bias", Spec>,
  activation: CausalConv1dStepParams["activation"],
): CausalConv1dStepSpec {
  const { b, c, w, s } = check(inputs);
  return { batch: b, channels: c, width: w, stateLength: s, activation, bias: inputs.bias !== undefined };
}

/** Inputs x [b, c], state [b, c, s] with s ≥ w − 1, weight [c, w], bias [c]; outputs y [b, c] and newState [b, c, s]. */
export const causalConv1dStepPrimitive: Primitive<
  "x" | "state" | "weight",
  "bias",
  "y" | "newState",
  CausalConv1dStepParams
> = definePrimitive({
  name: "causal_conv1d_step",
  inputs: ["x", "state", "weight"],
  optional: ["bias"],
  outputs: ["y", "newState"],
  infer(inputs, _p: CausalConv1dStepParams) {
    check(inputs);
    return {
      y: { shape: inputs.x.shape, dtype: inputs.x.dtype },
      newState: { shape: inputs.state.shape, dtype: inputs.x.dtype },
    };
  },
  reference(inputs, { activation }) {
    const { b, c, w, s } = check(inputs);
    const { x, state, weight, bias } = inputs;
    const all = concat([state, reshape(x, [b, c, 1])], 2); // [b, c, s + 1]
    const newState = slice(all, 2, 1); // [b, c, s]
    const taps = sum(mul(slice(all, 2, s + 1 - w), weight), 2); // [b, c]
    const sums = bias ? add(taps, bias) : taps;
    return { y: activation === "silu" ? silu(sums) : sums, newState };
  },
  webgpu: (inputs, { activation }, caps) => kernels.step(specOf(inputs, activation), caps),
  wasm: (inputs, { activation }) => causalConv1dStepWasm.program(specOf(inputs, activation)),
  cases: [
    stepCase("one number", 1, 1, 1, true),
    stepCase("no bias", 2, 3, 4, false),
    stepCase("no activation", 2, 5, 3, true, "none"),
    stepCase("a state of w − 1 inputs", 2, 5, 4, true, "silu", false, 3),
    stepCase("a state longer than the taps", 2, 5, 4, true, "silu", false, 9),
    stepCase("two taps over one input", 2, 3, 2, false, "none", false, 1),
    stepCase("one below a workgroup", 1, 63, 4, true),
    stepCase("one above a workgroup", 1, 65, 4, true),
    stepCase("130m", 1, 1792, 4, true, "silu", true),
  ],
  cost({ x, state, weight }) {
    return {
      flops: 2 * sizeOf(state.shape) + 5 * sizeOf(x.shape),
      bytes: 4 * (2 * sizeOf(state.shape) + 2 * sizeOf(x.shape) + sizeOf(weight.shape)),
    };
  },
});

/**
 * {@link causalConv1d} for one token: the state moves by one and its weighted sum is the output.
 *
 * @param x [b, c], f32 (f64 on the CPU)
 * @param state [b, c, s], the last s inputs, oldest first (the oldest one drops out); s is at least w − 1, which is what {@link causalConv1dWithState} gives
 * @param weight [c, w] or [c, 1, w]
 * @returns y [b, c] and the state after it [b, c, s]; the state given is left as it was
 * @throws ShapeError, DTypeError when they do not fit together
 * @example
 * const { y, state } = causalConv1dStep(ones([1, 2]), zeros([1, 2, 4]), ones([2, 4]), { activation: "none" });   // y [[1, 1]]
 */
export function causalConv1dStep(
  x: Tensor,
  state: Tensor,
  weight: Tensor,
  options: { readonly bias?: Tensor | undefined; readonly activation?: "silu" | "none" } = {},
): { readonly y: Tensor; readonly state: Tensor } {
  requireArity("causalConv1dStep", arguments, 4);
  checkOptions("causalConv1dStep", options, { bias: true, activation: true });
  const { bias, activation = "silu" } = options;
  checkActivation("causalConv1dStep", activation);
  const step = (): { readonly y: Tensor; readonly state: Tensor } => {
    const { y, newState } = apply(
      causalConv1dStepPrimitive,
      { x, state, weight: flatTaps(weight), bias },
      { activation },
    );
    return { y, state: newState };
  };
  return opScope("causalConv1dStep", { x, state, weight }, step, { bias });
}
