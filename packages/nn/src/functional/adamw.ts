// One AdamW update of one tensor, or of two at once, in place. The optimizer that owns the moments is in optim/adamw.ts.
import { adamwWasm } from "@x/kernels-wasm";
import { adamw as kernels } from "@x/kernels-wgsl";
import { apply, definePrimitive, type HostArray, type Primitive, requireDType, sizeOf, type Spec, type Tensor } from "@x/tensor";
import { checkSpec } from "./norm-spec.ts";

/** What `hyper` holds, by index: f32 on the device, so that a captured step sees new values without a new plan. */
export const adamwHyper = { lr: 0, beta1: 1, beta2: 2, eps: 3, weightDecay: 4, biasCorrection1: 5, biasCorrection2: 6, gradScale: 7, length: 8 } as const;

export interface AdamwParams {
  /** whether weight decay applies to this tensor */
  readonly decay: boolean;
}

/** Checks the tensors of an in-place update: everything like the parameter, hyper f32 of its length, gradScale a scalar. */
export function checkUpdate(
  op: string, param: Spec, like: Readonly<Record<string, Spec>>, hyper: Spec, length: number, gradScale: Spec | undefined,
): void {
  requireDType(op, "param", param.dtype, ["f32", "f64"]);
  for (const [name, spec] of Object.entries(like)) checkSpec(op, name, spec, param.shape, param.dtype);
  checkSpec(op, "hyper", hyper, [length], "f32");
  if (gradScale) checkSpec(op, "gradScale", gradScale, [], param.dtype);
}

type Updated = "param" | "grad" | "m" | "v";
const second = ["param1", "grad1", "m1", "v1"] as const;

/** m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; param ← param·(1 − lr·λ) − lr/c₁ · m/(√(v/c₂) + ε), g = grad · gradScale. With param1, grad1, m1 and v1 the same of a second tensor. */
export const adamwPrimitive: Primitive<Updated | "hyper", "gradScale" | `${Updated}1`, never, AdamwParams> = definePrimitive({
  name: "adamw",
  inputs: ["param", "grad", "m", "v", "hyper"],
  optional: ["gradScale", ...second],
  outputs: [],
  mutates: ["param", "m", "v", "param1", "m1", "v1"],
  infer({ param, grad, m, v, hyper, gradScale, param1, grad1, m1, v1 }, _p: AdamwParams) {
    checkUpdate("adamw", param, { grad, m, v }, hyper, adamwHyper.length, gradScale);
    if (param1) checkUpdate("adamw", param1, { grad1: grad1!, m1: m1!, v1: v1! }, hyper, adamwHyper.length, gradScale);
    return {};
  },
  cpu({ param, grad, m, v, hyper: { data: hyper }, gradScale, param1, grad1, m1, v1 }, _y, { decay }) {
    const beta1 = hyper[adamwHyper.beta1]!;
    const beta2 = hyper[adamwHyper.beta2]!;
    const eps = hyper[adamwHyper.eps]!;
    const kept = decay ? 1 - hyper[adamwHyper.lr]! * hyper[adamwHyper.weightDecay]! : 1;
    const rate = hyper[adamwHyper.lr]! / hyper[adamwHyper.biasCorrection1]!;
    const root = 1 / Math.sqrt(hyper[adamwHyper.biasCorrection2]!);
    const scale = hyper[adamwHyper.gradScale]! * (gradScale ? gradScale.data[0]! : 1);
    const update = (param: HostArray, grad: HostArray, m: HostArray, v: HostArray): void => {
      for (let i = 0; i < param.length; i++) {
        const g = grad[i]! * scale;
        const mean = beta1 * m[i]! + (1 - beta1) * g;
        const square = beta2 * v[i]! + (1 - beta2) * g * g;
        m[i] = mean;
        v[i] = square;
        param[i] = param[i]! * kept - (rate * mean) / (Math.sqrt(square) * root + eps);
      }
    };
    update(param.data, grad.data, m.data, v.data);
    if (param1) update(param1.data, grad1!.data, m1!.data, v1!.data);
  },
  webgpu: ({ param, param1, gradScale }, { decay }, caps) => kernels.program({ sizes: sizesOf(param, param1), decay, scaled: gradScale !== undefined }, caps),
  wasm: ({ param, param1, gradScale }, { decay }) => adamwWasm.program({ sizes: sizesOf(param, param1), decay, scaled: gradScale !== undefined }),
  cases: [
    updateCase("one element", [1], true, false),
    updateCase("63 elements, scaled", [63], true, true),
    updateCase("257 elements, no decay", [257], false, false),
    updateCase("1028 elements", [257, 4], true, true),
    pairCase("two tensors", [63], [257]),
    pairCase("two tensors by fours", [64], [5, 4]),
    pairCase("two tensors, one by fours", [64], [3]),
    { ...updateCase("130m embedding", [50288, 768], true, true), bench: true },
  ],
  cost({ param, param1 }) {
    const size = sizeOf(param.shape) + (param1 ? sizeOf(param1.shape) : 0);
    return { flops: 14 * size, bytes: 28 * size };
  },
});

function sizesOf(param: Spec, param1: Spec | undefined): [number] | [number, number] {
  return param1 ? [sizeOf(param.shape), sizeOf(param1.shape)] : [sizeOf(param.shape)];
}

function pairCase(name: string, shape: readonly number[], shape1: readonly number[]): (typeof adamwPrimitive)["cases"][number] {
  const one = updateCase(name, shape, true, true);
  return { ...one, inputs: { ...one.inputs, param1: { shape: shape1 }, grad1: { shape: shape1 }, m1: { shape: shape1 }, v1: { shape: shape1, fill: { uniform: [0.1, 1] } } } };
}

function updateCase(name: string, shape: readonly number[], decay: boolean, scaled: boolean): (typeof adamwPrimitive)["cases"][number] {
  return {
    name,
    inputs: {
      param: { shape }, grad: { shape }, m: { shape }, v: { shape, fill: { uniform: [0.1, 1] } },
      hyper: { shape: [8], fill: { values: [0.01, 0.9, 0.95, 1e-8, 0.1, 0.19, 0.0975, 1] } },
      ...(scaled && { gradScale: { shape: [], fill: { values: [0.25] } } }),
    },
    params: { decay },
    noGradCheck: "updates in place",
  };
}

/** A parameter, its gradient and its moments. All but the gradient are updated in place. */
export interface AdamwParameter {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** first moment */
  readonly m: Tensor;
  /** second moment */
  readonly v: Tensor;
}

/** The tensors of one AdamW update. */
export interface AdamwTensors extends AdamwParameter {
  /** a second parameter, updated in the same dispatch where the device can */
  readonly second?: AdamwParameter | undefined;
  /** f32 `[8]`, see {@link adamwHyper} */
  readonly hyper: Tensor;
  /** scalar that multiplies the gradient; absent: 1 */
  readonly gradScale?: Tensor | undefined;
}

/**
 * Updates a parameter and its moments in place as AdamW does (decoupled weight decay).
 *
 * @throws ShapeError, DTypeError when the tensors do not fit
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
 * @example
 * const [param, grad, m, v] = [tensor([1, 2]), tensor([0.1, -0.1]), zeros([2]), zeros([2])];
 * adamwUpdate({ param, grad, m, v, hyper: tensor([3e-4, 0.9, 0.95, 1e-8, 0.1, 0.1, 0.05, 1]) }, { decay: true });
 */
export function adamwUpdate({ second, ...tensors }: AdamwTensors, params: AdamwParams): void {
  apply(adamwPrimitive, { ...tensors, ...(second && { param1: second.param, grad1: second.grad, m1: second.m, v1: second.v }) }, params);
}
