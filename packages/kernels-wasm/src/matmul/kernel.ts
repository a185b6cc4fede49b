// Matrix multiplication, batched, of either operand or its transpose, with bias and activation. README.md has the derivation.
import { defineWasmKernel, type WasmCall, wasmCall, type WasmKernel, type WasmProgram, type WasmSplit } from "../kernel.ts";
import { packRows, packStrip, packTransposed } from "./pack.ts";
import { matvec, vecmat } from "./matvec.ts";
import { rowTile, stripFunction, type Tile, wideTile } from "./tile.ts";

/** What is done to a finished sum. */
export type GemmActivation = "none" | "relu" | "silu" | "gelu";

/** What is baked into the text. */
export interface GemmConfig {
  readonly tile: "wide" | "row";
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** copy blocks of B into the order of the tile; a transposed one always is */
  readonly packB: boolean;
  readonly bias: boolean;
  readonly activation: GemmActivation;
  /** what threads share */
  readonly split: GemmSplit;
}

/** Whole matrices, or columns of C in sixteens, or rows in fours: each element is summed in the same order in any case. */
export type GemmSplit = "batch" | "columns" | "rows";

/** Sizes and names of a product C[m,n] = activation(op(A)[m,k]·op(B)[k,n] + bias). */
export interface GemmSpec {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly bias?: boolean;
  readonly activation?: GemmActivation;
  /** how many products of this size, and the elements from one matrix to the next (0: the same one) */
  readonly batch?: { readonly count: number; readonly strideA: number; readonly strideB: number };
  /** where the first matrices begin, in elements; default 0 */
  readonly offsets?: { readonly a: number; readonly b: number; readonly c: number };
  /** names of the buffers; default a, b, c and bias */
  readonly names?: { readonly a?: string; readonly b?: string; readonly c?: string };
}

/** A block of k fits the first-level cache with the strip of A; a packed block of B fits the second. */
const blockDepth = 256;
const blockColumns = 1024;

const gemmKernel = defineWasmKernel({
  name: "gemm",
  params: {
    a: "ptr", b: "ptr", c: "ptr", bias: "ptr", scratch: "ptr", m: "u32", n: "u32", k: "u32", strideA: "u32", strideB: "u32",
    batch: "u32", batchA: "u32", batchB: "u32",
    begin: "u32", end: "u32",
  },
  functions: (config: GemmConfig) => {
    const tile = tileOf(config);
    return [
      stripFunction(tile, config), config.transposeB ? packTransposed(tile) : packRows(tile), packStrip, copyTile, blockFunction(tile, config),
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
        block(fromA, fromB, to, bias, scratch, firstRow, lastRow, n, k, strideA, strideB, first, depth, column, columns);
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

/** `block`: adds the product over `depth` of k to `columns` columns of the rows [firstRow, lastRow) of C, strip after strip. */
function blockFunction(tile: Tile, { transposeA, transposeB, packB }: GemmConfig): string {
  const width = 4 * tile.vectors;
  const packed = packB || transposeB;
  return `
@call fn block(
  a: ptr, b: ptr, c: ptr, bias: ptr, scratch: ptr, firstRow: u32, lastRow: u32, n: u32, k: u32, strideA: u32, strideB: u32, first: u32, depth: u32,
  column: u32, columns: u32
) {
  let tile = scratch;
  let stripA = scratch + ${tile.rows * width * 4};
  let packedB = stripA + ${blockDepth * 16};
  let add = u32(first > 0);
  let finish = u32(first + depth == k);
  let fromB = b + ${transposeB ? "column * strideB + first * 4" : "first * strideB + column * 4"};
  ${packed ? "pack(fromB, strideB, packedB, depth, columns);" : ""}
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
    ${transposeA ? `
    let fromA = stripA;
    packA(a + first * strideA + row * 4, strideA, stripA, depth);
    let rowA = 4;
    let stepA = 16;` : `
    let fromA = a + row * strideA + first * 4;
    let rowA = strideA;
    let stepA = 4;`}
    let last = (rows - 1) * rowA;
    var done = 0;
    if (rows == ${tile.rows}) {
      strip(fromA, rowA, last, stepA, rowsB, rowB, panelB, to, strideC, biasAt, depth, fullPanels, add, finish);
      done = fullPanels;
    }
    // What reaches beyond C goes by way of the scratch tile.
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

function scratchBytes({ k, n }: GemmSpec, { tile, packB, transposeB }: GemmConfig): number {
  const width = 4 * (tile === "wide" ? wideTile : rowTile).vectors;
  const packed = packB || transposeB ? Math.min(k, blockDepth) * Math.ceil(Math.min(n, blockColumns) / width) * width * 4 : 0;
  return 4 * width * 4 + blockDepth * 16 + packed;
}

/** Columns, so that every thread packs its own part of B; rows of a tall product. */
function splitOf(m: number, n: number, count: number): WasmSplit & { readonly kind: GemmSplit } {
  const own = ["scratch"];
  if (count >= 8) return { kind: "batch", count, own };
  if (n >= 128 || n >= m) return { kind: "columns", count: Math.ceil(n / 16), grain: 4, own };
  return { kind: "rows", count: Math.ceil(m / 4), grain: 8, own };
}

function program(spec: GemmSpec): WasmProgram {
  const { m, n, k, transposeA = false, transposeB = false, bias = false, activation = "none", batch = { count: 1, strideA: 0, strideB: 0 } } = spec;
  const { a = "a", b = "b", c = "c" } = spec.names ?? {};
  const offsets = spec.offsets ?? { a: 0, b: 0, c: 0 };
  const at = (buffer: string, offset: number): { buffer: string; offsetBytes: number } => ({ buffer, offsetBytes: 4 * offset });
  const [atA, atB, atC] = [at(a, offsets.a), at(b, offsets.b), at(c, offsets.c)];
  if (transposeB && !transposeA && m <= 4 && k > 0) return { temps: {}, calls: [matvec({ ...spec, batch }, atA, atB, atC)] };
  if (m === 1 && n > 1 && !transposeB && k > 0) return { temps: {}, calls: [vecmat({ ...spec, batch }, atA, atB, atC)] };
  if (n === 1 && !transposeA && !bias && activation === "none" && k > 0) {
    // A column is a row of the transposed product: (A·b)ᵀ = bᵀ·Aᵀ.
    const swapped = { m: 1, n: m, k, batch: { count: batch.count, strideA: batch.strideB, strideB: batch.strideA } };
    return { temps: {}, calls: [matvec(swapped, atB, atA, atC)] };
  }
  // Packing B pays once it is read often and does not fit the second-level cache.
  const packB = !transposeB && m > 32 && n * k > 2 ** 18;
  const { kind, ...split } = splitOf(m, n, batch.count);
  const config: GemmConfig = { tile: m === 1 ? "row" : "wide", transposeA, transposeB, packB, bias, activation, split: kind };
  const call: WasmCall = wasmCall(gemmKernel, config, {
    a: atA, b: atB, c: atC, bias: bias ? "bias" : 0, scratch: "scratch", m, n, k,
    strideA: 4 * (transposeA ? m : k), strideB: 4 * (transposeB ? k : n), batch: batch.count, batchA: 4 * batch.strideA, batchB: 4 * batch.strideB,
  }, split);
  return { temps: { scratch: scratchBytes(spec, config) }, calls: [call] };
}

/** Matrix multiplication: `gemm.program({ m, n, k })` over buffers a, b and c. k must be at least 1. */
export const gemm: { readonly program: (spec: GemmSpec) => WasmProgram; readonly kernel: WasmKernel<string, GemmConfig> } = { program, kernel: gemmKernel };
