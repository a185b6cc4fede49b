// Gradient of the scan, as a primitive of its own: it recomputes what it needs from the forward's inputs, so nothing is kept.
import { ssdBackwardWasm } from "@x/kernels-wasm";
import { ssdBackward as kernels } from "@x/kernels-wgsl";
import {
  apply,
  type Case,
  checkOptions,
  definePrimitive,
  type Primitive,
  requireArity,
  requireOptions,
  type Shape,
  type Spec,
  type Tensor,
  vjp,
} from "@x/tensor/core";
import { ssdCases, type SsdOptional } from "./cases.ts";
import { ssdBackwardCpu } from "./cpu-backward.ts";
import { type SsdInputs, ssdReference } from "./reference.ts";
import { checkScan, dimsOf, specOf, type SsdParams } from "./spec.ts";

type Input = "x" | "dt" | "A" | "B" | "C" | "gradY";
type Optional = SsdOptional | "gradFinalState";
type Output = "gradX" | "gradDt" | "gradA" | "gradB" | "gradC" | "gradD" | "gradZ" | "gradDtBias" | "gradInitialState";

/** The forward's inputs that have a gradient, and what it is called. */
const gradients = {
  x: "gradX",
  dt: "gradDt",
  A: "gradA",
  B: "gradB",
  C: "gradC",
  D: "gradD",
  z: "gradZ",
  dtBias: "gradDtBias",
  initialState: "gradInitialState",
} as const satisfies Partial<Record<Input | Optional, Output>>;

/** Gradients of the inputs that are given, undefined for the others. */
function ofGiven<T, R>(
  inputs: Readonly<Partial<Record<string, T>>>,
  make: (input: T, name: string) => R,
): Partial<Record<Output, R>> {
  const made: Partial<Record<Output, R>> = {};
  for (const [name, output] of Object.entries(gradients)) {
    const input = inputs[name];
    if (input !== undefined) made[output] = make(input, name);
  }
  return made;
}

const backwardCases: readonly Case<Input, Optional, SsdParams>[] = ssdCases.map((one) => {
  const [x, B] = [one.inputs.x as Shape, one.inputs.B as Shape];
  const { b, h, p, n } = dimsOf({ x: { shape: x }, B: { shape: B } });
  const gradFinalState = one.name === "prime sizes" ? {} : { gradFinalState: [b, h, p, n] };
  return { ...one, inputs: { ...one.inputs, gradY: x, ...gradFinalState } };
});

/**
 * Inputs: those of {@link ssdPrimitive}, gradY [b, l, h, p], gradFinalState [b, h, p, n]. Outputs: the gradient of every float input that is given, of its
 * shape; gradDt is that of dt before bias and softplus.
 */
export const ssdBackwardPrimitive: Primitive<Input, Optional, Output, SsdParams> = definePrimitive({
  name: "ssd_backward",
  inputs: ["x", "dt", "A", "B", "C", "gradY"],
  optional: ["D", "z", "dtBias", "initialState", "seqIdx", "gradFinalState"],
  outputs: ["gradX", "gradDt", "gradA", "gradB", "gradC", "gradD", "gradZ", "gradDtBias", "gradInitialState"],
  infer(inputs, p: SsdParams) {
    checkScan("ssdBackward", inputs, p);
    return ofGiven<Spec, Spec>(inputs, ({ shape, dtype }) => ({ shape, dtype }));
  },
  reference({ gradY, gradFinalState, ...inputs }, p) {
    const names = Object.keys(gradients).filter((name) => inputs[name as keyof SsdInputs]);
    const wrt = names.map((name) => inputs[name as keyof SsdInputs]!);
    const { grads } = vjp(
      () => {
        const { y, finalState } = ssdReference(inputs, p);
        return gradFinalState ? [y, finalState] : [y];
      },
      wrt,
      gradFinalState ? [gradY, gradFinalState] : [gradY],
    );
    return ofGiven<Tensor, Tensor>(inputs, (_, name) => grads[names.indexOf(name)]!);
  },
  cpu: ssdBackwardCpu,
  views: ["x", "dt", "B", "C", "z", "gradY", "gradX", "gradDt", "gradB", "gradC", "gradZ"],
  viewAlignment: 4,
  rowAxes: { x: 2, dt: 1, B: 2, C: 2, z: 2, gradY: 2, gradX: 2, gradDt: 1, gradB: 2, gradC: 2, gradZ: 2 },
  webgpu(inputs, p, caps, y) {
    return kernels.program({ ...specOf(inputs, p, y), gradFinalState: inputs.gradFinalState !== undefined }, caps);
  },
  wasm: (inputs, p, y) =>
    ssdBackwardWasm.program({ ...specOf(inputs, p, y), gradFinalState: inputs.gradFinalState !== undefined }),
  cases: backwardCases,
  cost({ x, B }) {
    const { b, l, h, p, g, n } = dimsOf({ x, B });
    return { flops: 16 * b * l * h * p * n, bytes: 4 * (b * l * (4 * h * p + 2 * h + 4 * g * n) + b * h * p * n) };
  },
});

/**
 * Gradients of {@link ssd} with respect to what was given of its inputs; see {@link ssdBackwardPrimitive}.
 *
 * @param inputs those of the scan, f32 (f64 on the CPU), gradY [b, l, h, p] and gradFinalState [b, h, p, n]
 * @param p all of the scan's parameters
 * @returns a gradient of each input's shape and dtype, named `gradX`, `gradDt` and so on
 * @throws ShapeError, DTypeError when inputs do not fit together
 * @example
 * const [x, dt, A, B] = [ones([1, 3, 1, 2]), ones([1, 3, 1]), full([1], -1), ones([1, 3, 1, 4])];
 * const params = { chunkSize: 256, dtSoftplus: true, dtLimit: [0, Infinity] } as const;
 * const { gradX } = ssdBackward({ x, dt, A, B, C: B, gradY: x }, params); // [1, 3, 1, 2]
 */
export function ssdBackward(
  inputs: SsdInputs & { readonly gradY: Tensor; readonly gradFinalState?: Tensor | undefined },
  p: SsdParams,
): Partial<Record<Output, Tensor>> {
  requireArity("ssdBackward", arguments, 2);
  requireOptions("ssdBackward", inputs, "inputs");
  requireOptions("ssdBackward", p, "params");
  checkOptions<SsdParams>("ssdBackward", p, { chunkSize: true, dtSoftplus: "boolean", dtLimit: true });
  return apply(ssdBackwardPrimitive, inputs, p);
}
