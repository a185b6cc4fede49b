// Sums along one run of axes. Sums along rows are in doubles, those of columns in f32, 64 rows at a time, what
// rounding loses of their sum kept beside it; the order depends on the sizes alone.
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, u32 } from "../params.ts";
import { compensated, eachVector } from "../codegen.ts";

/** A tensor read as [outer, n, inner], summed over n. */
export interface SumBlocks {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** `total`: the sum, in doubles, of what `term` makes of the n floats at `from`; `v` is four of them. */
export const longSum = (from: string, term: string): string => `
    var evens = low_doubles(0.0);
    var odds = low_doubles(0.0);
    ${eachVector(
      "n",
      ({ load, live }) => `
    let v = ${live(load(from))};
    evens = evens + ${term.replaceAll("v", "low_doubles(v)")};
    odds = odds + ${term.replaceAll("v", "high_doubles(v)")};`,
    )}
    let halves = evens + odds;
    let total = halves + shuffle(halves, halves, 2, 3, 0, 1);`;

const rowSums = defineWasmKernel({
  name: "sum_rows",
  params: { x: "ptr", y: "ptr", begin: "u32", end: "u32", n: "u32", scale: "f32" },
  body: () => `
  var from = x + begin * n * 4;
  for (var row = begin; row < end; row += 1) {
    ${longSum("from", "v")}
    store(y + row * 4, round_doubles(total * low_doubles(vec4f(scale))).x);
    from += n * 4;
  }`,
});

const columnSums = defineWasmKernel({
  name: "sum_columns",
  params: {
    ...ptr("x", "y", "scratch"),
    ...u32("outer", "n", "inner", "begin", "end"),
    scale: "f32",
  },
  // Columns from 4·begin, `width` of them.
  body: () => `
  let width = min(end * 4, inner) - begin * 4;
  var from = x + begin * 16;
  var to = y + begin * 16;
  let rests = scratch + width * 4;
  for (var block = 0; block < outer; block += 1) {
    fill_bytes(to, 0, width * 4);
    fill_bytes(rests, 0, width * 4);
    for (var first = 0; first < n; first += 64) {
      fill_bytes(scratch, 0, width * 4);
      for (var left = min(64, n - first); left > 0; left -= 1) {
        ${eachVector("width", ({ load, store }) => store("scratch", `${load("scratch")} + ${load("from")}`))}
        from += inner * 4;
      }
      ${eachVector("width", (access) => compensated(access, "to", "rests", access.load("scratch")))}
    }
    let factor = vec4f(scale);
    ${eachVector("width", ({ load, store }) => store("to", `${load("to")} * factor`))}
    to += inner * 4;
  }`,
});

/** y [outer, inner] = scale · x [outer, n, inner] summed over n; threads share the columns. */
export function columnSum(
  { x, y, scratch }: { readonly x: string; readonly y: string; readonly scratch: string },
  { outer, n, inner }: SumBlocks,
  scale: number = 1,
): WasmProgram {
  const call = wasmCall(
    columnSums,
    undefined,
    { x, y, scratch, outer, n, inner, scale },
    { count: Math.ceil(inner / 4), grain: 16, own: [scratch] },
  );
  return wasmProgram([call], { [scratch]: 8 * inner + 16 });
}

/** x summed over each of `steps` in turn, times `scale`; buffers x and y. At least one step. */
function sum(steps: readonly SumBlocks[], scale: number = 1): WasmProgram {
  const temps: Record<string, number> = {};
  const calls = steps.map(({ outer, n, inner }, i) => {
    const last = i === steps.length - 1;
    const [from, to] = [i === 0 ? "x" : `sum${i - 1}`, last ? "y" : `sum${i}`];
    if (!last) temps[to] = 4 * outer * inner;
    const factor = last ? scale : 1;
    if (inner === 1) return wasmCall(rowSums, undefined, { x: from, y: to, n, scale: factor }, { count: outer });
    const scratch = `scratch${i}`;
    const columns = columnSum({ x: from, y: to, scratch }, { outer, n, inner }, factor);
    Object.assign(temps, columns.temps);
    return columns.calls[0]!;
  });
  return wasmProgram(calls, temps);
}

/** Sums: x summed over each of the steps in turn, times `scale`; buffers x and y. */
export const sumWasm: { readonly program: typeof sum } = { program: sum };
