// The public surface of @x/mamba2.
export type { Mamba2Config } from "./config.ts";
export { DEFAULT_CONFIG, mamba2Config } from "./config.ts";
export * from "./dimensions.ts";
export * from "./presets.ts";
export * from "./checkpoint/detect.ts";
export { toFLA } from "./checkpoint/fla.ts";
export { toHF } from "./checkpoint/hf.ts";
export type { CheckpointLayout, ConfigDType, LayoutName, ReadConfig, WrittenConfig } from "./checkpoint/layout.ts";
export { toOfficial } from "./checkpoint/official.ts";
export * from "./checkpoint/shards.ts";
export * from "./checkpoint/tensors.ts";
export type { Sampler, SamplingOptions, SamplingState } from "./sampling.ts";
export { sampler } from "./sampling.ts";
