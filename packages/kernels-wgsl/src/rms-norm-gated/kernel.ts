// Gated RMS norm over groups of channels, gate before or after the norm; forward and backward. Formulas: README.md.
// A "row" of these kernels is one group of one token: groups of a token are adjacent.
import type { NormGate, RmsNormGatedSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { siluFunction } from "../rows/column-sums.ts";
import {
  keptBindings,
  type NormBackwardConfig,
  normBackwardEntry,
  normBackwardUniforms,
  planNormBackward,
} from "../rows/norm-backward.ts";
import { heldRows, type HeldRows, rowPasses } from "../rows/held-rows.ts";
import {
  halfConfig,
  type HalfConfig,
  halfFeatures,
  type HalfOutput,
  halfOutput,
  pitchUniforms,
  pitchValues,
  planRows,
  type RowConfig,
  rowEntry,
  rowFeatures,
  rowReductions,
  rowStart,
  rowType,
  rowWorkgroups,
  totalFunction,
} from "../rows/row-layout.ts";

export interface RmsNormGatedConfig extends HeldRows, HalfConfig {
  readonly gate: NormGate;
}

export interface RmsNormGatedBackwardConfig extends NormBackwardConfig {
  readonly gate: NormGate;
}

/** WGSL: where the row begins: `base` in x and gradX, which are dense, and `base_…` in the tensors `names`, which may be views. */
function rowPlaces(config: RowConfig, names: readonly string[]): string {
  const starts = names.map(
    (name) => `  let base_${name} = ${rowStart(name, "own_token", config)} + group_index * u.units;\n`,
  );
  return `  let base = row * u.units;\n  let own_token = row / u.groups;\n${starts.join("")}`;
}

export const rmsNormGatedForward = defineKernel({
  name: "rms_norm_gated_forward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", groups: "u32", eps: "f32", ...pitchUniforms("z", "y") },
  features: halfFeatures,
  bindings: (config: RmsNormGatedConfig) => ({
    x: `read ${rowType(config)}`,
    ...(config.gate !== "none" && { z: `read ${rowType(config)}` as const }),
    weight: `read ${rowType(config)}`,
    y: halfOutput(config).binding,
    rstd: "read_write f32",
  }),
  wgsl: (config) => {
    const { gate } = config;
    const half = halfOutput(config);
    const { first, second } = rowPasses(config, {
      load: `    let x_in = x[base + j];\n    let gated = x_in${gate === "none" ? "" : " * silu(z[base_z + j])"};\n`,
      held: "gated",
      first: `    squares += total(${gate === "input" ? "gated * gated" : "x_in * x_in"});\n`,
      second: `    y[base_y + j] = ${half.of("gated * (r * weight[channel + j])")};\n`,
    });
    return `${rowReductions(config)}
${totalFunction(config)}${half.wgsl}
${gate === "none" ? "" : siluFunction(config)}${rowEntry(
      config,
      `  let group_index = row % u.groups;
  let channel = group_index * u.units;
${rowPlaces(config, gate === "none" ? ["y"] : ["z", "y"])}  var squares = 0.0;
${first}  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
${second}  if (lane == 0u) { rstd[row] = r; }
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

export const rmsNormGatedBackward = defineKernel({
  name: "rms_norm_gated_backward",
  uniforms: { ...normBackwardUniforms, ...pitchUniforms("z", "gradY", "gradZ") },
  features: rowFeatures,
  bindings: (config: RmsNormGatedBackwardConfig) => ({
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
    const { gate } = config;
    const [product, write, sum] = backwardLoops[gate];
    return `${rowReductions(config)}
${totalFunction(config)}
${gate === "none" ? "" : siluFunction(config)}${normBackwardEntry(config, {
      perColumn: { w: "weight[group_index * u.units + j]" },
      before: `${rowPlaces(config, gate === "none" ? ["gradY"] : ["z", "gradY", "gradZ"])}  let r = rstd[row];\n  var products = 0.0;\n`,
      loads: { x_in: "x[i]", g: "gradY[base_gradY + j]", ...(gate !== "none" && { z_in: "z[base_z + j]" }) },
      first: `    products += total(${product});\n`,
      between: "  let m = row_sum(products, lane) * r / f32(u.cols);\n",
      second: `${write}${gate === "none" ? "" : "    gradZ[base_gradZ + j] = grad_gate;\n"}`,
      sums: { weight: sum },
    })}`;
  },
});

/**
 * The gated rms-norm family. `program`: x, weight (, z) → y, rstd, y as f16 with `half`, for groups of a multiple of
 * four. `backward`: x, weight, rstd, gradY (, z) → gradX,
 * gradWeight (, gradZ).
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, z, weight, y, rstd] = [96, 96, 24, 96, 32].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(rmsNormGated.program({ rows: 4, groups: 2, groupSize: 3, gate: "input", eps: 1e-5 }), { x, z, weight, y, rstd });
 */
export const rmsNormGated: {
  program(call: RmsNormGatedSpec & HalfOutput & { readonly eps: number }, caps?: Caps): Program;
  backward(call: RmsNormGatedSpec, caps?: Caps): Program;
} = {
  program({ rows, groups, groupSize, gate, pitches, eps, half }, caps = baseCaps) {
    const segments = rows * groups;
    const config = { ...heldRows(planRows(segments, groupSize, caps), groupSize), gate, ...halfConfig({ half }, caps) };
    const views = pitchValues(["z", "y"], pitches, groups * groupSize, config);
    return programOf([
      dispatch(rmsNormGatedForward, {
        config,
        uniforms: {
          rows: segments,
          cols: groupSize,
          units: groupSize / config.vec,
          groups,
          eps,
          ...views.uniforms,
        },
        offsets: views.offsets,
        workgroups: rowWorkgroups(segments, config, caps),
      }),
    ]);
  },
  backward({ rows, groups, groupSize, gate, pitches }, caps = baseCaps) {
    const call = { rows, cols: groups * groupSize, groups, gate: gate !== "none", pitches };
    const { config, buffers, uniforms, workgroups, temps, rest } = planNormBackward(call, caps);
    const views = pitchValues(["z", "gradY", "gradZ"], pitches, call.cols, config);
    return programOf(
      [
        dispatch(rmsNormGatedBackward, {
          config: { ...config, gate },
          buffers: { ...buffers },
          uniforms: { ...uniforms, ...views.uniforms },
          offsets: views.offsets,
          workgroups,
        }),
        ...rest,
      ],
      temps,
    );
  },
};
