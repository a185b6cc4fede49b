// Rows times the integers of their experts, summed like those of any matrix of integers: see matmul/integer-dots.ts.
import type { ExpertLinearSpec } from "@x/base";
import { repeat, rowsByFours } from "../codegen.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, u32 } from "../params.ts";
import { linesByTwos } from "../matmul/dots.ts";
import {
  type Bits,
  blockLength,
  dotsOfPacked,
  dotsOfWidened,
  type IntegersConfig,
  spreadRows,
  widenedBytes,
  widenedIntegers,
  wholeBlocks,
} from "../matmul/integer-dots.ts";
import { blockColumns, placesOf } from "./tiles.ts";

const params = {
  ...ptr("inputs", "matrices", "factors", "y"),
  ...u32("n", "k", "words", "groups", "shared", "blocks", "begin", "end"),
} as const;

/** The rows of an expert's matrix that an item makes: `row` up to `lastRow`. */
const rowsOf = (expert: string): string => `
    let packed = matrices + ${expert} * n * words * 4;
    let scales = factors + ${expert} * n * groups * 4;
    var row = item % blocks * ${blockColumns};
    let lastRow = min(row + ${blockColumns}, n);`;

const directKernel = defineWasmKernel({
  name: "expert_integers_direct",
  params: { ids: "ptr", ...params },
  body: (config: IntegersConfig) => `
  for (var item = begin; item < end; item += 1) {
    let place = item / blocks;
    let x = inputs + place / shared * k * 4;
    let to = y + place * n * 4;
    ${rowsOf("load_u32(ids + place * 4)")}
    ${rowsByFours((rows) => dotsOfPacked(rows, config))}
  }`,
});

const groupedKernel = defineWasmKernel({
  name: "expert_integers",
  params: { order: "ptr", offsets: "ptr", scratch: "ptr", ...params },
  body: (config: IntegersConfig) => {
    const line = (i: number): string =>
      `let place${i} = load_u32(places + (line + ${i}) * 4); let x${i} = inputs + place${i} / shared * k * 4; let to${i} = y + place${i} * n * 4;`;
    const products = (rows: 1 | 4): string => `{
      ${widenedIntegers(rows, config.bits)}
      var line = 0;
      ${linesByTwos((lines) => `${repeat(lines, line)} ${dotsOfWidened(lines, rows, config)}`)}
    }`;
    return `
  let pitch = k * 4;
  let sums = scratch + 4 * pitch;
  for (var item = begin; item < end; item += 1) {
    let expert = item / blocks;
    ${placesOf}
    let lastLine = count;
    ${rowsOf("expert")}
    if (count > 0) { ${rowsByFours(products)} }
  }`;
  },
});

/** Buffers x, packed, scales, y, and ids or order and offsets; undefined for groups that are not whole blocks of words. */
export function integersLinear(spec: ExpertLinearSpec, bits: Bits): WasmProgram | undefined {
  const { places, shared, experts, inputs: k, outputs: n, groupSize = 0, grouped } = spec;
  if (!wholeBlocks({ bits, groupSize })) return undefined;
  const config = { bits, blocks: groupSize / blockLength(bits), bias: false, activation: "none" } as const;
  const blocks = Math.ceil(n / blockColumns);
  const rows = places / shared;
  const operands = {
    inputs: "spread",
    matrices: "packed",
    factors: "scales",
    n,
    k,
    words: (k * bits) / 32,
    groups: k / groupSize,
    shared,
    blocks,
  };
  const spread = spreadRows(bits, rows, k, "x", "spread");
  if (!grouped)
    return wasmProgram([spread, wasmCall(directKernel, config, operands, { count: places * blocks })], {
      spread: 4 * rows * k,
    });
  const split = { count: experts * blocks, own: ["scratch"] };
  return wasmProgram([spread, wasmCall(groupedKernel, config, operands, split)], {
    spread: 4 * rows * k,
    scratch: widenedBytes(k),
  });
}
