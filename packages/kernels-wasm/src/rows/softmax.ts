// Rows that compete: softmax, its logarithm, the logarithm of the sum of exponentials, and cross entropy with its gradient. The largest of a row is
// subtracted first, so that nothing overflows.
import { defineWasmKernel, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { eachVector, foldVectors } from "../text.ts";

export type SoftmaxWasmResult = "softmax" | "log_softmax" | "logsumexp";

const least = "-3.4028235e38";

/** The largest of a row at `x + at`, as `top` and `tops`. */
const largest = (x: string): string => `
    ${foldVectors("cols", "most", { start: `vec4f(${least})`, join: (a, b) => `max(${a}, ${b})` }, ({ load, live }, most) => `${most} = max(${most}, ${live(load(`(${x} + at)`), least)});`)}
    let top = max4(most);
    let tops = vec4f(top);`;

const softmaxKernel = defineWasmKernel({
  name: "softmax",
  params: { x: "ptr", y: "ptr", cols: "u32", begin: "u32", end: "u32" },
  body: ({ result }: { readonly result: SoftmaxWasmResult }) => `
  var at = begin * cols * 4;
  for (var row = begin; row < end; row += 1) {
    ${largest("x")}
    var sum = vec4f(0.0);
    ${eachVector("cols", ({ load, store, live }) => `
    let e = exp(${load("(x + at)")} - tops);
    ${result === "softmax" ? store("(y + at)", "e") : ""}
    sum = sum + ${live("e")};`)}
    let total = sum4(sum);
    ${result === "logsumexp" ? "store(y + row * 4, top + log(total));" : result === "softmax" ? `
    let share = vec4f(1.0 / total);
    ${eachVector("cols", ({ load, store }) => store("(y + at)", `${load("(y + at)")} * share`))}` : `
    // Two differences: far from zero the sum of top and log would lose the last digits of log.
    let logs = vec4f(log(total));
    ${eachVector("cols", ({ load, store }) => store("(y + at)", `${load("(x + at)")} - tops - logs`))}`}
    at += cols * 4;
  }`,
});

/** Whether the target of a row counts, and where it is. */
const target = `
    let column = load_i32(targets + row * 4);
    let counts = (column != i32(ignoreIndex)) && (column >= 0) && (column < i32(cols));
    let place = at + u32(max_i32(min_i32(column, i32(cols) - 1), 0)) * 4;`;

const crossEntropyKernel = defineWasmKernel({
  name: "cross_entropy_forward",
  params: { logits: "ptr", targets: "ptr", loss: "ptr", lse: "ptr", cols: "u32", begin: "u32", end: "u32", ignoreIndex: "u32", labelSmoothing: "f32" },
  body: () => `
  var at = begin * cols * 4;
  for (var row = begin; row < end; row += 1) {
    ${target}
    ${largest("logits")}
    var sum = vec4f(0.0);
    var total = vec4f(0.0);
    ${eachVector("cols", ({ load, live }) => `
    let v = ${load("(logits + at)")};
    sum = sum + ${live("exp(v - tops)")};
    total = total + ${live("v - tops")};`)}
    let logSum = log(sum4(sum));
    let own = (1.0 - labelSmoothing) * (top - load(logits + place)) - labelSmoothing * (sum4(total) / f32(cols)) + logSum;
    store(loss + row * 4, select(0.0, own, counts));
    store(lse + row * 4, top + logSum);
    at += cols * 4;
  }`,
});

const crossEntropyBackwardKernel = defineWasmKernel({
  name: "cross_entropy_backward",
  params: {
    logits: "ptr", targets: "ptr", lse: "ptr", gradLoss: "ptr", gradLse: "ptr", gradLogits: "ptr", cols: "u32", begin: "u32", end: "u32", ignoreIndex: "u32",
    labelSmoothing: "f32",
  },
  body: ({ lse }: { readonly lse: boolean }) => `
  var at = begin * cols * 4;
  for (var row = begin; row < end; row += 1) {
    ${target}
    let g = select(0.0, load(gradLoss + row * 4), counts);
    let scale = vec4f(g ${lse ? "+ load(gradLse + row * 4)" : ""});
    let spread = vec4f(g * labelSmoothing / f32(cols));
    let shift = load_splat(lse + row * 4);
    ${eachVector("cols", ({ load, store }) => store("(gradLogits + at)", `select(scale * exp(${load("(logits + at)")} - shift), 0.0, scale == 0.0) - spread`))}
    if (counts) { store(gradLogits + place, load(gradLogits + place) - g * (1.0 - labelSmoothing)); }
    at += cols * 4;
  }`,
});

/** Softmax and its relatives over rows of `cols`: buffers x and y. */
export const softmaxWasm: {
  program(spec: { readonly result: SoftmaxWasmResult; readonly rows: number; readonly cols: number }): WasmProgram;
  readonly kernel: WasmKernel<string, { readonly result: SoftmaxWasmResult }>;
} = {
  program: ({ result, rows, cols }) => ({ temps: {}, calls: [wasmCall(softmaxKernel, { result }, { x: "x", y: "y", cols }, { count: rows })] }),
  kernel: softmaxKernel,
};

export interface CrossEntropyWasmSpec {
  readonly rows: number;
  readonly cols: number;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

/** Cross entropy of rows of logits: buffers logits, targets (i32), loss, lse; gradLoss, gradLse, gradLogits. */
export const crossEntropyWasm: {
  program(spec: CrossEntropyWasmSpec): WasmProgram;
  /** `lse`: a gradient of the logarithm of the sum arrives too */
  backward(spec: CrossEntropyWasmSpec & { readonly lse: boolean }): WasmProgram;
} = {
  program: ({ rows, ...spec }) => ({
    temps: {}, calls: [wasmCall(crossEntropyKernel, undefined, { logits: "logits", targets: "targets", loss: "loss", lse: "lse", ...spec }, { count: rows })],
  }),
  backward({ rows, lse, ...spec }) {
    const args = { logits: "logits", targets: "targets", lse: "lse", gradLoss: "gradLoss", gradLse: lse ? "gradLse" : 0, gradLogits: "gradLogits", ...spec };
    return { temps: {}, calls: [wasmCall(crossEntropyBackwardKernel, { lse }, args, { count: rows })] };
  },
};
