// How much memory a model takes to run and to train, counted from its sizes.
import type { Mamba2Config } from "./config.ts";
import { dimensions, parameterCount } from "./dimensions.ts";

export interface MemoryNeeds {
  /** parameters, one sequence's state, the temporaries of one token */
  readonly bytesToRun: number;
  /** parameters, gradients, two moments, and what one step keeps for its backward pass */
  readonly bytesToTrain: number;
}

const F32 = 4;

/** An estimate, f32 throughout: it counts tensors that must exist at once, not what an allocator adds. */
export function memoryNeeds(config: Mamba2Config, { batch, length }: { readonly batch: number; readonly length: number }): MemoryNeeds {
  const { dModel, nLayer, headDim, dState, dConv, chunkSize } = config;
  const { dInner, dSsm, nHeads, convDim, dInProj, paddedVocabSize, dMlpBlock } = dimensions(config);
  const parameters = parameterCount(config);
  const state = nLayer * (convDim * dConv + nHeads * headDim * dState);
  const oneToken = 2 * (dInProj + convDim + dInner + dModel + paddedVocabSize) + state;
  // kept per token and layer: the block's input and its norm, in_proj's output and its parts, the convolution's output, the scan's and the norm's
  const keptPerToken = 2 * dModel + 2 * dInProj + 2 * convDim + 2 * dSsm + dInner + 5 * dMlpBlock;
  const chunks = Math.ceil(length / chunkSize);
  const keptPerSequence = nLayer * (length * keptPerToken + chunks * nHeads * headDim * dState);
  const logits = 2 * length * paddedVocabSize;
  return {
    bytesToRun: F32 * (parameters + state + oneToken),
    bytesToTrain: F32 * (4 * parameters + batch * (keptPerSequence + logits)),
  };
}
