// The public surface of @x/kernels-wasm.
export { conv1dSiluBackwardWasm } from "./conv1d-silu/backward.ts";
export { type ConvConfig, conv1dSiluForwardWasm, type ConvSpec } from "./conv1d-silu/forward.ts";
export * from "./conv1d-silu/step.ts";
export * from "./elementwise/kernel.ts";
export * from "./errors.ts";
export * from "./heap.ts";
export * from "./kernel.ts";
export * from "./matmul/kernel.ts";
export * from "./ssd/backward.ts";
export { ssdForwardWasm, type SsdSpec } from "./ssd/forward.ts";
export * from "./ssd/step.ts";
export type { SsdConfig, SsdSizes } from "./ssd/common.ts";
export * from "./rows/layer-norm.ts";
export * from "./rows/rms-norm.ts";
export * from "./rows/softmax.ts";
export { compile as compileWasm, type CompileOptions } from "./language/compile.ts";
export * from "./runner.ts";
export * from "./support.ts";
