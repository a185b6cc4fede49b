// The sum of squares of a tensor, in doubles.
import type { SumSquaresSpec } from "@x/base";
import { defineWasmKernel, wasmCall, wasmProgram, type WasmProgram } from "../kernel.ts";
import { longSum } from "../reduce/kernel.ts";

const sumSquaresKernel = defineWasmKernel({
  name: "sum_squares",
  params: { x: "ptr", previous: "ptr", y: "ptr", n: "u32" },
  body: ({ previous }: { readonly previous: boolean }) => `
  ${longSum("x", "v * v")}
  store(y, round_doubles(total ${previous ? "+ low_doubles(load_splat(previous))" : ""}).x);`,
});

/** y = Σ x² (+ previous), one number; buffers x, y and, where `previous`, previous. */
export const sumSquaresWasm: {
  program(spec: SumSquaresSpec): WasmProgram;
} = {
  program: ({ size, previous }) =>
    wasmProgram([wasmCall(sumSquaresKernel, { previous }, { previous: previous ? "previous" : 0, n: size })]),
};
