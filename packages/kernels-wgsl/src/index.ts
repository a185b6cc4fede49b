// The public surface of @x/kernels-wgsl.
export type * from "./caps.ts";
export { baseCaps } from "./caps.ts";
export * from "./kernel.ts";
export { joinPrograms, type BufferPlace, type Window, windowOf, windows } from "./join-programs.ts";
export { type CompileProgress, type PrecompileOptions, precompileOptions } from "./run/precompile-options.ts";
export type { Report } from "./run/error-log.ts";
export type * from "./run/runner-types.ts";
export { type Bindable, type BufferRange, rangeAlignment } from "./buffer-range.ts";
export { checkTuning } from "./tuning/check-tuning.ts";
export { tileFits } from "./tuning/tile-fits.ts";
export { tune, type TuneEvent, type TuneExperiment, type TuneOptions, type TuneRace } from "./tuning/tune.ts";
export {
  type TrialResult,
  type TuneAxis,
  tuneFamilies,
  type TuneFamily,
  type TunePlace,
  type TuneShape,
  type TuneWork,
} from "./tuning/experiment.ts";
export { tileCandidates, tuneShapes } from "./tuning/experiments/matmul.ts";
export type {
  ConvTuning,
  CumsumTuning,
  MatmulTuning,
  ReduceTuning,
  RowsTuning,
  SsdTuning,
  Tuning,
  TuningTable,
} from "./tuning/table.ts";
export { classTable } from "./tuning/select.ts";
export { KernelError, type KernelErrorFields, type KernelErrorKind } from "@x/base";
export { createRunner, requestRunner } from "./run/webgpu-runner.ts";
export { waitForGpu } from "./run/wait-for-gpu.ts";
export type { BufferSet, RepeatCall, RepeatTime } from "./run/repeat-timing.ts";
export type { Clock, DispatchTime } from "./run/dispatch-time.ts";
export { type EncodedDispatch, observe, type Observable, type RunnerObserver, type Watch } from "./run/observer.ts";
export { capsOf, describeAdapter, isSoftwareAdapter, requestDevice, requestGPU } from "./run/device.ts";
export type { AdapterInfo, DeviceOptions, RequestedDevice } from "./run/device.ts";
export { bufferUsage, mapMode } from "./run/flags.ts";
export { grid1d, linearMain } from "./grid.ts";
export { elementwise } from "./elementwise/any-function.ts";
export { elementwiseProgram } from "./elementwise/kernel.ts";
export { activationTables } from "./elementwise/activation-text.ts";
export { divisionFunctions } from "./elementwise/division.ts";
export { exponentialFunctions } from "./elementwise/exponentials.ts";
export { hyperbolicFunctions } from "./elementwise/hyperbolic.ts";
export { inverseTrigonometricFunctions } from "./elementwise/inverse-trigonometry.ts";
export { trigonometricFunctions } from "./elementwise/trigonometry.ts";
export type { FunctionTable, WgslFunction } from "./elementwise/function-tables.ts";
export type { ElementwiseInput, ElementwiseOutput, ElementwiseSpec } from "./elementwise/kernel.ts";
export type { ElementType, ElementwiseConfig } from "./elementwise/wgsl.ts";
export { functionsFor, wgslFunctions } from "./elementwise/functions.ts";
export { matmul, type MatmulChoice } from "./matmul/kernel.ts";
export { tileShapes, subgroupMatrixShapes } from "./matmul/tile-shapes.ts";
export { subgroupMatrixFits } from "./matmul/subgroup-matrix/layout.ts";
export type { SubgroupMatrixShape } from "./matmul/subgroup-matrix/shape.ts";
export type { MatmulBuffer, MatmulSpec } from "./matmul/spec.ts";
export type { StorageType, WeightType } from "./matmul/operand.ts";
export type { BatchAxis } from "./matmul/batch-axes.ts";
export type { Activation } from "./matmul/epilogue.ts";
export type { TileShape } from "./matmul/tile-config.ts";
export { sampleTokens } from "./sample-tokens/kernel.ts";
export { sampleSettings } from "./sample-tokens/keys.ts";
export { adamw } from "./adamw/kernel.ts";
export { adamw8bit } from "./adamw8bit/kernel.ts";
export { crossEntropy } from "./cross-entropy/kernel.ts";
export { experts } from "./experts/kernel.ts";
export { layerNorm } from "./layer-norm/kernel.ts";
export { rmsNorm } from "./rms-norm/kernel.ts";
export { rmsNormGated } from "./rms-norm-gated/kernel.ts";
export { sgd } from "./sgd/kernel.ts";
export { sumSquares } from "./sum-squares/kernel.ts";
export { prod, type ProdSpec } from "./prod/kernel.ts";
export { reduce } from "./reduce/kernel.ts";
export type { ReduceSpec } from "./reduce/kernel.ts";
export type { ReduceOp, ReduceStep, ReduceType } from "./reduce/plan.ts";
export { copy } from "./copy/kernel.ts";
export type { CopyBlockSpec, TransposeSpec } from "./copy/kernel.ts";
export { softmax } from "./softmax/kernel.ts";
export type { SoftmaxResult, SoftmaxSpec } from "./softmax/kernel.ts";
export { cumsum } from "./cumsum/kernel.ts";
export type { CumsumSpec, CumsumType, CumulativeOp } from "./cumsum/kernel.ts";
export { cumulative, type CumulativeSpec } from "./cumsum/cumulative.ts";
export { dequantize } from "./dequantize/kernel.ts";
export type { DequantizeSpec } from "./dequantize/kernel.ts";
export { gather } from "./gather/kernel.ts";
export type { GatherSpec, GatherType, IndexType, ScatterSpec } from "./gather/spec.ts";
export { scatter, type ScatterWriteSpec } from "./scatter/kernel.ts";
export { type CheckIdsSpec, faultWords, idCheck } from "./check-ids/kernel.ts";
export { integerMatmul, type IntegerMatmulSpec } from "./integer-matmul/kernel.ts";
export { fold, type FoldSpec, type FoldType, type WindowAxis } from "./unfold/fold.ts";
export { sort, type SortSpec, type SortType } from "./sort/kernel.ts";
export { random } from "./random/kernel.ts";
export type { Distribution, RandomSpec } from "./random/kernel.ts";
export { attention } from "./attention/kernel.ts";
export { rotary } from "./attention/rotary.ts";
export { causalConv1d } from "./causal-conv1d/kernel.ts";
export { ssd } from "./ssd/kernel.ts";
export { loadMatrixScan } from "./ssd/matrix-variant.ts";
export { ssdBackward } from "./ssd/backward.ts";
export { ssdStep } from "./ssd/step.ts";
export type { SsdChoice } from "./ssd/plan.ts";
export type {
  AdamwSpec,
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
  SampleTokensSpec,
  SgdSpec,
  SsdBackwardSpec,
  SsdSizes,
  SsdSpec,
  SsdStepSpec,
  SumSquaresSpec,
} from "@x/base";
