// Copies of blocks of A and B in the order in which the tile reads them.
import { eightHalves } from "../cast/widen.ts";
import { fourIntegers } from "../dequantize/integers.ts";
import { repeat, transposeFour } from "../codegen.ts";
import type { GemmConfig } from "./spec.ts";
import type { Tile } from "./tile.ts";

type Weights = Pick<GemmConfig, "type" | "groupSize">;

/** Bytes between the rows of a strip of B that was widened. */
export const stripRowBytes = 1024;

/** Bytes of one number of B, a fraction for half bytes. */
export function weightBytes(type: Weights["type"]): number {
  return { f32: 4, f16: 2, bf16: 2, int8: 1, int4: 0.5 }[type];
}

const packParams =
  "b: ptr, strideB: u32, packed: ptr, k: u32, columns: u32, first: u32, scales: ptr, strideScales: u32, strip: ptr";

/**
 * `pack`: B[k, columns] with rows `strideB` bytes apart → panels of the tile's width, [panel][k][width]. The last panel
 * reads beyond the row.
 */
export function packRows({ vectors }: Tile, { type }: Weights): string {
  const load = (j: number): string =>
    type === "f32" ? `load4(from + ${16 * j})` : `widen_${type}(load_u16x4(from + ${8 * j}))`;
  return `
@call fn pack(${packParams}) {
  var to = packed;
  for (var column = 0; column < columns; column += ${4 * vectors}) {
    var from = b + column * ${weightBytes(type)};
    for (var left = k; left > 0; left -= 1) {
      ${repeat(vectors, (j) => `store4(to + ${16 * j}, ${load(j)});`)}
      to += ${16 * vectors};
      from += strideB;
    }
  }
}`;
}

/** `widenRow`: `count` numbers of a row of B, from number `first` on, as f32; up to 7 more are written. */
function widenRow({ type, groupSize }: Weights): string {
  const eight = (bits: 8 | 4): string => `
      let scale = load_splat(scales + (first + i) / ${groupSize} * 4);
      ${repeat(
        bits / 4,
        (half) => `{
        let word = vec4i(load_i32(source + ${4 * half}));
        ${repeat(bits === 4 ? 2 : 1, (j) => `store4(target + ${16 * (half + j)}, ${fourIntegers(bits, 4 * j)});`)}
      }`,
      )}`;
  return `
@call fn widenRow(to: ptr, from: ptr, count: u32, first: u32, scales: ptr) {
  var source = from;
  var target = to;
  for (var i = 0; i < count; i += 8) {
    ${type === "f16" || type === "bf16" ? eightHalves(type, "source", (low, high) => `store4(target, ${low}); store4(target + 16, ${high});`) : eight(type === "int8" ? 8 : 4)}
    source += ${8 * weightBytes(type)};
    target += 32;
  }
}`;
}

/**
 * `pack` for a B stored transposed, [columns, k]: four by four, by shuffles. Columns beyond the last repeat it. Weights
 * that are not f32 are widened in `strip` before.
 */
export function packTransposed({ vectors }: Tile, weights: Weights): string {
  const columns = 4 * vectors;
  const wide = weights.type === "f32";
  const transposed = (j: number): string => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => `load4(r${4 * j + i})`) as [string, string, string, string];
    return transposeFour([a, b, c, d], (i, vector) => `store4(to + ${4 * columns * i + 16 * j}, ${vector});`);
  };
  const row = (i: number): string =>
    wide
      ? `var r${i} = b + min((column + ${i}) * strideB, last);`
      : `var r${i} = strip + ${i * stripRowBytes};
      { let at = min(column + ${i}, columns - 1); widenRow(r${i}, b + at * strideB, k, first, scales + at * strideScales); }`;
  return `
${wide ? "" : widenRow(weights)}
@call fn pack(${packParams}) {
  var to = packed;
  let last = (columns - 1) * strideB;
  for (var column = 0; column < columns; column += ${columns}) {
    ${repeat(columns, row)}
    for (var left = k >> 2; left > 0; left -= 1) {
      ${repeat(vectors, transposed)}
      ${repeat(columns, (i) => `r${i} += 16;`)}
      to += ${16 * columns};
    }
    for (var left = k & 3; left > 0; left -= 1) {
      ${repeat(columns, (i) => `store(to + ${4 * i}, load(r${i})); r${i} += 4;`)}
      to += ${4 * columns};
    }
  }
}`;
}

/** `packA`: a strip of an A stored transposed, [k, rows], strideA bytes from k to k → [k][4]. */
export const packStrip = `
@call fn packA(a: ptr, strideA: u32, packed: ptr, k: u32) {
  var from = a;
  for (var to = packed; to < packed + k * 16; to += 16) {
    store4(to, load4(from));
    from += strideA;
  }
}`;
