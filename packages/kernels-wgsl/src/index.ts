// The public surface of @x/kernels-wgsl.
export type * from "./caps.ts";
export { baseCaps } from "./caps.ts";
export * from "./kernel.ts";
export type * from "./runner.ts";
export { KernelError } from "./errors.ts";
export type { KernelErrorFields, KernelErrorKind } from "./errors.ts";
export { createRunner, requestRunner } from "./run/runner.ts";
export type { Profile, RunnerOptions, WebGPURunner } from "./run/runner.ts";
export type { Clock, DispatchTime } from "./run/timing.ts";
export { capsOf, describeAdapter, isSoftwareAdapter, requestDevice, requestGPU } from "./run/device.ts";
export type { AdapterInfo, DeviceOptions, RequestedDevice } from "./run/device.ts";
export { bufferUsage, mapMode } from "./run/flags.ts";
export { grid1d, linearMain } from "./grid.ts";
export { elementwise } from "./elementwise/elementwise.ts";
export type { ElementwiseInput, ElementwiseOutput, ElementwiseSpec } from "./elementwise/elementwise.ts";
export type { ElementType, ElementwiseConfig } from "./elementwise/wgsl.ts";
export { functionsFor, wgslFunctions } from "./elementwise/functions.ts";
