// RMS norms of rows: plain, of a sum with the residual stream, gated by SiLU before or after, over groups of channels;
// and their gradient.
import type { NormGate, RmsNormGatedSpec, RmsNormSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { partialSums } from "../reduce/partial.ts";
import { eachVector, foldSum, type VectorAccess } from "../codegen.ts";

interface Config {
  readonly gate: NormGate;
  readonly residual: boolean;
  readonly mlp: boolean;
}

/** Rows (of single groups) from `first` until `last`. */
const eachGroup = (first: string, last: string, mlp: boolean, body: string): string => `
  var at = ${first} * size * 4;
  for (var row = ${first}; row < ${last}; row += 1) {
    let channel = row % groups * size * 4;
    let ahead = ${mlp ? "(row / groups + 1) * mlp * 4" : "0"};
    let zAt = at + 2 * ahead;
    let yAt = at + ahead;
    ${body}
    at += size * 4;
  }`;

/**
 * With the first group of a token: `body` over its MLP part, gates from `gates` on, values behind them, and the part of
 * y (or gradY) at byte `mlpAt`.
 */
const mlpPart = (mlp: boolean, body: (access: VectorAccess) => string): string =>
  mlp
    ? `
    if (channel == 0) {
      let gates = zAt - 2 * mlp * 4;
      let values = gates + mlp * 4;
      let mlpAt = yAt - mlp * 4;
      ${eachVector("mlp", body)}
    }`
    : "";

const forwardKernel = defineWasmKernel({
  name: "rms_norm_forward",
  params: {
    x: "ptr",
    residual: "ptr",
    z: "ptr",
    weight: "ptr",
    y: "ptr",
    residualOut: "ptr",
    rstd: "ptr",
    begin: "u32",
    end: "u32",
    groups: "u32",
    size: "u32",
    mlp: "u32",
    eps: "f32",
  },
  body: ({ gate, residual, mlp }: Config) =>
    eachGroup(
      "begin",
      "end",
      mlp,
      `
    ${foldSum(
      "size",
      "squares",
      ({ load, store, live }, sum) => `
    let v = ${load("(x + at)")} ${residual ? `+ ${load("(residual + at)")}` : ""} ${gate === "input" ? `* silu(${load("(z + zAt)")})` : ""};
    ${residual ? store("(residualOut + at)", "v") : gate === "input" ? store("(y + yAt)", "v") : ""}
    let counted = ${live("v")};
    ${sum} = ${sum} + counted * counted;`,
    )}
    let scale = 1.0 / sqrt(squares / f32(size) + eps);
    store(rstd + row * 4, scale);
    let scales = vec4f(scale);
    ${eachVector(
      "size",
      ({ load, store }) => `
    let v = ${load(residual ? "(residualOut + at)" : gate === "input" ? "(y + yAt)" : "(x + at)")};
    ${store("(y + yAt)", `v * scales * ${load("(weight + channel)")} ${gate === "output" ? `* silu(${load("(z + zAt)")})` : ""}`)}`,
    )}
    ${mlpPart(mlp, ({ load, store }) => store("(y + mlpAt)", `silu(${load("(z + gates)")}) * ${load("(z + values)")}`))}`,
    ),
});

const backwardKernel = defineWasmKernel({
  name: "rms_norm_backward",
  params: {
    x: "ptr",
    z: "ptr",
    weight: "ptr",
    rstd: "ptr",
    gradY: "ptr",
    gradResidual: "ptr",
    gradX: "ptr",
    sums: "ptr",
    gradZ: "ptr",
    rows: "u32",
    perPart: "u32",
    groups: "u32",
    size: "u32",
    mlp: "u32",
    begin: "u32",
    end: "u32",
  },
  body: ({ gate, residual, mlp }: Config) => {
    const gated = gate === "none" ? "" : "* s";
    const gateOf = (z: string): string =>
      gate === "none" ? "" : `let g = ${z}; let sigma = sigmoid(g); let s = g * sigma;`;
    return `
  for (var part = begin; part < end; part += 1) {
  let gradWeight = sums + part * groups * size * 4;
  let lastRow = min((part + 1) * perPart, rows) * groups;
  fill_bytes(gradWeight, 0, groups * size * 4);
  ${eachGroup(
    "part * perPart * groups",
    "lastRow",
    mlp,
    `
    let scale = load_splat(rstd + row * 4);
    ${foldSum(
      "size",
      "products",
      ({ load, store, live }, sum) => `
    ${gateOf(load("(z + zAt)"))}
    let gx = ${load("(gradY + yAt)")} * ${load("(x + at)")} ${gated} * scale;
    ${sum} = ${sum} + ${live(`gx * ${load("(weight + channel)")}`)};
    ${store("(gradWeight + channel)", `${load("(gradWeight + channel)")} + gx`)}`,
    )}
    let pull = scale * (products / f32(size));
    ${eachVector(
      "size",
      ({ load, store }) => `
    ${gateOf(load("(z + zAt)"))}
    let v = ${load("(x + at)")};
    let q = ${load("(gradY + yAt)")} * ${load("(weight + channel)")};
    let gradV = scale * (q ${gate === "output" ? "* s" : ""} - v ${gate === "input" ? "* s" : ""} * pull);
    ${store("(gradX + at)", `gradV ${gate === "input" ? "* s" : ""} ${residual ? `+ ${load("(gradResidual + at)")}` : ""}`)}
    ${gate === "none" ? "" : store("(gradZ + zAt)", `${gate === "output" ? "q * scale" : "gradV"} * v * (sigma + s * (1.0 - sigma))`)}`,
    )}
    ${mlpPart(
      mlp,
      ({ load, store }) => `
    ${gateOf(load("(z + gates)"))}
    let arrived = ${load("(gradY + mlpAt)")};
    let value = ${load("(z + values)")};
    ${store("(gradZ + gates)", "arrived * value * (sigma + s * (1.0 - sigma))")}
    ${store("(gradZ + values)", "arrived * s")}`,
    )}`,
  )}
  }`;
  },
});

/** A plain norm as one of a single group without a gate; the names of both as the kernels have them. */
function groupsOf(spec: RmsNormSpec | RmsNormGatedSpec): Config & Groups {
  if ("cols" in spec) {
    const { rows, cols, residual = false } = spec;
    return { rows, groups: 1, size: cols, gate: "none", residual, mlp: false, mlpColumns: 0 };
  }
  const { rows, groups, groupSize, gate, mlp = 0 } = spec;
  return { rows, groups, size: groupSize, gate, residual: false, mlp: mlp > 0, mlpColumns: mlp };
}

interface Groups {
  readonly rows: number;
  readonly groups: number;
  readonly size: number;
  readonly mlpColumns: number;
}

function program(spec: (RmsNormSpec | RmsNormGatedSpec) & { readonly eps: number }): WasmProgram {
  const { rows, groups, size, mlpColumns, ...config } = groupsOf(spec);
  const { gate, residual } = config;
  const call = wasmCall(
    forwardKernel,
    config,
    {
      x: "x",
      residual: residual ? "residual" : 0,
      z: gate === "none" ? 0 : "z",
      weight: "weight",
      y: "y",
      residualOut: residual ? "residualOut" : 0,
      rstd: "rstd",
      groups,
      size,
      mlp: mlpColumns,
      eps: spec.eps,
    },
    { count: rows * groups },
  );
  return { temps: {}, calls: [call] };
}

function backward(spec: RmsNormSpec | RmsNormGatedSpec): WasmProgram {
  const { rows, groups, size, mlpColumns, ...config } = groupsOf(spec);
  const { gate, residual } = config;
  const weight = partialSums("gradWeight", rows, groups * size);
  const call = wasmCall(
    backwardKernel,
    config,
    {
      x: "x",
      z: gate === "none" ? 0 : "z",
      weight: "weight",
      rstd: "rstd",
      gradY: "gradY",
      gradResidual: residual ? "gradResidual" : 0,
      gradX: "gradX",
      sums: weight.partial,
      gradZ: gate === "none" ? 0 : "gradZ",
      rows,
      perPart: weight.perPart,
      groups,
      size,
      mlp: mlpColumns,
    },
    { count: weight.parts },
  );
  return { temps: weight.temps, calls: [call, ...weight.calls] };
}

/** y = v·rstd·weight with rstd = 1/√(mean(v²) + eps) per group; buffers as in the specs. */
export const rmsNormWasm: {
  readonly program: typeof program;
  readonly backward: typeof backward;
} = { program, backward };
