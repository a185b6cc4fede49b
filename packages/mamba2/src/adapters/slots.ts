// Where adapters attach: every weight of a model that can have one, by the path of its parameter.
import type {
  CausalConv1d,
  Embedding,
  ExpertAdapter,
  Experts,
  Linear,
  Parameter,
  ProductAdapter,
  QuantizedLinear,
  QuantizedParameter,
  RowsAdapter,
  WeightAdapter,
} from "@x/nn/core";
import type { Mamba2LM } from "../model/model.ts";

/** An adapter of any kind of layer. */
export type LayerAdapter = WeightAdapter & (ProductAdapter | RowsAdapter | ExpertAdapter | WeightAdapter);

/** A weight, and how an adapter gets to it. */
export interface Slot {
  readonly weight: Parameter | QuantizedParameter;
  attach(adapter: LayerAdapter | undefined): void;
}

/** Every slot of a model, by the path of its weight. */
export function slotsOf(model: Mamba2LM): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  const layer = (one: Linear | QuantizedLinear | CausalConv1d | Embedding | undefined): void => {
    if (one)
      slots.set(one.weight.path, {
        weight: one.weight,
        attach: (adapter) => void ((one as { adapter: LayerAdapter | undefined }).adapter = adapter),
      });
  };
  layer(model.embedding);
  for (const { mixer, attention, mlp, experts } of model.layers) {
    for (const part of [mixer, attention]) for (const one of [part?.inProj, part?.conv1d, part?.outProj]) layer(one);
    for (const part of [mlp, experts?.shared]) for (const one of [part?.fc1, part?.fc2]) layer(one);
    for (const one of [experts?.latent_in, experts?.latent_out]) layer(one);
    if (experts) ofExperts(experts, slots);
  }
  layer(model.lmHead);
  return slots;
}

function ofExperts(experts: Experts, slots: Map<string, Slot>): void {
  for (const [name, weight] of [
    ["router", experts.router.weight],
    ["up", experts.up],
    ["down", experts.down],
  ] as const) {
    slots.set(weight.path, {
      weight,
      attach(adapter) {
        const { [name]: _, ...others } = experts.adapters;
        experts.adapters = adapter ? { ...others, [name]: adapter } : others;
      },
    });
  }
}
