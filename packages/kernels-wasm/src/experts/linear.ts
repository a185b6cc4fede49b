// Rows times the matrices of their experts: dot products of the rows that `order` names along those of the matrix, so that a row has the same bits whatever other rows its
// expert has; in tiles where a matrix is stored the other way.
import type { ExpertLinearSpec } from "@x/base";
import { repeat, rowsByFours } from "../codegen.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, u32 } from "../params.ts";
import {
  dots,
  type DotsConfig,
  fewLines,
  isDeep,
  linesByTwos,
  wholeSteps,
  widenedPitch,
  widenRows,
} from "../matmul/dots.ts";
import { weightBytes } from "../matmul/pack.ts";
import { blockColumns, placesOf, scratchBytes } from "./tiles.ts";
import { transposedKernel } from "./transposed.ts";

const plain = { bias: false, activation: "none" } as const;

type LinearConfig = Pick<DotsConfig, "type" | "deep">;

/** Products of rows with `columns` rows of the matrix from `column`; `each(body)` names the rows. */
const along = (body: (rows: 1 | 4) => string): string => `
      let lastRow = column + columns;
      var row = column;
      ${rowsByFours(body)}`;

/** A row of x and where its product goes. */
const placed = (i: number, place: string): string =>
  `let place${i} = ${place}; let x${i} = inputs + place${i} / shared * k * 4; let to${i} = y + place${i} * n * 4;`;

/** The products of an expert's rows with some of its matrix, `pitch` bytes apart. */
const products = (rows: 1 | 4, config: DotsConfig): string => `
        let lastLine = count;
        var line = 0;
        ${linesByTwos((lines) => `${repeat(lines, (i) => placed(i, `load_u32(places + (line + ${i}) * 4)`))} ${dots(lines, rows, config)}`)}`;

/** Products along the rows of the expert's matrix; halves of it are widened first for more than a few rows. */
const grouped = ({ type, deep }: LinearConfig): string => {
  const asStored = `{
      let whole = ${wholeSteps({ type })};
      let pitch = k * ${weightBytes(type)};
      let matrix = stored;
      ${along((rows) => products(rows, { ...plain, type, deep }))}
    }`;
  if (type === "f32") return asStored;
  const widened = (rows: 1 | 4): string => `
        ${widenRows(type, rows, "stored")}
        let matrix = scratch - row * pitch;
        ${products(rows, { ...plain, type: "f32", deep })}`;
  return `if (count <= ${fewLines[type]}) ${asStored} else {
      let whole = ${wholeSteps({ type: "f32" })};
      let pitch = widenedPitch;
      ${along(widened)}
    }`;
};

const groupedKernel = defineWasmKernel({
  name: "expert_linear",
  params: {
    ...ptr("inputs", "weight", "order", "offsets", "y", "scratch"),
    ...u32("n", "k", "shared", "blocks", "widenedPitch", "begin", "end"),
  },
  body: (config: LinearConfig) => `
  for (var item = begin; item < end; item += 1) {
    let expert = item / blocks;
    let column = item % blocks * ${blockColumns};
    let columns = min(${blockColumns}, n - column);
    ${placesOf}
    let stored = weight + expert * n * k * ${weightBytes(config.type)};
    ${grouped(config)}
  }`,
});

const directKernel = defineWasmKernel({
  name: "expert_linear_direct",
  params: {
    ...ptr("inputs", "weight", "ids", "y"),
    ...u32("n", "k", "shared", "blocks", "begin", "end"),
  },
  body: (config: LinearConfig) => `
  let whole = ${wholeSteps(config)};
  let pitch = k * ${weightBytes(config.type)};
  for (var item = begin; item < end; item += 1) {
    let place = item / blocks;
    let column = item % blocks * ${blockColumns};
    let columns = min(${blockColumns}, n - column);
    let matrix = weight + load_u32(ids + place * 4) * n * k * ${weightBytes(config.type)};
    ${placed(0, "place")}
    ${along((rows) => dots(1, rows, { ...plain, ...config }))}
  }`,
});

/** Buffers x, weight, y, and ids or order and offsets. */
export function linear(spec: ExpertLinearSpec, type: DotsConfig["type"]): WasmProgram {
  const { places, shared, experts, inputs: k, outputs: n, transposed, grouped: byExpert } = spec;
  const blocks = Math.ceil(n / blockColumns);
  const operands = { inputs: "x", n, k, shared, blocks };
  const config = { type, deep: isDeep(k) };
  if (!byExpert) return wasmProgram([wasmCall(directKernel, config, operands, { count: places * blocks })]);
  const split = { count: experts * blocks, own: ["scratch"] };
  if (transposed)
    return wasmProgram([wasmCall(transposedKernel, { type }, operands, split)], { scratch: scratchBytes });
  const pitch = widenedPitch(k);
  return wasmProgram([wasmCall(groupedKernel, config, { ...operands, widenedPitch: pitch }, split)], {
    scratch: type === "f32" ? 0 : 4 * pitch,
  });
}
