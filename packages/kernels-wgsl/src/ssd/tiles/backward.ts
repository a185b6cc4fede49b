// The matrix-shaped kernels of the backward pass. README.md derives the formulas; the numbers in the text are its
// equations.
import { defineKernel, type Kernel } from "../../kernel.ts";
import { skipWeight, type SkipUniform, skipUniforms } from "../formulas.ts";
import {
  type BlockUniform,
  blockUniforms,
  complete,
  type SizeUniform,
  sizeUniforms,
  type TileConfig,
  when,
} from "../uniforms.ts";
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
  tileThreads,
} from "./tile.ts";

/** (14): gradX of every chunk and head. */
export const xBackward: Kernel<
  "steps" | "scores" | "B" | "gradStates" | "gradY" | "D" | "gradX",
  SizeUniform | SkipUniform,
  TileConfig & { D: boolean }
> = defineKernel({
  name: "ssd_x_backward",
  uniforms: { ...sizeUniforms, ...skipUniforms },
  bindings: ({ D }) => ({
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
  let at = ((place.batch * u.l + place.first + row) * u.h + place.head) * u.p + column;
  gradX[at] = token[row].x * value${D ? ` + ${skipWeight("place.head", "column")} * gradY[at]` : ""};`)}
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

/** WGSL that loops over the heads of block `block` of `group`, with `place` for each. */
export function overHeads(body: string): string {
  return `let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  for (var head = first_head; head < end_head; head++) {
    let place = place_of(group_id.z, head, group);
    ${body}
  }`;
}

/** WGSL of the vec4 at an index of the workgroup memory that sums of a tile's rows and columns go through. */
export type Scratch = (index: string) => string;
const flatScratch: Scratch = (index) => `scratch[${index}]`;

/**
 * WGSL that takes P of one head in `acc` and the scores in `score_tile`: adds P_ij L_ij dt_j to `total` and stores (16)
 * and (17) of every token in `intra`. Uses 3·(q/4)² vec4s of `scratch`: row sums of M [column quad][row quad], then
 * rectangle and column sums [row quad][column quad]. Ends with a barrier.
 */
export function pairSums(q: number, scratch: Scratch = flatScratch): string {
  const quads = q / 4;
  const vectorOfColumns = (v: number): string => `{
    let column = 4u * tx + ${(v * q) / 2}u;
    let column4 = vec4u(column) + vec4u(0u, 1u, 2u, 3u);
    let t0 = token[column];
    let t1 = token[column + 1u];
    let t2 = token[column + 2u];
    let t3 = token[column + 3u];
    let dt = vec4f(t0.x, t1.x, t2.x, t3.x);
    let cumulative = vec4f(t0.y, t1.y, t2.y, t3.y);
    let documents = vec4f(t0.z, t1.z, t2.z, t3.z);
    var rows = vec4f(0.0);
    var rectangle = vec4f(0.0);
    var columns = vec4f(0.0);
    ${[0, 1, 2, 3]
      .map(
        (r) => `{
      let row = 4u * ty + ${r}u;
      let here = token[row];
      let reaches = (column4 <= vec4u(row)) & (documents == vec4f(here.z));
      let decays = select(vec4f(0.0), exp(min(vec4f(here.y) - cumulative, vec4f(0.0))), reaches);
      let weighted = acc[${2 * r + v}] * decays;
      total[${2 * r + v}] += weighted * dt;
      let pairs = weighted * score_tile[${2 * r + v}];
      columns += pairs;
      let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
      let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
      rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
      rows[${r}] = before.w + m.w;
    }`,
      )
      .join("\n      ")}
    let quad = tx + ${(v * q) / 8}u;
    ${scratch(`quad * ${quads}u + ty`)} = rows;
    ${scratch(`${quads * quads}u + ty * ${quads}u + quad`)} = rectangle;
    ${scratch(`${2 * quads * quads}u + ty * ${quads}u + quad`)} = columns;
  }`;
  return `${[0, 1].map(vectorOfColumns).join("\n    ")}
    workgroupBarrier();
    if (lid < ${quads}u) {
      var sum = vec4f(0.0);
      for (var quad = 0u; quad < ${quads}u; quad++) {
        let own = ${scratch(`quad * ${quads}u + lid`)};
        ${scratch(`quad * ${quads}u + lid`)} = sum;
        sum += own;
      }
    }
    workgroupBarrier();
    for (var i = lid; i < ${q}u; i += ${tileThreads(q)}u) {
      let quad = i / 4u;
      let part = i % 4u;
      var sums = vec2f(0.0);
      for (var y = 0u; y < ${quads}u; y++) {
        let earlier = ${scratch(`quad * ${quads}u + y`)};
        let later_rows = vec4u(4u * y) + vec4u(0u, 1u, 2u, 3u) >= vec4u(i);
        sums.x += dot(select(vec4f(0.0), earlier, later_rows), vec4f(1.0)) + ${scratch(`${quads * quads}u + y * ${quads}u + quad`)}[part];
        sums.y += ${scratch(`${2 * quads * quads}u + y * ${quads}u + quad`)}[part];
      }
      intra[(place.cell * u.h + place.head) * ${q}u + i] = sums;
    }
    workgroupBarrier();`;
}

/**
 * (15)–(17): for a block of heads the sum of the scores' gradients, and for each head the rectangle sums of M and its
 * column sums. `intra` holds per token (rectangle, column) as vec2; `gradScores` is [block, cell, group, i, j].
 */
export const scoresBackward: Kernel<
  "steps" | "scores" | "x" | "gradY" | "gradScores" | "intra",
  SizeUniform | BlockUniform | "cells",
  TileConfig
> = defineKernel({
  name: "ssd_scores_backward",
  uniforms: { ...sizeUniforms, ...blockUniforms, cells: "u32" },
  bindings: () => ({
    steps: "read vec4f",
    scores: "read f32",
    x: "read f32",
    gradY: "read f32",
    gradScores: "read_write f32",
    intra: "read_write vec2f",
  }),
  wgsl: ({ q }) => {
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
    ${pairSums(q)}`)}
  let place = block_place;
  ${putTile(q, "total")}`,
)}`);
  },
});

/**
 * WGSL that takes what one head gives to gradB or gradC, without dt, in `acc`, and B or C in `own_tile`: adds it to
 * `total` and stores the dots of rows, u or v, in `rowDots`. Uses (q/4)·(q/8) vec4s of `scratch`. Ends with a barrier.
 */
export function rowDotSums(q: number, side: "B" | "C", scratch: Scratch = flatScratch): string {
  const quads = q / 4;
  const lanes = q / 8;
  const scale = (r: number): string => (side === "B" ? `token[4u * ty + ${r}u].x * ` : "");
  return `${scratch(`tx * ${quads}u + ty`)} = vec4f(
      ${[0, 1, 2, 3].map((r) => [0, 1].map((v) => `dot(acc[${2 * r + v}], own_tile[${2 * r + v}])`).join(" + ")).join(",\n      ")},
    );
    ${[0, 1, 2, 3].flatMap((r) => [0, 1].map((v) => `total[${2 * r + v}] += ${scale(r)}acc[${2 * r + v}];`)).join("\n    ")}
    workgroupBarrier();
    for (var i = lid; i < ${q}u; i += ${tileThreads(q)}u) {
      var sum = 0.0;
      for (var x = 0u; x < ${lanes}u; x++) { sum += ${scratch(`x * ${quads}u + i / 4u`)}[i % 4u]; }
      rowDots[u.dots_start + ((column_tile * u.cells + place.cell) * u.h + place.head) * ${q}u + i] = sum;
    }
    workgroupBarrier();`;
}

/**
 * (18), (19): gradB or gradC of every chunk and group, summed over a block of its heads, and for each head the products
 * that give the gradient of the decays. Side B: x, gradStates as `states`, B as `own`, C as `other`; side C: gradY as
 * `x`, states, C as `own`, B as `other`.
 */
export const bcBackward: Kernel<
  "steps" | "x" | "states" | "own" | "gradScores" | "other" | "gradOwn" | "rowDots",
  SizeUniform | BlockUniform | "cells" | "out_batch_start" | "block_stride" | "dots_start",
  TileConfig & { side: "B" | "C" }
> = defineKernel({
  name: "ssd_bc_backward",
  uniforms: {
    ...sizeUniforms,
    ...blockUniforms,
    cells: "u32",
    out_batch_start: "u32",
    block_stride: "u32",
    dots_start: "u32",
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
  wgsl: ({ q, side }) => {
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
  gradOwn[block_of(place) * u.block_stride + ((batch * u.l + place.first + row) * u.g + place.group) * u.n + column] = value;`)}

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
