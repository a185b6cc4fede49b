// The kernel of tiled matrix products: blocks of B packed or read in place, strips of A, tiles of C in registers.
import { defineWasmKernel } from "../kernel.ts";
import { ptr, u32 } from "../params.ts";
import { packRows, packStrip, packTransposed, stripRowBytes, weightBytes } from "./pack.ts";
import type { GemmConfig, GemmSpec, WeightType } from "./spec.ts";
import { rowTile, stripFunction, type Tile, wideTile } from "./tile.ts";

/** A block of k fits the first-level cache with the strip of A; a packed block of B fits the second. */
const blockDepth = 256;
const blockColumns = 1024;

const params = {
  ...ptr("a", "b", "c", "bias", "scratch"),
  ...u32("m", "n", "k", "strideA", "strideB", "batch", "batchA", "batchB"),
  scales: "ptr",
  ...u32("strideScales", "begin", "end"),
} as const;

export const gemmKernel = defineWasmKernel({
  name: "gemm",
  params,
  functions: (config: GemmConfig) => {
    const tile = tileOf(config);
    return [
      stripFunction(tile, config),
      config.transposeB ? packTransposed(tile, config) : packRows(tile, config),
      packStrip,
      copyTile,
      blockFunction(tile, config),
    ].join("\n");
  },
  body: ({ split }) => `
  let firstMatrix = ${split === "batch" ? "begin" : "0"};
  let lastMatrix = ${split === "batch" ? "end" : "batch"};
  let firstRow = ${split === "rows" ? "begin * 4" : "0"};
  let lastRow = ${split === "rows" ? "min(end * 4, m)" : "m"};
  let firstColumn = ${split === "columns" ? "begin * 16" : "0"};
  let lastColumn = ${split === "columns" ? "min(end * 16, n)" : "n"};
  var fromA = a + firstMatrix * batchA;
  var fromB = b + firstMatrix * batchB;
  var to = c + firstMatrix * m * n * 4;
  for (var left = lastMatrix - firstMatrix; left > 0; left -= 1) {
    for (var first = 0; first < k; first += ${blockDepth}) {
      let depth = min(${blockDepth}, k - first);
      for (var column = firstColumn; column < lastColumn; column += ${blockColumns}) {
        let columns = min(${blockColumns}, lastColumn - column);
        block(fromA, fromB, to, bias, scratch, firstRow, lastRow, n, k, strideA, strideB, first, depth, column, columns, scales, strideScales);
      }
    }
    fromA += batchA;
    fromB += batchB;
    to += m * n * 4;
  }`,
});

function tileOf({ tile }: GemmConfig): Tile {
  return tile === "wide" ? wideTile : rowTile;
}

/** Between C and the scratch tile, where a tile reaches beyond C. */
const copyTile = `
@call fn copyTile(from: ptr, strideFrom: u32, to: ptr, strideTo: u32, rows: u32, columns: u32) {
  for (var row = 0; row < rows; row += 1) {
    for (var i = 0; i < columns * 4; i += 4) { store(to + row * strideTo + i, load(from + row * strideFrom + i)); }
  }
}`;

/**
 * `block`: adds the product over `depth` of k to `columns` columns of the rows [firstRow, lastRow) of C, strip after
 * strip.
 */
function blockFunction(tile: Tile, { transposeA, transposeB, packB, type }: GemmConfig): string {
  const width = 4 * tile.vectors;
  const packed = packB || transposeB;
  // What reaches beyond C goes by way of the scratch tile.
  return `
@call fn block(
  a: ptr, b: ptr, c: ptr, bias: ptr, scratch: ptr, firstRow: u32, lastRow: u32, n: u32, k: u32, strideA: u32, strideB: u32, first: u32, depth: u32,
  column: u32, columns: u32, scales: ptr, strideScales: u32
) {
  let tile = scratch;
  let stripA = scratch + ${tile.rows * width * 4};
  let stripB = stripA + ${blockDepth * 16};
  let packedB = stripB + ${stripBytes(tile, type)};
  let add = u32(first > 0);
  let finish = u32(first + depth == k);
  let fromB = b + ${transposeB ? `column * strideB + ${bytesOf("first", type)}` : `first * strideB + ${bytesOf("column", type)}`};
  ${packed ? "pack(fromB, strideB, packedB, depth, columns, first, scales + column * strideScales, strideScales, stripB);" : ""}
  let rowsB = ${packed ? "packedB" : "fromB"};
  let rowB = ${packed ? 4 * width : "strideB"};
  let panelB = ${packed ? `depth * ${4 * width}` : 4 * width};
  let strideC = n * 4;
  let fullPanels = columns / ${width};
  let rest = columns % ${width};
  let biasAt = bias + column * 4;
  for (var row = firstRow; row < lastRow; row += ${tile.rows}) {
    let rows = min(${tile.rows}, lastRow - row);
    let to = c + row * strideC + column * 4;
    ${
      transposeA
        ? `
    let fromA = stripA;
    packA(a + first * strideA + row * 4, strideA, stripA, depth);
    let rowA = 4;
    let stepA = 16;`
        : `
    let fromA = a + row * strideA + first * 4;
    let rowA = strideA;
    let stepA = 4;`
    }
    let last = (rows - 1) * rowA;
    var done = 0;
    if (rows == ${tile.rows}) {
      strip(fromA, rowA, last, stepA, rowsB, rowB, panelB, to, strideC, biasAt, depth, fullPanels, add, finish);
      done = fullPanels;
    }
    for (var panel = done; panel * ${width} < columns; panel += 1) {
      let at = to + panel * ${4 * width};
      let valid = min(${width}, columns - panel * ${width});
      if (add != 0) { copyTile(at, strideC, tile, ${4 * width}, rows, valid); }
      strip(fromA, rowA, last, stepA, rowsB + panel * panelB, rowB, panelB, tile, ${4 * width}, biasAt + panel * ${4 * width}, depth, 1, add, finish);
      copyTile(tile, ${4 * width}, at, strideC, rows, valid);
    }
  }
}`;
}

/** Bytes of numbers of B, of half bytes an even number. */
function bytesOf(count: string, type: WeightType): string {
  return type === "int4" ? `${count} / 2` : `${count} * ${weightBytes(type)}`;
}

/** Rows of a panel of a transposed B as f32, where they are not. */
function stripBytes({ vectors }: Tile, type: WeightType): number {
  return type === "f32" ? 0 : 4 * vectors * stripRowBytes;
}

/** Bytes of the scratch memory of a call. */
export function scratchBytes({ k, n }: GemmSpec, config: GemmConfig): number {
  const tile = tileOf(config);
  const width = 4 * tile.vectors;
  const packed =
    config.packB || config.transposeB
      ? Math.min(k, blockDepth) * Math.ceil(Math.min(n, blockColumns) / width) * width * 4
      : 0;
  return 4 * width * 4 + blockDepth * 16 + stripBytes(tile, config.type) + packed;
}
