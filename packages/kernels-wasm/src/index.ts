// The public surface of @x/kernels-wasm.
export * from "./elementwise/kernel.ts";
export * from "./errors.ts";
export * from "./heap.ts";
export * from "./kernel.ts";
export * from "./matmul/kernel.ts";
export { compile as compileWasm, type CompileOptions } from "./language/compile.ts";
export * from "./runner.ts";
export * from "./support.ts";
