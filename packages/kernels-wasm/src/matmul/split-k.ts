// Sums over a k so long that f32 would lose digits: products over parts of k, added up one after another with what
// rounding loses of the sum beside it.
import { defineWasmKernel, type WasmArgument, type WasmCall, wasmCall } from "../kernel.ts";
import { compensated, eachVector } from "../codegen.ts";
import type { GemmActivation } from "./spec.ts";
import { finishedVector } from "./tile.ts";

interface Config {
  /** nothing has been added before */
  readonly first: boolean;
  readonly bias: boolean;
  readonly activation: GemmActivation;
}

const addPartKernel = defineWasmKernel({
  name: "gemm_add_part",
  params: { part: "ptr", rests: "ptr", c: "ptr", bias: "ptr", n: "u32", begin: "u32", end: "u32" },
  body: (config: Config) => `
  for (var row = begin; row < end; row += 1) {
    let from = part + row * n * 4;
    let rest = rests + row * n * 4;
    let to = c + row * n * 4;
    ${config.first ? "copy_bytes(to, from, n * 4); fill_bytes(rest, 0, n * 4);" : eachVector("n", (access) => compensated(access, "to", "rest", access.load("from")))}
    ${config.bias || config.activation !== "none" ? eachVector("n", ({ load, store }) => `let sum = ${load("to")}; ${store("to", finishedVector(config, "sum", load("bias")))}`) : ""}
  }`,
});

/** c += part, rows of n, with `bias` and activation after the last part; buffers part and rests, as large as c. */
export function addPart(
  config: Config,
  { rows, n }: { readonly rows: number; readonly n: number },
  c: WasmArgument,
): WasmCall {
  return wasmCall(addPartKernel, config, { c, bias: config.bias ? "bias" : 0, n }, { count: rows, grain: 4 });
}
