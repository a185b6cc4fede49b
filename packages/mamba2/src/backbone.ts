// The backbone of the model: embedding, blocks, final norm, over whole sequences.
import type { Embedding, LayerNorm, RMSNorm } from "@x/nn";
import { checkpoint, type Device, slice, type Tensor } from "@x/tensor/core";
import { addNorm, type Block, type Stream } from "./block.ts";
import type { Mamba2Config } from "./config/config.ts";
import { checkState, documentRows } from "./inputs.ts";
import { checkForward, type ForwardOptions } from "./model-options.ts";
import type { LayerState } from "./state.ts";

/** What {@link hiddenStates} reads of a model. */
export interface Backbone {
  readonly config: Mamba2Config;
  readonly device: Device;
  readonly embedding: Embedding;
  readonly layers: readonly Block[];
  readonly normF: RMSNorm | LayerNorm;
  readonly gradientCheckpointing: boolean;
}

/**
 * Embedding, blocks and final norm.
 *
 * @param ids i32 [b, l]
 * @returns hidden [b, k, d] of the last `logitsToKeep` positions (default: all), and with `returnState` the state of every layer after the last token
 * @throws ConfigError for options that do not go together; ShapeError for a state of another model
 */
export function hiddenStates(
  model: Backbone,
  ids: Tensor,
  options: ForwardOptions,
  returnState: boolean = false,
): { readonly hidden: Tensor; readonly states: LayerState[] } {
  checkForward(options);
  const { state, logitsToKeep, onLayer } = options;
  const seqIdx = options.seqIdx === undefined ? undefined : documentRows(options.seqIdx, ids, model.device);
  if (state) checkState(state, model.config, ids.shape[0]!, model.device);
  const states: LayerState[] = [];
  let stream: Stream = { hidden: model.embedding.forward(ids) }; // [b, l, d]
  for (const [i, block] of model.layers.entries()) {
    if (model.gradientCheckpointing && !returnState && !onLayer) {
      stream = { hidden: recomputed(block, stream.hidden, seqIdx, state?.layers[i]) };
      continue;
    }
    const result = block.forward(stream, { seqIdx, state: state?.layers[i], returnState });
    stream = result.stream;
    if (result.state) states.push(result.state);
    options.onLayer?.(i, result.stream);
  }
  const l = ids.shape[1]!;
  const last = (x: Tensor): Tensor =>
    logitsToKeep === undefined || logitsToKeep >= l ? x : slice(x, 1, l - logitsToKeep);
  const { hidden, residual } = stream;
  return {
    hidden: addNorm(model.normF, { hidden: last(hidden), ...(residual && { residual: last(residual) }) }).y,
    states,
  };
}

/** A block whose intermediates are computed again in the backward pass. */
function recomputed(block: Block, x: Tensor, seqIdx: Tensor | undefined, state: LayerState | undefined): Tensor {
  return checkpoint(
    () => block.forwardSummed(x, { seqIdx, state }),
    [x, ...block.parameters().map(({ value }) => value)],
  );
}
