// The backbone of the model: embedding, blocks, final norm, over whole sequences.
import type { Embedding, LayerNorm, RMSNorm } from "@x/nn/core";
import { add, checkpoint, ConfigError, type Device, slice, type Tensor, tidy, zeros } from "@x/tensor/core";
import { addNorm, type Block, type BlockOptions, type Stream } from "./block.ts";
import { roomFor } from "../state/cache-lineage.ts";
import { hasPart } from "../config/layers.ts";
import type { Mamba2Config } from "../config/config.ts";
import { checkState, documentRows } from "../inputs/inputs.ts";
import { checkForward, type ForwardOptions } from "./model-options.ts";
import { lastPlaces, placesBehind, takeTokens } from "../inputs/padding.ts";
import type { ReadRows } from "../inputs/read-rows.ts";
import { scaled } from "./multipliers.ts";
import { CACHES, type LayerState, layerShapes } from "../state/layer-state.ts";
import { State } from "../state/state.ts";

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
 * @param options `state`: must have room for the tokens where it has caches, which are appended to in place
 * @returns hidden [b, k, d] of the last `logitsToKeep` positions (default: all), and with `returnState` the state of every layer after the last token and with
 *   attention the positions
 * @throws ConfigError for options that do not go together; ShapeError for a state of another model
 */
export function hiddenStates(
  model: Backbone,
  read: ReadRows,
  options: ForwardOptions,
  returnState: boolean = false,
): { readonly hidden: Tensor; readonly states: LayerState[]; readonly positions: Tensor | undefined } {
  checkForward(options);
  const { state, logitsToKeep, onLayer } = options;
  const { ids, padding, shift } = read;
  const seqIdx = options.seqIdx === undefined ? undefined : documentRows(options.seqIdx, ids, model.device);
  if (state) checkState(state, model.config, ids.shape[0]!, model.device);
  const states: LayerState[] = [];
  const { start, layers } = before(model, ids, state, returnState);
  if (start && seqIdx)
    throw new ConfigError(
      "prefill: seqIdx of a model with attention must come with statePerDocument, since caches hold one document per row; got it without.",
      { field: "seqIdx" },
    );
  let stream: Stream = { hidden: embedded(model, ids) }; // [b, l, d]
  for (const [i, block] of model.layers.entries()) {
    if (model.gradientCheckpointing && !returnState && !onLayer) {
      stream = { hidden: recomputed(block, stream.hidden, { seqIdx, padding, state: layers[i], start }) };
      continue;
    }
    const result = block.forward(stream, { seqIdx, padding, state: layers[i], start, returnState });
    stream = result.stream;
    if (result.state) states.push(result.state);
    if (onLayer) tidy(() => onLayer(i, residualStream(result.stream, model.config)));
  }
  const l = ids.shape[1]!;
  const last = (x: Tensor): Tensor => {
    if (logitsToKeep === undefined) return shift ? takeTokens(x, placesBehind(shift, l)) : x;
    if (padding) return takeTokens(x, lastPlaces(padding, Math.min(logitsToKeep, l)));
    return logitsToKeep >= l ? x : slice(x, 1, l - logitsToKeep);
  };
  const { hidden, residual } = stream;
  return {
    hidden: addNorm(model.normF, { hidden: last(hidden), ...(residual && { residual: last(residual) }) }).y,
    states,
    positions: start && add(start, padding?.lengths ?? l),
  };
}

/** What a model with this embedding computes in: parameters of fewer bits are widened. */
function computedIn({ weight }: Embedding): "f32" | "f64" {
  return weight.value.dtype === "f64" ? "f64" : "f32";
}

/** The state before any token: zeros, or the learned one of each mixer. */
export function stateBefore({ config, device, embedding, layers }: Backbone, batch: number): State {
  const learned = (layer: number): Tensor | undefined => layers[layer]!.mixer?.initialState(batch);
  return State.empty(config, batch, device, learned, computedIn(embedding));
}

/** What the layers go on from: of a state, or with attention of caches that it makes, with room for the tokens. */
function before(
  { config, device, embedding }: Backbone,
  ids: Tensor,
  state: State | undefined,
  returnState: boolean,
): { readonly start?: Tensor | undefined; readonly layers: readonly (LayerState | undefined)[] } {
  if (state) return { start: state.positions, layers: state.layers };
  if (!returnState || !hasPart(config, "attention")) return { layers: [] };
  const [b, l] = ids.shape as [number, number];
  const dtype = computedIn(embedding);
  const layers = Array.from({ length: config.nLayer }, (_, i) =>
    Object.fromEntries(
      [...layerShapes(config, i, b, roomFor(l))]
        .filter(([part]) => CACHES.includes(part) || part === "attentionConv")
        .map(([part, shape]) => [part, zeros(shape, { device, dtype })]),
    ),
  );
  return { start: zeros([b], { dtype: "i32", device }), layers };
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
function recomputed(block: Block, x: Tensor, options: BlockOptions): Tensor {
  return checkpoint(() => block.forwardSummed(x, options), [x, ...block.parameters().map(({ value }) => value)]);
}
