// Layer norm of rows, in two passes over the row for its statistics, and its gradient.
import { defineWasmKernel, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";
import { eachVector } from "../text.ts";

export interface LayerNormSpec {
  readonly rows: number;
  readonly cols: number;
  readonly bias: boolean;
}

interface Config {
  readonly bias: boolean;
}

const forwardKernel = defineWasmKernel({
  name: "layer_norm_forward",
  params: { x: "ptr", weight: "ptr", bias: "ptr", y: "ptr", mean: "ptr", rstd: "ptr", rows: "u32", cols: "u32", eps: "f32" },
  body: ({ bias }: Config) => `
  var at = 0;
  for (var row = 0; row < rows; row += 1) {
    var sum = vec4f(0.0);
    ${eachVector("cols", ({ load, live }) => `sum = sum + ${live(load("(x + at)"))};`)}
    let center = sum4(sum) / f32(cols);
    let centers = vec4f(center);
    var squares = vec4f(0.0);
    ${eachVector("cols", ({ load, live }) => `let v = ${live(`${load("(x + at)")} - centers`)}; squares = squares + v * v;`)}
    let scale = 1.0 / sqrt(sum4(squares) / f32(cols) + eps);
    let scales = vec4f(scale);
    store(mean + row * 4, center);
    store(rstd + row * 4, scale);
    ${eachVector("cols", ({ load, store }) => store("(y + at)", `(${load("(x + at)")} - centers) * scales * ${load("weight")} ${bias ? `+ ${load("bias")}` : ""}`))}
    at += cols * 4;
  }`,
});

const backwardKernel = defineWasmKernel({
  name: "layer_norm_backward",
  params: {
    x: "ptr", weight: "ptr", mean: "ptr", rstd: "ptr", gradY: "ptr", gradX: "ptr", gradWeight: "ptr", gradBias: "ptr", rows: "u32", cols: "u32",
  },
  body: ({ bias }: Config) => `
  fill_bytes(gradWeight, 0, cols * 4);
  ${bias ? "fill_bytes(gradBias, 0, cols * 4);" : ""}
  var at = 0;
  for (var row = 0; row < rows; row += 1) {
    let center = load_splat(mean + row * 4);
    let scale = load_splat(rstd + row * 4);
    var sum = vec4f(0.0);
    var products = vec4f(0.0);
    ${eachVector("cols", ({ load, store, live }) => `
    let g = ${load("(gradY + at)")};
    let v = (${load("(x + at)")} - center) * scale;
    let q = ${live(`g * ${load("weight")}`)};
    sum = sum + q;
    products = products + ${live("q * v")};
    ${store("gradWeight", `${load("gradWeight")} + g * v`)}
    ${bias ? store("gradBias", `${load("gradBias")} + g`) : ""}`)}
    let shift = vec4f(sum4(sum) / f32(cols));
    let pull = vec4f(sum4(products) / f32(cols));
    ${eachVector("cols", ({ load, store }) => `
    let v = (${load("(x + at)")} - center) * scale;
    ${store("(gradX + at)", `scale * (${load("(gradY + at)")} * ${load("weight")} - shift - v * pull)`)}`)}
    at += cols * 4;
  }`,
});

function program({ rows, cols, bias, eps }: LayerNormSpec & { readonly eps: number }): WasmProgram {
  const args = { x: "x", weight: "weight", bias: bias ? "bias" : 0, y: "y", mean: "mean", rstd: "rstd", rows, cols, eps };
  return { temps: {}, calls: [wasmCall(forwardKernel, { bias }, args)] };
}

function backward({ rows, cols, bias }: LayerNormSpec): WasmProgram {
  const call = wasmCall(backwardKernel, { bias }, {
    x: "x", weight: "weight", mean: "mean", rstd: "rstd", gradY: "gradY", gradX: "gradX", gradWeight: "gradWeight", gradBias: bias ? "gradBias" : 0, rows, cols,
  });
  return { temps: {}, calls: [call] };
}

/** y = (x − mean)·rstd·weight (+ bias) per row; buffers as in the specs. */
export const layerNormWasm: {
  readonly program: typeof program;
  readonly backward: typeof backward;
  readonly kernels: readonly WasmKernel<string, Config>[];
} = { program, backward, kernels: [forwardKernel, backwardKernel] };
