// The gradient's products for adapters where barriers and workgroup memory cost more than they save. `forward.ts` describes how they are made.
import { defineKernel, type Kernel } from "../../kernel.ts";
import { complete, type SizeUniform, sizeUniforms, skipUniforms, type TileConfig, when } from "../uniforms.ts";
import { blockUniforms } from "../tiles/backward.ts";
import {
  addOuter,
  directMain,
  fromStateProduct,
  rows,
  scaleRows,
  side,
  skipFour,
  storeTokens,
  zeroPart,
} from "./forward.ts";

const lanes = ["x", "y", "z", "w"] as const;

/** (14). The decay from a row j of the part to a later token i is split at the part's last row, as in the forward scan at its first. */
export const xBackwardDirect: Kernel<
  "steps" | "scores" | "B" | "gradStates" | "gradY" | "D" | "gradX",
  SizeUniform | keyof typeof skipUniforms,
  TileConfig & { D: boolean }
> = defineKernel({
  name: "ssd_x_direct_backward",
  uniforms: { ...sizeUniforms, ...skipUniforms },
  bindings: ({ D }) => ({
    steps: "read vec4f",
    scores: "read vec4f",
    B: "read f32",
    gradStates: "read f32",
    gradY: "read vec4f",
    ...when(D, { D: "read f32" }),
    gradX: "read_write vec4f",
  }),
  wgsl: ({ q, D }) =>
    complete(
      directMain(
        q,
        `${q}u`,
        "u.p",
        `
  if (row >= tokens) { return; }
  let group = lane / (u.h / u.g);
  let token = (cell * u.h + lane) * ${q}u;
  let score = (cell * u.g + group) * ${(q * q) / 4}u + row / 4u;
  let here = steps[token + row + ${side - 1}u];
  let last = steps[token + ${q - 1}u];
  ${zeroPart("acc")}
  ${fromStateProduct("B", "gradStates")}
  let left = select(0.0, decay(last.y - here.y), last.z == here.z);
  ${scaleRows("acc", () => "left")}
  let stride = u.h * u.p / 4u;
  let source = ((batch * u.l + first) * u.h + lane) * u.p / 4u + column / 4u;
  for (var i = row + ${side}u; i < tokens; i++) {
    let t = steps[token + i];
    let weight = select(0.0, decay(t.y - here.y), t.z == here.z);
    let a0 = scores[score + i * ${q / 4}u] * weight;
    let a1 = scores[score + i * ${q / 4}u + 1u] * weight;
    let b0 = gradY[source + i * stride];
    let b1 = gradY[source + i * stride + 1u];
    ${addOuter(
      "acc",
      (r) => `a${r >> 2}.${lanes[r & 3]}`,
      (half) => `b${half}`,
    )}
  }
  ${rows.map((r) => `let s${r} = steps[token + row + ${r}u];`).join("\n")}
  ${scaleRows("acc", (r) => `select(0.0, decay(here.y - s${r}.y), s${r}.z == here.z)`)}
  for (var i = row; i < min(row + ${side}u, tokens); i++) {
    let t = steps[token + i];
    let g0 = scores[score + i * ${q / 4}u];
    let g1 = scores[score + i * ${q / 4}u + 1u];
    let b0 = gradY[source + i * stride];
    let b1 = gradY[source + i * stride + 1u];
    ${rows.map((r) => `let a${r} = select(0.0, g${r >> 2}.${lanes[r & 3]} * decay(t.y - s${r}.y), row + ${r}u <= i && s${r}.z == t.z);`).join("\n")}
    ${addOuter(
      "acc",
      (r) => `a${r}`,
      (half) => `b${half}`,
    )}
  }
  ${scaleRows("acc", (r) => `s${r}.x`)}
  ${storeTokens("gradX", (part) => (D ? `${part} + ${skipFour} * gradY[at]` : part))}`,
      ),
    ),
});

/**
 * (18), (19) as `bcBackward` describes them; `lane` of the grid is group · blocks + block. The dots of a row with its key are stored per part, 8 of n's
 * columns each: `rowDots` is [part, cell, head, token].
 */
export const bcBackwardDirect: Kernel<
  "steps" | "values" | "states" | "keys" | "gradScores" | "others" | "gradKeys" | "rowDots",
  SizeUniform | keyof typeof blockUniforms | "cells" | "out_batch_start" | "block_stride" | "dots_start",
  TileConfig & { side: "B" | "C" }
> = defineKernel({
  name: "ssd_bc_direct_backward",
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
    values: "read f32",
    states: "read vec4f",
    keys: "read vec4f",
    gradScores: "read f32",
    others: "read vec4f",
    gradKeys: "read_write vec4f",
    rowDots: "read_write f32",
  }),
  wgsl: ({ q, side: ofSide }) => {
    const weight =
      ofSide === "B" ? "select(0.0, decay(last.y - s.y), s.z == last.z)" : "select(0.0, decay(s.y), s.z == 0.0)";
    const at = (r: number): string => (ofSide === "B" ? `k * ${q}u + row + ${r}u` : `(row + ${r}u) * ${q}u + k`);
    const range = ofSide === "B" ? "var k = row; k < tokens; k++" : `var k = 0u; k < min(row + ${side}u, tokens); k++`;
    return complete(
      directMain(
        q,
        `${q}u`,
        "u.n",
        `
  let group = lane / u.blocks;
  let block = lane % u.blocks;
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  let dots = u.dots_start + column / ${side}u * u.cells * u.h * ${q}u + row;
  if (row >= tokens) {
    for (var head = first_head; head < end_head; head++) {
      for (var i = 0u; i < ${side}u; i++) { rowDots[dots + (cell * u.h + head) * ${q}u + i] = 0.0; }
    }
    return;
  }
  let width = u.n / 4u;
  let key = ((batch * u.l + first) * u.g + group) * width + column / 4u;
  let key_stride = u.g * width;
  ${zeroPart("total")}
  for (var head = first_head; head < end_head; head++) {
    let state = (cell * u.h + head) * u.p * width + column / 4u;
    ${rows.map((r) => `let value${r} = ((batch * u.l + first + min(row + ${r}u, tokens - 1u)) * u.h + head) * u.p;`).join("\n")}
    ${zeroPart("acc")}
    for (var k = 0u; k < u.p; k++) {
      let b0 = states[state + k * width];
      let b1 = states[state + k * width + 1u];
      ${addOuter(
        "acc",
        (r) => `values[value${r} + k]`,
        (half) => `b${half}`,
      )}
    }
    let token = (cell * u.h + head) * ${q}u;
    ${ofSide === "B" ? `let last = steps[token + ${q - 1}u];` : ""}
    ${rows
      .map(
        (r) => `{
      let s = steps[token + row + ${r}u];
      let weight = ${weight};
      let own = key + min(row + ${r}u, tokens - 1u) * key_stride;
      rowDots[dots + token + ${r}u] = select(0.0, weight * (dot(acc${r}_0, keys[own]) + dot(acc${r}_1, keys[own + 1u])), row + ${r}u < tokens);
      total${r}_0 += ${ofSide === "B" ? "s.x * weight" : "weight"} * acc${r}_0;
      total${r}_1 += ${ofSide === "B" ? "s.x * weight" : "weight"} * acc${r}_1;
    }`,
      )
      .join("\n")}
  }
  if (block == 0u) {
    let other = ((batch * u.l + first) * u.g + group) * width + column / 4u;
    for (${range}) {
      ${rows.map((r) => `var a${r} = 0.0;`).join("\n")}
      for (var part = 0u; part < u.blocks; part++) {
        let score = ((part * u.cells + cell) * u.g + group) * ${q * q}u;
        ${rows.map((r) => `a${r} += gradScores[score + ${at(r)}];`).join("\n")}
      }
      let b0 = others[other + k * key_stride];
      let b1 = others[other + k * key_stride + 1u];
      ${addOuter(
        "total",
        (r) => `a${r}`,
        (half) => `b${half}`,
      )}
    }
  }
  ${rows
    .map(
      (r) => `if (row + ${r}u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + ${r}u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total${r}_0;
    gradKeys[to + 1u] = total${r}_1;
  }`,
    )
    .join("\n")}`,
      ),
    );
  },
});
