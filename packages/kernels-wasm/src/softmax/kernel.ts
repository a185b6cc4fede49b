// Softmax of rows, its logarithm, and the logarithm of the sum of exponentials. The largest of a row is subtracted
// first, so that nothing overflows.
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { eachVector, foldSum, foldVectors } from "../codegen.ts";

/** What the softmax kernel writes: a row of probabilities, of their logarithms, or one logarithm of a sum per row. */
export type SoftmaxWasmResult = "softmax" | "log_softmax" | "logsumexp";

/** The largest finite f32. */
export const maxF32: string = "3.4028235e38";

/** The largest of a row at `x + at`, as `top` and `tops`. */
export const rowMax = (x: string): string => `
    ${foldVectors("cols", "most", { start: `vec4f(-${maxF32})`, join: (a, b) => `max(${a}, ${b})` }, ({ load, live }, most) => `${most} = max(${most}, ${live(load(`(${x} + at)`), `-${maxF32}`)});`)}
    let top = max4(most);`;

/** The largest where it is finite: a row that holds +∞ has an infinite sum, and no shares. */
export const finiteTop: string = `select(top, 0.0, top > ${maxF32})`;

const softmaxKernel = defineWasmKernel({
  name: "softmax",
  params: { x: "ptr", y: "ptr", cols: "u32", begin: "u32", end: "u32" },
  body: ({ result }: { readonly result: SoftmaxWasmResult }) => `
  var at = begin * cols * 4;
  for (var row = begin; row < end; row += 1) {
    ${rowMax("x")}
    ${result === "logsumexp" ? `let shift = ${finiteTop};` : "let shift = top;"}
    let tops = vec4f(shift);
    ${foldSum(
      "cols",
      "total",
      ({ load, store, live }, sum) => `
    let e = exp(${load("(x + at)")} - tops);
    ${result === "softmax" ? store("(y + at)", "e") : ""}
    ${sum} = ${sum} + ${live("e")};`,
    )}
    ${
      result === "logsumexp"
        ? "store(y + row * 4, shift + log(total));"
        : result === "softmax"
          ? `
    let share = vec4f(1.0 / total);
    ${eachVector("cols", ({ load, store }) => store("(y + at)", `${load("(y + at)")} * share`))}`
          : `
    // Two differences: far from zero the sum of top and log would lose the last digits of log.
    let logs = vec4f(log(total));
    ${eachVector("cols", ({ load, store }) => store("(y + at)", `${load("(x + at)")} - tops - logs`))}`
    }
    at += cols * 4;
  }`,
});

/** Softmax and its relatives over rows of `cols`: buffers x and y. */
export const softmaxWasm: {
  program(spec: { readonly result: SoftmaxWasmResult; readonly rows: number; readonly cols: number }): WasmProgram;
} = {
  program: ({ result, rows, cols }) => wasmProgram([wasmCall(softmaxKernel, { result }, { cols }, { count: rows })]),
};
