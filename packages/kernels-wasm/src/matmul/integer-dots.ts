// Dot products with rows of integers with scales. Four words of a row make a block: the first numbers of all four are one vector, their second ones the next, each two shifts away
// from the words; so x is first brought into that order. For many rows four rows of the matrix are widened once, in that order and without their scales, so that a row is summed
// alike however many there are.
import { defineWasmKernel, type WasmArgument, type WasmCall, wasmCall } from "../kernel.ts";
import { repeat, repeatBoth, transposeFour } from "../codegen.ts";
import { finished } from "./dots.ts";
import type { Epilogue } from "./spec.ts";

/** Of a number. */
export type Bits = 8 | 4;

/** Numbers of four words. */
export function blockLength(bits: Bits): number {
  return 128 / bits;
}

/** Whether a group is whole blocks, so that a block has one scale. */
export function wholeBlocks({ bits, groupSize }: { readonly bits: Bits; readonly groupSize: number }): boolean {
  return groupSize % blockLength(bits) === 0;
}

/** x in the order of the words: of each block [4 words][numbers of a word] → [numbers of a word][4 words]. */
const spreadKernel = defineWasmKernel({
  name: "matvec_spread",
  params: { x: "ptr", y: "ptr", begin: "u32", end: "u32" },
  body: ({ bits }: { readonly bits: Bits }) => {
    const perWord = 32 / bits;
    const block = (first: number): string => {
      const [a, b, c, d] = [0, 1, 2, 3].map((word) => `load4(x + at + ${4 * (word * perWord + first)})`) as [
        string,
        string,
        string,
        string,
      ];
      return transposeFour([a, b, c, d], (i, vector) => `store4(y + at + ${16 * (first + i)}, ${vector});`);
    };
    return `
  for (var at = begin * ${16 * perWord}; at < end * ${16 * perWord}; at += ${16 * perWord}) {
    ${repeat(perWord / 4, (i) => block(4 * i))}
  }`;
  },
});

/** What is baked into the texts. */
export interface IntegersConfig extends Epilogue {
  readonly bits: Bits;
  /** blocks of a group */
  readonly blocks: number;
}

/** The `i`th numbers of four words. */
function numbers(words: string, i: number, bits: Bits): string {
  const above = 32 - bits * (i + 1);
  return `vec4f(${above === 0 ? words : `(${words} << ${above})`} >> ${32 - bits})`;
}

/** Products of the row at `x`, spread, with `rows` rows of the matrix of `packed` (`words` a row) and `scales` (`groups` a row) from `row` on, into the row at `to`. */
export function dotsOfPacked(rows: number, config: IntegersConfig): string {
  const { bits, blocks } = config;
  const perWord = 32 / bits;
  return `
    ${repeat(rows, (r) => `var w${r} = packed + (row + ${r}) * words * 4; var scale${r} = scales + (row + ${r}) * groups * 4; var s${r} = vec4f(0.0);`)}
    var xAt = x;
    for (var group = groups; group > 0; group -= 1) {
      ${repeat(rows, (r) => `var t${r} = vec4f(0.0);`)}
      for (var block = ${blocks}; block > 0; block -= 1) {
        ${repeat(rows, (r) => `let v${r} = load4i(w${r}); w${r} += 16;`)}
        ${repeat(perWord, (i) => `let x${i} = load4(xAt + ${16 * i}); ${repeat(rows, (r) => `t${r} = fma(${numbers(`v${r}`, i, bits)}, x${i}, t${r});`)}`)}
        xAt += ${16 * perWord};
      }
      ${repeat(rows, (r) => `s${r} = fma(load_splat(scale${r}), t${r}, s${r}); scale${r} += 4;`)}
    }
    ${repeat(rows, (r) => `let total${r} = sum4(s${r}); store(to + (row + ${r}) * 4, ${finished(config, `total${r}`, `row + ${r}`)});`)}`;
}

/** Rows of the matrix from `row` as f32 in `scratch`, `pitch` bytes apart, without their scales. */
export function widenedIntegers(rows: number, bits: Bits): string {
  const perWord = 32 / bits;
  return repeat(
    rows,
    (r) => `{
      var from = packed + (row + ${r}) * words * 4;
      let last = scratch + ${r + 1} * pitch;
      for (var to = scratch + ${r} * pitch; to < last; to += ${16 * perWord}) {
        let v = load4i(from);
        from += 16;
        ${repeat(perWord, (i) => `store4(to + ${16 * i}, ${numbers("v", i, bits)});`)}
      }
    }`,
  );
}

/**
 * Products of the rows at `x0`, `x1` (`lines` of them), spread, with `rows` widened ones into those at `to0`, `to1`, summed as {@link dotsOfPacked} does. The sums over groups are in memory at
 * `sums`: registers are full with those of a group. One vector a turn: of several, engines place all loads before the first product, which takes more registers than there are.
 */
export function dotsOfWidened(lines: number, rows: number, config: IntegersConfig): string {
  const groupBytes = 4 * config.blocks * blockLength(config.bits);
  const each = (make: (i: number, r: number) => string): string => repeatBoth(lines, rows, make);
  const total = (i: number, r: number): string => `sums + ${16 * (i * rows + r)}`;
  return `
    ${each((i, r) => `store4(${total(i, r)}, vec4f(0.0));`)}
    ${repeat(rows, (r) => `let w${r} = scratch + ${r} * pitch; let scales${r} = scales + (row + ${r}) * groups * 4;`)}
    var at = 0;
    for (var group = 0; group < groups * 4; group += 4) {
      ${each((i, r) => `var t${i}${r} = vec4f(0.0);`)}
      let stop = at + ${groupBytes};
      while (at < stop) {
        ${repeat(lines, (i) => `let v${i} = load4(x${i} + at);`)}
        ${repeat(rows, (r) => `{ let w = load4(w${r} + at); ${repeat(lines, (i) => `t${i}${r} = fma(w, v${i}, t${i}${r});`)} }`)}
        at += 16;
      }
      ${repeat(rows, (r) => `{ let scale = load_splat(scales${r} + group); ${repeat(lines, (i) => `store4(${total(i, r)}, fma(scale, t${i}${r}, load4(${total(i, r)})));`)} }`)}
    }
    ${each((i, r) => `{ let total = sum4(load4(${total(i, r)})); store(to${i} + (row + ${r}) * 4, ${finished(config, "total", `row + ${r}`)}); }`)}`;
}

/** x, `rows` of `k`, as {@link dotsOfPacked} reads it, in `to`. */
export function spreadRows(bits: Bits, rows: number, k: number, x: WasmArgument, to: WasmArgument): WasmCall {
  return wasmCall(spreadKernel, { bits }, { x, y: to }, { count: (rows * k) / blockLength(bits), grain: 64 });
}

/** Bytes of scratch memory for four widened rows, and behind them sums. */
export function widenedBytes(k: number): number {
  return 16 * k + 128;
}
