// The public surface of @x/kernels-wgsl.
export type * from "./caps.ts";
export { baseCaps } from "./caps.ts";
export * from "./kernel.ts";
export type * from "./runner.ts";
