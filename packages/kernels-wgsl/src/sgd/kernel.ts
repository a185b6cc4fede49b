// Steps of stochastic gradient descent in place, over one tensor or over the memory of many, with or without (Nesterov)
// momentum. Formulas: README.md.
import type { SgdSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, type LinearConfig, linearConfig, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { rowType } from "../rows/row-layout.ts";

/** `scaled`: the gradient is multiplied by `gradScale[0]`. */
export interface SgdConfig extends LinearConfig {
  readonly vec: 1 | 4;
  readonly scaled: boolean;
  readonly momentum: "none" | "classic" | "nesterov";
}

/** Slots of `hyper`: 0 lr, 1 momentum, 2 weightDecay, 3 a factor for the gradient, 4 the gradient's share in the velocity. */
export const sgdUpdate = defineKernel({
  name: "sgd_update",
  uniforms: { units: "u32", decayUnits: "u32" },
  bindings: (config: SgdConfig) => ({
    param: `read_write ${rowType(config)}`,
    grad: `read ${rowType(config)}`,
    ...(config.momentum !== "none" && { velocity: `read_write ${rowType(config)}` as const }),
    hyper: "read f32",
    ...(config.scaled && { gradScale: "read f32" as const }),
  }),
  wgsl: ({ scaled, momentum, ...linear }) =>
    linearMain(
      linear,
      `
  if (index >= u.units) { return; }
  let old = param[index];
  let g = grad[index] * ${scaled ? "(hyper[3] * gradScale[0])" : "hyper[3]"} + select(0.0, hyper[2], index < u.decayUnits) * old;
${
  momentum === "none"
    ? "  param[index] = old - hyper[0] * g;"
    : `  let speed = hyper[1] * velocity[index] + hyper[4] * g;
  velocity[index] = speed;
  param[index] = old - hyper[0] * ${momentum === "nesterov" ? "(g + hyper[1] * speed)" : "speed"};`
}`,
    ),
});

function program({ size, decayEnd, scaled, momentum }: SgdSpec, caps: Caps = baseCaps): Program {
  const vec = size > 0 && size % 4 === 0 && decayEnd % 4 === 0 ? 4 : 1;
  const linear = linearConfig(caps);
  return programOf([
    dispatch(sgdUpdate, {
      config: { vec, scaled, momentum, ...linear },
      uniforms: { units: size / vec, decayUnits: decayEnd / vec },
      workgroups: grid1d(size / vec, linear, caps),
    }),
  ]);
}

/**
 * The sgd family. `program`: param, grad, hyper (, velocity, gradScale) → param (, velocity) in place.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [param, grad, hyper] = [400, 400, 20].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(sgd.program({ size: 100, decayEnd: 0, scaled: false, momentum: "none" }), { param, grad, hyper });
 */
export const sgd: {
  readonly program: (call: SgdSpec, caps?: Caps) => Program;
} = {
  program,
};
