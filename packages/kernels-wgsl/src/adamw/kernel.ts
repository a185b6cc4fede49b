// One AdamW update in place: parameter and both moments are read and written once. Formulas: README.md.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { rowType } from "../rows/rows.ts";

const WORKGROUP = 256;

/** `scaled`: the gradient is multiplied by `gradScale[0]`; `decay`: weight decay applies. */
export interface AdamwConfig {
  readonly vec: 1 | 4;
  readonly decay: boolean;
  readonly scaled: boolean;
}

/** Slots of `hyper`: 0 lr, 1 beta1, 2 beta2, 3 eps, 4 weightDecay, 5 1 − beta1^t, 6 1 − beta2^t, 7 a factor for the gradient. */
export const adamwUpdate: Kernel<"param" | "grad" | "m" | "v" | "hyper" | "gradScale", "units", AdamwConfig> = defineKernel({
  name: "adamw_update",
  uniforms: { units: "u32" },
  bindings: (config) => ({
    param: `read_write ${rowType(config)}`,
    grad: `read ${rowType(config)}`,
    m: `read_write ${rowType(config)}`,
    v: `read_write ${rowType(config)}`,
    hyper: "read f32",
    ...(config.scaled && { gradScale: "read f32" as const }),
  }),
  wgsl: ({ decay, scaled }) => `${linearMain(WORKGROUP, `
  if (index >= u.units) { return; }
  let lr = hyper[0];
  let beta1 = hyper[1];
  let beta2 = hyper[2];
  let g = grad[index] * ${scaled ? "(hyper[7] * gradScale[0])" : "hyper[7]"};
  let m1 = beta1 * m[index] + (1.0 - beta1) * g;
  let v1 = beta2 * v[index] + (1.0 - beta2) * g * g;
  m[index] = m1;
  v[index] = v1;
  let kept = param[index]${decay ? " * (1.0 - lr * hyper[4])" : ""};
  param[index] = kept - (lr / hyper[5]) * m1 / (sqrt(v1) * inverseSqrt(hyper[6]) + hyper[3]);
`)}`,
});

/** Size and flags of an update of one tensor. */
export interface AdamwCall {
  readonly size: number;
  readonly decay: boolean;
  /** whether `gradScale` is bound */
  readonly scaled: boolean;
}

/**
 * The adamw family. `program`: param, grad, m, v, hyper (, gradScale) → param, m, v in place.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [param, grad, m, v, hyper] = [400, 400, 400, 400, 32].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(adamw.program({ size: 100, decay: true, scaled: false }), { param, grad, m, v, hyper });
 */
export const adamw: {
  program(call: AdamwCall, caps?: Caps): Program;
  readonly kernels: { readonly adamwUpdate: typeof adamwUpdate };
} = {
  program({ size, decay, scaled }, caps = baseCaps) {
    const vec = size > 0 && size % 4 === 0 ? 4 : 1;
    return {
      temps: {},
      dispatches: [dispatch(adamwUpdate, {
        config: { vec, decay, scaled },
        buffers: { param: "param", grad: "grad", m: "m", v: "v", hyper: "hyper", ...(scaled && { gradScale: "gradScale" }) },
        uniforms: { units: size / vec },
        workgroups: grid1d(size / vec, WORKGROUP, caps),
      })],
    };
  },
  kernels: { adamwUpdate },
};
