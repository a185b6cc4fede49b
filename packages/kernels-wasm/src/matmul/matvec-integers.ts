// A few rows times a transposed matrix of integers with scales, read as they are packed. Four words of a row make a
// block: the first numbers of all four are one vector, their second ones the next, each two shifts away from the words;
// so x is first brought into that order.
import { defineWasmKernel, type WasmArgument, type WasmCall, wasmCall } from "../kernel.ts";
import { repeat, rowsByFours, transposeFour } from "../codegen.ts";
import { finished } from "./dots.ts";
import type { Epilogue } from "./spec.ts";

type Bits = 8 | 4;

/** Numbers of four words. */
function blockLength(bits: Bits): number {
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

interface Config extends Epilogue {
  readonly bits: Bits;
  /** blocks of a group */
  readonly blocks: number;
}

/** Products of a row of x, spread, with `rows` rows of the matrix from `row`, into `to`. */
function dots(rows: number, config: Config): string {
  const { bits, blocks } = config;
  const perWord = 32 / bits;
  const number = (r: number, i: number): string => {
    const above = 32 - bits * (i + 1);
    return `vec4f(${above === 0 ? `v${r}` : `(v${r} << ${above})`} >> ${32 - bits})`;
  };
  return `
    ${repeat(rows, (r) => `var w${r} = packed + (row + ${r}) * words * 4; var scale${r} = scales + (row + ${r}) * groups * 4; var s${r} = vec4f(0.0);`)}
    var xAt = x;
    for (var group = groups; group > 0; group -= 1) {
      ${repeat(rows, (r) => `var t${r} = vec4f(0.0);`)}
      for (var block = ${blocks}; block > 0; block -= 1) {
        ${repeat(rows, (r) => `let v${r} = load4i(w${r}); w${r} += 16;`)}
        ${repeat(perWord, (i) => `let x${i} = load4(xAt + ${16 * i}); ${repeat(rows, (r) => `t${r} = fma(${number(r, i)}, x${i}, t${r});`)}`)}
        xAt += ${16 * perWord};
      }
      ${repeat(rows, (r) => `s${r} = fma(load_splat(scale${r}), t${r}, s${r}); scale${r} += 4;`)}
    }
    ${repeat(rows, (r) => `let total${r} = sum4(s${r}); store(to + (row + ${r}) * 4, ${finished(config, `total${r}`, `row + ${r}`)});`)}`;
}

const integersKernel = defineWasmKernel({
  name: "matvec_integers",
  params: {
    a: "ptr",
    packed: "ptr",
    scales: "ptr",
    c: "ptr",
    bias: "ptr",
    m: "u32",
    n: "u32",
    k: "u32",
    words: "u32",
    groups: "u32",
    begin: "u32",
    end: "u32",
  },
  body: (config: Config) => {
    const lines = (rows: number): string => `
      for (var line = 0; line < m; line += 1) {
        let x = a + line * k * 4;
        let to = c + line * n * 4;
        ${dots(rows, config)}
      }`;
    return `
  let lastRow = min(end * 4, n);
  var row = begin * 4;
  ${rowsByFours(lines)}`;
  },
});

interface IntegersSpec extends Partial<Epilogue> {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly bits: Bits;
  /** whole blocks: {@link wholeBlocks} */
  readonly groupSize: number;
}

/** c[m, n] = a[m, k]·(integers[n, k]·scales)ᵀ, by way of `spread`, a buffer of the size of a. */
export function matvecIntegers(
  { m, n, k, bits, groupSize, bias = false, activation = "none" }: IntegersSpec,
  a: WasmArgument,
  packed: WasmArgument,
  scales: WasmArgument,
  c: WasmArgument,
  spread: string,
): WasmCall[] {
  return [
    wasmCall(spreadKernel, { bits }, { x: a, y: spread }, { count: (m * k) / blockLength(bits), grain: 64 }),
    wasmCall(
      integersKernel,
      { bits, blocks: groupSize / blockLength(bits), bias, activation },
      {
        a: spread,
        packed,
        scales,
        c,
        bias: bias ? "bias" : 0,
        m,
        n,
        k,
        words: (k * bits) / 32,
        groups: k / groupSize,
      },
      { count: Math.ceil(n / 4), grain: 16 },
    ),
  ];
}
