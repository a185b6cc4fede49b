// The gradient's products from registers. README.md derives the formulas; `teams.ts` says how products are made.
import { defineKernel, type Kernel } from "../../kernel.ts";
import { type SizeUniform, sizeUniforms, skipUniforms, when } from "../uniforms.ts";
import { blockUniforms } from "../tiles/backward.ts";
import { skipFour, stateAtColumn, storeTokens } from "./forward.ts";
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

/** (14). Everything that belongs to a row is applied to the left operands where they are loaded. */
export const xBackwardTeams: Kernel<
  "planes" | "scores" | "B" | "gradStates" | "gradY" | "D" | "gradX",
  SizeUniform | keyof typeof skipUniforms,
  TeamConfig & { D: boolean }
> = defineKernel({
  name: "ssd_x_teams_backward",
  uniforms: { ...sizeUniforms, ...skipUniforms },
  bindings: ({ D }) => ({
    planes: "read vec4f",
    scores: "read vec4f",
    B: "read vec4f",
    gradStates: "read vec4f",
    gradY: "read vec4f",
    ...when(D, { D: "read f32" }),
    gradX: "read_write vec4f",
  }),
  features: () => teamFeatures,
  wgsl: (config) => {
    const { q, rows, D } = config;
    return teamMain(
      config,
      "u.p",
      `${["B", "gradStates", "gradY", "scores"].map(blockOf).join("")}${pairDecays}${rowScaled}
// G_ij L_ij dt_j of four rows j from \`row\` on, at depths i from \`k\` on
fn within(block: mat4x4f, row: u32, k: u32, tokens: u32, cumulative: vec4f, documents: vec4f, later: vec4f, later_documents: vec4f, size: vec4f) -> mat4x4f {
  let rows = vec4u(row) + vec4u(0u, 1u, 2u, 3u);
  return mat4x4f(
    ${range(4)
      .map(
        (i) =>
          `block[${i}] * size * pair_decays(vec4f(later[${i}]), cumulative, vec4f(later_documents[${i}]), documents, (rows <= vec4u(k + ${i}u)) & vec4<bool>(k + ${i}u < tokens))`,
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
      (i) =>
        `${(["cumulative", "documents", "size", "input"] as const).map((name) => `let ${name}${i} = ${plane(q, name, `row / 4u + ${i}u`)};`).join("\n")}`,
    )
    .join("\n")}
  ${zeroPart(config, "acc")}
  ${addProduct(config, "acc", {
    to: "u.n",
    left: (i) => `row_scaled(${transposed(`B_block(key + k / 4u, u.g * width, row + ${4 * i}u, tokens)`)}, input${i})`,
    right: (v) => transposed(`gradStates_block(state + k / 4u, width, column + ${4 * v}u, u.p)`),
  })}
  let stride = u.h * u.p / 4u;
  let source_start = (batch * u.l + first) * stride + head * u.p / 4u + column / 4u;
  let score = (cell * u.g + group) * ${(q * q) / 4}u + row / 4u;
  ${addProduct(config, "acc", {
    from: "row",
    to: "tokens",
    left: (i) =>
      `within(scores_block(score + ${i}u, ${q / 4}u, k, ${q}u), row + ${4 * i}u, k, tokens, cumulative${i}, documents${i}, ${(
        ["cumulative", "documents"] as const
      )
        .map((name) => plane(q, name, "k / 4u"))
        .join(", ")}, size${i})`,
    right: (v) => `gradY_block(source_start + ${v}u, stride, k, tokens)`,
  })}
  ${storeTokens(config, "gradX", (part) => (D ? `${part} + ${skipFour} * gradY[at]` : part))}`,
    );
  },
});

/**
 * (15)–(17) as `scoresBackward` describes them. A team owns whole rows of the square; what the rows of one team add to a column is stored for itself:
 * `intra` is [team, cell, head, token].
 */
export const scoresBackwardTeams: Kernel<
  "planes" | "scores" | "x" | "gradY" | "gradScores" | "intra",
  SizeUniform | keyof typeof blockUniforms | "cells",
  TeamConfig
> = defineKernel({
  name: "ssd_scores_teams_backward",
  uniforms: { ...sizeUniforms, ...blockUniforms, cells: "u32" },
  bindings: () => ({
    planes: "read vec4f",
    scores: "read vec4f",
    x: "read vec4f",
    gradY: "read vec4f",
    gradScores: "read_write vec4f",
    intra: "read_write vec2f",
  }),
  features: () => teamFeatures,
  wgsl: (config) => {
    const { q, rows, vectors } = config;
    const each = range(vectors);
    const row = (r: number): string => `{
      let here = vec4f(cumulative_of_rows${r >> 2}[${r & 3}]);
      let document = vec4f(documents_of_rows${r >> 2}[${r & 3}]);
      let own_row = vec4u(row + ${r}u);
      var before = 0.0;
      ${each
        .map(
          (v) => `
      let columns_before${v} = columns${v} < own_row;
      let counts${v} = (columns${v} <= own_row) & vec4<bool>(row + ${r}u < tokens);
      let weighted${v} = acc${r}_${v} * pair_decays(here, cumulative${v}, document, documents${v}, counts${v});
      total${r}_${v} += weighted${v} * size${v};
      let pairs${v} = weighted${v} * score${r}_${v};
      column_sums${v} += pairs${v};
      let m${v} = select(vec4f(), pairs${v} * size${v}, columns_before${v});
      let inner${v} = before + vec4f(0.0, m${v}.x, m${v}.x + m${v}.y, m${v}.x + m${v}.y + m${v}.z);
      before = inner${v}.w + m${v}.w;`,
        )
        .join("\n")}
      let lanes_before = subgroupExclusiveAdd(before);
      ${each.map((v) => `rectangles${v} += select(vec4f(), inner${v} + lanes_before, counts${v});`).join("\n")}
    }`;
    return teamMain(
      config,
      `${q}u`,
      `${blockOf("x")}${blockOf("gradY")}${pairDecays}`,
      `
  let group = group_id.y / u.blocks;
  let block = group_id.y % u.blocks;
  let cell = group_id.z;
  ${chunkPlace(q)}
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  let stride = u.h * u.p / 4u;
  ${each.map((v) => `let columns${v} = vec4u(column + ${4 * v}u) + vec4u(0u, 1u, 2u, 3u);`).join("\n")}
  let score = ((cell * u.g + group) * ${q}u + row) * ${q / 4}u + column / 4u;
  ${eachPart(config, (r, v) => `let score${r}_${v} = scores[score + ${(r * q) / 4 + v}u];`)}
  ${zeroPart(config, "total")}
  for (var head = first_head; head < end_head; head++) {
    let plane_start = ${planeStart(q)};
    let values = (batch * u.l + first) * stride + head * u.p / 4u;
    ${zeroPart(config, "acc")}
    if (row < tokens) {
      ${addProduct(config, "acc", {
        to: "u.p",
        left: (i) => transposed(`gradY_block(values + k / 4u, stride, row + ${4 * i}u, tokens)`),
        right: (v) => transposed(`x_block(values + k / 4u, stride, column + ${4 * v}u, tokens)`),
      })}
    }
    ${range(rows / 4)
      .map((i) =>
        (["cumulative", "documents"] as const)
          .map((name) => `let ${name}_of_rows${i} = ${plane(q, name, `row / 4u + ${i}u`)};`)
          .join("\n"),
      )
      .join("\n")}
    ${each
      .map(
        (
          v,
        ) => `${(["cumulative", "documents", "size"] as const).map((name) => `let ${name}${v} = ${plane(q, name, `column / 4u + ${v}u`)};`).join("\n")}
    var rectangles${v} = vec4f();
    var column_sums${v} = vec4f();`,
      )
      .join("\n")}
    ${range(rows).map(row).join("\n")}
    let sums = ((row / ${rows}u * u.cells + cell) * u.h + head) * ${q}u + column;
    ${each.flatMap((v) => range(4).map((i) => `intra[sums + ${4 * v + i}u] = vec2f(rectangles${v}[${i}], column_sums${v}[${i}]);`)).join("\n")}
  }
  let to = (((block * u.cells + cell) * u.g + group) * ${q}u + row) * ${q / 4}u + column / 4u;
  ${eachPart(config, (r, v) => `gradScores[to + ${(r * q) / 4 + v}u] = total${r}_${v};`)}`,
    );
  },
});

/**
 * (18), (19) as `bcBackward` describes them. The dots of a row with its key are stored for each team next to the other: `rowDots` is
 * [team of columns, cell, head, token].
 */
export const bcBackwardTeams: Kernel<
  "planes" | "values" | "states" | "keys" | "gradScores" | "others" | "gradKeys" | "rowDots",
  SizeUniform | keyof typeof blockUniforms | "cells" | "out_batch_start" | "block_stride" | "dots_start",
  TeamConfig & { side: "B" | "C" }
> = defineKernel({
  name: "ssd_bc_teams_backward",
  uniforms: {
    ...sizeUniforms,
    ...blockUniforms,
    cells: "u32",
    out_batch_start: "u32",
    block_stride: "u32",
    dots_start: "u32",
  },
  bindings: () => ({
    planes: "read vec4f",
    values: "read vec4f",
    states: "read vec4f",
    keys: "read vec4f",
    gradScores: "read vec4f",
    others: "read vec4f",
    gradKeys: "read_write vec4f",
    rowDots: "read_write vec4f",
  }),
  features: () => teamFeatures,
  wgsl: (config) => {
    const { q, rows, vectors, side } = config;
    const ofB = side === "B";
    const blocks = range(rows / 4);
    const dots = (i: number): string => {
      const parts = range(4).map((j) =>
        range(vectors)
          .map((v) => `dot(acc${4 * i + j}_${v}, key${4 * i + j}_${v})`)
          .join(" + "),
      );
      const own = `select(vec4f(), vec4f(${parts.join(", ")}), inside)`;
      return `weight${i} * subgroupAdd(${own})`;
    };
    return teamMain(
      config,
      "u.n",
      `${["values", "states", "others"].map(blockOf).join("")}
// gradG summed over the blocks of heads; \`stride\`: between its lines, which the block's columns are
fn scores_sum(base: u32, line: u32, block_stride: u32) -> mat4x4f {
  var sum = mat4x4f();
  for (var part = 0u; part < u.blocks; part++) {
    let at = base + part * block_stride + line * ${q / 4}u;
    sum += mat4x4f(gradScores[at], gradScores[at + ${q / 4}u], gradScores[at + ${q / 2}u], gradScores[at + ${(3 * q) / 4}u]);
  }
  return sum;
}
`,
      `
  let group = group_id.y / u.blocks;
  let block = group_id.y % u.blocks;
  let cell = group_id.z;
  ${chunkPlace(q)}
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  let width = u.n / 4u;
  let stride = u.h * u.p / 4u;
  let key_stride = u.g * width;
  let key = ((batch * u.l + first) * u.g + group) * width + column / 4u;
  ${eachPart(config, (r, v) => `let key${r}_${v} = keys[key + min(row + ${r}u, tokens - 1u) * key_stride + ${v}u];`)}
  ${zeroPart(config, "total")}
  for (var head = first_head; head < end_head; head++) {
    let plane_start = ${planeStart(q)};
    let value = (batch * u.l + first) * stride + head * u.p / 4u;
    let state = (cell * u.h + head) * u.p * width + column / 4u;
    ${zeroPart(config, "acc")}
    if (row < tokens) {
      ${addProduct(config, "acc", {
        to: "u.p",
        left: (i) => transposed(`values_block(value + k / 4u, stride, row + ${4 * i}u, tokens)`),
        right: (v) => `states_block(state + ${v}u, width, k, u.p)`,
      })}
    }
    ${blocks
      .map(
        (i) => `let weight${i} = ${plane(q, ofB ? "left" : "reached", `row / 4u + ${i}u`)};
    let scale${i} = ${ofB ? plane(q, "input", `row / 4u + ${i}u`) : `weight${i}`};
    let dots${i} = ${dots(i)};`,
      )
      .join("\n")}
    let to = u.dots_start / 4u + ((column_team * u.cells + cell) * u.h + head) * ${q / 4}u + row / 4u;
    ${blocks.map((i) => `rowDots[to + ${i}u] = dots${i};`).join("\n")}
    ${eachPart(config, (r, v) => `total${r}_${v} += scale${r >> 2}[${r & 3}] * acc${r}_${v};`)}
  }
  if (block == 0u && row < tokens) {
    let other = ((batch * u.l + first) * u.g + group) * width + column / 4u;
    let score = (cell * u.g + group) * ${(q * q) / 4}u;
    let score_stride = u.cells * u.g * ${(q * q) / 4}u;
    ${ofB ? "" : `let end = min(row + ${rows}u, tokens);`}
    ${addProduct(config, "total", {
      ...(ofB ? { from: "row", to: "tokens" } : { to: "end" }),
      left: (i) =>
        ofB
          ? `scores_sum(score + row / 4u + ${i}u, min(k, ${q - 4}u), score_stride)`
          : transposed(`scores_sum(score + k / 4u, row + ${4 * i}u, score_stride)`),
      right: (v) => `others_block(other + ${v}u, key_stride, k, tokens)`,
    })}
  }
  ${range(rows)
    .map(
      (r) => `if (inside && row + ${r}u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + ${r}u) * u.g + group) * u.n) / 4u + column / 4u;
    ${range(vectors)
      .map((v) => `gradKeys[to + ${v}u] = total${r}_${v};`)
      .join("\n")}
  }`,
    )
    .join("\n")}`,
    );
  },
});
