// c = a·bᵀ: dot products along the rows of both, of any number of rows. A row of c has the same bits however many rows a has. What layers and decoding do.
import type { HalfType } from "../cast/widen.ts";
import { defineWasmKernel, type WasmArgument, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { repeat, rowsByFours } from "../codegen.ts";
import {
  dots,
  type DotsConfig,
  fewLines,
  isDeep,
  lineBlock,
  linesByTwos,
  wholeSteps,
  widenedPitch,
  widenRows,
} from "./dots.ts";
import type { GemmSpec, GemmSplit } from "./spec.ts";

interface Config extends DotsConfig {
  readonly split: GemmSplit;
  /** a has one row: what decoding does is a kernel without the text of two */
  readonly single: boolean;
  /** halves that are widened once for many rows of a; absent: the matrix is read as it is stored */
  readonly widened?: HalfType;
}

const rowsKernel = defineWasmKernel({
  name: "matmul_rows",
  params: {
    ...ptr("a", "b", "c", "bias", "scratch"),
    ...u32("m", "n", "k", "pitch", "block", "batch", "batchA", "batchB", "begin", "end"),
  },
  body: (config: Config) => {
    const { split, single, widened } = config;
    const made = (lines: number, rows: 1 | 4): string => `${repeat(lines, line)} ${dots(lines, rows, config)}`;
    const line = (i: number): string =>
      `let x${i} = lines + (line + ${i}) * k * 4; let to${i} = results + (line + ${i}) * n * 4;`;
    // Rows of a inside: they share the rows of the matrix that are in the cache.
    const products = (rows: 1 | 4): string => `{
      ${widened ? `${widenRows(widened, rows, "stored")} let matrix = scratch - row * pitch;` : ""}
      var line = firstLine;
      ${single ? made(1, rows) : linesByTwos((lines) => made(lines, rows))}
    }`;
    return `
  let whole = ${wholeSteps(config)};
  let firstRow = ${split === "columns" ? "begin * 4" : "0"};
  let lastRow = ${split === "columns" ? "min(end * 4, n)" : "n"};
  let lastOfAll = ${split === "rows" ? "min(end * 2, m)" : "m"};
  let lastMatrix = ${split === "batch" ? "end" : "batch"};
  for (var matrices = ${split === "batch" ? "begin" : "0"}; matrices < lastMatrix; matrices += 1) {
    let ${widened ? "stored" : "matrix"} = b + matrices * batchB;
    let lines = a + matrices * batchA;
    let results = c + matrices * m * n * 4;
    for (var firstLine = ${split === "rows" ? "begin * 2" : "0"}; firstLine < lastOfAll; firstLine += block) {
      let lastLine = min(firstLine + block, lastOfAll);
      var row = firstRow;
      ${rowsByFours(products)}
    }
  }`;
  },
});

/** c[m, n] = activation(a[m, k]·b[n, k]ᵀ + bias) */
export function rowsProgram(
  spec: GemmSpec & Required<Pick<GemmSpec, "batch">>,
  a: WasmArgument,
  b: WasmArgument,
  c: WasmArgument,
  type: DotsConfig["type"],
): WasmProgram {
  const { m, n, k, bias = false, activation = "none", batch } = spec;
  const widened = type !== "f32" && m > fewLines[type] ? type : undefined;
  const bytes = type === "f32" ? 4 : 2;
  const { kind, ...split } = splitOf(spec);
  const pitch = widened ? widenedPitch(k) : bytes * k;
  const own = widened ? ["scratch"] : [];
  const call = wasmCall(
    rowsKernel,
    {
      bias,
      activation,
      split: kind,
      single: m === 1,
      deep: isDeep(k),
      type: widened ? "f32" : type,
      ...(widened && { widened }),
    },
    {
      a,
      b,
      c,
      ...optional({ bias, scratch: widened !== undefined }),
      m,
      n,
      k,
      pitch,
      block: lineBlock(k),
      batch: batch.count,
      batchA: 4 * batch.strideA,
      batchB: bytes * batch.strideB,
    },
    { ...split, own },
  );
  return wasmProgram([call], widened ? { scratch: 4 * pitch } : {});
}

/** Rows of b, so that every thread reads its own part of it; rows of a tall product. */
function splitOf({ m, n, batch }: GemmSpec & Required<Pick<GemmSpec, "batch">>): {
  readonly kind: GemmSplit;
  readonly count: number;
  readonly grain?: number;
} {
  if (batch.count >= 8) return { kind: "batch", count: batch.count };
  if (n >= 128 || n >= m) return { kind: "columns", count: Math.ceil(n / 4), grain: 16 };
  return { kind: "rows", count: Math.ceil(m / 2), grain: 16 };
}
