// Running sums along an axis. Along rows the four lanes of a vector are summed by two shifted additions and what came before is added last, so that only one addition
// waits for the vector before; along another axis whole rows are added up.
import { type NumberType, numberText } from "../elements.ts";
import { defineWasmKernel, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { eachVector } from "../text.ts";

/** A tensor read as [outer, n, inner], summed along n. */
export interface CumsumWasmSpec extends CumsumConfig {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** `reverse`: from the end; `exclusive`: without the element itself. */
export interface CumsumConfig {
  readonly type: NumberType;
  readonly reverse: boolean;
  readonly exclusive: boolean;
}

const rowsKernel = defineWasmKernel({
  name: "cumsum_rows",
  params: { x: "ptr", y: "ptr", n: "u32", begin: "u32", end: "u32" },
  body: ({ type, reverse, exclusive }: CumsumConfig) => {
    const { vector, load4, store4, load, store } = numberText[type];
    // Lanes moved on by some, zeros moving in; the lane that holds the sum of all four.
    const moved = (v: string, by: 1 | 2): string => (reverse
      ? `shuffle(${v}, zeros, ${[0, 1, 2, 3].map((lane) => lane + by).join(", ")})`
      : `shuffle(zeros, ${v}, ${[0, 1, 2, 3].map((lane) => (lane < by ? lane : lane + 4 - by)).join(", ")})`);
    const last = reverse ? 0 : 3;
    const step = (bytes: number): string => (reverse ? `at -= ${bytes};` : "");
    const stepped = (bytes: number): string => (reverse ? "" : `at += ${bytes};`);
    return `
  let zeros = ${vector}(0);
  for (var row = begin; row < end; row += 1) {
    var at = ${reverse ? "(row + 1)" : "row"} * n * 4;
    var before = zeros;
    for (var left = n >> 2; left > 0; left -= 1) {
      ${step(16)}
      let v = ${load4}(x + at);
      let pairs = v + ${moved("v", 1)};
      let sums = pairs + ${moved("pairs", 2)};
      ${store4}(y + at, before + ${exclusive ? moved("sums", 1) : "sums"});
      before = before + shuffle(sums, sums, ${last}, ${last}, ${last}, ${last});
      ${stepped(16)}
    }
    var total = before.x;
    for (var left = n & 3; left > 0; left -= 1) {
      ${step(4)}
      let next = total + ${load}(x + at);
      ${store("y + at", exclusive ? "total" : "next")}
      total = next;
      ${stepped(4)}
    }
  }`;
  },
});

const columnsKernel = defineWasmKernel({
  name: "cumsum_columns",
  params: { x: "ptr", y: "ptr", n: "u32", inner: "u32", begin: "u32", end: "u32" },
  body: ({ type, reverse, exclusive }: CumsumConfig) => {
    const { vector } = numberText[type];
    const sum = (a: string, b: string): string => `as_vec4f(as_${vector}(${a}) + as_${vector}(${b}))`;
    return `
  let wide = inner * 4;
  for (var block = begin; block < end; block += 1) {
    let first = (block * n ${reverse ? "+ n - 1" : ""}) * wide;
    ${exclusive ? "fill_bytes(y + first, 0, wide);" : "copy_bytes(y + first, x + first, wide);"}
    var before = first;
    for (var left = n - 1; left > 0; left -= 1) {
      let at = before ${reverse ? "-" : "+"} wide;
      ${eachVector("inner", ({ load, store }) => store("(y + at)", sum(load("(y + before)"), load(exclusive ? "(x + before)" : "(x + at)"))))}
      before = at;
    }
  }`;
  },
});

/** y[r] = x[0] + … + x[r]; buffers x and y. */
export const cumsumWasm: { program(spec: CumsumWasmSpec): WasmProgram; readonly kernels: readonly WasmKernel<string, CumsumConfig>[] } = {
  program({ type, reverse, exclusive, outer, n, inner }) {
    const config = { type, reverse, exclusive };
    const split = { count: outer, grain: Math.max(1, Math.ceil(256 / (n * inner))) };
    const call = inner === 1 ? wasmCall(rowsKernel, config, { x: "x", y: "y", n }, split) : wasmCall(columnsKernel, config, { x: "x", y: "y", n, inner }, split);
    return { temps: {}, calls: [call] };
  },
  kernels: [rowsKernel, columnsKernel],
};
