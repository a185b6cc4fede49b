// Layer norm of rows, in two passes over the row for its statistics, and its gradient.
import type { LayerNormSpec } from "@x/base";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { optional, ptr, u32 } from "../params.ts";
import { partialSums } from "../reduce/partial.ts";
import { eachVector, foldSum, foldSums } from "../codegen.ts";

interface Config {
  readonly bias: boolean;
}

const forwardKernel = defineWasmKernel({
  name: "layer_norm_forward",
  params: {
    ...ptr("x", "weight", "bias", "y", "mean", "rstd"),
    ...u32("cols", "begin", "end"),
    eps: "f32",
  },
  // Sums of distances from the row's first element: rows far from zero keep their digits.
  body: ({ bias }: Config) => `
  var at = begin * cols * 4;
  for (var row = begin; row < end; row += 1) {
    let first = load_splat(x + at);
    ${foldSum("cols", "sum", ({ load, live }, sum) => `${sum} = ${sum} + ${live(`${load("(x + at)")} - first`)};`)}
    let offset = vec4f(sum / f32(cols));
    ${foldSum("cols", "squares", ({ load, live }, sum) => `let v = ${live(`(${load("(x + at)")} - first) - offset`)}; ${sum} = ${sum} + v * v;`)}
    let scale = 1.0 / sqrt(squares / f32(cols) + eps);
    let scales = vec4f(scale);
    store(mean + row * 4, (first + offset).x);
    store(rstd + row * 4, scale);
    ${eachVector("cols", ({ load, store }) => store("(y + at)", `((${load("(x + at)")} - first) - offset) * scales * ${load("weight")} ${bias ? `+ ${load("bias")}` : ""}`))}
    at += cols * 4;
  }`,
});

const backwardKernel = defineWasmKernel({
  name: "layer_norm_backward",
  params: {
    ...ptr("x", "weight", "mean", "rstd", "gradY", "gradX", "weightSums", "biasSums"),
    ...u32("rows", "perPart", "cols", "begin", "end"),
  },
  body: ({ bias }: Config) => `
  for (var part = begin; part < end; part += 1) {
  let gradWeight = weightSums + part * cols * 4;
  ${bias ? "let gradBias = biasSums + part * cols * 4;" : ""}
  fill_bytes(gradWeight, 0, cols * 4);
  ${bias ? "fill_bytes(gradBias, 0, cols * 4);" : ""}
  let lastRow = min((part + 1) * perPart, rows);
  var at = part * perPart * cols * 4;
  for (var row = part * perPart; row < lastRow; row += 1) {
    let center = load_splat(mean + row * 4);
    let scale = load_splat(rstd + row * 4);
    ${foldSums(
      "cols",
      ["sum", "products"],
      ({ load, store, live }, [sum, products]) => `
    let g = ${load("(gradY + at)")};
    let v = (${load("(x + at)")} - center) * scale;
    let q = ${live(`g * ${load("weight")}`)};
    ${sum} = ${sum} + q;
    ${products} = ${products} + ${live("q * v")};
    ${store("gradWeight", `${load("gradWeight")} + g * v`)}
    ${bias ? store("gradBias", `${load("gradBias")} + g`) : ""}`,
    )}
    let shift = vec4f(sum / f32(cols));
    let pull = vec4f(products / f32(cols));
    ${eachVector(
      "cols",
      ({ load, store }) => `
    let v = (${load("(x + at)")} - center) * scale;
    ${store("(gradX + at)", `scale * (${load("(gradY + at)")} * ${load("weight")} - shift - v * pull)`)}`,
    )}
    at += cols * 4;
  }
  }`,
});

function program({ rows, cols, bias, eps }: LayerNormSpec & { readonly eps: number }): WasmProgram {
  const args = { ...optional({ bias }), cols, eps };
  return wasmProgram([wasmCall(forwardKernel, { bias }, args, { count: rows })]);
}

function backward({ rows, cols, bias }: LayerNormSpec): WasmProgram {
  const weights = partialSums("gradWeight", rows, cols);
  const biases = partialSums("gradBias", rows, cols);
  const call = wasmCall(
    backwardKernel,
    { bias },
    { weightSums: weights.partial, biasSums: bias ? biases.partial : 0, rows, perPart: weights.perPart, cols },
    { count: weights.parts },
  );
  return wasmProgram([call, ...weights.calls, ...(bias ? biases.calls : [])], {
    ...weights.temps,
    ...(bias && biases.temps),
  });
}

/** y = (x − mean)·rstd·weight (+ bias) per row; buffers as in the specs. */
export const layerNormWasm: {
  readonly program: typeof program;
  readonly backward: typeof backward;
} = { program, backward };
