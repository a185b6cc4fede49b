// "@x/mamba2/families": the layouts of checkpoints of other libraries.
export * from "./checkpoint/detect.ts";
export { fromLayout, toLayout } from "./checkpoint/tensors.ts";
export type { CheckpointLayout, ConfigDType, LayoutName, ParsedConfig, SerializedConfig } from "./families/family.ts";
export { toFLA } from "./families/fla.ts";
export { toHF } from "./families/hf.ts";
export { toOfficial } from "./families/official.ts";
export type { FileTensor } from "./families/tensor-ranges.ts";
export { officialName } from "./families/plain.ts";
export { LAYOUTS, layoutFor, layoutNamed } from "./families/table.ts";
