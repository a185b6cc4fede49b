// The public surface of @x/kernels-wasm.
export { attentionBackwardWasm } from "./attention/backward.ts";
export { cachedAttentionWasm } from "./attention/cached.ts";
export { attentionWasm } from "./attention/forward.ts";
export { rotaryWasm } from "./attention/rotary.ts";
export { causalConv1dBackwardWasm } from "./causal-conv1d/backward.ts";
export { type ConvConfig, causalConv1dForwardWasm } from "./causal-conv1d/forward.ts";
export * from "./causal-conv1d/step.ts";
export { compilesWasm } from "./compiles.ts";
export * from "./copy/kernel.ts";
export * from "./cast/narrow.ts";
export * from "./copy/pad.ts";
export * from "./cast/widen.ts";
export * from "./cumsum/kernel.ts";
export * from "./integer-matmul/kernel.ts";
export type { NumberType } from "./number-types.ts";
export * from "./elementwise/kernel.ts";
export { expertsWasm } from "./experts/kernel.ts";
export { dequantizeWasm } from "./dequantize/kernel.ts";
export * from "./index-add/kernel.ts";
export * from "./gather/kernel.ts";
export * from "./heap.ts";
export * from "./kernel.ts";
export * from "./matmul/kernel.ts";
export * from "./matmul/spec.ts";
export * from "./ssd/backward.ts";
export { ssdForwardWasm } from "./ssd/forward.ts";
export * from "./ssd/step.ts";
export type { SsdConfig } from "./ssd/spec.ts";
export { adamwWasm } from "./adamw/kernel.ts";
export { adamw8bitWasm } from "./adamw8bit/kernel.ts";
export { sgdWasm } from "./sgd/kernel.ts";
export * from "./random/kernel.ts";
export * from "./reduce/extremum.ts";
export { type SumBlocks, sumWasm } from "./reduce/kernel.ts";
export * from "./sum-squares/kernel.ts";
export * from "./layer-norm/kernel.ts";
export * from "./rms-norm/kernel.ts";
export * from "./softmax/columns.ts";
export { softmaxWasm, type SoftmaxWasmResult } from "./softmax/kernel.ts";
export * from "./cross-entropy/kernel.ts";
export { compile as compileWasm, type CompileOptions } from "./language/compile.ts";
export * from "./create-runner.ts";
export * from "./runner.ts";
export * from "./support.ts";
export { chooseThreads, type ThreadChoice } from "./threads/choose.ts";
export { KernelError, type KernelErrorFields, type KernelErrorKind } from "@x/base";
export type {
  AdamwSpec,
  AttentionSizes,
  AttentionSpec,
  CachedAttentionSpec,
  RotarySpec,
  CausalConv1dSpec,
  CausalConv1dStepSpec,
  CrossEntropySpec,
  ExpertLinearSpec,
  ExpertOrderSpec,
  ExpertOuterSpec,
  ExpertRoutingSpec,
  LayerNormSpec,
  NormGate,
  RmsNormGatedSpec,
  RmsNormSpec,
  SgdSpec,
  SsdBackwardSpec,
  SsdSizes,
  SsdSpec,
  SsdStepSpec,
  SumSquaresSpec,
} from "@x/base";
