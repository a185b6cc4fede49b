// One step of stochastic gradient descent of one tensor, in place. The optimizer that owns the velocities is in optim/sgd.ts.
import { sgdWasm } from "@x/kernels-wasm";
import { sgd as kernels } from "@x/kernels-wgsl";
import { apply, definePrimitive, type Primitive, sizeOf, type Tensor } from "@x/tensor";
import { checkUpdate } from "./adamw.ts";

/** What `hyper` holds, by index: f32 on the device. */
export const sgdHyper = { lr: 0, momentum: 1, weightDecay: 2, gradScale: 3, length: 4 } as const;

export interface SgdParams {
  /** whether weight decay applies to this tensor */
  readonly decay: boolean;
  /** step along gradient + momentum · velocity instead of along the velocity */
  readonly nesterov: boolean;
}

/** g = grad · gradScale + λ·param; velocity ← μ·velocity + g; param ← param − lr·velocity (Nesterov: g + μ·velocity; without velocity: g). */
export const sgdPrimitive: Primitive<"param" | "grad" | "hyper", "velocity" | "gradScale", never, SgdParams> = definePrimitive({
  name: "sgd",
  inputs: ["param", "grad", "hyper"],
  optional: ["velocity", "gradScale"],
  outputs: [],
  mutates: ["param", "velocity"],
  infer({ param, grad, hyper, velocity, gradScale }, _p: SgdParams) {
    checkUpdate("sgd", param, velocity ? { grad, velocity } : { grad }, hyper, sgdHyper.length, gradScale);
    return {};
  },
  cpu({ param: { data: param }, grad: { data: grad }, hyper: { data: hyper }, velocity, gradScale }, _y, { decay, nesterov }) {
    const lr = hyper[sgdHyper.lr]!;
    const momentum = hyper[sgdHyper.momentum]!;
    const lambda = decay ? hyper[sgdHyper.weightDecay]! : 0;
    const scale = hyper[sgdHyper.gradScale]! * (gradScale ? gradScale.data[0]! : 1);
    for (let i = 0; i < param.length; i++) {
      const g = grad[i]! * scale + lambda * param[i]!;
      let direction = g;
      if (velocity) {
        const speed = momentum * velocity.data[i]! + g;
        velocity.data[i] = speed;
        direction = nesterov ? g + momentum * speed : speed;
      }
      param[i]! -= lr * direction;
    }
  },
  webgpu({ param, velocity, gradScale }, { decay, nesterov }, caps) {
    const momentum = velocity === undefined ? "none" : nesterov ? "nesterov" : "classic";
    return kernels.program({ size: sizeOf(param.shape), decay, scaled: gradScale !== undefined, momentum }, caps);
  },
  wasm({ param, velocity, gradScale }, { decay, nesterov }) {
    const momentum = velocity === undefined ? "none" : nesterov ? "nesterov" : "classic";
    return sgdWasm.program({ size: sizeOf(param.shape), decay, scaled: gradScale !== undefined, momentum });
  },
  cases: [
    updateCase("one element", [1], { decay: true, nesterov: false }, true, false),
    updateCase("63 elements, no velocity", [63], { decay: true, nesterov: false }, false, true),
    updateCase("257 elements, Nesterov", [257], { decay: false, nesterov: true }, true, false),
    updateCase("1028 elements, Nesterov, scaled", [257, 4], { decay: true, nesterov: true }, true, true),
    { ...updateCase("130m embedding", [50288, 768], { decay: true, nesterov: false }, true, true), bench: true },
  ],
  cost: ({ param, velocity }) => ({ flops: 6 * sizeOf(param.shape), bytes: (velocity ? 20 : 12) * sizeOf(param.shape) }),
});

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

/** The tensors of one SGD step. */
export interface SgdTensors {
  /** updated in place */
  readonly param: Tensor;
  readonly grad: Tensor;
  /** f32 `[4]`, see {@link sgdHyper} */
  readonly hyper: Tensor;
  /** updated in place; absent: no momentum */
  readonly velocity?: Tensor | undefined;
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
export function sgdUpdate(tensors: SgdTensors, params: SgdParams): void {
  apply(sgdPrimitive, tensors, params);
}
