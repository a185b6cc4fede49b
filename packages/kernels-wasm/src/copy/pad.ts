// Rows with words of one value before and after them.
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { eachVector } from "../codegen.ts";

/** `rows` of `columns` words, with `before` and `after` words of `bits` around each. */
export interface PadSpec {
  readonly rows: number;
  readonly columns: number;
  readonly before: number;
  readonly after: number;
  readonly bits: number;
}

const padKernel = defineWasmKernel({
  name: "pad",
  params: { x: "ptr", y: "ptr", columns: "u32", before: "u32", after: "u32", bits: "u32", begin: "u32", end: "u32" },
  body: () => `
  let filler = as_vec4f(vec4u(bits));
  for (var row = begin; row < end; row += 1) {
    let from = x + row * columns * 4;
    let first = y + row * (before + columns + after) * 4;
    let middle = first + before * 4;
    let last = middle + columns * 4;
    ${eachVector("before", ({ store }) => store("first", "filler"))}
    ${eachVector("columns", ({ load, store }) => store("middle", load("from")))}
    ${eachVector("after", ({ store }) => store("last", "filler"))}
  }`,
});

/** y [rows, before + columns + after] of x [rows, columns]. */
export const padWasm: { program(spec: PadSpec): WasmProgram } = {
  program: ({ rows, ...sizes }) => wasmProgram([wasmCall(padKernel, undefined, { ...sizes }, { count: rows })]),
};
