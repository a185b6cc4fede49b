// Capabilities of a device, as far as plans depend on them. Plain data, so that plans can be made and tested without a
// GPU.
import { describeValue, KernelError, requireArguments } from "@x/base";
import type { Tuning } from "./tuning/table.ts";

/** Classes of adapters with their own tuning defaults. */
export type AdapterClass = "software" | "apple" | "nvidia" | "amd" | "intel" | "qualcomm" | "unknown";

/**
 * A product that the hardware does as one instruction of a subgroup, C[M, N] += A[M, K] · B[K, N]: sizes, and types of
 * A and B (`componentType`) and C.
 */
export interface SubgroupMatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** Features and limits of a device that kernels plan with. */
export interface Caps {
  readonly adapter: AdapterClass;
  /** How the adapter describes itself, in lower case; any may be empty. `description` includes the device's name. */
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly features: ReadonlySet<string>;
  /** threads of a subgroup, at least and at most; they differ where the driver chooses per pipeline */
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  /** Empty without the feature `chromium-experimental-subgroup-matrix`. */
  readonly subgroupMatrix: readonly SubgroupMatrixConfig[];
  /** bytes, per binding */
  readonly maxStorageBufferBindingSize: number;
  /** bytes of workgroup memory */
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBuffersPerShaderStage: number;
  /**
   * What products, those of the scan included, may round their operands to where they do not say: `"f16"` lets subgroup
   * matrices do them. Absent: `"f32"`, nothing is rounded.
   */
  readonly matmulPrecision?: "f32" | "f16";
  /** Measured choices of this device; absent: the built-in ones of its class. */
  readonly tuning?: Tuning;
}

/** What of a device decides whether it can run a tile. */
export type TileLimits = Pick<
  Caps,
  | "maxComputeInvocationsPerWorkgroup"
  | "maxComputeWorkgroupStorageSize"
  | "features"
  | "subgroupMinSize"
  | "subgroupMaxSize"
  | "subgroupMatrix"
>;

/** What every WebGPU implementation guarantees: plans made with these run anywhere. */
export const baseCaps: Caps = {
  adapter: "unknown",
  vendor: "",
  architecture: "",
  description: "",
  features: new Set(),
  subgroupMinSize: 4,
  subgroupMaxSize: 128,
  subgroupMatrix: [],
  maxStorageBufferBindingSize: 134217728,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupsPerDimension: 65535,
  maxStorageBuffersPerShaderStage: 8,
};

const classes = "software, apple, nvidia, amd, intel, qualcomm, unknown";

/** Raises unless `caps` says at least the class of its adapter. @throws KernelError that names it */
export function requireCaps(op: string, caps: Pick<Caps, "adapter">): void {
  requireArguments(op, { caps }, { caps: "object" });
  if (!classes.split(", ").includes(caps.adapter))
    throw new KernelError(`${op}: caps.adapter must be among ${classes}; got ${describeValue(caps.adapter)}.`);
}
