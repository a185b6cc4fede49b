// The matrix-shaped kernels of the backward pass with subgroup matrices: those of `tiles/` with other products. The
// numbers in the text are the equations of README.md.
import { defineKernel } from "../../kernel.ts";
import { matrixFeatures } from "../../matmul/subgroup-matrix/instructions.ts";
import { complete, when } from "../uniforms.ts";
import { overHeads, pairSums } from "../head-sums.ts";
import { scoresBackward, xBackward } from "../tiles/backward.ts";
import { stageWeights, tokenWeight } from "../tiles/forward.ts";
import { accumulator, stageSteps } from "../tiles/tile.ts";
import {
  decayFunctions,
  scoreVectorOf,
  stageColumns,
  statesBinding,
  stateVector,
  tokenIndex,
  tokenVector,
  unlessOutside,
} from "./operands.ts";
import { skipVector } from "./forward.ts";
import { finishedScratch, storeFunction, sumsToRegisters, sumsToRows } from "./finish.ts";
import { addMatrixProducts } from "./rounds.ts";
import {
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
    const at = (tensor: string): string => tokenIndex(tensor, "row", "h", "column");
    const fromState: MatrixProduct = {
      name: "from_state",
      left: { ...tokenVector(config, "B", "row", "g", "k", "weight[row]"), contiguous: "k" },
      right: { ...stateVector(config, "gradStates", "column", "k"), contiguous: "k" },
    };
    const within: MatrixProduct = {
      name: "within",
      left: { ...scoreVectorOf(q, "k", "row", "decays(k, row)"), contiguous: "row" },
      right: { ...tokenVector(config, "gradY", "k", "h", "column"), contiguous: "column" },
    };
    return complete(`${matrixDeclarations(config, [fromState, within], "rows")}
${decayFunctions(q)}
${matrixFunctions(fromState)}
${matrixFunctions(within)}
${storeFunction(`${unlessOutside(config, "p")}${D ? `let skip = ${skipVector} * gradY[${at("gradY")}];\n  ` : ""}gradX[${at("gradX")}] = token[row].x * value${D ? " + skip" : ""};`)}
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
      left: { ...tokenVector(config, "gradY", "row", "h", "k"), contiguous: "k" },
      right: { ...tokenVector(config, "x", "column", "h", "k"), contiguous: "k" },
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
  ${vectorsAt(q, "score_tile", "0u", "0u", `scores[(cell * u.g + group) * ${(q * q) / 4}u + (row * ${q}u + column) / 4u]`)}
  ${accumulator("total")}
  ${overHeads(`${stageSteps(q)}
    ${emptyMatrixSums(config)}
    ${addMatrixProducts(config, [{ product: pairs, count: "u.p" }])}
    ${accumulator("acc")}
    ${sumsToRegisters(config, "acc")}
    ${pairSums(q, D, finishedScratch(config))}`)}
  ${eachVector(q, "0u", "0u", (register) => `gradScores[((block * u.cells + cell) * u.g + group) * ${(q * q) / 4}u + (row * ${q}u + column) / 4u] = total[${register}];`)}`,
)}`);
  },
});
