// RMS norm over rows, alone or fused with the addition to the residual stream before it; forward and backward.
// Formulas: README.md.
import type { RmsNormSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import {
  keptBindings,
  type NormBackwardConfig,
  normBackwardEntry,
  normBackwardUniforms,
  planNormBackward,
} from "../rows/norm-backward.ts";
import {
  carriedFunction,
  carriedLoop,
  gathered,
  halfConfig,
  type HalfConfig,
  halfFeatures,
  type HalfOutput,
  halfOutput,
  planRows,
  type RowConfig,
  rowEntry,
  rowFeatures,
  rowReductions,
  rowType,
  rowWorkgroups,
  totalFunction,
} from "../rows/row-layout.ts";

/** Layout, whether the residual is added first, and whether y is stored as f16. */
export interface RmsNormConfig extends RowConfig, HalfConfig {
  readonly residual: boolean;
}

export const rmsNormForward = defineKernel({
  name: "rms_norm_forward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", eps: "f32" },
  features: halfFeatures,
  bindings: (config: RmsNormConfig) => ({
    x: `read ${rowType(config)}`,
    ...(config.residual && { residual: `read ${rowType(config)}` as const }),
    weight: `read ${rowType(config)}`,
    y: halfOutput(config).binding,
    ...(config.residual && { residualOut: `read_write ${rowType(config)}` as const }),
    rstd: "read_write f32",
  }),
  wgsl: (config) => `${rowReductions(config)}
${totalFunction(config)}${carriedFunction}${halfOutput(config).wgsl}
${rowEntry(
  config,
  `  let base = row * u.units;
${carriedLoop(
  ["squares"],
  `    let v = x[base + j]${config.residual ? " + residual[base + j];\n    residualOut[base + j] = v" : ""};
    squares.x += total(v * v);
`,
)}  let r = inverseSqrt(row_sum(${gathered("squares")}, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j]${config.residual ? " + residual[base + j]" : ""};
    y[base + j] = ${halfOutput(config).of("v * r * weight[j]")};
  }
  if (lane == 0u) { rstd[row] = r; }
`,
)}`,
});

export interface RmsNormBackwardConfig extends NormBackwardConfig {
  readonly residual: boolean;
}

/** With `residual` the gradient that arrives at the sum is added to gradX. */
export const rmsNormBackward = defineKernel({
  name: "rms_norm_backward",
  uniforms: normBackwardUniforms,
  features: rowFeatures,
  bindings: (config: RmsNormBackwardConfig) => ({
    x: `read ${rowType(config)}`,
    weight: `read ${rowType(config)}`,
    rstd: "read f32",
    gradY: `read ${rowType(config)}`,
    ...(config.residual && { gradResidual: `read ${rowType(config)}` as const }),
    gradX: `read_write ${rowType(config)}`,
    ...keptBindings(config),
  }),
  wgsl: (config) => `${rowReductions(config)}
${totalFunction(config)}
${normBackwardEntry(config, {
  perColumn: { w: "weight[j]" },
  before: "  let base = row * u.units;\n  let r = rstd[row];\n  var products = 0.0;\n",
  loads: { x_in: "x[i]", g: "gradY[i]", ...(config.residual && { passed: "gradResidual[i]" }) },
  first: "    products += total(w * g * x_in);\n",
  between: "  let m = row_sum(products, lane) * r / f32(u.cols);\n",
  second: `    gradX[i] = ${config.residual ? "passed + " : ""}r * (w * g - x_in * (r * m));\n`,
  sums: { weight: "g * x_in * r" },
})}`,
});

/**
 * The rms-norm family. `program`: x, weight (, residual) → y, rstd (, residualOut), y as f16 with `half`, for rows of
 * a multiple of four. `backward`: x, weight, rstd, gradY
 * (, gradResidual) → gradX, gradWeight, where x is what was normed (residualOut of the fused form).
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, weight, y, rstd] = [96, 24, 96, 16].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(rmsNorm.program({ rows: 4, cols: 6, eps: 1e-5 }), { x, weight, y, rstd });
 */
export const rmsNorm: {
  program(call: RmsNormSpec & HalfOutput & { readonly eps: number }, caps?: Caps): Program;
  backward(call: RmsNormSpec, caps?: Caps): Program;
} = {
  program({ rows, cols, eps, residual = false, half }, caps = baseCaps) {
    const config = { ...planRows(rows, cols, caps), residual, ...halfConfig({ half }, caps) };
    return programOf([
      dispatch(rmsNormForward, {
        config,
        uniforms: { rows, cols, units: cols / config.vec, eps },
        workgroups: rowWorkgroups(rows, config, caps),
      }),
    ]);
  },
  backward({ rows, cols, residual = false }, caps = baseCaps) {
    const { config, buffers, uniforms, workgroups, temps, rest } = planNormBackward({ rows, cols }, caps);
    return programOf(
      [
        dispatch(rmsNormBackward, {
          config: { ...config, residual },
          buffers: { ...buffers },
          uniforms,
          workgroups,
        }),
        ...rest,
      ],
      temps,
    );
  },
};
