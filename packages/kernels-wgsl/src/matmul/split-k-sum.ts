// Split-K: adds up the partial products in order and applies the epilogue.
import { linearMain } from "../grid.ts";
import { type Binding, defineKernel } from "../kernel.ts";
import { activateFunction, type Epilogue, type EpilogueBinding, epilogueBindings, finish } from "./epilogue.ts";
import { boundElement, encoderOf, type StorageType } from "./operand.ts";

export const splitKSumThreads = 64;

export interface SplitSumConfig extends Epilogue {
  /** n is a multiple of 4 */
  readonly vector: boolean;
  /** absent: f32 */
  readonly typeC?: StorageType;
}

type SplitSumBinding = "parts" | "c" | EpilogueBinding;

/** `size` and `n` count elements of the bound type: vec4f where `vector`, else f32. */
export const matmulSplitKSum = defineKernel({
  name: "matmul_split_k_sum",
  uniforms: { size: "u32", n: "u32", splits: "u32" },
  bindings: (config: SplitSumConfig): Partial<Record<SplitSumBinding, Binding>> => {
    const element = config.vector ? "vec4f" : "f32";
    return {
      parts: `read ${element}`,
      ...epilogueBindings(config, element),
      c: `read_write ${boundElement(config.typeC ?? "f32", config.vector)}`,
    };
  },
  wgsl: (config: SplitSumConfig) => {
    const { vector, activation, typeC = "f32" } = config;
    const result = finish(config, "sum", "index % u.n", "index");
    // In blocks, so that no chain of additions is long.
    return `${activateFunction(activation, vector ? "vec4f" : "f32")}${encoderOf(typeC)}
${linearMain(
  splitKSumThreads,
  `
  if (index >= u.size) {
    return;
  }
  var sum = ${vector ? "vec4f" : "f32"}();
  for (var first = 0u; first < u.splits; first += 128u) {
    var block = ${vector ? "vec4f" : "f32"}();
    for (var split = first; split < min(first + 128u, u.splits); split++) {
      block += parts[split * u.size + index];
    }
    sum += block;
  }
  c[index] = ${typeC === "f32" ? result : `encode_c(${result})`};
`,
)}`;
  },
});
