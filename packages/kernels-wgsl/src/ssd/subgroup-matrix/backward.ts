// The matrix-shaped kernels of the backward pass with subgroup matrices: those of `tiles/` with other products. The
// numbers in the text are the equations of README.md.
import { defineKernel } from "../../kernel.ts";
import { matrixFeatures } from "../../matmul/subgroup-matrix/instructions.ts";
import { complete, tokenStart, when } from "../uniforms.ts";
import { rowDotSums, overHeads, pairSums } from "../head-sums.ts";
import { bcBackward, scoresBackward, xBackward } from "../tiles/backward.ts";
import { stageWeights, tokenWeight } from "../tiles/forward.ts";
import { accumulator, stageSteps } from "../tiles/tile.ts";
import { decayFunctions, scoreVector, stageColumns, statesBinding, stateVector, tokenVector } from "./operands.ts";
import { skipVector } from "./forward.ts";
import { finishedScratch, storeFunction, sumsToRegisters, sumsToRows } from "./finish.ts";
import {
  addMatrixProducts,
  emptyMatrixSums,
  type MatrixConfig,
  matrixDeclarations,
  matrixFunctions,
  matrixMain,
  type MatrixProduct,
} from "./tile.ts";

/** (14): gradX of every chunk and head. */
export const xBackwardMatrix = defineKernel({
  name: "ssd_x_backward_matrix",
  uniforms: xBackward.uniforms,
  bindings: ({ D, ...config }: MatrixConfig & { D: boolean }) => ({
    steps: "read vec4f",
    scores: "read vec4f",
    B: "read vec4f",
    gradStates: statesBinding(config),
    gradY: "read vec4f",
    ...when(D, { D: "read f32" }),
    gradX: "read_write vec4f",
  }),
  features: () => matrixFeatures,
  wgsl: (config) => {
    const { q, D } = config;
    const fromState: MatrixProduct = {
      name: "from_state",
      left: { at: `${tokenVector("B", "row", "g", "k")} * weight[row]`, contiguous: "k" },
      right: { at: stateVector(config, "gradStates", "column", "k"), contiguous: "k" },
    };
    const within: MatrixProduct = {
      name: "within",
      left: { at: `scores[${scoreVector(q, "k", "row")}] * decays(k, row)`, contiguous: "row" },
      right: { at: tokenVector("gradY", "k", "h", "column"), contiguous: "column" },
    };
    return complete(`${matrixDeclarations(config, [fromState, within], "rows")}
${decayFunctions(q)}
${matrixFunctions(fromState)}
${matrixFunctions(within)}
${storeFunction(`if (place.first + row >= u.l || column >= u.p) { return; }
  let own = place.head * u.p + column;
${D ? `  let skip = ${skipVector} * gradY[(${tokenStart("gradY", "place.batch", "place.first + row")} + own) / 4u];\n` : ""}  gradX[(${tokenStart("gradX", "place.batch", "place.first + row")} + own) / 4u] = token[row].x * value${D ? " + skip" : ""};`)}
${matrixMain(
  config,
  `let row0 = 0u;
  let column0 = group_id.x * ${q}u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  ${stageSteps(q)}
  ${stageColumns(q)}
  ${stageWeights(q, tokenWeight.toEnd(q))}
  ${emptyMatrixSums(config)}
  ${addMatrixProducts(config, [
    { product: fromState, count: "u.n" },
    { product: within, count: `${q}u` },
  ])}
  ${sumsToRows(config)}`,
)}`);
  },
});

/** WGSL that sets `name`, laid out as the registers of tiles, to vec4 expressions of `row` and `column`. */
function vectorsAt(q: number, name: string, row0: string, column0: string, at: string): string {
  return `${accumulator(name)}
  ${eachVector(q, row0, column0, (register) => `${name}[${register}] = ${at};`)}`;
}

/** WGSL of a statement for each register of a thread, which sees its `row` and first `column`. */
function eachVector(q: number, row0: string, column0: string, statement: (register: number) => string): string {
  return [0, 1, 2, 3]
    .flatMap((r) =>
      [0, 1].map(
        (v) => `{
    let row = ${row0} + 4u * ty + ${r}u;
    let column = ${column0} + ${(v * q) / 2}u + 4u * tx;
    ${statement(2 * r + v)}
  }`,
      ),
    )
    .join("\n  ");
}

/** (15)–(17), as `scoresBackward` of the tiles. */
export const scoresBackwardMatrix = defineKernel({
  name: "ssd_scores_backward_matrix",
  uniforms: scoresBackward.uniforms,
  bindings: ({ D }: MatrixConfig & { D: boolean }) => ({
    steps: "read vec4f",
    scores: "read vec4f",
    x: "read vec4f",
    gradY: "read vec4f",
    gradScores: "read_write vec4f",
    intra: "read_write vec2f",
    ...when(D, { skips: "read_write f32" }),
  }),
  features: () => matrixFeatures,
  wgsl: (config) => {
    const { q, D } = config;
    const pairs: MatrixProduct = {
      name: "pairs",
      left: { at: tokenVector("gradY", "row", "h", "k"), contiguous: "k" },
      right: { at: tokenVector("x", "column", "h", "k"), contiguous: "k" },
    };
    return complete(`${matrixDeclarations(config, [pairs], "registers")}
${matrixFunctions(pairs)}
${matrixMain(
  config,
  `let row0 = 0u;
  let column0 = 0u;
  let group = group_id.y;
  let block = group_id.x;
  let cell = group_id.z;
  ${vectorsAt(q, "score_tile", "0u", "0u", `scores[((cell * u.g + group) * ${q * q}u + row * ${q}u + column) / 4u]`)}
  ${accumulator("total")}
  ${overHeads(`${stageSteps(q)}
    ${emptyMatrixSums(config)}
    ${addMatrixProducts(config, [{ product: pairs, count: "u.p" }])}
    ${accumulator("acc")}
    ${sumsToRegisters(config, "acc")}
    ${pairSums(q, D, finishedScratch(config))}`)}
  ${eachVector(q, "0u", "0u", (register) => `gradScores[(((block * u.cells + cell) * u.g + group) * ${q * q}u + row * ${q}u + column) / 4u] = total[${register}];`)}`,
)}`);
  },
});

/** (18), (19), as `bcBackward` of the tiles. */
export const bcBackwardMatrix = defineKernel({
  name: "ssd_bc_backward_matrix",
  uniforms: bcBackward.uniforms,
  bindings: (config: MatrixConfig & { side: "B" | "C" }) => ({
    steps: "read vec4f",
    x: "read vec4f",
    states: statesBinding(config),
    own: "read vec4f",
    gradScores: "read vec4f",
    other: "read vec4f",
    gradOwn: "read_write vec4f",
    rowDots: "read_write f32",
  }),
  features: () => matrixFeatures,
  wgsl: (config) => {
    const { q, side } = config;
    const fromState: MatrixProduct = {
      name: "from_state",
      left: { at: `${tokenVector("x", "row", "h", "k")} * weight[row]`, contiguous: "k" },
      right: { at: stateVector(config, "states", "k", "column"), contiguous: "column" },
    };
    const within: MatrixProduct = {
      name: "within",
      left: {
        at: side === "B" ? "summed_scores(place, k, row)" : "summed_scores(place, row, k)",
        contiguous: side === "B" ? "row" : "k",
      },
      right: { at: tokenVector("other", "k", "g", "column"), contiguous: "column" },
    };
    const weights = side === "B" ? tokenWeight.toEnd(q) : tokenWeight.fromStart;
    return complete(`${matrixDeclarations(config, [fromState, within], "registers")}

fn summed_scores(place: Place, i: u32, j: u32) -> vec4f {
  var sum = vec4f();
  for (var block = 0u; block < u.blocks; block++) {
    sum += gradScores[(((block * u.cells + place.cell) * u.g + place.group) * ${q * q}u + i * ${q}u + j) / 4u];
  }
  return sum;
}
${matrixFunctions(fromState)}
${matrixFunctions(within)}
${matrixMain(
  config,
  `let row0 = 0u;
  let columns = (u.n + ${q - 1}u) / ${q}u;
  let column_tile = group_id.x % columns;
  let column0 = column_tile * ${q}u;
  let block = group_id.x / columns;
  let group = group_id.y;
  let block_place = place_of(group_id.z, group * (u.h / u.g) + block * u.heads_per_block, group);
  ${vectorsAt(q, "own_tile", "0u", "column0", tokenVector("own", "row", "g", "column").replaceAll("place.", "block_place."))}
  ${accumulator("total")}
  ${overHeads(`${stageSteps(q)}
    ${stageWeights(q, weights)}
    ${emptyMatrixSums(config)}
    ${addMatrixProducts(config, [{ product: fromState, count: "u.p" }])}
    ${accumulator("acc")}
    ${sumsToRegisters(config, "acc")}
    ${rowDotSums(q, side, finishedScratch(config))}`)}
  let place = block_place;
  if (block == 0u) {
    ${emptyMatrixSums(config)}
    ${addMatrixProducts(config, [{ product: within, count: `${q}u` }])}
    ${accumulator("acc")}
    ${sumsToRegisters(config, "acc")}
    ${[0, 1, 2, 3, 4, 5, 6, 7].map((register) => `total[${register}] += acc[${register}];`).join("\n")}
  }
  let start = block * u.block_stride + place.group * u.n;
  let own_batch = place.batch - u.out_batch_start;
  ${eachVector(
    q,
    "0u",
    "column0",
    (register) => `if (place.first + row < u.l && column < u.n) {
    gradOwn[(start + ${tokenStart("gradOwn", "own_batch", "place.first + row")} + column) / 4u] = total[${register}];
  }`,
  )}`,
)}`);
  },
});
