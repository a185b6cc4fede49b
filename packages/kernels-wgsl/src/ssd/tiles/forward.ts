// The products of the forward pass by tiles. README.md derives the formulas; the numbers in the text are its equations.
import { tokenUniforms } from "../../token-uniforms.ts";
import { defineKernel } from "../../kernel.ts";
import { skipWeight, skipUniforms } from "../formulas.ts";
import { complete, sizeUniforms, type TileConfig, tokenStart, when } from "../uniforms.ts";
import {
  accumulator,
  addProduct,
  productFunctions,
  putFunction,
  putTile,
  stageSteps,
  tileDeclarations,
  tileMain,
  type TileOperand,
  tileThreads,
} from "./tile.ts";

/**
 * Weight of each token, from `token`: what of it survives to the end of the chunk, or what of the state entering the
 * chunk reaches it.
 */
export const tokenWeight = {
  /** e(cs_last - cs_j) */
  toEnd: (q: number): string => `decay_of_sum(token[${q - 1}u].yz - token[i].yz)`,
  /** e(cs_i) */
  fromStart: "decay_of_sum(token[i].yz)",
  /** dt_j · e(cs_last - cs_j), or going backward e(cs_i): one text for both, which a driver compiles once */
  ofStates: (q: number): string =>
    `decay_of_sum(select(token[${q - 1}u].yz - token[i].yz, token[i].yz, u.backward == 1u)) * select(token[i].x, 1.0, u.backward == 1u)`,
} as const;

/** WGSL that fills `weight` from `token`. Ends with a barrier. */
export function stageWeights(q: number, expression: string): string {
  return `for (var i = lid; i < ${q}u; i += ${tileThreads(q)}u) {
    weight[i] = ${expression};
  }
  workgroupBarrier();`;
}

/**
 * Element [token of the chunk, group or head, feature] of a tensor [b, l, heads, width]; 0 outside. `token`, `feature`:
 * WGSL expressions. The index may be out of range where the condition fails: WebGPU bounds such reads, and their value
 * is dropped.
 */
export function tokenElement(tensor: string, token: string, heads: "h" | "g", feature: string): string {
  const width = heads === "h" ? "p" : "n";
  const lane = heads === "h" ? "place.head" : "place.group";
  const at = `${tokenStart(tensor, "place.batch", `place.first + ${token}`)} + ${lane} * u.${width} + ${feature}`;
  return `select(0.0, ${tensor}[${at}], ${feature} < u.${width} && place.first + ${token} < u.l)`;
}

/** Element (p, n) of the matrix of a chunk and head in `states`; 0 outside. */
export function stateElement(states: string, ofP: string, ofN: string): string {
  return `select(0.0, ${states}[((place.cell * u.h + place.head) * u.p + ${ofP}) * u.n + ${ofN}], ${ofP} < u.p && ${ofN} < u.n)`;
}

/** Score of token `i` against `j`, j ≤ i, of the chunk and group. */
export function scoreElement(q: number, scores: string, i: string, j: string): string {
  return `${scores}[((place.cell * u.g + place.group) * ${q}u + ${i}) * ${q}u + ${j}]`;
}

/** (4) and, where `backward` is 1, (12): Σ_j w_j · x_j ⊗ B_j, a p × n matrix per chunk and head. */
export const chunkState = defineKernel({
  name: "ssd_chunk_state",
  uniforms: { ...sizeUniforms, backward: "u32", ...tokenUniforms("x", "B") },
  bindings: () => ({ steps: "read vec4f", x: "read f32", B: "read f32", states: "read_write f32" }),
  wgsl: ({ q }: TileConfig) => {
    const left: TileOperand = { at: `${tokenElement("x", "k", "h", "row")} * weight[k]`, contiguous: "row" };
    const right: TileOperand = { at: tokenElement("B", "k", "g", "column"), contiguous: "column" };
    return complete(`${tileDeclarations(q)}
var<workgroup> weight: array<f32, ${q}>;
${productFunctions("outer", left, right)}
${putFunction("if (row < u.p && column < u.n) { states[((place.cell * u.h + place.head) * u.p + row) * u.n + column] = value; }")}
${tileMain(
  q,
  `let columns = (u.n + ${q - 1}u) / ${q}u;
  let row0 = (group_id.x / columns) * ${q}u;
  let column0 = (group_id.x % columns) * ${q}u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  ${stageSteps(q)}
  ${stageWeights(q, tokenWeight.ofStates(q))}
  ${accumulator("acc")}
  ${addProduct(q, "outer", "acc", `${q}u`, left, right)}
  ${putTile(q, "acc")}`,
)}`);
  },
});

/** (6): scores C_i · B_j of every chunk and group, the whole square. */
export const chunkScores = defineKernel({
  name: "ssd_chunk_scores_forward",
  uniforms: { ...sizeUniforms, ...tokenUniforms("C", "B") },
  bindings: () => ({ C: "read f32", B: "read f32", scores: "read_write f32" }),
  wgsl: ({ q }: TileConfig) => {
    const left: TileOperand = { at: tokenElement("C", "row", "g", "k"), contiguous: "k" };
    const right: TileOperand = { at: tokenElement("B", "column", "g", "k"), contiguous: "k" };
    return complete(`${tileDeclarations(q).replace(/var<workgroup> token.*\n/, "")}
${productFunctions("scores_of", left, right)}
${putFunction(`scores[((place.cell * u.g + place.group) * ${q}u + row) * ${q}u + column] = value;`)}
${tileMain(
  q,
  `let row0 = 0u;
  let column0 = 0u;
  let place = place_of(group_id.z, 0u, group_id.y);
  ${accumulator("acc")}
  ${addProduct(q, "scores_of", "acc", "u.n", left, right)}
  ${putTile(q, "acc")}`,
)}`);
  },
});

/** WGSL of the decay between two tokens of a chunk, `later` and `earlier`; 0 across documents and against time. */
export function between(later: string, earlier: string): string {
  return `select(0.0, decay_of_sum(token[${later}].yz - token[${earlier}].yz), ${earlier} <= ${later})`;
}

export interface ScanConfig extends TileConfig {
  readonly D: boolean;
  readonly z: boolean;
}

/** (7), (8): output of every chunk and head. */
export const chunkScan = defineKernel({
  name: "ssd_chunk_scan_forward",
  uniforms: { ...sizeUniforms, ...skipUniforms, ...tokenUniforms("x", "C", "z", "y") },
  bindings: ({ D, z }: ScanConfig) => ({
    steps: "read vec4f",
    scores: "read f32",
    x: "read f32",
    C: "read f32",
    states: "read f32",
    ...when(D, { D: "read f32" }),
    ...when(z, { z: "read f32" }),
    y: "read_write f32",
  }),
  wgsl: ({ q, D, z }) => {
    const fromState: readonly [TileOperand, TileOperand] = [
      { at: `${tokenElement("C", "row", "g", "k")} * weight[row]`, contiguous: "k" },
      { at: stateElement("states", "column", "k"), contiguous: "k" },
    ];
    const within: readonly [TileOperand, TileOperand] = [
      { at: `${scoreElement(q, "scores", "row", "k")} * ${between("row", "k")} * token[k].x`, contiguous: "k" },
      { at: tokenElement("x", "k", "h", "column"), contiguous: "column" },
    ];
    return complete(`${tileDeclarations(q)}
var<workgroup> weight: array<f32, ${q}>;
${productFunctions("from_state", ...fromState)}
${productFunctions("within", ...within)}
${putFunction(`if (place.first + row >= u.l || column >= u.p) { return; }
  let token = place.first + row;
  let own = place.head * u.p + column;
  let scanned = value${D ? ` + ${skipWeight("place.head", "column")} * x[${tokenStart("x", "place.batch", "token")} + own]` : ""};
  y[${tokenStart("y", "place.batch", "token")} + own] = ${z ? `scanned * silu(z[${tokenStart("z", "place.batch", "token")} + own])` : "scanned"};`)}
${tileMain(
  q,
  `let row0 = 0u;
  let column0 = group_id.x * ${q}u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  ${stageSteps(q)}
  ${stageWeights(q, tokenWeight.fromStart)}
  ${accumulator("acc")}
  ${addProduct(q, "from_state", "acc", "u.n", ...fromState)}
  ${addProduct(q, "within", "acc", `${q}u`, ...within)}
  ${putTile(q, "acc")}`,
)}`);
  },
});
