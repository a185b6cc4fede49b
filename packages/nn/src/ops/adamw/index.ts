// One AdamW update in place, of a tensor or of flat memory that holds many. The optimizer that owns the moments is in optim/adamw.ts.
import type { AdamwSpec } from "@x/base";
import { adamwWasm } from "@x/kernels-wasm";
import { adamw as kernels } from "@x/kernels-wgsl";
import {
  apply,
  checkOptions,
  definePrimitive,
  opScope,
  type Primitive,
  requireArity,
  requireDType,
  requireOptions,
  ShapeError,
  sizeOf,
  type Spec,
  type Tensor,
} from "@x/tensor/core";
import { checkSpec } from "../norm-checks.ts";

/** What `hyper` holds, by index: f32 on the device, so that a captured step sees new values without a new plan. */
export const adamwHyper = {
  lr: 0,
  beta1: 1,
  beta2: 2,
  eps: 3,
  weightDecay: 4,
  biasCorrection1: 5,
  biasCorrection2: 6,
  gradScale: 7,
  length: 8,
} as const;

/** What is fixed for a call of the AdamW update; what changes from step to step is a tensor. */
export interface AdamwParams {
  /** weight decay applies to the elements before this one: all, or a multiple of four */
  readonly decayEnd: number;
}

/** Checks an in-place update: everything like the parameter, hyper f32 of its length, gradScale a scalar, decay up to a multiple of four. */
export function checkUpdate(
  op: string,
  param: Spec,
  like: Readonly<Record<string, Spec>>,
  hyper: Spec,
  length: number,
  gradScale: Spec | undefined,
  decayEnd: number,
): void {
  requireDType(op, "param", param.dtype, ["f32", "f64"]);
  for (const [name, spec] of Object.entries(like)) checkSpec(op, name, spec, param.shape, param.dtype);
  checkSpec(op, "hyper", hyper, [length], "f32");
  if (gradScale) checkSpec(op, "gradScale", gradScale, [], param.dtype);
  const size = sizeOf(param.shape);
  if (decayEnd !== size && !(decayEnd >= 0 && decayEnd < size && decayEnd % 4 === 0)) {
    throw new ShapeError(
      `${op}: decayEnd must be the number of elements, ${size}, or a multiple of 4 below; got ${decayEnd}.`,
      { op, expected: size, got: decayEnd },
    );
  }
}

/** m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; param ← param·(1 − lr·λ) − lr/c₁ · m/(√(v/c₂) + ε), g = grad · gradScale; λ = 0 from decayEnd on; 0/0 is 0. */
export const adamwPrimitive: Primitive<"param" | "grad" | "m" | "v" | "hyper", "gradScale", never, AdamwParams> =
  definePrimitive({
    name: "adamw",
    inputs: ["param", "grad", "m", "v", "hyper"],
    optional: ["gradScale"],
    outputs: [],
    mutates: ["param", "m", "v"],
    infer({ param, grad, m, v, hyper, gradScale }, { decayEnd }: AdamwParams) {
      checkUpdate("adamw", param, { grad, m, v }, hyper, adamwHyper.length, gradScale, decayEnd);
      return {};
    },
    cpu(
      {
        param: { data: param },
        grad: { data: grad },
        m: { data: m },
        v: { data: v },
        hyper: { data: hyper },
        gradScale,
      },
      _y,
      { decayEnd },
    ) {
      const beta1 = hyper[adamwHyper.beta1]!;
      const beta2 = hyper[adamwHyper.beta2]!;
      const eps = hyper[adamwHyper.eps]!;
      const decayFactor = 1 - hyper[adamwHyper.lr]! * hyper[adamwHyper.weightDecay]!;
      const rate = hyper[adamwHyper.lr]! / hyper[adamwHyper.biasCorrection1]!;
      const root = 1 / Math.sqrt(hyper[adamwHyper.biasCorrection2]!);
      const scale = hyper[adamwHyper.gradScale]! * (gradScale ? gradScale.data[0]! : 1);
      for (let i = 0; i < param.length; i++) {
        const g = grad[i]! * scale;
        const mean = beta1 * m[i]! + (1 - beta1) * g;
        const square = beta2 * v[i]! + (1 - beta2) * g * g;
        m[i] = mean;
        v[i] = square;
        const denominator = Math.sqrt(square) * root + eps;
        param[i] = param[i]! * (i < decayEnd ? decayFactor : 1) - (denominator === 0 ? 0 : (rate * mean) / denominator);
      }
    },
    webgpu: (inputs, params, caps) => kernels.program(specOf(inputs, params), caps),
    wasm: (inputs, params) => adamwWasm.program(specOf(inputs, params)),
    cases: [
      updateCase("one element", [1], 1, false),
      updateCase("63 elements, scaled", [63], 63, true),
      updateCase("257 elements, no decay", [257], 0, false),
      updateCase("257 elements, decay of the first 64", [257], 64, true),
      updateCase("1028 elements", [257, 4], 1028, true),
      updateCase("1280 elements, decay of the first 1024", [5, 256], 1024, true),
      { ...updateCase("130m embedding", [50288, 768], 50288 * 768, true), bench: true },
    ],
    cost: ({ param }) => ({ flops: 14 * sizeOf(param.shape), bytes: 28 * sizeOf(param.shape) }),
  });

function specOf(
  { param, gradScale }: { readonly param: Spec; readonly gradScale?: Spec | undefined },
  { decayEnd }: AdamwParams,
): AdamwSpec {
  return { size: sizeOf(param.shape), decayEnd, scaled: gradScale !== undefined };
}

function updateCase(
  name: string,
  shape: readonly number[],
  decayEnd: number,
  scaled: boolean,
): (typeof adamwPrimitive)["cases"][number] {
  return {
    name,
    inputs: {
      param: shape,
      grad: shape,
      m: shape,
      v: { shape, fill: { uniform: [0.1, 1] } },
      hyper: { shape: [8], fill: { values: [0.01, 0.9, 0.95, 1e-8, 0.1, 0.19, 0.0975, 1] } },
      ...(scaled && { gradScale: { shape: [], fill: { values: [0.25] } } }),
    },
    params: { decayEnd },
    noGradCheck: "updates in place",
  };
}

/** The tensors of one AdamW update: param, m and v are updated in place. */
export interface AdamwTensors {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** first moment */
  readonly m: Tensor;
  /** second moment */
  readonly v: Tensor;
  /** f32 `[8]`, see {@link adamwHyper} */
  readonly hyper: Tensor;
  /** scalar that multiplies the gradient; absent: 1 */
  readonly gradScale?: Tensor | undefined;
}

/**
 * Updates a parameter and its moments in place as AdamW does (decoupled weight decay, for all elements or for none).
 *
 * @throws ShapeError, DTypeError when the tensors do not fit
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
 * @example
 * const [param, grad, m, v] = [tensor([1, 2]), tensor([0.1, -0.1]), zeros([2]), zeros([2])];
 * adamwUpdate({ param, grad, m, v, hyper: tensor([3e-4, 0.9, 0.95, 1e-8, 0.1, 0.1, 0.05, 1]) }, { decay: true });
 */
export function adamwUpdate(tensors: AdamwTensors, options: { readonly decay: boolean }): void {
  requireArity("adamwUpdate", arguments, 2);
  requireOptions("adamwUpdate", tensors, "tensors");
  requireOptions("adamwUpdate", options);
  checkOptions("adamwUpdate", options, { decay: "boolean" });
  const { decay } = options;
  const { param, grad, m, v, hyper, gradScale } = tensors;
  opScope(
    "adamwUpdate",
    { param, grad, m, v, hyper },
    () => apply(adamwPrimitive, tensors, { decayEnd: decay ? param.size : 0 }),
    { gradScale },
  );
}
