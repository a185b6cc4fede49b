// Gated RMS norm over groups of channels, gate before or after the norm; forward and backward. Formulas: README.md.
// A "row" of these kernels is one group of one token: groups of a token lie side by side.
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { siluFunction } from "../rows/columns.ts";
import { eachLoad, keepSum, keptBindings, type NormBackwardConfig, normBackwardEntry, normBackwardUniforms, planNormBackward } from "../rows/norm-backward.ts";
import { planRows, type RowConfig, rowEntry, rowReductions, rowType, rowWorkgroups, totalFunction } from "../rows/rows.ts";

/** Where silu(z) multiplies: nowhere, what is normed (`"input"`), or the result (`"output"`). */
export type Gate = "none" | "input" | "output";

export interface RmsNormGatedConfig extends RowConfig {
  readonly gate: Gate;
}

export interface RmsNormGatedBackwardConfig extends NormBackwardConfig {
  readonly gate: Gate;
}

export const rmsNormGatedForward: Kernel<"x" | "z" | "weight" | "y" | "rstd", "rows" | "cols" | "units" | "groups" | "eps", RmsNormGatedConfig> =
  defineKernel({
    name: "rms_norm_gated_forward",
    uniforms: { rows: "u32", cols: "u32", units: "u32", groups: "u32", eps: "f32" },
    bindings: (config) => ({
      x: `read ${rowType(config)}`,
      ...(config.gate !== "none" && { z: `read ${rowType(config)}` as const }),
      weight: `read ${rowType(config)}`,
      y: `read_write ${rowType(config)}`,
      rstd: "read_write f32",
    }),
    wgsl: (config) => `${rowReductions(config)}
${totalFunction(config)}
${config.gate === "none" ? "" : siluFunction(config)}${rowEntry(config, `  let base = row * u.units;
  let channel = (row % u.groups) * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j]${config.gate === "input" ? " * silu(z[base + j])" : ""};
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = x[base + j] * r * weight[channel + j]${config.gate === "none" ? "" : " * silu(z[base + j])"};
  }
  if (lane == 0u) { rstd[row] = r; }
`)}`,
  });

const backwardLoops: Readonly<Record<Gate, readonly [product: string, write: string, sum: string]>> = {
  none: [
    "products += total(weight[channel + j] * gradY[i] * x[i]);",
    "gradX[i] = r * (weight[channel + j] * gradY[i] - x[i] * (r * m));",
    "gradY[i] * x[i] * r",
  ],
  input: [
    "products += total(weight[channel + j] * gradY[i] * x[i] * silu(z[i]));",
    `let s = sigmoid(z[i]);
    let gate = z[i] * s;
    let gradV = r * (weight[channel + j] * gradY[i] - x[i] * gate * (r * m));
    gradX[i] = gradV * gate;
    gradZ[i] = gradV * x[i] * (s + gate * (1.0 - s));`,
    "gradY[i] * x[i] * gate * r",
  ],
  output: [
    "products += total(weight[channel + j] * gradY[i] * x[i] * silu(z[i]));",
    `let s = sigmoid(z[i]);
    let gate = z[i] * s;
    let q = weight[channel + j] * gradY[i];
    gradX[i] = r * (q * gate - x[i] * (r * m));
    gradZ[i] = q * x[i] * r * (s + gate * (1.0 - s));`,
    "gradY[i] * x[i] * gate * r",
  ],
};

export const rmsNormGatedBackward: Kernel<
  "x" | "z" | "weight" | "rstd" | "gradY" | "gradX" | "gradZ" | "partWeight" | "partBias", keyof typeof normBackwardUniforms, RmsNormGatedBackwardConfig
> = defineKernel({
  name: "rms_norm_gated_backward",
  uniforms: normBackwardUniforms,
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
  wgsl: (config) => `${rowReductions(config)}
${totalFunction(config)}
${config.gate === "none" ? "" : siluFunction(config)}${normBackwardEntry(config, `  let base = row * u.units;
  let channel = (row % u.groups) * u.units;
  let r = rstd[row];
  var products = 0.0;
${eachLoad(config, `    let i = base + j;
    ${backwardLoops[config.gate][0]}
`)}  let m = row_sum(products, lane) * r / f32(u.cols);
${eachLoad(config, `    let i = base + j;
    ${backwardLoops[config.gate][1]}
${keepSum(config, "weight", backwardLoops[config.gate][2])}`)}`)}`,
});

/** Size of a call: `rows` tokens of `groups` · `groupSize` channels. */
export interface RmsNormGatedCall {
  readonly rows: number;
  readonly groups: number;
  readonly groupSize: number;
  readonly gate: Gate;
}

/**
 * The gated rms-norm family. `program`: x, weight (, z) → y, rstd. `backward`: x, weight, rstd, gradY (, z) → gradX, gradWeight (, gradZ).
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, z, weight, y, rstd] = [96, 96, 24, 96, 32].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(rmsNormGated.program({ rows: 4, groups: 2, groupSize: 3, gate: "input", eps: 1e-5 }), { x, z, weight, y, rstd });
 */
export const rmsNormGated: {
  program(call: RmsNormGatedCall & { readonly eps: number }, caps?: Caps): Program;
  backward(call: RmsNormGatedCall, caps?: Caps): Program;
  readonly kernels: {
    readonly rmsNormGatedForward: typeof rmsNormGatedForward;
    readonly rmsNormGatedBackward: typeof rmsNormGatedBackward;
  };
} = {
  program({ rows, groups, groupSize, gate, eps }, caps = baseCaps) {
    const segments = rows * groups;
    const config = { ...planRows(segments, groupSize, caps), gate };
    return {
      temps: {},
      dispatches: [dispatch(rmsNormGatedForward, {
        config,
        buffers: { x: "x", weight: "weight", y: "y", rstd: "rstd", ...(gate !== "none" && { z: "z" }) },
        uniforms: { rows: segments, cols: groupSize, units: groupSize / config.vec, groups, eps },
        workgroups: rowWorkgroups(segments, config, caps),
      })],
    };
  },
  backward({ rows, groups, groupSize, gate }, caps = baseCaps) {
    const { config, buffers, uniforms, workgroups, temps, rest } = planNormBackward({ rows, cols: groups * groupSize, groups, gate: gate !== "none" }, caps);
    return {
      temps,
      dispatches: [
        dispatch(rmsNormGatedBackward, {
          config: { ...config, gate },
          buffers: {
            x: "x", weight: "weight", rstd: "rstd", gradY: "gradY", gradX: "gradX",
            ...(gate !== "none" && { z: "z", gradZ: "gradZ" }),
            ...buffers,
          },
          uniforms,
          workgroups,
        }),
        ...rest,
      ],
    };
  },
  kernels: { rmsNormGatedForward, rmsNormGatedBackward },
};
