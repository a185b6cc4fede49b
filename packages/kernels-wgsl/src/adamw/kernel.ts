// AdamW updates in place, over one tensor or over the memory of many: parameters and both moments are read and written
// once. Formulas: README.md.
import type { AdamwSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, type LinearConfig, linearConfig, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { rowType } from "../rows/row-layout.ts";

/** `scaled`: the gradient is multiplied by `gradScale[0]`. */
export interface AdamwConfig extends LinearConfig {
  readonly vec: 1 | 4;
  readonly scaled: boolean;
}

/**
 * Slots of `hyper`: 0 lr, 1 beta1, 2 beta2, 3 eps, 4 weightDecay, 5 1 − beta1^t, 6 1 − beta2^t, 7 a factor for the
 * gradient.
 */
export const adamwUpdate = defineKernel({
  name: "adamw_update",
  uniforms: { units: "u32", decayUnits: "u32" },
  bindings: (config: AdamwConfig) => ({
    param: `read_write ${rowType(config)}`,
    grad: `read ${rowType(config)}`,
    m: `read_write ${rowType(config)}`,
    v: `read_write ${rowType(config)}`,
    hyper: "read f32",
    ...(config.scaled && { gradScale: "read f32" as const }),
  }),
  wgsl: (config) =>
    linearMain(
      config,
      `
  if (index >= u.units) { return; }
  let lr = hyper[0];
  let beta1 = hyper[1];
  let beta2 = hyper[2];
  let g = grad[index] * ${config.scaled ? "(hyper[7] * gradScale[0])" : "hyper[7]"};
  let mean = beta1 * m[index] + (1.0 - beta1) * g;
  let square = beta2 * v[index] + (1.0 - beta2) * g * g;
  m[index] = mean;
  v[index] = square;
  let kept = param[index] * select(1.0, 1.0 - lr * hyper[4], index < u.decayUnits);
  let root = sqrt(square) * inverseSqrt(hyper[6]) + hyper[3];
  let change = (lr / hyper[5]) * mean / root;
  param[index] = kept - select(change, ${rowType(config)}(), root == ${rowType(config)}()); // with eps 0 and no gradient ever: 0 / 0`,
    ),
});

function program({ size, decayEnd, scaled }: AdamwSpec, caps: Caps = baseCaps): Program {
  const vec = size > 0 && size % 4 === 0 && decayEnd % 4 === 0 ? 4 : 1;
  const linear = linearConfig(caps);
  return programOf([
    dispatch(adamwUpdate, {
      config: { vec, scaled, ...linear },
      uniforms: { units: size / vec, decayUnits: decayEnd / vec },
      workgroups: grid1d(size / vec, linear, caps),
    }),
  ]);
}

/**
 * The adamw family. `program`: param, grad, m, v, hyper (, gradScale) → param, m, v in place.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [param, grad, m, v, hyper] = [400, 400, 400, 400, 32].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(adamw.program({ size: 100, decayEnd: 64, scaled: false }), { param, grad, m, v, hyper });
 */
export const adamw: {
  readonly program: (call: AdamwSpec, caps?: Caps) => Program;
} = { program };
