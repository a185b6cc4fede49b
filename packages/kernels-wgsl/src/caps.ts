// What a device can do, as far as a plan depends on it. Plain data, so that plans can be made and tested without a GPU.
import type { Tuning } from "./tuning.ts";

/** Classes of adapters with their own tuning defaults. */
export type AdapterClass = "software" | "apple" | "nvidia" | "amd" | "intel" | "qualcomm" | "unknown";

/** Features and limits of a device that kernels plan with. */
export interface Caps {
  readonly adapter: AdapterClass;
  readonly features: ReadonlySet<string>;
  /** bytes, per binding */
  readonly maxStorageBufferBindingSize: number;
  /** bytes of workgroup memory */
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBuffersPerShaderStage: number;
  /** Measured choices of this device; absent: the built-in ones of its class. */
  readonly tuning?: Tuning;
}

/** What every WebGPU implementation guarantees: plans made with these run anywhere. */
export const baseCaps: Caps = {
  adapter: "unknown",
  features: new Set(),
  maxStorageBufferBindingSize: 134217728,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupsPerDimension: 65535,
  maxStorageBuffersPerShaderStage: 8,
};
