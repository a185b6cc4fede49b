// Gated RMS norm over groups of channels, gate before or after the norm; forward and backward. Formulas: README.md.
// A "row" of these kernels is one group of one token: groups of a token are adjacent.
import type { NormGate, RmsNormGatedSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { siluFunction } from "../rows/column-sums.ts";
import {
  keptBindings,
  type NormBackwardConfig,
  normBackwardEntry,
  normBackwardUniforms,
  planNormBackward,
} from "../rows/norm-backward.ts";
import {
  planRows,
  type RowConfig,
  rowEntry,
  rowFeatures,
  rowReductions,
  rowType,
  rowWorkgroups,
  totalFunction,
} from "../rows/row-layout.ts";

/** `mlp`: z and y have a SwiGLU part in front, README §5. */
export interface RmsNormGatedConfig extends RowConfig {
  readonly gate: NormGate;
  readonly mlp: boolean;
}

export interface RmsNormGatedBackwardConfig extends NormBackwardConfig {
  readonly gate: NormGate;
  readonly mlp: boolean;
}

/**
 * WGSL: where the row begins in x, z and y. Without an MLP part all three are alike. `group_index` is row mod u.groups.
 */
function rowPlaces(mlp: boolean): string {
  return `  let base = row * u.units;
${
  mlp
    ? `  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
`
    : ""
}`;
}

/**
 * WGSL: `statements` for every load `j` of the token's MLP part that falls to this row: the groups of a token share it.
 * They see `first`, `gate_at` and `value_at`.
 */
function eachMlpLoad(statements: string): string {
  return `  let first_y = token * (u.mlp + u.groups * u.units);
  let first_z = token * (2u * u.mlp + u.groups * u.units);
  for (var j = group_index * THREADS + lane; j < u.mlp; j += u.groups * THREADS) {
    let gate_at = first_z + j;
    let value_at = gate_at + u.mlp;
${statements}  }
`;
}

export const rmsNormGatedForward: Kernel<
  "x" | "z" | "weight" | "y" | "rstd",
  "rows" | "cols" | "units" | "groups" | "mlp" | "eps",
  RmsNormGatedConfig
> = defineKernel({
  name: "rms_norm_gated_forward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", groups: "u32", mlp: "u32", eps: "f32" },
  features: rowFeatures,
  bindings: (config) => ({
    x: `read ${rowType(config)}`,
    ...(config.gate !== "none" && { z: `read ${rowType(config)}` as const }),
    weight: `read ${rowType(config)}`,
    y: `read_write ${rowType(config)}`,
    rstd: "read_write f32",
  }),
  wgsl: (config) => {
    const { gate, mlp } = config;
    const [z, y] = mlp ? ["z[base_z + j]", "y[base_y + j]"] : ["z[base + j]", "y[base + j]"];
    return `${rowReductions(config)}
${totalFunction(config)}
${gate === "none" ? "" : siluFunction(config)}${rowEntry(
      config,
      `  let group_index = row % u.groups;
  let channel = group_index * u.units;
${rowPlaces(mlp)}  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j]${gate === "input" ? ` * silu(${z})` : ""};
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    ${y} = x[base + j] * r * weight[channel + j]${gate === "none" ? "" : ` * silu(${z})`};
  }
${mlp ? eachMlpLoad("    y[first_y + j] = silu(z[gate_at]) * z[value_at];\n") : ""}  if (lane == 0u) { rstd[row] = r; }
`,
    )}`;
  },
});

/**
 * WGSL: the term of the sum that gradX needs, what is written per load, and the term of the weight's gradient; `w`,
 * `g`, `x_in` and `z_in` are weight, gradY, x and z.
 */
const backwardLoops: Readonly<Record<NormGate, readonly [product: string, write: string, sum: string]>> = {
  none: ["w * g * x_in", "    gradX[i] = r * (w * g - x_in * (r * m));\n", "g * x_in * r"],
  input: [
    "w * g * x_in * silu(z_in)",
    `    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
`,
    "g * x_in * gate * r",
  ],
  output: [
    "w * g * x_in * silu(z_in)",
    `    let s = sigmoid(z_in);
    let gate = z_in * s;
    let q = w * g;
    let grad_gate = q * x_in * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x_in * (r * m));
`,
    "g * x_in * gate * r",
  ],
};

/** WGSL: both gradients of a load of the MLP part, silu(z0)·x0. */
const mlpBackward = `    let s = sigmoid(z[gate_at]);
    let gate = z[gate_at] * s;
    let g = gradY[first_y + j];
    gradZ[gate_at] = g * z[value_at] * (s + gate * (1.0 - s));
    gradZ[value_at] = g * gate;
`;

export const rmsNormGatedBackward: Kernel<
  "x" | "z" | "weight" | "rstd" | "gradY" | "gradX" | "gradZ" | "partWeight" | "partBias",
  keyof typeof normBackwardUniforms | "mlp",
  RmsNormGatedBackwardConfig
> = defineKernel({
  name: "rms_norm_gated_backward",
  uniforms: { ...normBackwardUniforms, mlp: "u32" },
  features: rowFeatures,
  bindings: (config) => ({
    x: `read ${rowType(config)}`,
    ...(config.gate !== "none" && { z: `read ${rowType(config)}` as const }),
    weight: `read ${rowType(config)}`,
    rstd: "read f32",
    gradY: `read ${rowType(config)}`,
    gradX: `read_write ${rowType(config)}`,
    ...(config.gate !== "none" && { gradZ: `read_write ${rowType(config)}` as const }),
    ...keptBindings(config),
  }),
  wgsl: (config) => {
    const { gate, mlp } = config;
    const [product, write, sum] = backwardLoops[gate];
    const at = mlp ? { y: "base_y + j", z: "base_z + j" } : { y: "i", z: "i" };
    return `${rowReductions(config)}
${totalFunction(config)}
${gate === "none" ? "" : siluFunction(config)}${normBackwardEntry(config, {
      perColumn: { w: "weight[group_index * u.units + j]" },
      before: `${rowPlaces(mlp)}  let r = rstd[row];\n  var products = 0.0;\n`,
      loads: { x_in: "x[i]", g: `gradY[${at.y}]`, ...(gate !== "none" && { z_in: `z[${at.z}]` }) },
      first: `    products += total(${product});\n`,
      between: "  let m = row_sum(products, lane) * r / f32(u.cols);\n",
      second: `${write}${gate === "none" ? "" : `    gradZ[${at.z}] = grad_gate;\n`}`,
      sums: { weight: sum },
      ...(mlp && { after: eachMlpLoad(mlpBackward) }),
    })}`;
  },
});

/**
 * The gated rms-norm family. `program`: x, weight (, z) → y, rstd. `backward`: x, weight, rstd, gradY (, z) → gradX,
 * gradWeight (, gradZ).
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, z, weight, y, rstd] = [96, 96, 24, 96, 32].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(rmsNormGated.program({ rows: 4, groups: 2, groupSize: 3, gate: "input", eps: 1e-5 }), { x, z, weight, y, rstd });
 */
export const rmsNormGated: {
  program(call: RmsNormGatedSpec & { readonly eps: number }, caps?: Caps): Program;
  backward(call: RmsNormGatedSpec, caps?: Caps): Program;
} = {
  program({ rows, groups, groupSize, gate, mlp = 0, eps }, caps = baseCaps) {
    const segments = rows * groups;
    const config = { ...planRows(segments, groupSize, caps, mlp), gate, mlp: mlp > 0 };
    return {
      temps: {},
      dispatches: [
        dispatch(rmsNormGatedForward, {
          config,
          buffers: { x: "x", weight: "weight", y: "y", rstd: "rstd", ...(gate !== "none" && { z: "z" }) },
          uniforms: {
            rows: segments,
            cols: groupSize,
            units: groupSize / config.vec,
            groups,
            mlp: mlp / config.vec,
            eps,
          },
          workgroups: rowWorkgroups(segments, config, caps),
        }),
      ],
    };
  },
  backward({ rows, groups, groupSize, gate, mlp = 0 }, caps = baseCaps) {
    const call = { rows, cols: groups * groupSize, groups, gate: gate !== "none", mlp };
    const { config, buffers, uniforms, workgroups, temps, rest } = planNormBackward(call, caps);
    return {
      temps,
      dispatches: [
        dispatch(rmsNormGatedBackward, {
          config: { ...config, gate, mlp: mlp > 0 },
          buffers: {
            x: "x",
            weight: "weight",
            rstd: "rstd",
            gradY: "gradY",
            gradX: "gradX",
            ...(gate !== "none" && { z: "z", gradZ: "gradZ" }),
            ...buffers,
          },
          uniforms: { ...uniforms, mlp: mlp / config.vec },
          workgroups,
        }),
        ...rest,
      ],
    };
  },
};
