// The elementwise kernel family with every function of the tables.
import type { Program } from "../kernel.ts";
import { wgslFunctions } from "./functions.ts";
import { elementwiseProgram, type ElementwiseSpec } from "./kernel.ts";

/**
 * y[i] = expression(a[i], b[i], …) for every element i of `shape`.
 *
 * Numerics: f32 throughout; f16 and bf16 are converted by integer arithmetic, rounded to nearest even. Conversions of
 * the result are WGSL's: f32 to i32 or u32 truncates and saturates, to bool is `!= 0`. The functions of {@link
 * wgslFunctions} (silu, sigmoid, softplus, erf, …) may be used by name.
 * @returns a program whose buffers are the names of inputs and outputs; buffers of f16 and bf16 hold whole u32 words
 * @throws KernelError when an input does not broadcast to `shape`, or names clash
 * @example
 * import { elementwise } from "@x/kernels-wgsl";
 *
 * const gated = elementwise.program({
 *   shape: [2, 16, 64],
 *   inputs: { x: { type: "f32" }, gate: { type: "bf16", shape: [64] } },
 *   outputs: { y: { type: "f32" } },
 *   statements: ["let g = silu(gate);"],
 *   result: { y: "x * g" },
 * });
 * console.log(gated.dispatches[0]?.workgroups);
 */
function program(spec: ElementwiseSpec): Program {
  return elementwiseProgram(spec, [wgslFunctions]);
}

/** The elementwise kernel family. */
export const elementwise: { readonly program: (spec: ElementwiseSpec) => Program } = { program };
