// The forward pass from registers: states of all chunks in one walk, scores, and the scan. README.md derives the formulas; `teams.ts` says how products are made.
import { defineKernel, type Kernel } from "../../kernel.ts";
import { type SizeUniform, sizeUniforms, skipUniforms, when } from "../uniforms.ts";
import {
  addProduct,
  blockOf,
  chunkPlace,
  eachPart,
  pairDecays,
  plane,
  planeStart,
  range,
  rowScaled,
  type TeamConfig,
  teamFeatures,
  teamMain,
  transposed,
  zeroPart,
} from "./teams.ts";

export interface StateWalkConfig extends TeamConfig {
  readonly direction: "forward" | "backward";
  /** a state to start from is given */
  readonly initial: boolean;
  /** the state after the last step is wanted */
  readonly final: boolean;
}

/**
 * (4) and (5), or (12) and (13): a team walks the chunks of a batch element and head with its part of the state in registers, so that a state is written
 * once and read by no pass of its own. Forward, `states` are those entering the chunks, from the first on; backward, the gradients of those leaving them,
 * from the last on, and `passing` is Σ S_k ⊙ Λ_k of the team's part, [team, cell, head].
 */
export const stateWalk: Kernel<
  "planes" | "values" | "keys" | "entering" | "initialState" | "states" | "finalState" | "passing",
  SizeUniform | "cells",
  StateWalkConfig
> = defineKernel({
  name: "ssd_state_walk",
  uniforms: { ...sizeUniforms, cells: "u32" },
  bindings: ({ direction, initial, final }) => ({
    planes: "read vec4f",
    values: "read vec4f",
    keys: "read vec4f",
    ...when(initial, { initialState: "read vec4f" }),
    states: "read_write vec4f",
    ...when(final, { finalState: "read_write vec4f" }),
    ...when(direction === "backward", { entering: "read vec4f", passing: "read_write f32" }),
  }),
  features: () => teamFeatures,
  wgsl: (config) => {
    const { q, direction, initial, final } = config;
    const backward = direction === "backward";
    const weight = backward ? "reached" : "input";
    // Each vector is loaded in a block of its own: SwiftShader takes 20 s to compile a row of such loads, and a tenth of a second this way.
    const stored = (buffer: string, also: (at: string, part: string) => string = () => ""): string =>
      eachPart(
        config,
        (r, v) => `if (inside && row + ${r}u < u.p) {
        let at = state + ${r}u * width + ${v}u;
        ${buffer}[at] = acc${r}_${v};${also("at", `acc${r}_${v}`)}
      }`,
      );
    return teamMain(
      config,
      "u.n",
      `${blockOf("values")}${blockOf("keys")}
fn weighted(block: mat4x4f, weights: vec4f) -> mat4x4f {
  return mat4x4f(block[0] * weights[0], block[1] * weights[1], block[2] * weights[2], block[3] * weights[3]);
}
`,
      `
  let head = group_id.y;
  let width = u.n / 4u;
  let value_stride = u.h * u.p / 4u;
  let key_stride = u.g * width;
  let own = ((u.batch_start + group_id.z) * u.h + head) * u.p * width + row * width + column / 4u;
  ${zeroPart(config, "acc")}
  ${
    initial
      ? `{
    let state = own;
    ${eachPart(config, (r, v) => `acc${r}_${v} = initialState[state + min(${r}u, u.p - 1u - row) * width + ${v}u];`)}
  }`
      : ""
  }
  for (var step = 0u; step < u.c; step++) {
    let cell = group_id.z * u.c + ${backward ? "u.c - 1u - step" : "step"};
    ${chunkPlace(q)}
    let plane_start = ${planeStart(q)};
    let state = ((cell * u.h + head) * u.p + row) * width + column / 4u;
    ${backward ? "var lane_passing = 0.0;" : ""}
    ${stored("states", (at, part) => (backward ? `\nlane_passing += dot(entering[${at}], ${part});` : ""))}
    ${backward ? "passing[(team * u.cells + cell) * u.h + head] = subgroupAdd(lane_passing);" : ""}
    let through = select(0.0, decay(${plane(q, "cumulative", `${q / 4 - 1}u`)}.w), ${plane(q, "documents", `${q / 4 - 1}u`)}.w == 0.0);
    ${eachPart(config, (r, v) => `acc${r}_${v} *= through;`)}
    let value = (batch * u.l + first) * value_stride + head * u.p / 4u;
    let key = ((batch * u.l + first) * u.g + head / (u.h / u.g)) * width + column / 4u;
    ${addProduct(config, "acc", {
      to: "tokens",
      left: (i) =>
        `weighted(values_block(value + min(row / 4u + ${i}u, u.p / 4u - 1u), value_stride, k, tokens), ${plane(q, weight, "k / 4u")})`,
      right: (v) => `keys_block(key + ${v}u, key_stride, k, tokens)`,
    })}
  }
  ${
    final
      ? `{
    let state = own;
    ${stored("finalState")}
  }`
      : ""
  }`,
    );
  },
});

/** (6): scores C_i · B_j of every chunk and group, the whole square; rows and columns beyond l hold what nobody reads. */
export const chunkScoresTeams: Kernel<"C" | "B" | "scores", SizeUniform, TeamConfig> = defineKernel({
  name: "ssd_chunk_scores_teams_forward",
  uniforms: sizeUniforms,
  bindings: () => ({ C: "read vec4f", B: "read vec4f", scores: "read_write vec4f" }),
  features: () => teamFeatures,
  wgsl: (config) => {
    const { q } = config;
    return teamMain(
      config,
      `${q}u`,
      `${blockOf("C")}${blockOf("B")}`,
      `
  let group = group_id.y;
  let cell = group_id.z;
  ${chunkPlace(q)}
  let width = u.n / 4u;
  let key = ((batch * u.l + first) * u.g + group) * width;
  ${zeroPart(config, "acc")}
  ${addProduct(config, "acc", {
    to: "u.n",
    left: (i) => transposed(`C_block(key + k / 4u, u.g * width, row + ${4 * i}u, tokens)`),
    right: (v) => transposed(`B_block(key + k / 4u, u.g * width, column + ${4 * v}u, tokens)`),
  })}
  let score = ((cell * u.g + group) * ${q}u + row) * ${q / 4}u + column / 4u;
  ${eachPart(config, (r, v) => `scores[score + ${(r * q) / 4 + v}u] = acc${r}_${v};`)}`,
    );
  },
});

/** WGSL that stores `acc` into tokens `row` … of `head`: `value` sees `at`, an index of vec4s, `channel` (of the head, in vec4s) and the sum `part`. */
export function storeTokens(config: TeamConfig, target: string, value: (part: string) => string): string {
  return range(config.rows)
    .map(
      (r) => `if (inside && row + ${r}u < tokens) {
    ${range(config.vectors)
      .map(
        (v) => `{
      let channel = column / 4u + ${v}u;
      let at = ((batch * u.l + first + row + ${r}u) * u.h + head) * u.p / 4u + channel;
      ${target}[at] = ${value(`acc${r}_${v}`)};
    }`,
      )
      .join("\n")}
  }`,
    )
    .join("\n");
}

/** WGSL of D over the four channels at `channel` of `head`. */
export const skipFour: string = `vec4f(${[0, 1, 2, 3].map((i) => `D[head * u.d_head + (4u * channel + ${i}u) * u.d_channel]`).join(", ")})`;

/** WGSL of the index of a head's matrix in `states`, in vectors, at the thread's columns as rows of the matrix. */
export const stateAtColumn: string = "(cell * u.h + head) * u.p * (u.n / 4u)";

export interface TeamScanConfig extends TeamConfig {
  readonly D: boolean;
  readonly z: boolean;
}

/** (7), (8). Weights and decays are applied to the left operands where they are loaded: once for all columns of the team. */
export const chunkScanTeams: Kernel<
  "planes" | "scores" | "x" | "C" | "states" | "D" | "z" | "y",
  SizeUniform | keyof typeof skipUniforms,
  TeamScanConfig
> = defineKernel({
  name: "ssd_chunk_scan_teams_forward",
  uniforms: { ...sizeUniforms, ...skipUniforms },
  bindings: ({ D, z }) => ({
    planes: "read vec4f",
    scores: "read vec4f",
    x: "read vec4f",
    C: "read vec4f",
    states: "read vec4f",
    ...when(D, { D: "read f32" }),
    ...when(z, { z: "read vec4f" }),
    y: "read_write vec4f",
  }),
  features: () => teamFeatures,
  wgsl: (config) => {
    const { q, rows, D, z } = config;
    const value = (part: string): string => (D ? `${part} + ${skipFour} * x[at]` : part);
    const gated = (part: string): string => (z ? `(${value(part)}) * silu4(z[at])` : value(part));
    return teamMain(
      config,
      "u.p",
      `${z ? silu4 : ""}${["x", "C", "states", "scores"].map(blockOf).join("")}${pairDecays}${rowScaled}
// G_ij L_ij dt_j of four rows i from \`row\` on, at depths j from \`k\` on
fn within(block: mat4x4f, row: u32, k: u32, cumulative: vec4f, documents: vec4f, earlier: vec4f, earlier_documents: vec4f, size: vec4f) -> mat4x4f {
  let rows = vec4u(row) + vec4u(0u, 1u, 2u, 3u);
  return mat4x4f(
    ${range(4)
      .map(
        (j) =>
          `block[${j}] * size[${j}] * pair_decays(cumulative, vec4f(earlier[${j}]), documents, vec4f(earlier_documents[${j}]), vec4u(k + ${j}u) <= rows)`,
      )
      .join(",\n    ")},
  );
}
`,
      `
  let head = group_id.y;
  let cell = group_id.z;
  let group = head / (u.h / u.g);
  ${chunkPlace(q)}
  if (row >= tokens) { return; }
  let plane_start = ${planeStart(q)};
  let width = u.n / 4u;
  let key = ((batch * u.l + first) * u.g + group) * width;
  let state = ${stateAtColumn};
  ${range(rows / 4)
    .map(
      (i) => `let cumulative${i} = ${plane(q, "cumulative", `row / 4u + ${i}u`)};
  let documents${i} = ${plane(q, "documents", `row / 4u + ${i}u`)};
  let reached${i} = ${plane(q, "reached", `row / 4u + ${i}u`)};`,
    )
    .join("\n")}
  ${zeroPart(config, "acc")}
  ${addProduct(config, "acc", {
    to: "u.n",
    left: (i) =>
      `row_scaled(${transposed(`C_block(key + k / 4u, u.g * width, row + ${4 * i}u, tokens)`)}, reached${i})`,
    right: (v) => transposed(`states_block(state + k / 4u, width, column + ${4 * v}u, u.p)`),
  })}
  let stride = u.h * u.p / 4u;
  let source_start = (batch * u.l + first) * stride + head * u.p / 4u + column / 4u;
  let score = (cell * u.g + group) * ${(q * q) / 4}u;
  let end = min(row + ${rows}u, tokens);
  ${addProduct(config, "acc", {
    to: "end",
    left: (i) =>
      `within(${transposed(`scores_block(score + k / 4u, ${q / 4}u, row + ${4 * i}u, ${q}u)`)}, row + ${4 * i}u, k, cumulative${i}, documents${i}, ${(
        ["cumulative", "documents", "size"] as const
      )
        .map((name) => plane(q, name, "k / 4u"))
        .join(", ")})`,
    right: (v) => `x_block(source_start + ${v}u, stride, k, tokens)`,
  })}
  ${storeTokens(config, "y", gated)}`,
    );
  },
});

const silu4 = `
fn silu4(v: vec4f) -> vec4f {
  return vec4f(silu(v.x), silu(v.y), silu(v.z), silu(v.w));
}
`;
