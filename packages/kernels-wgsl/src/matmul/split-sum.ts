// Adds up the partial products of a k that was cut into parts, in their order, and finishes them like an uncut product.
import { linearMain } from "../grid.ts";
import { type Binding, defineKernel, type Kernel } from "../kernel.ts";
import { activateFunction, type Epilogue, finish } from "./epilogue.ts";

export const splitSumThreads = 64;

export interface SplitSumConfig extends Epilogue {
  /** n is a multiple of 4 */
  readonly vector: boolean;
}

/** `size` and `n` count elements of the bound type: vec4f where `vector`, else f32. */
export const matmulSplitSum: Kernel<"parts" | "bias" | "c", "size" | "n" | "splits", SplitSumConfig> = defineKernel({
  name: "matmul_split_sum",
  uniforms: { size: "u32", n: "u32", splits: "u32" },
  bindings: ({ vector, bias }: SplitSumConfig) => {
    const element = vector ? "vec4f" : "f32";
    const bindings: Record<string, Binding> = { parts: `read ${element}` };
    if (bias) bindings["bias"] = `read ${element}`;
    bindings["c"] = `read_write ${element}`;
    return bindings;
  },
  wgsl: (config: SplitSumConfig) => {
    const type = config.vector ? "vec4f" : "f32";
    return `${activateFunction(config.activation, type)}
${linearMain(splitSumThreads, `
  if (index >= u.size) {
    return;
  }
  var sum = parts[index];
  for (var split = 1u; split < u.splits; split++) {
    sum += parts[split * u.size + index];
  }
  c[index] = ${finish(config, "sum", "bias[index % u.n]")};
`)}`;
  },
});
