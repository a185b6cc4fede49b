// RMS norms of rows: plain, of a sum with the residual stream, gated by SiLU before or after, over groups of channels;
// and their gradient.
import type { NormGate, RmsNormGatedSpec, RmsNormSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { partialSums } from "../reduce/partial.ts";
import { eachVector, foldSum } from "../codegen.ts";

interface Config {
  readonly gate: NormGate;
  readonly residual: boolean;
}

/** Rows (of single groups) from `first` until `last`: at byte `at` of what is dense, and at `…At` of what has a pitch. */
const eachGroup = (first: string, last: string, pitched: readonly string[], body: string): string => `
  var at = ${first} * size * 4;
  for (var row = ${first}; row < ${last}; row += 1) {
    let channel = row % groups * size * 4;
    let token = row / groups;
    ${pitched.map((name) => `let ${name}At = token * ${name}Pitch + channel;`).join(" ")}
    ${body}
    at += size * 4;
  }`;

const forwardKernel = defineWasmKernel({
  name: "rms_norm_forward",
  params: {
    ...ptr("x", "residual", "z", "weight", "y", "residualOut", "rstd"),
    ...u32("begin", "end", "groups", "size", "zPitch", "yPitch"),
    eps: "f32",
  },
  body: ({ gate, residual }: Config) =>
    eachGroup(
      "begin",
      "end",
      ["z", "y"],
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
    )}`,
    ),
});

const backwardKernel = defineWasmKernel({
  name: "rms_norm_backward",
  params: {
    ...ptr("x", "z", "weight", "rstd", "gradY", "gradResidual", "gradX", "sums", "gradZ"),
    ...u32("rows", "perPart", "groups", "size", "zPitch", "gradYPitch", "gradZPitch", "begin", "end"),
  },
  body: ({ gate, residual }: Config) => {
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
    ["z", "gradY", "gradZ"],
    `
    let scale = load_splat(rstd + row * 4);
    ${foldSum(
      "size",
      "products",
      ({ load, store, live }, sum) => `
    ${gateOf(load("(z + zAt)"))}
    let gx = ${load("(gradY + gradYAt)")} * ${load("(x + at)")} ${gated} * scale;
    ${sum} = ${sum} + ${live(`gx * ${load("(weight + channel)")}`)};
    ${store("(gradWeight + channel)", `${load("(gradWeight + channel)")} + gx`)}`,
    )}
    let pull = scale * (products / f32(size));
    ${eachVector(
      "size",
      ({ load, store }) => `
    ${gateOf(load("(z + zAt)"))}
    let v = ${load("(x + at)")};
    let q = ${load("(gradY + gradYAt)")} * ${load("(weight + channel)")};
    let gradV = scale * (q ${gate === "output" ? "* s" : ""} - v ${gate === "input" ? "* s" : ""} * pull);
    ${store("(gradX + at)", `gradV ${gate === "input" ? "* s" : ""} ${residual ? `+ ${load("(gradResidual + at)")}` : ""}`)}
    ${gate === "none" ? "" : store("(gradZ + gradZAt)", `${gate === "output" ? "q * scale" : "gradV"} * v * (sigma + s * (1.0 - sigma))`)}`,
    )}`,
  )}
  }`;
  },
});

/** A plain norm as one of a single group without a gate; the names of both as the kernels have them. */
function groupsOf(spec: RmsNormSpec | RmsNormGatedSpec): Config & Groups {
  if ("cols" in spec) {
    const { rows, cols, residual = false } = spec;
    return { rows, groups: 1, size: cols, gate: "none", residual, pitchOf: () => 4 * cols };
  }
  const { rows, groups, groupSize, gate, pitches } = spec;
  const pitchOf = (name: string): number => 4 * (pitches?.[name] ?? groups * groupSize);
  return { rows, groups, size: groupSize, gate, residual: false, pitchOf };
}

interface Groups {
  readonly rows: number;
  readonly groups: number;
  readonly size: number;
  /** bytes from token to token */
  pitchOf(name: string): number;
}

function program(spec: (RmsNormSpec | RmsNormGatedSpec) & { readonly eps: number }): WasmProgram {
  const { rows, groups, size, pitchOf, ...config } = groupsOf(spec);
  const { gate, residual } = config;
  const call = wasmCall(
    forwardKernel,
    config,
    {
      ...optional({ residual, z: gate !== "none", residualOut: residual }),
      groups,
      size,
      zPitch: pitchOf("z"),
      yPitch: pitchOf("y"),
      eps: spec.eps,
    },
    { count: rows * groups },
  );
  return wasmProgram([call]);
}

function backward(spec: RmsNormSpec | RmsNormGatedSpec): WasmProgram {
  const { rows, groups, size, pitchOf, ...config } = groupsOf(spec);
  const { gate, residual } = config;
  const weight = partialSums("gradWeight", rows, groups * size);
  const call = wasmCall(
    backwardKernel,
    config,
    {
      ...optional({ z: gate !== "none", gradResidual: residual, gradZ: gate !== "none" }),
      sums: weight.partial,
      rows,
      perPart: weight.perPart,
      groups,
      size,
      zPitch: pitchOf("z"),
      gradYPitch: pitchOf("gradY"),
      gradZPitch: pitchOf("gradZ"),
    },
    { count: weight.parts },
  );
  return wasmProgram([call, ...weight.calls], weight.temps);
}

/** y = v·rstd·weight with rstd = 1/√(mean(v²) + eps) per group; buffers as in the specs. */
export const rmsNormWasm: {
  readonly program: typeof program;
  readonly backward: typeof backward;
} = { program, backward };
