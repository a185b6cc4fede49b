// The backbone of the model: embedding, blocks, final norm, over whole sequences.
import type { Embedding, LayerNorm, RMSNorm } from "@x/nn";
import { checkpoint, type Device, slice, type Tensor, tidy } from "@x/tensor/core";
import { addNorm, type Block, type Stream } from "./block.ts";
import type { Mamba2Config } from "./config/config.ts";
import { checkState, documentRows } from "./inputs.ts";
import { checkForward, type ForwardOptions } from "./model-options.ts";
import { scaled } from "./mixer.ts";
import type { LayerState } from "./layer-state.ts";

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
  let stream: Stream = { hidden: embedded(model, ids) }; // [b, l, d]
  for (const [i, block] of model.layers.entries()) {
    if (model.gradientCheckpointing && !returnState && !onLayer) {
      stream = { hidden: recomputed(block, stream.hidden, seqIdx, state?.layers[i]) };
      continue;
    }
    const result = block.forward(stream, { seqIdx, state: state?.layers[i], returnState });
    stream = result.stream;
    if (result.state) states.push(result.state);
    if (onLayer) tidy(() => onLayer(i, residualStream(result.stream, model.config)));
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

/** The stream before the first block: rows of the embedding times its factor, and as a {@link Stream} is, divided by that of the residuals. */
export function embedded({ embedding, config }: Pick<Backbone, "embedding" | "config">, ids: Tensor): Tensor {
  return scaled(embedding.forward(ids), config.multipliers.embedding / config.multipliers.residual);
}

/** A stream in the model's own scale. */
function residualStream({ hidden, residual }: Required<Stream>, { multipliers }: Mamba2Config): Required<Stream> {
  return { hidden: scaled(hidden, multipliers.residual), residual: scaled(residual, multipliers.residual) };
}

/** A block whose intermediates are computed again in the backward pass. */
function recomputed(block: Block, x: Tensor, seqIdx: Tensor | undefined, state: LayerState | undefined): Tensor {
  return checkpoint(
    () => block.forwardSummed(x, { seqIdx, state }),
    [x, ...block.parameters().map(({ value }) => value)],
  );
}
