// One step of stochastic gradient descent of one tensor, or of two at once, in place. The optimizer that owns the velocities is in optim/sgd.ts.
import { sgdWasm } from "@x/kernels-wasm";
import { sgd as kernels } from "@x/kernels-wgsl";
import { apply, definePrimitive, type HostArray, type Primitive, sizeOf, type Spec, type Tensor } from "@x/tensor";
import { checkUpdate } from "./adamw.ts";

/** What `hyper` holds, by index: f32 on the device. */
export const sgdHyper = { lr: 0, momentum: 1, weightDecay: 2, gradScale: 3, length: 4 } as const;

export interface SgdParams {
  /** whether weight decay applies to this tensor */
  readonly decay: boolean;
  /** step along gradient + momentum · velocity instead of along the velocity */
  readonly nesterov: boolean;
}

/** g = grad · gradScale + λ·param; velocity ← μ·velocity + g; param ← param − lr·velocity (Nesterov: g + μ·velocity; without velocity: g). The same of param1. */
export const sgdPrimitive: Primitive<"param" | "grad" | "hyper", "velocity" | "gradScale" | "param1" | "grad1" | "velocity1", never, SgdParams> = definePrimitive({
  name: "sgd",
  inputs: ["param", "grad", "hyper"],
  optional: ["velocity", "gradScale", "param1", "grad1", "velocity1"],
  outputs: [],
  mutates: ["param", "velocity", "param1", "velocity1"],
  infer({ param, grad, hyper, velocity, gradScale, param1, grad1, velocity1 }, _p: SgdParams) {
    checkUpdate("sgd", param, velocity ? { grad, velocity } : { grad }, hyper, sgdHyper.length, gradScale);
    if (param1) checkUpdate("sgd", param1, velocity ? { grad1: grad1!, velocity1: velocity1! } : { grad1: grad1! }, hyper, sgdHyper.length, gradScale);
    return {};
  },
  cpu({ param, grad, hyper: { data: hyper }, velocity, gradScale, param1, grad1, velocity1 }, _y, { decay, nesterov }) {
    const lr = hyper[sgdHyper.lr]!;
    const momentum = hyper[sgdHyper.momentum]!;
    const lambda = decay ? hyper[sgdHyper.weightDecay]! : 0;
    const scale = hyper[sgdHyper.gradScale]! * (gradScale ? gradScale.data[0]! : 1);
    const update = (values: HostArray, gradient: HostArray, speeds: HostArray | undefined): void => {
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]! * scale + lambda * values[i]!;
        let direction = g;
        if (speeds) {
          const speed = momentum * speeds[i]! + g;
          speeds[i] = speed;
          direction = nesterov ? g + momentum * speed : speed;
        }
        values[i]! -= lr * direction;
      }
    };
    update(param.data, grad.data, velocity?.data);
    if (param1) update(param1.data, grad1!.data, velocity1?.data);
  },
  webgpu: (inputs, params, caps) => kernels.program(callOf(inputs, params), caps),
  wasm: (inputs, params) => sgdWasm.program(callOf(inputs, params)),
  cases: [
    updateCase("one element", [1], { decay: true, nesterov: false }, true, false),
    updateCase("63 elements, no velocity", [63], { decay: true, nesterov: false }, false, true),
    updateCase("257 elements, Nesterov", [257], { decay: false, nesterov: true }, true, false),
    updateCase("1028 elements, Nesterov, scaled", [257, 4], { decay: true, nesterov: true }, true, true),
    pairCase("two tensors", [63], [257], true),
    pairCase("two tensors by fours, no velocity", [64], [5, 4], false),
    pairCase("two tensors, one by fours", [64], [3], true),
    { ...updateCase("130m embedding", [50288, 768], { decay: true, nesterov: false }, true, true), bench: true },
  ],
  cost({ param, param1, velocity }) {
    const size = sizeOf(param.shape) + (param1 ? sizeOf(param1.shape) : 0);
    return { flops: 6 * size, bytes: (velocity ? 20 : 12) * size };
  },
});

/** What the kernels ask of a step. */
function callOf(
  { param, param1, velocity, gradScale }: { readonly param: Spec; readonly param1?: Spec | undefined; readonly velocity?: Spec | undefined; readonly gradScale?: Spec | undefined },
  { decay, nesterov }: SgdParams,
) {
  const sizes: [number] | [number, number] = param1 ? [sizeOf(param.shape), sizeOf(param1.shape)] : [sizeOf(param.shape)];
  const momentum = velocity === undefined ? "none" : nesterov ? "nesterov" : "classic";
  return { sizes, decay, scaled: gradScale !== undefined, momentum } as const;
}

function pairCase(name: string, shape: readonly number[], shape1: readonly number[], velocity: boolean): (typeof sgdPrimitive)["cases"][number] {
  const one = updateCase(name, shape, { decay: true, nesterov: velocity }, velocity, true);
  return { ...one, inputs: { ...one.inputs, param1: { shape: shape1 }, grad1: { shape: shape1 }, ...(velocity && { velocity1: { shape: shape1 } }) } };
}

function updateCase(name: string, shape: readonly number[], params: SgdParams, velocity: boolean, scaled: boolean): (typeof sgdPrimitive)["cases"][number] {
  return {
    name,
    inputs: {
      param: { shape }, grad: { shape }, hyper: { shape: [4], fill: { values: [0.01, 0.9, 0.1, 1] } },
      ...(velocity && { velocity: { shape } }), ...(scaled && { gradScale: { shape: [], fill: { values: [0.25] } } }),
    },
    params,
    noGradCheck: "updates in place",
  };
}

/** A parameter, its gradient and, with momentum, its velocity. All but the gradient are updated in place. */
export interface SgdParameter {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** absent: no momentum */
  readonly velocity?: Tensor | undefined;
}

/** The tensors of one SGD step. */
export interface SgdTensors extends SgdParameter {
  /** a second parameter, updated in the same dispatch; with velocity exactly when the first has one */
  readonly second?: SgdParameter | undefined;
  /** f32 `[4]`, see {@link sgdHyper} */
  readonly hyper: Tensor;
  /** scalar that multiplies the gradient; absent: 1 */
  readonly gradScale?: Tensor | undefined;
}

/**
 * Steps a parameter down its gradient in place, with weight decay added to the gradient.
 *
 * @throws ShapeError, DTypeError when the tensors do not fit
 * @example
 * const param = tensor([1, 2]);
 * sgdUpdate({ param, grad: tensor([1, -1]), hyper: tensor([0.1, 0, 0, 1]) }, { decay: false, nesterov: false });   // param: [0.9, 2.1]
 */
export function sgdUpdate({ second, ...tensors }: SgdTensors, params: SgdParams): void {
  apply(sgdPrimitive, { ...tensors, ...(second && { param1: second.param, grad1: second.grad, velocity1: second.velocity }) }, params);
}
