// "@x/nn/core": what @x/nn exports, for packages and pages that count their bytes. A builder that quantizes needs "@x/nn" beside it.
export type {
  AdaptedProduct,
  ExpertAdapter,
  ExpertAdapters,
  ProductAdapter,
  RowsAdapter,
  WeightAdapter,
} from "./layers/adapter.ts";
export * from "./layers/attention.ts";
export type { AttentionModuleOptions } from "./layers/attention-options.ts";
export type { AttentionState } from "./layers/attention-state.ts";
export * from "./module/builder.ts";
export { Conv1d, Conv2d, type ConvOptions } from "./layers/conv.ts";
export * from "./layers/conv1d.ts";
export * from "./layers/dropout.ts";
export * from "./layers/embedding.ts";
export type { FeedForwardActivation } from "./layers/feed-forward.ts";
export { accuracy, countTargets, type LogitsModel, perplexity } from "./training/evaluate.ts";
export * from "./layers/experts.ts";
export * from "./module/init.ts";
export * from "./layers/linear.ts";
export * from "./layers/mlp.ts";
export type { HostCopy, RestoreTo } from "./module/host-copy.ts";
export * from "./module/module.ts";
export * from "./layers/norm.ts";
export * from "./module/parameter.ts";
export * from "./layers/sequential.ts";
export { conv1d, conv2d, type ConvolutionOptions } from "./ops/convolution/index.ts";
export { attention, type AttentionOptions, attentionPrimitive } from "./ops/attention/index.ts";
export { attentionBackwardPrimitive } from "./ops/attention/backward.ts";
export {
  cachedAttention,
  type CachedAttentionParams,
  cachedAttentionPrimitive,
  type KeyValueCache,
} from "./ops/attention/cached.ts";
export { rotary, type RotaryOptions, type RotaryParams, rotaryPrimitive } from "./ops/attention/rotary.ts";
export type { AttentionParams } from "./ops/attention/spec.ts";
export { avgPool, maxPool, type PoolingOptions } from "./ops/pooling/index.ts";
export { registerIntegerLayers } from "./layers/integer-layers.ts";
export { projection } from "./layers/projection.ts";
export * from "./layers/quantized-linear.ts";
export * from "./module/quantized-parameter.ts";
export {
  type DecodeOptions,
  type EncodeOptions,
  requireCharacters,
  type Tokenizer,
  type TokenStream,
} from "./data/tokenizer.ts";
export type { BatchLoss } from "./training/accumulate.ts";
export type { HostBatchField, HostNumbers, NestedNumbers, OnDevice } from "./data/batch.ts";
export { byteTokenizer } from "./data/bytes.ts";
export { continueStream } from "./data/token-stream.ts";
export type { ConsecutiveBatch } from "./data/consecutive.ts";
export { consecutiveBatches } from "./data/consecutive.ts";
export type { DocumentBatches, Documents, Indices, PackOptions, TokenDocument } from "./data/documents.ts";
export { documentBatches, packDocuments } from "./data/documents.ts";
export type { PermutationOptions } from "./data/permutation.ts";
export { permutation } from "./data/permutation.ts";
export { inductionHeads, type InductionHeadsOptions } from "./data/tasks/induction-heads.ts";
export { modularAddition, type ModularAdditionOptions } from "./data/tasks/modular-addition.ts";
export { mqar, type MqarOptions } from "./data/tasks/mqar.ts";
export { parity, type ParityOptions } from "./data/tasks/parity.ts";
export { resetMajority, type ResetMajorityOptions } from "./data/tasks/reset-majority.ts";
export { selectiveCopying, type SelectiveCopyingOptions } from "./data/tasks/selective-copying.ts";
export type { TaskOptions } from "./data/tasks/task-batches.ts";
export { isTokenRanges, type TokenArray, type TokenRanges } from "./data/token-ranges.ts";
export type { Batches, HoldOut, RandomBatchesOptions, Segment, TokenBatch } from "./data/tokens.ts";
export { holdOut, IGNORE_INDEX, randomBatches, sequentialBatches } from "./data/tokens.ts";
export { type AdamwParams, adamwHyper, adamwPrimitive, type AdamwTensors, adamwUpdate } from "./ops/adamw/index.ts";
export { adamw8bitPrimitive } from "./ops/adamw8bit/index.ts";
export { addRmsNorm, addRmsNormPrimitive } from "./ops/rms-norm/add.ts";
export { crossEntropy, type CrossEntropyOptions } from "./ops/cross-entropy/index.ts";
export {
  crossEntropyBackwardPrimitive,
  type CrossEntropyParams,
  crossEntropyRowsPrimitive,
  type Reduction,
} from "./ops/cross-entropy/rows.ts";
export { expertLinear, expertLinearPrimitive, expertOuterPrimitive } from "./ops/experts/linear.ts";
export type { ExpertLinearOptions } from "./ops/experts/options.ts";
export { expertQuantizedLinear, expertQuantizedLinearPrimitive } from "./ops/experts/quantized.ts";
export { type ExpertGroups, expertOrderPrimitive, groupByExpert } from "./ops/experts/order.ts";
export { expertRouting, type ExpertRoutingOptions, expertRoutingPrimitive } from "./ops/experts/routing.ts";
export type {
  ExpertLinearParams,
  ExpertOrderParams,
  ExpertOuterParams,
  ExpertQuantizedLinearParams,
  ExpertRoutingParams,
} from "./ops/experts/spec.ts";
export {
  layerNorm,
  layerNormBackwardPrimitive,
  type LayerNormParams,
  layerNormPrimitive,
} from "./ops/layer-norm/index.ts";
export {
  linearCrossEntropy,
  type LinearCrossEntropyOptions,
  linearCrossEntropyPrimitive,
  type LinearCrossEntropyTrainParams,
  linearCrossEntropyTrainPrimitive,
} from "./ops/linear-cross-entropy/index.ts";
export type { LinearCrossEntropyParams } from "./ops/linear-cross-entropy/row-blocks.ts";
export { mseLoss } from "./ops/mse-loss/index.ts";
export type { NormEps } from "./ops/norm-checks.ts";
export { rmsNorm, rmsNormBackwardPrimitive, type RmsNormParams, rmsNormPrimitive } from "./ops/rms-norm/index.ts";
export {
  rmsNormGated,
  type RmsNormGatedOptions,
  type RmsNormGatedParams,
  rmsNormGatedPrimitive,
} from "./ops/rms-norm-gated/index.ts";
export { rmsNormGatedBackwardPrimitive } from "./ops/rms-norm-gated/backward.ts";
export {
  sampleTokens,
  type SampleTokensInputs,
  type SampleTokensOptions,
  type SampleTokensParams,
  sampleTokensPrimitive,
} from "./ops/sample-tokens/index.ts";
export { sampleSettings } from "@x/kernels-wgsl";
export { sgdHyper, type SgdParams, sgdPrimitive, type SgdTensors, sgdUpdate } from "./ops/sgd/index.ts";
export { clipCoefficient, globalNorm, sumSquaresPrimitive } from "./ops/sum-squares/index.ts";
export { adafactor, type AdafactorOptions } from "./optim/adafactor.ts";
export { adamw, type AdamwOptions } from "./optim/adamw.ts";
export { applyUpdate } from "./optim/apply-update.ts";
export { clipByGlobalNorm, clipByValue } from "./optim/clip.ts";
export { emaOfWeights, swapAverages } from "./optim/ema.ts";
export { groups, type ParameterGroup } from "./optim/groups.ts";
export { lion, type LionOptions } from "./optim/lion.ts";
export { muon, type MuonOptions } from "./optim/muon.ts";
export {
  chain,
  type GradientFlow,
  type GradientTransform,
  type Optimizer,
  type OptimizerState,
  type Trainable,
  type UpdateCall,
  type WeightFollower,
} from "./optim/optimizer.ts";
export {
  constantSchedule,
  linearSchedule,
  type Schedule,
  warmupCosine,
  warmupLinear,
  type WarmupOptions,
  warmupStableDecay,
  type WarmupStableDecayOptions,
} from "./optim/schedule.ts";
export { sgd, type SgdOptions } from "./optim/sgd.ts";
export { type LossScaleState, defaultLossScale } from "./training/loss-scale.ts";
export * from "./training/trainer.ts";
export * from "./module/watch-module.ts";
export {
  causalConv1d,
  type CausalConv1dCallOptions,
  type CausalConv1dParams,
  causalConv1dPrimitive,
  causalConv1dWithState,
} from "./ops/causal-conv1d/index.ts";
export { causalConv1dBackward, causalConv1dBackwardPrimitive } from "./ops/causal-conv1d/backward.ts";
export { causalConv1dStep, type CausalConv1dStepParams, causalConv1dStepPrimitive } from "./ops/causal-conv1d/step.ts";
export { ssd, type SsdOptions, ssdPrimitive } from "./ops/ssd/index.ts";
export { ssdBackward, ssdBackwardPrimitive } from "./ops/ssd/backward.ts";
export type { SsdInputs } from "./ops/ssd/reference.ts";
export type { SsdParams } from "./ops/ssd/spec.ts";
export {
  projectedStep,
  type ProjectedStepOptions,
  type ProjectedStepParams,
  projectedStepPrimitive,
  type ProjectedStepWeights,
} from "./ops/projected-step/index.ts";
export { ssdStep, type SsdStepOptions, type SsdStepParams, ssdStepPrimitive } from "./ops/ssd/step.ts";
