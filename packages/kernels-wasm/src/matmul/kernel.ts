// Matrix multiplication, batched, of either operand or its transpose, with bias and activation. README.md has the
// derivation.
import { WasmError } from "../errors.ts";
import {
  defineWasmKernel,
  type WasmArgument,
  type WasmCall,
  wasmCall,
  type WasmProgram,
  type WasmSplit,
} from "../kernel.ts";
import { packRows, packStrip, packTransposed, stripRowBytes, weightBytes } from "./pack.ts";
import type { GemmConfig, GemmSpec, GemmSplit, WeightType } from "./spec.ts";
import { addPart } from "./split-k.ts";
import { matvec, vecmat, vecmatScratchBytes } from "./matvec.ts";
import { matvecIntegers, wholeBlocks } from "./matvec-integers.ts";
import { rowTile, stripFunction, type Tile, wideTile } from "./tile.ts";

/** A block of k fits the first-level cache with the strip of A; a packed block of B fits the second. */
const blockDepth = 256;
const blockColumns = 1024;

const gemmKernel = defineWasmKernel({
  name: "gemm",
  params: {
    a: "ptr",
    b: "ptr",
    c: "ptr",
    bias: "ptr",
    scratch: "ptr",
    m: "u32",
    n: "u32",
    k: "u32",
    strideA: "u32",
    strideB: "u32",
    batch: "u32",
    batchA: "u32",
    batchB: "u32",
    scales: "ptr",
    strideScales: "u32",
    begin: "u32",
    end: "u32",
  },
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

const oneMatrix = { count: 1, strideA: 0, strideB: 0 } as const;

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

/** Bytes of numbers of B, of half bytes an even number. */
function bytesOf(count: string, type: WeightType): string {
  return type === "int4" ? `${count} / 2` : `${count} * ${weightBytes(type)}`;
}

/** Rows of a panel of a transposed B as f32, where they are not. */
function stripBytes({ vectors }: Tile, type: WeightType): number {
  return type === "f32" ? 0 : 4 * vectors * stripRowBytes;
}

function scratchBytes({ k, n }: GemmSpec, config: GemmConfig): number {
  const tile = tileOf(config);
  const width = 4 * tile.vectors;
  const packed =
    config.packB || config.transposeB
      ? Math.min(k, blockDepth) * Math.ceil(Math.min(n, blockColumns) / width) * width * 4
      : 0;
  return 4 * width * 4 + blockDepth * 16 + stripBytes(tile, config.type) + packed;
}

/** Columns, so that every thread packs its own part of B; rows of a tall product. */
function splitOf(m: number, n: number, count: number): WasmSplit & { readonly kind: GemmSplit } {
  const own = ["scratch"];
  if (count >= 8) return { kind: "batch", count, own };
  if (n >= 128 || n >= m) return { kind: "columns", count: Math.ceil(n / 16), grain: 4, own };
  return { kind: "rows", count: Math.ceil(m / 4), grain: 8, own };
}

/** Rows of A up to which widening the weights again for each of them is faster than packing them. */
const mostDots: Readonly<Record<WeightType, number>> = { f32: 4, f16: 2, bf16: 4, int8: 3, int4: 3 };

/** A few rows against a transposed B, which is read once, as it is stored; undefined for what is no such product. */
function fewRows(spec: GemmSpec, type: WeightType): WasmProgram | undefined {
  const {
    m,
    k,
    transposeA = false,
    transposeB = false,
    groupSize = 0,
    batch = oneMatrix,
    names: { b = "b", scales = "scales" } = {},
  } = spec;
  if (!transposeB || transposeA || m > mostDots[type] || k === 0) return undefined;
  const [atA, atB, atC] = places(spec, type);
  if (type !== "int8" && type !== "int4")
    return { temps: {}, calls: [matvec({ ...spec, batch }, atA, atB, atC, type)] };
  const bits = type === "int8" ? 8 : 4;
  if (!wholeBlocks({ bits, groupSize })) return undefined;
  const spread = `spread_${b}`;
  return {
    temps: { [spread]: 4 * m * k },
    calls: matvecIntegers({ ...spec, bits, groupSize }, atA, atB, scales, atC, spread),
  };
}

/** Where the first matrices begin. */
function places(
  { names: { a = "a", b = "b", c = "c" } = {}, offsets = { a: 0, b: 0, c: 0 } }: GemmSpec,
  type: WeightType,
): [a: WasmArgument, b: WasmArgument, c: WasmArgument] {
  const at = (buffer: string, offset: number, bytes: number): WasmArgument => ({ buffer, offsetBytes: bytes * offset });
  return [at(a, offsets.a, 4), at(b, offsets.b, weightBytes(type)), at(c, offsets.c, 4)];
}

function program(spec: GemmSpec): WasmProgram {
  const {
    m,
    n,
    k,
    transposeA = false,
    transposeB = false,
    bias = false,
    activation = "none",
    batch = oneMatrix,
    groupSize = 0,
  } = spec;
  const type = spec.types?.b ?? "f32";
  const integers = type === "int8" || type === "int4";
  if (integers && !transposeB)
    throw new WasmError(
      `gemm: a B of ${type} must be transposed: its scales are those of neighbours along k; got transposeB false.`,
      { kernel: "gemm" },
    );
  const few = fewRows(spec, type);
  if (few) return few;
  const [atA, atB, atC] = places(spec, type);
  if (type === "f32" && m === 1 && n > 1 && !transposeB && k > 0)
    return { temps: { scratch: vecmatScratchBytes }, calls: [vecmat({ ...spec, batch }, atA, atB, atC)] };
  if (type === "f32" && n === 1 && !transposeA && !bias && activation === "none" && k > 0) {
    // A column is a row of the transposed product: (A·b)ᵀ = bᵀ·Aᵀ.
    const swapped = { m: 1, n: m, k, batch: { count: batch.count, strideA: batch.strideB, strideB: batch.strideA } };
    return { temps: {}, calls: [matvec(swapped, atB, atA, atC, "f32")] };
  }
  if (k > maxSumDepth && !(integers && maxSumDepth % groupSize !== 0)) return longProgram(spec, type);
  return tiledProgram(spec, type, { first: 0, depth: k }, atC);
}

/** Terms that `gemm` adds up in f32: 16 blocks of 256. */
const maxSumDepth = 4096;

/** A longer sum is made of parts, added up so that no rounding is lost. */
function longProgram(spec: GemmSpec, type: WeightType): WasmProgram {
  const { m, n, k, bias = false, activation = "none", batch = oneMatrix } = spec;
  const [, , c] = places(spec, type);
  const count = m * n * batch.count;
  const temps: Record<string, number> = { part: 4 * count, rests: 4 * count };
  const calls: WasmCall[] = [];
  for (let first = 0; first < k; first += maxSumDepth) {
    const product = tiledProgram(
      { ...spec, bias: false, activation: "none" },
      type,
      { first, depth: Math.min(maxSumDepth, k - first) },
      "part",
    );
    Object.assign(temps, product.temps);
    const last = first + maxSumDepth >= k;
    calls.push(
      ...product.calls,
      addPart(
        { first: first === 0, bias: bias && last, activation: last ? activation : "none" },
        { rows: m * batch.count, n },
        c,
      ),
    );
  }
  return { temps, calls };
}

/** The part of a product's sum from `first` on, `depth` long, into c. */
function tiledProgram(
  spec: GemmSpec,
  type: WeightType,
  { first, depth }: { readonly first: number; readonly depth: number },
  c: WasmArgument,
): WasmProgram {
  const {
    m,
    n,
    k,
    transposeA = false,
    transposeB = false,
    bias = false,
    activation = "none",
    batch = oneMatrix,
    groupSize = 0,
    names: { scales = "scales" } = {},
  } = spec;
  const integers = type === "int8" || type === "int4";
  const { a = 0, b = 0 } = spec.offsets ?? {};
  const [atA, atB] = places(
    { ...spec, offsets: { a: a + first * (transposeA ? m : 1), b: b + first * (transposeB ? 1 : n), c: 0 } },
    type,
  );
  // Packing B pays once it is read often and does not fit the second-level cache.
  const packB = !transposeB && (type !== "f32" || (m > 32 && n * k > 2 ** 18));
  const { kind, ...split } = splitOf(m, n, batch.count);
  const config: GemmConfig = {
    tile: m === 1 ? "row" : "wide",
    transposeA,
    transposeB,
    packB,
    type,
    groupSize: integers ? groupSize : 0,
    bias,
    activation,
    split: kind,
  };
  const call: WasmCall = wasmCall(
    gemmKernel,
    config,
    {
      a: atA,
      b: atB,
      c,
      bias: bias ? "bias" : 0,
      scratch: "scratch",
      m,
      n,
      k: depth,
      strideA: 4 * (transposeA ? m : k),
      strideB: weightBytes(type) * (transposeB ? k : n),
      batch: batch.count,
      batchA: 4 * batch.strideA,
      batchB: weightBytes(type) * batch.strideB,
      scales: integers ? { buffer: scales, offsetBytes: (4 * first) / groupSize } : 0,
      strideScales: integers ? (4 * k) / groupSize : 0,
    },
    split,
  );
  return { temps: { scratch: scratchBytes(spec, config) }, calls: [call] };
}

/** Matrix multiplication: `gemm.program({ m, n, k })` over buffers a, b and c. k must be at least 1. */
export const gemm: {
  readonly program: (spec: GemmSpec) => WasmProgram;
} = { program };
