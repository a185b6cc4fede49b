// How much memory a model takes to run and to train, counted from its sizes.
import { checkOptions, dtypeBytes, type QuantizeParams, requireOptions } from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "./config/config.ts";
import { dimensions } from "./dimensions.ts";
import { parameterCount } from "./parameter-shapes.ts";

export interface MemoryEstimate {
  /** parameters, one sequence's state, the temporaries of one token */
  readonly bytesToRun: number;
  /** parameters, gradients, two moments, and what one step keeps for its backward pass */
  readonly bytesToTrain: number;
}

const F32 = 4;

/** What memory is counted for. */
export interface MemoryOptions {
  readonly batch: number;
  readonly length: number;
  /** how matrices are stored to run; training takes f32 */
  readonly dtype?: "f32" | "f16" | "bf16";
  readonly quantize?: Partial<QuantizeParams>;
}

/**
 * Bytes of a running model's parameters: projections as integers with scales where quantized, other matrices in `dtype`, everything else f32.
 *
 * @throws ConfigError for an unknown option or a configuration that does not come from {@link mamba2Config}
 * @example
 * const bytes = parameterBytes(preset("mamba2-130m"), { dtype: "bf16", quantize: { bits: 8 } });
 */
export function parameterBytes(config: Mamba2Config, options: Pick<MemoryOptions, "dtype" | "quantize"> = {}): number {
  requireConfig("parameterBytes", config);
  checkOptions<Pick<MemoryOptions, "dtype" | "quantize">>("parameterBytes", options, { dtype: true, quantize: true });
  const { dtype = "f32", quantize } = options;
  const { dModel, nLayer, tieEmbeddings } = config;
  const { dInProj, dInner, paddedVocabSize, dMlpBlock } = dimensions(config);
  const projections = nLayer * dModel * (dInProj + dInner + 3 * dMlpBlock);
  const tables = (tieEmbeddings ? 1 : 2) * paddedVocabSize * dModel;
  const perProjection = quantize ? (quantize.bits ?? 8) / 8 + F32 / (quantize.groupSize ?? 32) : dtypeBytes(dtype);
  return (
    projections * perProjection + tables * dtypeBytes(dtype) + F32 * (parameterCount(config) - projections - tables)
  );
}

/**
 * Estimates the memory to run and to train a model, activations and states in f32. It counts tensors that must exist at once, not the allocator's overhead.
 *
 * @throws ConfigError for an unknown option or a configuration that does not come from {@link mamba2Config}
 * @example
 * const { bytesToRun, bytesToTrain } = estimateMemory(preset("mamba2-130m"), { batch: 8, length: 512 });
 */
export function estimateMemory(config: Mamba2Config, options: MemoryOptions): MemoryEstimate {
  requireConfig("estimateMemory", config);
  requireOptions("estimateMemory", options);
  checkOptions<MemoryOptions>("estimateMemory", options, { batch: true, length: true, dtype: true, quantize: true });
  const { batch, length, dtype, quantize } = options;
  const { dModel, nLayer, headDim, dState, dConv, chunkSize } = config;
  const { dInner, dSsm, nHeads, convDim, dInProj, paddedVocabSize, dMlpBlock } = dimensions(config);
  const parameters = parameterCount(config);
  const state = nLayer * (convDim * dConv + nHeads * headDim * dState);
  const oneToken = 2 * (dInProj + convDim + dInner + dModel + paddedVocabSize) + state;
  // kept per token and layer: the block's input and its norm, in_proj's output, its parts with the convolution done, the scan's output and the norm's
  const keptPerToken = 2 * dModel + 2 * dInProj + 2 * dSsm + dInner + 5 * dMlpBlock;
  const chunks = Math.ceil(length / chunkSize);
  const keptPerSequence = nLayer * (length * keptPerToken + chunks * nHeads * headDim * dState);
  const logits = 2 * length * paddedVocabSize;
  return {
    bytesToRun:
      parameterBytes(config, { ...(dtype && { dtype }), ...(quantize && { quantize }) }) + F32 * (state + oneToken),
    bytesToTrain: F32 * (4 * parameters + batch * (keptPerSequence + logits)),
  };
}
