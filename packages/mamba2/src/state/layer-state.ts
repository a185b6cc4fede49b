// What one layer remembers of the tokens it has seen, by the parts that it is made of.
import type { Shape, Tensor } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { layerOf, partsOf } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";

/** The state of a mixer. */
export interface MixerState {
  /** the last w inputs of the convolution, before it and its activation, oldest first [b, convDim, w] */
  readonly conv: Tensor;
  /** [b, h, p, n] */
  readonly ssm: Tensor;
}

/**
 * The state of one layer, of the parts that it has. Keys and values have room for `capacity` tokens of each row; a row's are the first ones, in order, and the slots
 * behind them are unused. Memory of keys and values is shared by the states of one line of tokens.
 */
export interface LayerState extends Partial<MixerState> {
  /** [b, capacity, keyValueHeads, headDim] */
  readonly keys?: Tensor;
  /** like keys */
  readonly values?: Tensor;
  /** the last inputs of the attention's convolution, oldest first [b, (heads + 2·keyValueHeads)·headDim, attention.dConv] */
  readonly attentionConv?: Tensor;
}

/** How many tokens the rows of a state have read; what a model with attention needs to know. */
export interface Positions {
  /** i32 [b], on the device */
  readonly positions: Tensor;
  /** no row has read more */
  readonly length: number;
}

/** A tensor of a layer's state. */
export type StatePart = keyof LayerState;

/** The parts with one entry per token. */
export const CACHES: readonly StatePart[] = ["keys", "values"];

/** The shapes of what layer `i` remembers; none for parts that it has not. */
export function layerShapes(
  config: Mamba2Config,
  i: number,
  batch: number,
  capacity: number,
): ReadonlyMap<StatePart, Shape> {
  const { convDim, nHeads, attention } = dimensions(config);
  const parts = layerOf(config, i).flatMap(partsOf);
  const shapes = new Map<StatePart, Shape>();
  if (parts.includes("mixer")) {
    shapes.set("conv", [batch, convDim, config.dConv]);
    shapes.set("ssm", [batch, nHeads, config.headDim, config.dState]);
  }
  if (attention && parts.includes("attention")) {
    for (const part of CACHES) shapes.set(part, [batch, capacity, attention.keyValueHeads, attention.headDim]);
    const { dConv } = config.attention!;
    if (dConv > 0) shapes.set("attentionConv", [batch, attention.qkvDim, dConv]);
  }
  return shapes;
}

/** The tensors of a layer's state, by part. */
export function partsOfState(layer: LayerState): [StatePart, Tensor][] {
  return (Object.entries(layer) as [StatePart, Tensor | undefined][]).filter(
    (entry): entry is [StatePart, Tensor] => entry[1] !== undefined,
  );
}

/** The same state with every tensor replaced. */
export function mapState(layer: LayerState, replace: (tensor: Tensor, part: StatePart) => Tensor): LayerState {
  return Object.fromEntries(partsOfState(layer).map(([part, tensor]) => [part, replace(tensor, part)]));
}
