// AdamW updates in place, of one tensor or two per dispatch: parameters and both moments are read and written once. Formulas: README.md.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Dispatch, type Kernel, type Program } from "../kernel.ts";
import { rowType } from "../rows/rows.ts";

const WORKGROUP = 256;

type Updated = "param" | "grad" | "m" | "v";

/** `scaled`: the gradient is multiplied by `gradScale[0]`; `decay`: weight decay applies; `two`: a second tensor is updated beside the first. */
export interface AdamwConfig {
  readonly vec: 1 | 4;
  readonly two: boolean;
  readonly decay: boolean;
  readonly scaled: boolean;
}

/** Slots of `hyper`: 0 lr, 1 beta1, 2 beta2, 3 eps, 4 weightDecay, 5 1 − beta1^t, 6 1 − beta2^t, 7 a factor for the gradient. */
export const adamwUpdate: Kernel<Updated | `${Updated}1` | "hyper" | "gradScale", "units" | "units1", AdamwConfig> = defineKernel({
  name: "adamw_update",
  uniforms: { units: "u32", units1: "u32" },
  bindings: (config) => ({
    param: `read_write ${rowType(config)}`,
    grad: `read ${rowType(config)}`,
    m: `read_write ${rowType(config)}`,
    v: `read_write ${rowType(config)}`,
    ...(config.two && {
      param1: `read_write ${rowType(config)}` as const,
      grad1: `read ${rowType(config)}` as const,
      m1: `read_write ${rowType(config)}` as const,
      v1: `read_write ${rowType(config)}` as const,
    }),
    hyper: "read f32",
    ...(config.scaled && { gradScale: "read f32" as const }),
  }),
  wgsl: ({ decay, scaled, two }) => linearMain(WORKGROUP, `
  if (index >= u.units + u.units1) { return; }
  let lr = hyper[0];
  let beta1 = hyper[1];
  let beta2 = hyper[2];
  let scale = ${scaled ? "hyper[7] * gradScale[0]" : "hyper[7]"};
${two ? `  if (index < u.units) {
${updateText("", "index", decay)}  } else {
    let other = index - u.units;
${updateText("1", "other", decay)}  }
` : updateText("", "index", decay)}`),
});

/** WGSL: the update of element `i` of the tensor whose bindings end in `suffix`. */
function updateText(suffix: "" | "1", i: string, decay: boolean): string {
  const [param, grad, m, v] = ["param", "grad", "m", "v"].map((name) => `${name}${suffix}[${i}]`);
  return `    let g = ${grad} * scale;
    let mean = beta1 * ${m} + (1.0 - beta1) * g;
    let square = beta2 * ${v} + (1.0 - beta2) * g * g;
    ${m} = mean;
    ${v} = square;
    let kept = ${param}${decay ? " * (1.0 - lr * hyper[4])" : ""};
    ${param} = kept - (lr / hyper[5]) * mean / (sqrt(square) * inverseSqrt(hyper[6]) + hyper[3]);
`;
}

/** Sizes and flags of an update of one tensor or two. */
export interface AdamwCall {
  readonly sizes: readonly [number] | readonly [number, number];
  readonly decay: boolean;
  /** whether `gradScale` is bound */
  readonly scaled: boolean;
}

function program({ sizes, decay, scaled }: AdamwCall, caps: Caps = baseCaps): Program {
  const shared = { hyper: "hyper", ...(scaled && { gradScale: "gradScale" }) };
  const vecOf = (size: number): 1 | 4 => (size > 0 && size % 4 === 0 ? 4 : 1);
  const first = { param: "param", grad: "grad", m: "m", v: "v" };
  const second = { param: "param1", grad: "grad1", m: "m1", v: "v1" };
  const alone = (size: number, buffers: typeof first): Dispatch => {
    const vec = vecOf(size);
    return dispatch(adamwUpdate, {
      config: { vec, two: false, decay, scaled }, buffers: { ...buffers, ...shared },
      uniforms: { units: size / vec, units1: 0 }, workgroups: grid1d(size / vec, WORKGROUP, caps),
    });
  };
  const [size, size1] = sizes;
  if (size1 === undefined) return { temps: {}, dispatches: [alone(size, first)] };
  const vec = vecOf(size);
  const bindings = 9 + (scaled ? 1 : 0);
  if (vec !== vecOf(size1) || bindings > caps.maxStorageBuffersPerShaderStage) return { temps: {}, dispatches: [alone(size, first), alone(size1, second)] };
  return {
    temps: {},
    dispatches: [dispatch(adamwUpdate, {
      config: { vec, two: true, decay, scaled }, buffers: { ...first, param1: "param1", grad1: "grad1", m1: "m1", v1: "v1", ...shared },
      uniforms: { units: size / vec, units1: size1 / vec }, workgroups: grid1d((size + size1) / vec, WORKGROUP, caps),
    })],
  };
}

/**
 * The adamw family. `program`: param, grad, m, v, hyper (, gradScale) → param, m, v in place; with two sizes also param1, grad1, m1, v1, in the same
 * dispatch where the device binds ten storage buffers.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [param, grad, m, v, hyper] = [400, 400, 400, 400, 32].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(adamw.program({ sizes: [100], decay: true, scaled: false }), { param, grad, m, v, hyper });
 */
export const adamw: {
  readonly program: (call: AdamwCall, caps?: Caps) => Program;
  readonly kernels: { readonly adamwUpdate: typeof adamwUpdate };
} = { program, kernels: { adamwUpdate } };
