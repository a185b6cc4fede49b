// The matrix-shaped kernels of the forward pass with subgroup matrices: those of `tiles/` with other products. The
// numbers in the text are the equations of README.md.
import { defineKernel } from "../../kernel.ts";
import { matrixFeatures } from "../../matmul/subgroup-matrix/instructions.ts";
import { skipWeight } from "../formulas.ts";
import { packedState } from "../state-passing.ts";
import { complete, when } from "../uniforms.ts";
import { chunkScan, chunkScores, chunkState, type ScanConfig, stageWeights, tokenWeight } from "../tiles/forward.ts";
import { stageSteps } from "../tiles/tile.ts";
import {
  decayFunctions,
  scoreVector,
  scoreVectorOf,
  stageColumns,
  stateIndex,
  statesBinding,
  stateVector,
  tokenIndex,
  tokenVector,
  unlessOutside,
} from "./operands.ts";
import { storeFunction, storeSums, sumsToRows } from "./finish.ts";
import { addMatrixProducts } from "./rounds.ts";
import {
  emptyMatrixSums,
  type MatrixConfig,
  matrixDeclarations,
  matrixFunctions,
  matrixMain,
  type MatrixProduct,
} from "./tile.ts";

/** (4) and, where `backward` is 1, (12). Sums of f32 of whole tiles are stored as they are. */
export const chunkStateMatrix = defineKernel({
  name: "ssd_chunk_state_matrix",
  uniforms: chunkState.uniforms,
  bindings: ({ halfStates }: MatrixConfig) => ({
    steps: "read vec4f",
    x: "read vec4f",
    B: "read vec4f",
    states: halfStates ? "read_write vec2u" : "read_write vec4f",
  }),
  features: () => matrixFeatures,
  wgsl: (config) => {
    const { q, halfStates } = config;
    const whole = config.whole && !halfStates;
    const outer: MatrixProduct = {
      name: "outer",
      left: { ...tokenVector(config, "x", "k", "h", "row", "weight[k]"), contiguous: "row" },
      right: { ...tokenVector(config, "B", "k", "g", "column"), contiguous: "column" },
    };
    return complete(`${matrixDeclarations(config, [outer], whole ? "store" : "rows")}
${matrixFunctions(outer)}
${whole ? "" : storeFunction(`if (row < u.p && column < u.n) { states[${stateIndex("row", "column")}] = ${halfStates ? packedState("value") : "value"}; }`)}
${matrixMain(
  config,
  `let columns = (u.n + ${q - 1}u) / ${q}u;
  let row0 = (group_id.x / columns) * ${q}u;
  let column0 = (group_id.x % columns) * ${q}u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  ${stageSteps(q)}
  ${stageWeights(q, tokenWeight.ofStates(q))}
  ${emptyMatrixSums(config)}
  ${addMatrixProducts(config, [{ product: outer, count: `${q}u` }])}
  ${whole ? storeSums(config, "states", stateIndex, "u.n / 4u") : sumsToRows(config)}`,
)}`);
  },
});

/** (6): scores C_i · B_j of every chunk and group, the whole square. */
export const chunkScoresMatrix = defineKernel({
  name: "ssd_chunk_scores_matrix",
  uniforms: chunkScores.uniforms,
  bindings: () => ({ C: "read vec4f", B: "read vec4f", scores: "read_write vec4f" }),
  features: () => matrixFeatures,
  wgsl: (config: MatrixConfig) => {
    const { q } = config;
    const scoresOf: MatrixProduct = {
      name: "scores_of",
      left: { ...tokenVector(config, "C", "row", "g", "k"), contiguous: "k" },
      right: { ...tokenVector(config, "B", "column", "g", "k"), contiguous: "k" },
    };
    return complete(`${matrixDeclarations(config, [scoresOf], "store")}
${matrixFunctions(scoresOf)}
${matrixMain(
  config,
  `let row0 = 0u;
  let column0 = 0u;
  let place = place_of(group_id.z, 0u, group_id.y);
  ${emptyMatrixSums(config)}
  ${addMatrixProducts(config, [{ product: scoresOf, count: "u.n" }])}
  ${storeSums(config, "scores", (row, column) => scoreVector(q, row, column), `${q / 4}u`)}`,
)}`);
  },
});

/** (7), (8): output of every chunk and head. */
export const chunkScanMatrix = defineKernel({
  name: "ssd_chunk_scan_matrix",
  uniforms: chunkScan.uniforms,
  bindings: ({ D, z, ...config }: MatrixConfig & ScanConfig) => ({
    steps: "read vec4f",
    scores: "read vec4f",
    x: "read vec4f",
    C: "read vec4f",
    states: statesBinding(config),
    ...when(D, { D: "read f32" }),
    ...when(z, { z: "read vec4f" }),
    y: "read_write vec4f",
  }),
  features: () => matrixFeatures,
  wgsl: (config) => {
    const { q, D, z } = config;
    const at = (tensor: string): string => tokenIndex(tensor, "row", "h", "column");
    const fromState: MatrixProduct = {
      name: "from_state",
      left: { ...tokenVector(config, "C", "row", "g", "k", "weight[row]"), contiguous: "k" },
      right: { ...stateVector(config, "states", "column", "k"), contiguous: "k" },
    };
    const within: MatrixProduct = {
      name: "within",
      left: { ...scoreVectorOf(q, "row", "k", "decays(row, k) * size_of[k / 4u]"), contiguous: "k" },
      right: { ...tokenVector(config, "x", "k", "h", "column"), contiguous: "column" },
    };
    return complete(`${matrixDeclarations(config, [fromState, within], "rows")}
${decayFunctions(q)}
${matrixFunctions(fromState)}
${matrixFunctions(within)}
${storeFunction(`${unlessOutside(config, "p")}let scanned = value${D ? ` + ${skipVector} * x[${at("x")}]` : ""};
${z ? `  let gate = z[${at("z")}];\n` : ""}  y[${at("y")}] = ${z ? "scanned * vec4f(silu(gate.x), silu(gate.y), silu(gate.z), silu(gate.w))" : "scanned"};`)}
${matrixMain(
  config,
  `let row0 = 0u;
  let column0 = group_id.x * ${q}u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  ${stageSteps(q)}
  ${stageColumns(q)}
  ${stageWeights(q, tokenWeight.fromStart)}
  ${emptyMatrixSums(config)}
  ${addMatrixProducts(config, [
    { product: fromState, count: "u.n" },
    { product: within, count: `${q}u` },
  ])}
  ${sumsToRows(config)}`,
)}`);
  },
});

const skipOf = (i: number): string => skipWeight("place.head", `(column + ${i}u)`);
/** D of the channels `column` to `column` + 3. */
export const skipVector: string = `vec4f(${[0, 1, 2, 3].map(skipOf).join(", ")})`;
