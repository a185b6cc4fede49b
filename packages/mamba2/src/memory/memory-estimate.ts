// How much memory a model takes to run and to train, counted from its sizes.
import {
  checkOptions,
  ConfigError,
  type Device,
  dtypeBytes,
  type QuantizeParams,
  requireArity,
  requireCount,
  requireOptions,
} from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import { hasPart, layerOf, type Part, partsOf } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import { parameterCount, parameterShapes } from "../config/parameter-shapes.ts";
import { stateSizes } from "../config/part-sizes.ts";
import { DEFAULT_GROUP_SIZE, isQuantizable, requireQuantization } from "../model/quantization.ts";

/** Bytes that a model needs on a device. */
export interface MemoryEstimate {
  /** parameters, the state of one sequence after `length` tokens, the temporaries of one token */
  readonly bytesToRun: number;
  /** parameters, gradients, two moments, what one step keeps for its backward pass, and what that takes beside */
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
  /** what trains: a GPU makes large values again in the backward pass, and its kernels take memory of their own. Default: the one that takes more. */
  readonly device?: Device["kind"];
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
  if (!["f32", "f16", "bf16"].includes(dtype))
    throw ConfigError.must("parameterBytes", "dtype", 'be "f32", "f16" or "bf16"', dtype);
  const perElement = dtypeBytes(dtype);
  const perProjection = quantize === undefined ? perElement : integerBytes(quantize);
  let bytes = 0;
  for (const [path, shape] of parameterShapes(config)) {
    const size = shape.reduce((product, factor) => product * factor, 1);
    bytes += size * (isQuantizable(path) ? perProjection : MATRICES.test(path) ? perElement : F32);
  }
  return bytes;
}

/** Bytes of an element of a quantised weight, with its share of the scale. */
function integerBytes(quantize: Partial<QuantizeParams>): number {
  requireOptions("parameterBytes", quantize, "quantize");
  checkOptions<Partial<QuantizeParams>>("parameterBytes: quantize", quantize, { bits: true, groupSize: true });
  const { bits = 8, groupSize = DEFAULT_GROUP_SIZE } = quantize;
  requireQuantization("parameterBytes: quantize", { bits, groupSize });
  return bits / 8 + F32 / groupSize;
}

/**
 * Estimates the memory to run and to train a model, activations and states in f32. Training is that of all parameters by AdamW, logits at every place: tests hold it
 * between what {@link planMemory} plans on either device and a fifth more. That one knows any run, once there is a model and a device; this counts no adapters, averages, moments of 8
 * bits or f16 activations.
 *
 * @throws ConfigError for an unknown option or a configuration that does not come from {@link mamba2Config}
 * @example
 * const { bytesToRun, bytesToTrain } = estimateMemory(preset("mamba2-130m"), { batch: 8, length: 512, device: "webgpu" });
 */
export function estimateMemory(config: Mamba2Config, options: MemoryOptions): MemoryEstimate {
  requireArity("estimateMemory", arguments, 2);
  requireConfig("estimateMemory", config);
  requireOptions("estimateMemory", options);
  checkOptions<MemoryOptions>("estimateMemory", options, {
    batch: true,
    length: true,
    dtype: true,
    quantize: true,
    device: true,
  });
  const { batch, length, dtype, quantize, device } = options;
  requireCount("estimateMemory", "batch", batch, 1);
  requireCount("estimateMemory", "length", length, 1);
  if (device !== undefined && device !== "cpu" && device !== "webgpu")
    throw ConfigError.must("estimateMemory", "device", 'be "cpu" or "webgpu"', device);
  const { dInner, convDim, dInProj, paddedVocabSize } = dimensions(config);
  const { fixed, perToken } = stateSizes(config);
  const state = fixed + perToken * length;
  const widest = hasPart(config, "mixer") ? dInProj + convDim + dInner : 0;
  const oneToken = 2 * (widest + config.dModel + paddedVocabSize) + fixed;
  const kinds = device === undefined ? (["cpu", "webgpu"] as const) : [device];
  return {
    bytesToRun:
      parameterBytes(config, { ...(dtype !== undefined && { dtype }), ...(quantize !== undefined && { quantize }) }) +
      F32 * (state + oneToken),
    bytesToTrain: Math.max(...kinds.map((kind) => trainingBytes(config, batch, length, kind))),
  };
}

/** Where {@link headLoss} begins to make logits block by block. */
const MOST_LOGITS = 2 ** 24;
/** Elements of a value from which on a plan for a GPU makes it again: 4 MiB. */
const LARGE = 2 ** 20;
/** Blocks that do not fit into each other, and kernels' memory on the CPU. */
const MARGIN = 1.06;

function trainingBytes(config: Mamba2Config, batch: number, length: number, kind: Device["kind"]): number {
  const { dModel, headDim, dState } = config;
  const { nHeads, paddedVocabSize } = dimensions(config);
  const tokens = batch * length;
  const again = (width: number): boolean => kind === "webgpu" && tokens * width >= LARGE;
  let [kept, backward, mixers] = [2 * dModel, 0, false];
  for (let i = 0; i < config.nLayer; i++) {
    for (const parts of layerOf(config, i).map(partsOf)) {
      kept += 2 * dModel; // its input, and that normed
      let taken = 2 * dModel;
      for (const part of parts) {
        const { held, back } = PER_TOKEN[part](config, again);
        kept += held;
        taken += back;
        mixers ||= part === "mixer";
      }
      backward = Math.max(backward, taken);
    }
  }
  const inBlocks = tokens * paddedVocabSize > MOST_LOGITS; // each with a gradient of the head
  const logits = 2 * Math.min(tokens * paddedVocabSize, MOST_LOGITS);
  const head = (inBlocks ? 3 : 2) * paddedVocabSize * dModel; // the head's gradient waits for the embedding's
  const step = Math.max(tokens * kept + head + Math.max(logits, tokens * backward), 1.5 * head);
  const states = kind === "webgpu" && mixers ? 5 * batch * Math.ceil(length / 64) * nHeads * headDim * dState : 0;
  return 4 * arenaBytes(F32 * parameterCount(config), kind) + F32 * (MARGIN * step + states);
}

/** A GPU's buffers are rounded up: to a quarter of a power of two, at most 4 MiB. */
function arenaBytes(bytes: number, kind: Device["kind"]): number {
  const step = Math.min(2 ** 22, 2 ** (Math.floor(Math.log2(bytes)) - 2));
  return kind === "webgpu" ? Math.ceil(bytes / step) * step : bytes;
}

/** Elements of each token that a training step keeps of a part, and that its backward pass takes beside, while everything before it is still kept. */
interface PartOfStep {
  readonly held: number;
  readonly back: number;
}

const PER_TOKEN: Readonly<Record<Part, (config: Mamba2Config, again: (width: number) => boolean) => PartOfStep>> = {
  // in_proj's output, the convolution's, the scan's, and the norm's, which lies in what out_proj reads
  mixer(config, again) {
    const { dInProj, dSsm, dInner, dMlp, convDim } = dimensions(config);
    const normAgain = config.gatedNorm && dMlp === 0 && again(dSsm);
    const made = (again(convDim) ? convDim : 0) + (normAgain ? dSsm : 0);
    return { held: dInProj + convDim + dSsm + dInner + dMlp - made, back: dInProj + convDim + made };
  },
  // in_proj's output, queries and keys turned, what out_proj reads, a sum per head
  attention(config) {
    const { heads, keyValueHeads, headDim, qkvDim, outDim } = dimensions(config).attention!;
    const { dMlp, rotary } = config.attention!;
    const turned = rotary ? (heads + keyValueHeads) * headDim : 0;
    const held = qkvDim + dMlp + turned + outDim + heads;
    return { held, back: 2 * qkvDim + dMlp + outDim };
  },
  mlp: (config) => ofMlp(config.mlp.gated, dimensions(config).dMlpBlock),
  experts(config) {
    const { count, perToken, width, gated, latent, sharedWidth } = config.experts!;
    const [chosen, shared] = [ofMlp(gated, width), ofMlp(gated, sharedWidth)];
    return {
      held: 2 * count + 2 * latent + perToken * chosen.held + shared.held,
      back: count + latent + perToken * chosen.back + shared.back,
    };
  },
};

/** fc1's output, twice as wide with a gate, the activation, and with a gate their product. */
function ofMlp(gated: boolean, width: number): PartOfStep {
  return { held: (gated ? 4 : 2) * width, back: (gated ? 3 : 2) * width };
}
