// The public surface without methods: what libraries import, so that a page gets only the ops it uses.
export { type ArenaSpan, joinAdjacent, moveIntoArena, zerosInArena } from "./memory/arena.ts";
export * from "./autograd/autograd.ts";
export * from "./capture/capture.ts";
export { precompile } from "./capture/precompile.ts";
export type { CompileProgress, PrecompileOptions } from "@x/kernels-wgsl";
export type { PlannedMemory, PlannedValue } from "./capture/planned-memory.ts";
export { requireNotRecording } from "./context.ts";
export * from "./debug.ts";
export { chooseThreads, type ThreadChoice } from "@x/kernels-wasm";
export * from "./device/cpu.ts";
export * from "./device/default.ts";
export type { Block, Device, DeviceMemory, DeviceStats, Operand, PreparedRun } from "./device/device.ts";
export type { CpuBlock, CpuHeap } from "./device/heap.ts";
export { isDeviceLoss } from "./device/lost.ts";
export { fromGPUBuffer, gpuBindingOf } from "./device/gpu-buffer.ts";
export { WebGPUDevice, webgpuDevice, type WebGPUDeviceOptions } from "./device/webgpu.ts";
export * from "./autograd/checkpoint.ts";
export { onceDifferentiable, noGrad, Tape } from "./autograd/tape.ts";
export * from "./numbers/dtype.ts";
export { HostMemoryError, KeyError, XError } from "@x/base";
export * from "./errors.ts";
export * from "./numbers/half-precision.ts";
export * from "./numbers/host-random.ts";
export * from "./json.ts";
export {
  constant,
  arange,
  full,
  ones,
  onesLike,
  tensor,
  type TensorFromOptions,
  type TensorOptions,
  toDevice,
  zeros,
  zerosLike,
} from "./ops/creation.ts";
export type { NarrowArray, NestedValues, TensorData } from "./ops/host-data.ts";
export * from "./ops/elementwise.ts";
export { assign } from "./ops/assign.ts";
export { checkIds, type CheckIdsParams, checkIdsPrimitive } from "./ops/check-ids.ts";
export type { IdRange } from "./device/lowering.ts";
export * from "./ops/cast.ts";
export { concat, concat2Primitive, concat3Primitive, concatPrimitive, stack } from "./ops/concat.ts";
export {
  cummax,
  cummaxPrimitive,
  cumprod,
  cumprodPrimitive,
  type CumulativeOptions,
  type CumulativeParams,
  type CumulativePrimitive,
  logcumsumexp,
  logcumsumexpPrimitive,
  type ValuesAndIndices,
} from "./ops/cumulative.ts";
export * from "./ops/cumsum.ts";
export * from "./ops/einsum.ts";
export { argmax, argmin, max, maxPrimitive, min, minPrimitive } from "./ops/extremum.ts";
export * from "./ops/gather.ts";
export * from "./ops/index-select.ts";
export type { IndexAddParams, IndexParams } from "./ops/indexing.ts";
export * from "./ops/index-ranges.ts";
export { integerMatmulPrimitive } from "./ops/integer-matmul.ts";
export * from "./ops/linear.ts";
export * from "./ops/logical.ts";
export * from "./ops/masks.ts";
export * from "./ops/matmul.ts";
export * from "./ops/mean.ts";
export { dot, norm, type NormOptions, outer } from "./ops/norm.ts";
export * from "./ops/permute.ts";
export * from "./ops/prod.ts";
export {
  dequantize,
  dequantizePrimitive,
  quantize,
  quantizedZeros,
  type QuantizedWeight,
  type QuantizeOptions,
  type QuantizeParams,
} from "./ops/quantize.ts";
export { quantizedRows } from "./ops/quantized-rows.ts";
export { requireQuantized } from "./ops/quantized-weight.ts";
export * from "./ops/quantized-linear.ts";
export * from "./ops/random.ts";
export { type RandomDraw, type RandomParams, randomPrimitive } from "./ops/random-primitive.ts";
export { contiguous, contiguousPrimitive } from "./ops/contiguous.ts";
export * from "./ops/ranges.ts";
export { expand, roll, tile } from "./ops/rearrange.ts";
export { reshape, reshapePrimitive, squeeze, unsqueeze } from "./ops/reshape.ts";
export * from "./ops/segsum.ts";
export { narrow, pad, padPrimitive, slice, slicePrimitive } from "./ops/slice.ts";
export * from "./ops/scatter.ts";
export * from "./ops/softmax.ts";
export * from "./ops/sort.ts";
export { split, split2Primitive, split3Primitive, type SplitParts, splitPrimitive } from "./ops/split.ts";
export {
  broadcastPrimitive,
  broadcastTo,
  type ReduceOptions,
  type ReduceParams,
  sum,
  sumPrimitive,
  sumTo,
} from "./ops/sum.ts";
export * from "./ops/unfold.ts";
export { apply } from "./apply.ts";
export { definePrimitive } from "./primitive.ts";
export type * from "./primitive.ts";
export { isPlainObject } from "./arguments/plain-object.ts";
export * from "./arguments/require.ts";
export * from "./arguments/require-tensors.ts";
export {
  isSafetensorsDType,
  MAX_HEADER_BYTES,
  requireTensorBytes,
  SAFETENSORS_DTYPES,
  type SafetensorsDType,
  type TensorBytes,
} from "./safetensors/format.ts";
export { type ElementArray, float32ArrayOf, tensorBytes, typedArrayOf } from "./safetensors/elements.ts";
export * from "./safetensors/read.ts";
export * from "./safetensors/write.ts";
export { opScope } from "./memory/op-scope.ts";
export { type RowLayout, stridesOfTokens } from "./row-layout.ts";
export { keep, tidy } from "./memory/scope.ts";
export { checkShape, sameShape, type Shape, showShape, sizeOf } from "./shape.ts";
export * from "./tensor.ts";
export { keyWords, type RandomKey, threefry2x32, uniformFromBits } from "./numbers/threefry.ts";
export { leaves, mapTree, type Tree } from "./tree.ts";
