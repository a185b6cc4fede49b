// Matrix multiplication in plain JavaScript: packed panels, a 4×4 register tile, accumulation in doubles. Knows typed
// arrays and sizes, not tensors.
import type { HostArray } from "../numbers/dtype.ts";

/**
 * Sizes of one product C[m,n] = op(A)[m,k] · op(B)[k,n]; a transposed A is stored as [k,m], a transposed B as [n,k].
 */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** What becomes of a finished sum before it is stored: `activate(sum + bias[column])`. */
export interface GemmEpilogue {
  readonly bias?: HostArray | undefined;
  readonly activate?: ((value: number) => number) | undefined;
}

/** Where the matrices begin inside their arrays. */
export interface GemmOffsets {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const tile = 4;
// Blocks of C and of k: each packed block is 256·256 doubles = 512 KiB, which the second-level cache holds while it is
// reused 64 times.
const blockRows = 256;
const blockColumns = 256;
const blockDepth = 256;

interface Scratch {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly sums: Float64Array;
}

let scratch: Scratch | undefined;

function scratchBlocks(): Scratch {
  return (scratch ??= {
    a: new Float64Array(blockRows * blockDepth),
    b: new Float64Array(blockDepth * blockColumns),
    sums: new Float64Array(blockRows * blockColumns),
  });
}

function roundUp(lines: number): number {
  return Math.ceil(lines / tile) * tile;
}

/**
 * C = op(A) · op(B) for one matrix; writes every element of C. Sums are kept in doubles whatever the arrays hold.
 *
 * @param c, a, b row-major elements; they may hold more than this matrix
 */
export function gemm(
  c: HostArray,
  a: HostArray,
  b: HostArray,
  shape: GemmShape,
  offsets: GemmOffsets,
  epilogue: GemmEpilogue = {},
): void {
  const { m, n, k, transposeA, transposeB } = shape;
  const { sums, ...packed } = scratchBlocks();
  if (m === 1) {
    for (let column = 0; column < n; column += sums.length) {
      const columns = Math.min(sums.length, n - column);
      rowTimesMatrix(sums, a, offsets.a, b, offsets.b, column, columns, n, k, transposeB);
      store(c, offsets.c, n, sums, sums.length, 0, 1, column, columns, epilogue);
    }
    return;
  }
  if (n === 1 && !epilogue.bias) {
    // A column is a row of the transposed product: (A·b)ᵀ = bᵀ·Aᵀ.
    const transposed = { m: 1, n: m, k, transposeA: false, transposeB: !transposeA };
    gemm(c, b, a, transposed, { a: offsets.b, b: offsets.a, c: offsets.c }, epilogue);
    return;
  }
  for (let column = 0; column < n; column += blockColumns) {
    const columns = Math.min(blockColumns, n - column);
    const stride = roundUp(columns);
    for (let row = 0; row < m; row += blockRows) {
      const rows = Math.min(blockRows, m - row);
      sums.fill(0, 0, roundUp(rows) * stride);
      for (let first = 0; first < k; first += blockDepth) {
        const depth = Math.min(blockDepth, k - first);
        pack(packed.a, a, offsets.a, row, rows, first, depth, transposeA ? 1 : k, transposeA ? m : 1);
        pack(packed.b, b, offsets.b, column, columns, first, depth, transposeB ? k : 1, transposeB ? 1 : n);
        multiplyBlocks(sums, stride, packed.a, packed.b, rows, columns, depth);
      }
      store(c, offsets.c, n, sums, stride, row, rows, column, columns, epilogue);
    }
  }
}

/**
 * Copies lines (rows of A or columns of B) into panels of four: panel p holds lines 4p … 4p+3 interleaved, `depth`
 * steps long. Lines past the edge become zeros, so that the tile loop needs no edge cases.
 */
function pack(
  panels: Float64Array,
  source: HostArray,
  offset: number,
  line: number,
  lines: number,
  first: number,
  depth: number,
  lineStride: number,
  depthStride: number,
): void {
  let to = 0;
  for (let l = 0; l < lines; l += tile) {
    let from = offset + (line + l) * lineStride + first * depthStride;
    if (l + tile <= lines) {
      const s1 = lineStride,
        s2 = 2 * lineStride,
        s3 = 3 * lineStride;
      for (let d = 0; d < depth; d++, from += depthStride, to += tile) {
        panels[to] = source[from]!;
        panels[to + 1] = source[from + s1]!;
        panels[to + 2] = source[from + s2]!;
        panels[to + 3] = source[from + s3]!;
      }
    } else {
      for (let d = 0; d < depth; d++, from += depthStride) {
        for (let i = 0; i < tile; i++, to++) panels[to] = l + i < lines ? source[from + i * lineStride]! : 0;
      }
    }
  }
}

/**
 * sums += A-block · B-block, tile by tile. The sixteen sums live in registers; every packed number that is loaded is
 * used four times.
 */
function multiplyBlocks(
  sums: Float64Array,
  stride: number,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  columns: number,
  depth: number,
): void {
  const panel = tile * depth;
  for (let row = 0, aPanel = 0; row < rows; row += tile, aPanel += panel) {
    for (let column = 0, q = 0; column < columns; column += tile) {
      let c00 = 0,
        c01 = 0,
        c02 = 0,
        c03 = 0,
        c10 = 0,
        c11 = 0,
        c12 = 0,
        c13 = 0;
      let c20 = 0,
        c21 = 0,
        c22 = 0,
        c23 = 0,
        c30 = 0,
        c31 = 0,
        c32 = 0,
        c33 = 0;
      for (let p = aPanel, end = aPanel + panel; p < end; p += tile, q += tile) {
        const b0 = b[q]!,
          b1 = b[q + 1]!,
          b2 = b[q + 2]!,
          b3 = b[q + 3]!;
        let x = a[p]!;
        c00 += x * b0;
        c01 += x * b1;
        c02 += x * b2;
        c03 += x * b3;
        x = a[p + 1]!;
        c10 += x * b0;
        c11 += x * b1;
        c12 += x * b2;
        c13 += x * b3;
        x = a[p + 2]!;
        c20 += x * b0;
        c21 += x * b1;
        c22 += x * b2;
        c23 += x * b3;
        x = a[p + 3]!;
        c30 += x * b0;
        c31 += x * b1;
        c32 += x * b2;
        c33 += x * b3;
      }
      let o = row * stride + column;
      sums[o]! += c00;
      sums[o + 1]! += c01;
      sums[o + 2]! += c02;
      sums[o + 3]! += c03;
      o += stride;
      sums[o]! += c10;
      sums[o + 1]! += c11;
      sums[o + 2]! += c12;
      sums[o + 3]! += c13;
      o += stride;
      sums[o]! += c20;
      sums[o + 1]! += c21;
      sums[o + 2]! += c22;
      sums[o + 3]! += c23;
      o += stride;
      sums[o]! += c30;
      sums[o + 1]! += c31;
      sums[o + 2]! += c32;
      sums[o + 3]! += c33;
    }
  }
}

/** One row of A: nothing would be reused from packed panels, so B is read once, in memory order. */
function rowTimesMatrix(
  sums: Float64Array,
  a: HostArray,
  aOffset: number,
  b: HostArray,
  bOffset: number,
  column: number,
  columns: number,
  n: number,
  k: number,
  transposeB: boolean,
): void {
  if (!transposeB) {
    sums.fill(0, 0, columns);
    let d = 0;
    for (; d + 4 <= k; d += 4) {
      const x0 = a[aOffset + d]!,
        x1 = a[aOffset + d + 1]!,
        x2 = a[aOffset + d + 2]!,
        x3 = a[aOffset + d + 3]!;
      const from = bOffset + d * n + column;
      for (let j = from, i = 0; i < columns; i++, j++)
        sums[i]! += x0 * b[j]! + x1 * b[j + n]! + (x2 * b[j + 2 * n]! + x3 * b[j + 3 * n]!);
    }
    for (; d < k; d++) {
      const x = a[aOffset + d]!;
      const from = bOffset + d * n + column;
      for (let j = 0; j < columns; j++) sums[j]! += x * b[from + j]!;
    }
    return;
  }
  for (let j = 0; j < columns; j++) {
    const from = bOffset + (column + j) * k;
    let s0 = 0,
      s1 = 0,
      s2 = 0,
      s3 = 0,
      d = 0;
    for (; d + 4 <= k; d += 4) {
      s0 += a[aOffset + d]! * b[from + d]!;
      s1 += a[aOffset + d + 1]! * b[from + d + 1]!;
      s2 += a[aOffset + d + 2]! * b[from + d + 2]!;
      s3 += a[aOffset + d + 3]! * b[from + d + 3]!;
    }
    for (; d < k; d++) s0 += a[aOffset + d]! * b[from + d]!;
    sums[j] = s0 + s1 + (s2 + s3);
  }
}

function store(
  c: HostArray,
  offset: number,
  n: number,
  sums: Float64Array,
  sumsStride: number,
  row: number,
  rows: number,
  column: number,
  columns: number,
  { bias, activate }: GemmEpilogue,
): void {
  for (let i = 0; i < rows; i++) {
    const from = i * sumsStride;
    const to = offset + (row + i) * n + column;
    if (bias) for (let j = 0; j < columns; j++) sums[from + j]! += bias[column + j]!;
    if (activate) for (let j = 0; j < columns; j++) c[to + j] = activate(sums[from + j]!);
    else for (let j = 0; j < columns; j++) c[to + j] = sums[from + j]!;
  }
}
