// Layer norm over rows, with or without a bias; forward and backward. Formulas: README.md.
import type { LayerNormSpec } from "@x/base";
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
  planRows,
  type RowConfig,
  rowEntry,
  rowFeatures,
  rowReductions,
  rowType,
  rowWorkgroups,
  totalFunction,
} from "../rows/row-layout.ts";

export interface LayerNormConfig extends RowConfig {
  readonly bias: boolean;
}

export const layerNormForward = defineKernel({
  name: "layer_norm_forward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", eps: "f32" },
  features: rowFeatures,
  bindings: (config: LayerNormConfig) => ({
    x: `read ${rowType(config)}`,
    weight: `read ${rowType(config)}`,
    ...(config.bias && { bias: `read ${rowType(config)}` as const }),
    y: `read_write ${rowType(config)}`,
    mean: "read_write f32",
    rstd: "read_write f32",
  }),
  // Distances from the row's first element: rows far from zero keep their digits.
  wgsl: (config) => `${rowReductions(config)}
${totalFunction(config)}${carriedFunction}
${rowEntry(
  config,
  `  let base = row * u.units;
  let first = x[base]${config.vec === 4 ? ".x" : ""};
${carriedLoop(["sum"], "    sum.x += total(x[base + j] - first);\n")}  let offset = row_sum(${gathered("sum")}, lane) / f32(u.cols);
${carriedLoop(["squares"], "    let v = (x[base + j] - first) - offset;\n    squares.x += total(v * v);\n")}  let r = inverseSqrt(row_sum(${gathered("squares")}, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = ((x[base + j] - first) - offset) * r * weight[j]${config.bias ? " + bias[j]" : ""};
  }
  if (lane == 0u) {
    mean[row] = first + offset;
    rstd[row] = r;
  }
`,
)}`,
});

/** `bias`: the gradient of a bias is wanted. */
export interface LayerNormBackwardConfig extends NormBackwardConfig {
  readonly bias: boolean;
}

export const layerNormBackward = defineKernel({
  name: "layer_norm_backward",
  uniforms: normBackwardUniforms,
  features: rowFeatures,
  bindings: (config: LayerNormBackwardConfig) => ({
    x: `read ${rowType(config)}`,
    weight: `read ${rowType(config)}`,
    mean: "read f32",
    rstd: "read f32",
    gradY: `read ${rowType(config)}`,
    gradX: `read_write ${rowType(config)}`,
    ...keptBindings(config, config.bias),
  }),
  wgsl: (config) => `${rowReductions(config)}
${totalFunction(config)}
${normBackwardEntry(config, {
  perColumn: { w: "weight[j]" },
  before:
    "  let base = row * u.units;\n  let center = mean[row];\n  let r = rstd[row];\n  var sum = 0.0;\n  var products = 0.0;\n",
  loads: { x_in: "x[i]", g: "gradY[i]" },
  first: "    let q = w * g;\n    sum += total(q);\n    products += total(q * (x_in - center));\n",
  between: "  let m0 = row_sum(sum, lane) / f32(u.cols);\n  let m1 = row_sum(products, lane) * r / f32(u.cols);\n",
  second: "    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));\n",
  sums: { weight: "g * (x_in - center) * r", ...(config.bias && { bias: "g" }) },
})}`,
});

/**
 * The layer-norm family. `program`: x, weight (, bias) → y, mean, rstd. `backward`: x, weight, mean, rstd, gradY →
 * gradX, gradWeight (, gradBias).
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, weight, bias, y, mean, rstd] = [96, 24, 24, 96, 16, 16].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(layerNorm.program({ rows: 4, cols: 6, bias: true, eps: 1e-5 }), { x, weight, bias, y, mean, rstd });
 */
export const layerNorm: {
  program(call: LayerNormSpec & { readonly eps: number }, caps?: Caps): Program;
  backward(call: LayerNormSpec, caps?: Caps): Program;
} = {
  program({ rows, cols, bias, eps }, caps = baseCaps) {
    const config = { ...planRows(rows, cols, caps), bias };
    return programOf([
      dispatch(layerNormForward, {
        config,
        uniforms: { rows, cols, units: cols / config.vec, eps },
        workgroups: rowWorkgroups(rows, config, caps),
      }),
    ]);
  },
  backward({ rows, cols, bias }, caps = baseCaps) {
    const { config, buffers, uniforms, workgroups, temps, rest } = planNormBackward(
      { rows, cols, center: true, bias },
      caps,
    );
    return programOf(
      [
        dispatch(layerNormBackward, {
          config: { ...config, bias: bias && config.keep > 0 },
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
