// How much memory a model takes to run and to train, counted from its sizes.
import { checkOptions, dtypeBytes, type QuantizeParams, requireArity, requireOptions } from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "./config/config.ts";
import { hasPart, layerOf, type Part, partsOf } from "./config/layers.ts";
import { dimensions } from "./dimensions.ts";
import { parameterCount, parameterShapes } from "./parameter-shapes.ts";
import { stateSizes } from "./part-sizes.ts";
import { DEFAULT_GROUP_SIZE, isQuantizable } from "./quantization.ts";

/** Bytes that a model needs on a device. */
export interface MemoryEstimate {
  /** parameters, the state of one sequence after `length` tokens, the temporaries of one token */
  readonly bytesToRun: number;
  /** parameters, gradients, two moments, and what one step keeps for its backward pass */
  readonly bytesToTrain: number;
}

const F32 = 4;

/** Matrices that cannot be stored as integers. */
const MATRICES = /\.experts\.(?:up|down|router\.weight)$|^backbone\.embedding\.weight$|^lm_head\.weight$/;

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
  requireArity("parameterBytes", arguments, 2);
  requireConfig("parameterBytes", config);
  checkOptions<Pick<MemoryOptions, "dtype" | "quantize">>("parameterBytes", options, { dtype: true, quantize: true });
  const { dtype = "f32", quantize } = options;
  const perElement = dtypeBytes(dtype);
  const perProjection = quantize
    ? (quantize.bits ?? 8) / 8 + F32 / (quantize.groupSize ?? DEFAULT_GROUP_SIZE)
    : perElement;
  let bytes = 0;
  for (const [path, shape] of parameterShapes(config)) {
    const size = shape.reduce((product, factor) => product * factor, 1);
    bytes += size * (isQuantizable(path) ? perProjection : MATRICES.test(path) ? perElement : F32);
  }
  return bytes;
}

/**
 * Estimates the memory to run and to train a model, activations and states in f32. It counts tensors that must exist at once, not the allocator's overhead.
 *
 * @throws ConfigError for an unknown option or a configuration that does not come from {@link mamba2Config}
 * @example
 * const { bytesToRun, bytesToTrain } = estimateMemory(preset("mamba2-130m"), { batch: 8, length: 512 });
 */
export function estimateMemory(config: Mamba2Config, options: MemoryOptions): MemoryEstimate {
  requireArity("estimateMemory", arguments, 2);
  requireConfig("estimateMemory", config);
  requireOptions("estimateMemory", options);
  checkOptions<MemoryOptions>("estimateMemory", options, { batch: true, length: true, dtype: true, quantize: true });
  const { batch, length, dtype, quantize } = options;
  const { nHeads, dInner, convDim, dInProj, paddedVocabSize } = dimensions(config);
  const { fixed, perToken } = stateSizes(config);
  const state = fixed + perToken * length;
  const widest = hasPart(config, "mixer") ? dInProj + convDim + dInner : 0;
  const oneToken = 2 * (widest + config.dModel + paddedVocabSize) + fixed;
  const chunks = Math.ceil(length / config.chunkSize);
  let kept = 0;
  for (let i = 0; i < config.nLayer; i++) {
    for (const sublayer of layerOf(config, i)) {
      kept += length * 2 * config.dModel; // its input, and that normed
      for (const part of partsOf(sublayer)) kept += length * KEPT_PER_TOKEN[part](config);
      if (partsOf(sublayer).includes("mixer")) kept += chunks * nHeads * config.headDim * config.dState;
    }
  }
  const logits = 2 * length * paddedVocabSize;
  return {
    bytesToRun:
      parameterBytes(config, { ...(dtype && { dtype }), ...(quantize && { quantize }) }) + F32 * (state + oneToken),
    bytesToTrain: F32 * (4 * parameterCount(config) + batch * (kept + logits)),
  };
}

/** Elements that a training step keeps of each part and token. */
const KEPT_PER_TOKEN: Readonly<Record<Part, (config: Mamba2Config) => number>> = {
  // in_proj's output, its parts with the convolution done, the scan's output and the norm's
  mixer(config) {
    const { dInProj, dSsm, dInner } = dimensions(config);
    return 2 * dInProj + 2 * dSsm + dInner;
  },
  // in_proj's output, queries and keys turned, what out_proj reads, a sum per head
  attention(config) {
    const { heads, keyValueHeads, headDim, qkvDim, outDim } = dimensions(config).attention!;
    return qkvDim + config.attention!.dMlp + (heads + keyValueHeads) * headDim + outDim + heads;
  },
  mlp: (config) => keptOfMlp(config.mlp.gated, dimensions(config).dMlpBlock),
  experts({ experts }) {
    const { count, perToken, width, gated, latent, sharedWidth } = experts!;
    return 2 * count + perToken * keptOfMlp(gated, width) + 2 * latent + keptOfMlp(gated, sharedWidth);
  },
};

/** fc1's output, the activation, their product. */
function keptOfMlp(gated: boolean, width: number): number {
  return (gated ? 5 : 3) * width;
}
