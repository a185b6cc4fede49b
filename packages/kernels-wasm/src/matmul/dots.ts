// Dot products along rows of two matrices, in registers: a strip of one or two rows of the one with four rows of the other. Each sum is made in an order that depends on its length alone.
import { eightHalves, type HalfType } from "../cast/widen.ts";
import { repeat, repeatBoth } from "../codegen.ts";
import type { Epilogue } from "./spec.ts";
import { finishedVector } from "./tile.ts";

/** What is baked into the text of {@link dots}. */
export interface DotsConfig extends Epilogue {
  /** of the matrix */
  readonly type: "f32" | HalfType;
  /** {@link isDeep} */
  readonly deep: boolean;
}

/** Numbers that a lane of four adds up in f32, times four. */
const depth = 1024;

/** Whether sums of `k` terms go on in doubles, so that no chain of additions in f32 is longer than 256. */
export function isDeep(k: number): boolean {
  return k > depth;
}

/** Bytes of `k` numbers that {@link dots} reads in whole steps. */
export const wholeSteps = ({ type }: Pick<DotsConfig, "type">): string =>
  type === "f32" ? "(k >> 2) << 4" : "(k >> 3) << 5";

/** A sum with the bias of its row of the matrix, through the activation. */
export function finished({ bias, activation }: Epilogue, sum: string, row: string): string {
  const whole = bias ? `${sum} + load(bias + (${row}) * 4)` : sum;
  return activation === "none" ? whole : `${activation}(${whole})`;
}

/**
 * Kernel text of dot products: each of the `lines` rows at `x0`, `x1` … with one or four `rows` of the matrix from row
 * `row` on, `pitch` bytes apart, stored at `to0`, `to1` … A row has `k` numbers; its first `whole` bytes take whole
 * vector steps.
 */
export function dots(lines: number, rows: 1 | 4, config: DotsConfig): string {
  const { type, deep } = config;
  const each = (make: (i: number, r: number) => string): string => repeatBoth(lines, rows, make);
  const adds = (i: number, r: number): string => `s${i}${r} = fma(v${i}, w, s${i}${r});`;
  const twoHalves = (i: number, r: number, low: string, high: string): string =>
    `s${i}${r} = fma(next${i}, ${high}, fma(v${i}, ${low}, s${i}${r}));`;
  // `i` counts bytes of x.
  const four = (r: number): string =>
    type === "f32" ? `load4(w${r} + i)` : `widen_${type}(load_u16x4(w${r} + (i >> 1)))`;
  const step =
    type === "f32"
      ? `
      ${repeat(lines, (i) => `let v${i} = load4(x${i} + i);`)}
      ${repeat(rows, (r) => `{ let w = ${four(r)}; ${repeat(lines, (i) => adds(i, r))} }`)}`
      : `
      ${repeat(lines, (i) => `let v${i} = load4(x${i} + i); let next${i} = load4(x${i} + i + 16);`)}
      ${repeat(rows, (r) => eightHalves(type, `w${r} + (i >> 1)`, (low, high) => repeat(lines, (i) => twoHalves(i, r, low, high))))}`;
  const steps = (from: string, to: string): string =>
    `for (var i = ${from}; i < ${to}; i += ${type === "f32" ? 16 : 32}) { ${step} }`;
  const moveOn = (i: number, r: number): string =>
    `far${i}${r} = far${i}${r} + (low_doubles(s${i}${r}) + high_doubles(s${i}${r}));`;
  return `
    ${repeat(rows, (r) => `let w${r} = matrix + (row + ${r}) * pitch;`)}
    ${each((i, r) => `var s${i}${r} = vec4f(0.0);`)}
    ${
      deep
        ? `
    ${each((i, r) => `var far${i}${r} = low_doubles(s${i}${r});`)}
    for (var start = 0; start < whole; start += ${4 * depth}) {
      let stop = min(start + ${4 * depth}, whole);
      ${steps("start", "stop")}
      ${each((i, r) => `${moveOn(i, r)} s${i}${r} = vec4f(0.0);`)}
    }`
        : steps("0", "whole")
    }
    for (var i = whole; i < k * 4; i += 16) {
      let left = k - i / 4;
      ${repeat(lines, (i) => `let v${i} = first_lanes(load4(x${i} + i), left, 0.0);`)}
      ${repeat(rows, (r) => `{ let w = first_lanes(${four(r)}, left, 0.0); ${repeat(lines, (i) => adds(i, r))} }`)}
    }
    ${deep ? each(moveOn) : ""}
    ${repeat(lines, (i) => (rows === 4 ? finishFour(i, config) : finishOne(i, config)))}`;
}

function finishOne(i: number, config: DotsConfig): string {
  const [far, sum] = [`far${i}0`, `s${i}0`];
  const total = config.deep ? `round_doubles(${far} + shuffle(${far}, ${far}, 2, 3, 0, 1)).x` : `sum4(${sum})`;
  return `{ let total = ${total}; store(to${i} + row * 4, ${finished(config, "total", "row")}); }`;
}

function finishFour(i: number, config: DotsConfig): string {
  const pair = (r: number): string => {
    const [a, b] = [`far${i}${r}`, `far${i}${r + 1}`];
    return `round_doubles(shuffle(${a}, ${b}, 0, 1, 4, 5) + shuffle(${a}, ${b}, 2, 3, 6, 7))`;
  };
  const sums = config.deep
    ? `shuffle(${pair(0)}, ${pair(2)}, 0, 1, 4, 5)`
    : `sums4(${[0, 1, 2, 3].map((r) => `s${i}${r}`).join(", ")})`;
  return `{ let sums = ${sums}; store4(to${i} + row * 4, ${finishedVector(config, "sums", "load4(bias + row * 4)")}); }`;
}

/** Rows of x that are used again and again, for each four rows of the matrix: half of a second-level cache. */
export function lineBlock(k: number): number {
  return Math.max(8, 2 * Math.floor(2 ** 18 / (8 * k)));
}

/** Rows from `line` up to `lastLine`, two at a time and then singly. */
export function linesByTwos(body: (lines: 1 | 2) => string): string {
  return `while (line + 2 <= lastLine) {
      ${body(2)}
      line += 2;
    }
    if (line < lastLine) {
      ${body(1)}
    }`;
}

/** Rows of x up to which reading halves again for each two of them is faster than a widened copy. */
export const fewLines: Readonly<Record<HalfType, number>> = { f16: 2, bf16: 4 };

/** Bytes between the rows that {@link widenRows} writes. */
export function widenedPitch(k: number): number {
  return 32 * Math.ceil(k / 8);
}

/** Some rows of a matrix of halves at `from`, from `row` on, as f32 in `scratch`, `pitch` bytes apart. */
export function widenRows(type: HalfType, rows: number, from: string): string {
  return repeat(
    rows,
    (r) => `{
      let storedRow = ${from} + (row + ${r}) * k * 2;
      let to = scratch + ${r} * pitch;
      for (var i = 0; i < k * 4; i += 32) { ${eightHalves(type, "storedRow + (i >> 1)", (low, high) => `store4(to + i, ${low}); store4(to + i + 16, ${high});`)} }
    }`,
  );
}
