// Rows times a transposed matrix of integers with scales: one row against the integers as they are packed, more against widened ones.
import { defineWasmKernel, type WasmArgument, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { repeat, rowsByFours } from "../codegen.ts";
import { lineBlock, linesByTwos } from "./dots.ts";
import {
  type Bits,
  blockLength,
  dotsOfPacked,
  dotsOfWidened,
  type IntegersConfig,
  spreadRows,
  widenedBytes,
  widenedIntegers,
} from "./integer-dots.ts";
import type { Epilogue } from "./spec.ts";

const integersKernel = defineWasmKernel({
  name: "matmul_integers",
  params: {
    ...ptr("a", "packed", "scales", "c", "bias", "scratch"),
    ...u32("m", "n", "k", "words", "groups", "pitch", "lines", "begin", "end"),
  },
  body: ({ single, ...config }: IntegersConfig & { readonly single: boolean }) => {
    const line = (i: number): string =>
      `let x${i} = a + (line + ${i}) * k * 4; let to${i} = c + (line + ${i}) * n * 4;`;
    const direct = (rows: number): string => `{ let x = a; let to = c; ${dotsOfPacked(rows, config)} }`;
    const shared = (rows: number): string => `{
      ${widenedIntegers(rows, config.bits)}
      var line = firstLine;
      ${linesByTwos((lines) => `${repeat(lines, line)} ${dotsOfWidened(lines, rows, config)}`)}
    }`;
    const byFours = (lines: (rows: number) => string): string => `
    var row = begin * 4;
    ${rowsByFours(lines)}`;
    return `
  let lastRow = min(end * 4, n);
  ${single ? "" : "let sums = scratch + 4 * pitch;"}
  ${
    single
      ? byFours(direct)
      : `for (var firstLine = 0; firstLine < m; firstLine += lines) {
    let lastLine = min(firstLine + lines, m);
    ${byFours(shared)}
  }`
  }`;
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

/** c[m, n] = a[m, k]·(integers[n, k]·scales)ᵀ. A row of c has the same bits however many rows a has. */
export function integersProgram(
  { m, n, k, bits, groupSize, bias = false, activation = "none" }: IntegersSpec,
  a: WasmArgument,
  packed: WasmArgument,
  scales: WasmArgument,
  c: WasmArgument,
): WasmProgram {
  const single = m === 1;
  const spread = "spread"; // of the size of a
  const pitch = 4 * k;
  const calls = [
    spreadRows(bits, m, k, a, spread),
    wasmCall(
      integersKernel,
      { bits, blocks: groupSize / blockLength(bits), bias, activation, single },
      {
        a: spread,
        packed,
        scales,
        c,
        ...optional({ bias, scratch: !single }),
        m,
        n,
        k,
        words: (k * bits) / 32,
        groups: k / groupSize,
        pitch,
        lines: lineBlock(k),
      },
      { count: Math.ceil(n / 4), grain: 16, own: single ? [] : ["scratch"] },
    ),
  ];
  return wasmProgram(calls, { [spread]: pitch * m, ...(!single && { scratch: widenedBytes(k) }) });
}
