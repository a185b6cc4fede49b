// Cross entropy of rows of logits, and its gradient.
import type { CrossEntropySpec } from "@x/base";
import { eachVector, foldSum } from "../codegen.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { finiteTop, maxF32, rowMax } from "../softmax/kernel.ts";

/** Whether the target of a row counts, and where it is. */
const target = `
    let column = load_i32(targets + row * 4);
    let counts = (column != i32(ignoreIndex)) && (column >= 0) && (column < i32(cols));
    let place = at + u32(max_i32(min_i32(column, i32(cols) - 1), 0)) * 4;`;

const crossEntropyKernel = defineWasmKernel({
  name: "cross_entropy_forward",
  params: {
    ...ptr("logits", "targets", "loss", "lse"),
    ...u32("cols", "begin", "end", "ignoreIndex"),
    labelSmoothing: "f32",
  },
  body: ({ smoothing }: { readonly smoothing: boolean }) => `
  var at = begin * cols * 4;
  for (var row = begin; row < end; row += 1) {
    ${target}
    ${rowMax("logits")}
    let shift = ${finiteTop};
    let tops = vec4f(shift);
    ${foldSum("cols", "sum", ({ load, live }, sum) => `${sum} = ${sum} + ${live(`exp(${load("(logits + at)")} - tops)`)};`)}
    ${smoothing ? foldSum("cols", "distance", ({ load, live }, sum) => `${sum} = ${sum} + ${live(`${load("(logits + at)")} - tops`)};`) : ""}
    let logSum = log(sum);
    let own = ${
      smoothing
        ? "(1.0 - labelSmoothing) * (top - load(logits + place)) - labelSmoothing * (distance / f32(cols)) + logSum"
        : "top - load(logits + place) + logSum"
    };
    // top − top: no share of a row that holds +∞ is a number
    store(loss + row * 4, select(0.0, select(own, top - top, top > ${maxF32}), counts));
    store(lse + row * 4, shift + logSum);
    at += cols * 4;
  }`,
});

const crossEntropyBackwardKernel = defineWasmKernel({
  name: "cross_entropy_backward",
  params: {
    ...ptr("logits", "targets", "lse", "gradLoss", "gradLse", "gradLogits"),
    ...u32("cols", "begin", "end", "ignoreIndex"),
    labelSmoothing: "f32",
  },
  body: ({ lse }: { readonly lse: boolean }) => `
  var at = begin * cols * 4;
  for (var row = begin; row < end; row += 1) {
    ${target}
    let g = select(0.0, load(gradLoss + row * 4), counts);
    let scale = vec4f(g ${lse ? "+ load(gradLse + row * 4)" : ""});
    let spread = vec4f(g * labelSmoothing / f32(cols));
    let known = load_splat(lse + row * 4);
    // NaN where it is infinite
    let shift = known + (known - known);
    ${eachVector("cols", ({ load, store }) => store("(gradLogits + at)", `select(scale * exp(${load("(logits + at)")} - shift), 0.0, scale == 0.0) - spread`))}
    if (counts) { store(gradLogits + place, load(gradLogits + place) - g * (1.0 - labelSmoothing)); }
    at += cols * 4;
  }`,
});

/** Cross entropy of rows of logits: buffers logits, targets (i32), loss, lse; gradLoss, gradLse, gradLogits. */
export const crossEntropyWasm: {
  program(spec: CrossEntropySpec): WasmProgram;
  /** `lse`: a gradient of the logarithm of the sum arrives too */
  backward(spec: CrossEntropySpec & { readonly lse: boolean }): WasmProgram;
} = {
  program: ({ rows, ...spec }) =>
    wasmProgram([wasmCall(crossEntropyKernel, { smoothing: spec.labelSmoothing !== 0 }, { ...spec }, { count: rows })]),
  backward({ rows, lse, ...spec }) {
    const args = { ...optional({ gradLse: lse }), ...spec };
    return wasmProgram([wasmCall(crossEntropyBackwardKernel, { lse }, args, { count: rows })]);
  },
};
