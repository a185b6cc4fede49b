// Rows times the matrices of their experts, stored [inputs, outputs]: what gradients need.
import type { DotsConfig } from "../matmul/dots.ts";
import { packRows, weightBytes } from "../matmul/pack.ts";
import { wideTile } from "../matmul/tile.ts";
import { defineWasmKernel } from "../kernel.ts";
import { ptr, u32 } from "../params.ts";
import { blockColumns, blockDepth, placesOf, scratch, strip, width } from "./tiles.ts";

/** Rows from which a matrix of f32 is packed. */
const manyRows = 32;

/** Rows times matrices [inputs, outputs], in tiles: rows are gathered and results put back four at a time. */
export const transposedKernel = defineWasmKernel({
  name: "expert_linear_transposed",
  params: {
    ...ptr("inputs", "weight", "order", "offsets", "y", "scratch"),
    ...u32("n", "k", "shared", "blocks", "begin", "end"),
  },
  functions: ({ type }: Pick<DotsConfig, "type">) => [strip, packRows(wideTile, { type, groupSize: 0 })].join("\n"),
  body: ({ type }: Pick<DotsConfig, "type">) => `
  ${scratch}
  let pitch = n * ${weightBytes(type)};
  for (var item = begin; item < end; item += 1) {
    let expert = item / blocks;
    let column = item % blocks * ${blockColumns};
    let columns = min(${blockColumns}, n - column);
    ${placesOf}
    let panels = (columns + ${width - 1}) / ${width};
    for (var start = 0; start < k; start += ${blockDepth}) {
      let depth = min(${blockDepth}, k - start);
      let from = weight + (expert * n * k + column) * ${weightBytes(type)} + start * pitch;
      var matrixRows = from;
      var matrixPitch = pitch;
      var panelPitch = ${4 * width};
      if (count > ${type === "f32" ? manyRows : 0}) {
        pack(from, pitch, packed, depth, columns, start, 0, 0, 0);
        matrixRows = packed;
        matrixPitch = ${4 * width};
        panelPitch = depth * ${4 * width};
      }
      for (var row = 0; row < count; row += ${wideTile.rows}) {
        let lines = min(${wideTile.rows}, count - row);
        for (var i = 0; i < lines; i += 1) {
          let place = load_u32(places + (row + i) * 4);
          copy_bytes(rows + i * ${4 * blockDepth}, inputs + (place / shared * k + start) * 4, depth * 4);
          if (start > 0) { copy_bytes(tile + i * ${4 * blockColumns}, y + (place * n + column) * 4, columns * 4); }
        }
        strip(rows, ${4 * blockDepth}, (lines - 1) * ${4 * blockDepth}, 4, matrixRows, matrixPitch, panelPitch, tile, ${4 * blockColumns}, 0, depth, panels, u32(start > 0), 0);
        for (var i = 0; i < lines; i += 1) {
          let place = load_u32(places + (row + i) * 4);
          copy_bytes(y + (place * n + column) * 4, tile + i * ${4 * blockColumns}, columns * 4);
        }
      }
    }
  }`,
});
