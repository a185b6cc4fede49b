// The matrix-shaped kernels of the backward pass. README.md derives the formulas; the numbers in the text are its
// equations.
import { tokenUniforms } from "../../token-uniforms.ts";
import { defineKernel } from "../../kernel.ts";
import { skipWeight, skipUniforms } from "../formulas.ts";
import { blockUniforms, complete, sizeUniforms, type TileConfig, tokenStart, when } from "../uniforms.ts";
import { overHeads, pairSums, rowDotSums } from "../head-sums.ts";
import { between, scoreElement, stageWeights, stateElement, tokenElement, tokenWeight } from "./forward.ts";
import {
  accumulator,
  addProduct,
  getTile,
  productFunctions,
  putFunction,
  putTile,
  stageSteps,
  tileDeclarations,
  tileMain,
  type TileOperand,
} from "./tile.ts";

/** (14): gradX of every chunk and head. */
export const xBackward = defineKernel({
  name: "ssd_x_backward",
  uniforms: { ...sizeUniforms, ...skipUniforms, ...tokenUniforms("B", "gradY", "gradX") },
  bindings: ({ D }: TileConfig & { D: boolean }) => ({
    steps: "read vec4f",
    scores: "read f32",
    B: "read f32",
    gradStates: "read f32",
    gradY: "read f32",
    ...when(D, { D: "read f32" }),
    gradX: "read_write f32",
  }),
  wgsl: ({ q, D }) => {
    const fromState: readonly [TileOperand, TileOperand] = [
      { at: `${tokenElement("B", "row", "g", "k")} * weight[row]`, contiguous: "k" },
      { at: stateElement("gradStates", "column", "k"), contiguous: "k" },
    ];
    const within: readonly [TileOperand, TileOperand] = [
      { at: `${scoreElement(q, "scores", "k", "row")} * ${between("k", "row")}`, contiguous: "row" },
      { at: tokenElement("gradY", "k", "h", "column"), contiguous: "column" },
    ];
    return complete(`${tileDeclarations(q)}
var<workgroup> weight: array<f32, ${q}>;
${productFunctions("from_state", ...fromState)}
${productFunctions("within", ...within)}
${putFunction(`if (place.first + row >= u.l || column >= u.p) { return; }
  let own = place.head * u.p + column;
${D ? `  let skip = ${skipWeight("place.head", "column")} * gradY[${tokenStart("gradY", "place.batch", "place.first + row")} + own];\n` : ""}  gradX[${tokenStart("gradX", "place.batch", "place.first + row")} + own] = token[row].x * value${D ? " + skip" : ""};`)}
${tileMain(
  q,
  `let row0 = 0u;
  let column0 = group_id.x * ${q}u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  ${stageSteps(q)}
  ${stageWeights(q, tokenWeight.toEnd(q))}
  ${accumulator("acc")}
  ${addProduct(q, "from_state", "acc", "u.n", ...fromState)}
  ${addProduct(q, "within", "acc", `${q}u`, ...within)}
  ${putTile(q, "acc")}`,
)}`);
  },
});

/**
 * (15)–(17): for a block of heads the sum of the scores' gradients, and for each head the rectangle sums of M and its
 * column sums. `intra` holds per token (rectangle, column) as vec2; `gradScores` is [block, cell, group, i, j]. With `D`
 * also what (20) adds up, per token of the whole batch: the diagonal of P.
 */
export const scoresBackward = defineKernel({
  name: "ssd_scores_backward",
  uniforms: { ...sizeUniforms, ...blockUniforms, cells: "u32", ...tokenUniforms("x", "gradY") },
  bindings: ({ D }: TileConfig & { D: boolean }) => ({
    steps: "read vec4f",
    scores: "read f32",
    x: "read f32",
    gradY: "read f32",
    gradScores: "read_write f32",
    intra: "read_write vec2f",
    ...when(D, { skips: "read_write f32" }),
  }),
  wgsl: ({ q, D }) => {
    const quads = q / 4;
    const left: TileOperand = { at: tokenElement("gradY", "row", "h", "k"), contiguous: "k" };
    const right: TileOperand = { at: tokenElement("x", "column", "h", "k"), contiguous: "k" };
    return complete(`${tileDeclarations(q, 3 * quads * quads)}
${productFunctions("pairs", left, right)}

fn score(place: Place, row: u32, column: u32) -> f32 {
  return ${scoreElement(q, "scores", "row", "column")};
}
${putFunction(`gradScores[(((place.head * u.cells + place.cell) * u.g + place.group) * ${q}u + row) * ${q}u + column] = value;`)}
${tileMain(
  q,
  `let row0 = 0u;
  let column0 = 0u;
  let group = group_id.y;
  let block = group_id.x;
  let block_place = place_of(group_id.z, block, group); // its head is the block
  ${accumulator("score_tile")}
  ${getTile(q, "score_tile", "score").replaceAll("(place,", "(block_place,")}
  ${accumulator("total")}
  ${overHeads(`${stageSteps(q)}
    ${accumulator("acc")}
    ${addProduct(q, "pairs", "acc", "u.p", left, right)}
    ${pairSums(q, D)}`)}
  let place = block_place;
  ${putTile(q, "total")}`,
)}`);
  },
});

/**
 * (18), (19): gradB or gradC of every chunk and group, summed over a block of its heads, and for each head the products
 * that give the gradient of the decays. Side B: x, gradStates as `states`, B as `own`, C as `other`; side C: gradY as
 * `x`, states, C as `own`, B as `other`.
 */
export const bcBackward = defineKernel({
  name: "ssd_bc_backward",
  uniforms: {
    ...sizeUniforms,
    ...blockUniforms,
    cells: "u32",
    out_batch_start: "u32",
    block_stride: "u32",
    dots_start: "u32",
    ...tokenUniforms("x", "own", "other", "gradOwn"),
  },
  bindings: () => ({
    steps: "read vec4f",
    x: "read f32",
    states: "read f32",
    own: "read f32",
    gradScores: "read f32",
    other: "read f32",
    gradOwn: "read_write f32",
    rowDots: "read_write f32",
  }),
  wgsl: ({ q, side }: TileConfig & { side: "B" | "C" }) => {
    const fromState: readonly [TileOperand, TileOperand] = [
      { at: `${tokenElement("x", "row", "h", "k")} * weight[row]`, contiguous: "k" },
      { at: stateElement("states", "k", "column"), contiguous: "column" },
    ];
    const [i, j] = side === "B" ? ["k", "row"] : ["row", "k"];
    const within: readonly [TileOperand, TileOperand] = [
      {
        at: "summed_score(place, row, k)",
        contiguous: side === "B" ? "row" : "k",
      },
      { at: tokenElement("other", "k", "g", "column"), contiguous: "column" },
    ];
    const weights = side === "B" ? tokenWeight.toEnd(q) : tokenWeight.fromStart;
    return complete(`${tileDeclarations(q, (q * q) / 32)}
var<workgroup> weight: array<f32, ${q}>;

fn summed_score(place: Place, row: u32, k: u32) -> f32 {
  var sum = 0.0;
  for (var block = 0u; block < u.blocks; block++) {
    sum += gradScores[(((block * u.cells + place.cell) * u.g + place.group) * ${q}u + ${i}) * ${q}u + ${j}];
  }
  return sum;
}
${productFunctions("from_state", ...fromState)}
${productFunctions("within", ...within)}

fn own_at(place: Place, row: u32, column: u32) -> f32 {
  return ${tokenElement("own", "row", "g", "column")};
}
${putFunction(`if (place.first + row >= u.l || column >= u.n) { return; }
  let batch = place.batch - u.out_batch_start;
  let at = ${tokenStart("gradOwn", "batch", "place.first + row")} + place.group * u.n + column;
  gradOwn[block_of(place) * u.block_stride + at] = value;`)}

fn block_of(place: Place) -> u32 {
  return (place.head - place.group * (u.h / u.g)) / u.heads_per_block;
}
${tileMain(
  q,
  `let row0 = 0u;
  let columns = (u.n + ${q - 1}u) / ${q}u;
  let column_tile = group_id.x % columns;
  let column0 = column_tile * ${q}u;
  let block = group_id.x / columns;
  let group = group_id.y;
  let block_place = place_of(group_id.z, group * (u.h / u.g) + block * u.heads_per_block, group);
  ${accumulator("own_tile")}
  ${getTile(q, "own_tile", "own_at").replaceAll("(place,", "(block_place,")}
  ${accumulator("total")}
  ${overHeads(`${stageSteps(q)}
    ${stageWeights(q, weights)}
    ${accumulator("acc")}
    ${addProduct(q, "from_state", "acc", "u.p", ...fromState)}
    ${rowDotSums(q, side)}`)}
  let place = block_place;
  if (block == 0u) {
    ${addProduct(q, "within", "total", `${q}u`, ...within)}
  }
  ${putTile(q, "total")}`,
)}`);
  },
});
