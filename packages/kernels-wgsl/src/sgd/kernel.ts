// Steps of stochastic gradient descent in place, of one tensor or two per dispatch, with or without (Nesterov) momentum. Formulas: README.md.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Kernel, type Program } from "../kernel.ts";
import { rowType } from "../rows/rows.ts";

const WORKGROUP = 256;

type Updated = "param" | "grad" | "velocity";

/** `scaled`: the gradient is multiplied by `gradScale[0]`; `decay`: weight decay applies; `two`: a second tensor is updated beside the first. */
export interface SgdConfig {
  readonly vec: 1 | 4;
  readonly two: boolean;
  readonly decay: boolean;
  readonly scaled: boolean;
  readonly momentum: "none" | "classic" | "nesterov";
}

/** Slots of `hyper`: 0 lr, 1 momentum, 2 weightDecay, 3 a factor for the gradient. */
export const sgdUpdate: Kernel<Updated | `${Updated}1` | "hyper" | "gradScale", "units" | "units1", SgdConfig> = defineKernel({
  name: "sgd_update",
  uniforms: { units: "u32", units1: "u32" },
  bindings: (config) => ({
    param: `read_write ${rowType(config)}`,
    grad: `read ${rowType(config)}`,
    ...(config.momentum !== "none" && { velocity: `read_write ${rowType(config)}` as const }),
    ...(config.two && { param1: `read_write ${rowType(config)}` as const, grad1: `read ${rowType(config)}` as const }),
    ...(config.two && config.momentum !== "none" && { velocity1: `read_write ${rowType(config)}` as const }),
    hyper: "read f32",
    ...(config.scaled && { gradScale: "read f32" as const }),
  }),
  wgsl: (config) => linearMain(WORKGROUP, `
  if (index >= u.units + u.units1) { return; }
  let scale = ${config.scaled ? "hyper[3] * gradScale[0]" : "hyper[3]"};
${config.two ? `  if (index < u.units) {
${updateText("", "index", config)}  } else {
    let other = index - u.units;
${updateText("1", "other", config)}  }
` : updateText("", "index", config)}`),
});

/** WGSL: the step of element `i` of the tensor whose bindings end in `suffix`. */
function updateText(suffix: "" | "1", i: string, { decay, momentum }: SgdConfig): string {
  const [param, grad, velocity] = ["param", "grad", "velocity"].map((name) => `${name}${suffix}[${i}]`);
  return `    let g = ${grad} * scale${decay ? ` + hyper[2] * ${param}` : ""};
${momentum === "none" ? `    ${param} -= hyper[0] * g;\n` : `    let speed = hyper[1] * ${velocity} + g;
    ${velocity} = speed;
    ${param} -= hyper[0] * ${momentum === "nesterov" ? "(g + hyper[1] * speed)" : "speed"};
`}`;
}

/** Sizes and flags of an update of one tensor or two. */
export interface SgdCall {
  readonly sizes: readonly [number] | readonly [number, number];
  readonly decay: boolean;
  /** whether `gradScale` is bound */
  readonly scaled: boolean;
  readonly momentum: "none" | "classic" | "nesterov";
}

function program({ sizes: [size, size1], decay, scaled, momentum }: SgdCall, caps: Caps = baseCaps): Program {
  const vecOf = (count: number): 1 | 4 => (count > 0 && count % 4 === 0 ? 4 : 1);
  const shared = { hyper: "hyper", ...(scaled && { gradScale: "gradScale" }) };
  const first = { param: "param", grad: "grad", ...(momentum !== "none" && { velocity: "velocity" }) };
  const second = { param1: "param1", grad1: "grad1", ...(momentum !== "none" && { velocity1: "velocity1" }) };
  const alone = (count: number, buffers: Readonly<Partial<Record<Updated, string>>>): Dispatch => {
    const vec = vecOf(count);
    return dispatch(sgdUpdate, {
      config: { vec, two: false, decay, scaled, momentum }, buffers: { ...buffers, ...shared },
      uniforms: { units: count / vec, units1: 0 }, workgroups: grid1d(count / vec, WORKGROUP, caps),
    });
  };
  if (size1 === undefined) return { temps: {}, dispatches: [alone(size, first)] };
  const vec = vecOf(size);
  if (vec !== vecOf(size1)) {
    return { temps: {}, dispatches: [alone(size, first), alone(size1, { param: "param1", grad: "grad1", ...(momentum !== "none" && { velocity: "velocity1" }) })] };
  }
  return {
    temps: {},
    dispatches: [dispatch(sgdUpdate, {
      config: { vec, two: true, decay, scaled, momentum }, buffers: { ...first, ...second, ...shared },
      uniforms: { units: size / vec, units1: size1 / vec }, workgroups: grid1d((size + size1) / vec, WORKGROUP, caps),
    })],
  };
}

/**
 * The sgd family. `program`: param, grad, hyper (, velocity, gradScale) → param (, velocity) in place; with two sizes also param1, grad1 (, velocity1).
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [param, grad, hyper] = [400, 400, 16].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(sgd.program({ sizes: [100], decay: false, scaled: false, momentum: "none" }), { param, grad, hyper });
 */
export const sgd: { readonly program: (call: SgdCall, caps?: Caps) => Program; readonly kernels: { readonly sgdUpdate: typeof sgdUpdate } } = {
  program, kernels: { sgdUpdate },
};
