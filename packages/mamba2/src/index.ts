// The public surface of @x/mamba2. Importing it makes attention, experts and the loss known to every model of the page; "@x/mamba2/core" does not.
import "./model/all-parts.ts";
export type { Mamba2Config } from "./config/config.ts";
export { DEFAULT_CONFIG, mamba2Config } from "./config/config.ts";
export type { Mamba2Fields } from "./config/config.ts";
export type { Layer, Part, Sublayer } from "./config/layers.ts";
export type {
  Activation,
  AttentionConfig,
  ExpertsConfig,
  MlpConfig,
  Multipliers,
  RotaryConfig,
} from "./config/parts.ts";
export * from "./config/dimensions.ts";
export { parameterCount, parameterShapes } from "./config/parameter-shapes.ts";
export type { ParameterPlace, StateSizes } from "./config/part-sizes.ts";
export { activeParameters, parameterPlaces, stateSizes } from "./config/part-sizes.ts";
export * from "./config/presets.ts";
export * from "./checkpoint/detect.ts";
export { toFLA } from "./families/fla.ts";
export { toHF } from "./families/hf.ts";
export type { CheckpointLayout, ConfigDType, LayoutName, ParsedConfig, SerializedConfig } from "./families/family.ts";
export { toOfficial } from "./families/official.ts";
export type { FileTensor } from "./families/tensor-ranges.ts";
export { officialName } from "./families/plain.ts";
export { LAYOUTS, layoutFor, layoutNamed } from "./families/table.ts";
export { mergeShards, parseShardIndex, planShards, type ShardIndex, type ShardPlan } from "./checkpoint/shards.ts";
export type { WarningOptions } from "./checkpoint/warnings.ts";
export { fromLayout, toLayout } from "./checkpoint/tensors.ts";
export type { SamplingOptions } from "./generation/sampling.ts";
export type { ChosenLogProb, TokenLogProb } from "./generation/chooser.ts";
export {
  complete,
  type CompletionResult,
  type CompleteOptions,
  type Completion,
  type Prompt,
} from "./generation/complete.ts";
export { PrefixCache, type PrefixCacheOptions, type PrefilledPrompt } from "./generation/prefix-cache.ts";
export { Rewindable, type RewindableOptions } from "./generation/rewindable.ts";
export { Scheduler } from "./generation/scheduler.ts";
export type { RequestOptions, SchedulerOptions } from "./generation/scheduler-options.ts";
export {
  type StreamedPrefill,
  streamPrefill,
  type StreamPrefillOptions,
  type TokenSource,
} from "./generation/streaming.ts";
export type { Constraint } from "./generation/constraint.ts";
export * from "./model/block.ts";
export {
  type Checkpoint,
  type CheckpointFiles,
  type FileReader,
  openCheckpoint,
  type OpenCheckpoint,
  readCheckpoint,
  type TensorSource,
  writeCheckpoint,
  type WriteCheckpointOptions,
  type WrittenCheckpoint,
} from "./checkpoint/files.ts";
export { meanLoss, type MeanLoss } from "./train/evaluate.ts";
export type { GenerationDefaults } from "./checkpoint/generation-defaults.ts";
export type { CheckpointOrigin } from "./checkpoint/origin.ts";
export type { FinishReason, GenerateOptions } from "./generation/generate.ts";
export type { GeneratingModel } from "./generation/generating-model.ts";
export { generateIds } from "./generation/generate.ts";
export type { EndReason, GeneratedText, GenerateTextOptions } from "./generation/generate-text.ts";
export { generateText, generateTokens } from "./generation/generate-text.ts";
export * from "./model/init-hook.ts";
export * from "./memory/memory-estimate.ts";
export type { MixerOptions, MixerResult } from "./model/mixer.ts";
export { Mamba2Mixer } from "./model/mixer.ts";
export * from "./model/model.ts";
export type {
  ForwardOptions,
  PrefillOptions,
  LoadFilesOptions,
  LoadOptions,
  LossOptions,
  Mamba2LMOptions,
  PretrainedOptions,
  SaveOptions,
  TokenIds,
} from "./model/model-options.ts";
export type { TokenCounts } from "./generation/token-history.ts";
export { TokenHistory } from "./generation/token-history.ts";
export type { FileTokenizer } from "./tokenizer/tokenizer.ts";
export type { Progress } from "./generation/generation-progress.ts";
export type { LayerState, MixerState } from "./state/state.ts";
export { type DeserializeOptions, type ReadingModel, State } from "./state/state.ts";
export type { Row, Rows } from "./inputs/inputs.ts";
export { readTokenizer, tokenizerFor } from "./tokenizer/tokenizer.ts";
export { readTorchBin } from "./checkpoint/torch-bin.ts";
export * from "./train/train.ts";
export type { TrainData } from "./train/data.ts";
export type { MemoryPlan } from "./train/memory.ts";
export type { OptimizerSettings } from "./train/optimizer.ts";
export { planMemory } from "./memory/plan-memory.ts";
export { savedSettings, type TrainSettings, trainSettings } from "./train/settings.ts";
