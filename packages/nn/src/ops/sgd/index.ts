// One step of stochastic gradient descent in place, of a tensor or of flat memory that holds many. The optimizer that owns the velocities is in optim/sgd.ts.
import type { SgdSpec } from "@x/base";
import { sgdWasm } from "@x/kernels-wasm";
import { sgd as kernels } from "@x/kernels-wgsl";
import {
  apply,
  checkOptions,
  definePrimitive,
  opScope,
  type Primitive,
  requireArity,
  requireOptions,
  sizeOf,
  type Spec,
  type Tensor,
} from "@x/tensor/core";
import { checkUpdate } from "../adamw/index.ts";

/** What `hyper` holds, by index: f32 on the device. */
export const sgdHyper = { lr: 0, momentum: 1, weightDecay: 2, gradScale: 3, share: 4, length: 5 } as const;

/** What is fixed for a call of the SGD update; what changes from step to step is a tensor. */
export interface SgdParams {
  /** weight decay applies to the elements before this one: all, or a multiple of four */
  readonly decayEnd: number;
  /** step along gradient + momentum · velocity instead of along the velocity */
  readonly nesterov: boolean;
}

/** g = grad · gradScale + λ·param; velocity ← μ·velocity + share·g; param ← param − lr·velocity (Nesterov: g + μ·velocity; without velocity: g); λ = 0 from decayEnd on. */
export const sgdPrimitive: Primitive<"param" | "grad" | "hyper", "velocity" | "gradScale", never, SgdParams> =
  definePrimitive({
    name: "sgd",
    inputs: ["param", "grad", "hyper"],
    optional: ["velocity", "gradScale"],
    outputs: [],
    mutates: ["param", "velocity"],
    infer({ param, grad, hyper, velocity, gradScale }, { decayEnd }: SgdParams) {
      checkUpdate("sgd", param, velocity ? { grad, velocity } : { grad }, hyper, sgdHyper.length, gradScale, decayEnd);
      return {};
    },
    cpu(
      { param: { data: values }, grad: { data: gradient }, hyper: { data: hyper }, velocity, gradScale },
      _y,
      { decayEnd, nesterov },
    ) {
      const lr = hyper[sgdHyper.lr]!;
      const momentum = hyper[sgdHyper.momentum]!;
      const lambda = hyper[sgdHyper.weightDecay]!;
      const share = hyper[sgdHyper.share]!;
      const scale = hyper[sgdHyper.gradScale]! * (gradScale ? gradScale.data[0]! : 1);
      const speeds = velocity?.data;
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]! * scale + (i < decayEnd ? lambda * values[i]! : 0);
        let direction = g;
        if (speeds) {
          const speed = momentum * speeds[i]! + share * g;
          speeds[i] = speed;
          direction = nesterov ? g + momentum * speed : speed;
        }
        values[i]! -= lr * direction;
      }
    },
    webgpu: (inputs, params, caps) => kernels.program(specOf(inputs, params), caps),
    wasm: (inputs, params) => sgdWasm.program(specOf(inputs, params)),
    cases: [
      updateCase("one element", [1], { decayEnd: 1, nesterov: false }, true, false),
      updateCase("63 elements, no velocity", [63], { decayEnd: 63, nesterov: false }, false, true),
      updateCase("257 elements, Nesterov", [257], { decayEnd: 0, nesterov: true }, true, false),
      updateCase("257 elements, decay of the first 64", [257], { decayEnd: 64, nesterov: false }, true, true),
      updateCase("1028 elements, Nesterov, scaled", [257, 4], { decayEnd: 1028, nesterov: true }, true, true),
      updateCase(
        "1280 elements, decay of the first 1024, no velocity",
        [5, 256],
        { decayEnd: 1024, nesterov: false },
        false,
        true,
      ),
      {
        ...updateCase("130m embedding", [50288, 768], { decayEnd: 50288 * 768, nesterov: false }, true, true),
        bench: true,
      },
    ],
    cost: ({ param, velocity }) => ({
      flops: 6 * sizeOf(param.shape),
      bytes: (velocity ? 20 : 12) * sizeOf(param.shape),
    }),
  });

function specOf(
  {
    param,
    velocity,
    gradScale,
  }: { readonly param: Spec; readonly velocity?: Spec | undefined; readonly gradScale?: Spec | undefined },
  { decayEnd, nesterov }: SgdParams,
): SgdSpec {
  const momentum = velocity === undefined ? "none" : nesterov ? "nesterov" : "classic";
  return { size: sizeOf(param.shape), decayEnd, scaled: gradScale !== undefined, momentum };
}

function updateCase(
  name: string,
  shape: readonly number[],
  params: SgdParams,
  velocity: boolean,
  scaled: boolean,
): (typeof sgdPrimitive)["cases"][number] {
  return {
    name,
    inputs: {
      param: shape,
      grad: shape,
      hyper: { shape: [sgdHyper.length], fill: { values: [0.01, 0.9, 0.1, 1, 0.75] } },
      ...(velocity && { velocity: shape }),
      ...(scaled && { gradScale: { shape: [], fill: { values: [0.25] } } }),
    },
    params,
    noGradCheck: "updates in place",
  };
}

/** The tensors of one SGD step: param and velocity are updated in place. */
export interface SgdTensors {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** absent: no momentum */
  readonly velocity?: Tensor | undefined;
  /** f32 `[5]`, see {@link sgdHyper} */
  readonly hyper: Tensor;
  /** scalar that multiplies the gradient; absent: 1 */
  readonly gradScale?: Tensor | undefined;
}

/**
 * Steps a parameter down its gradient in place, with weight decay added to the gradient (of all elements or of none).
 *
 * @throws ShapeError, DTypeError when the tensors do not fit
 * @example
 * const param = tensor([1, 2]);
 * sgdUpdate({ param, grad: tensor([1, -1]), hyper: tensor([0.1, 0, 0, 1, 1]) }, { decay: false, nesterov: false });   // param: [0.9, 2.1]
 */
export function sgdUpdate(tensors: SgdTensors, options: { readonly decay: boolean; readonly nesterov: boolean }): void {
  requireArity("sgdUpdate", arguments, 2);
  requireOptions("sgdUpdate", tensors, "tensors");
  requireOptions("sgdUpdate", options);
  checkOptions("sgdUpdate", options, { decay: "boolean", nesterov: "boolean" });
  const { decay, nesterov } = options;
  const { param, grad, velocity, hyper, gradScale } = tensors;
  opScope(
    "sgdUpdate",
    { param, grad, hyper },
    () => apply(sgdPrimitive, tensors, { decayEnd: decay ? param.size : 0, nesterov }),
    { velocity, gradScale },
  );
}
