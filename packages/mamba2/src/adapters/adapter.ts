// Adapter: the pairs of low rank of one adapter of a model, and what they were made by.
import { Builder, Module, normalInit, type Parameter } from "@x/nn/core";
import {
  type AdapterDropout,
  ConvAdapter,
  EmbeddingAdapter,
  ExpertsAdapter,
  LinearAdapter,
  LowRank,
} from "@x/nn/adapters";
import type { Device } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import type { LayoutName } from "../families/family.ts";
import type { AdapterConfig } from "./config.ts";
import { type AdaptableModule, rangeOf } from "./modules.ts";
import type { LayerAdapter } from "./slots.ts";
import type { Target } from "./targets.ts";

/** A module of the model and its pair. */
export interface AdaptedModule {
  readonly module: AdaptableModule;
  readonly pair: LowRank;
}

/** The adapter of one weight. */
export interface AdaptedWeight {
  /** of the weight */
  readonly path: string;
  readonly adapter: LayerAdapter;
}

/** What an adapter is of: a model, or one whose weights are still in files. */
export interface AdaptedBase {
  readonly config: Mamba2Config;
  /** where the pairs are to lie */
  readonly device: Device;
  /** of the pairs */
  readonly dtype: "f32" | "f64";
}

/** What an {@link Adapter} is made of. */
export interface AdapterParts {
  readonly name: string;
  readonly config: AdapterConfig;
  readonly layout: LayoutName;
  readonly targets: readonly Target[];
  readonly seed?: number;
  /** the text of the configuration that it was read with */
  readonly stated?: string;
}

/**
 * An adapter of a model: a pair of low rank for each module that it changes. Its parameters are its own; the model's stay as they are. Made by `addAdapter` and `loadAdapter`,
 * which attach it.
 */
export class Adapter extends Module {
  static readonly fieldsOnly = true;
  /** what tells it from the model's other adapters */
  readonly name: string;
  readonly config: AdapterConfig;
  /** whose names its modules have */
  readonly layout: LayoutName;
  readonly modules: readonly AdaptedModule[];
  readonly weights: readonly AdaptedWeight[];
  /** set `key` for a training step, with another stream for each, and unset it for use; without a rate it changes nothing */
  readonly dropout: AdapterDropout;
  /** whether the model computes with it */
  active: boolean = false;
  /** the base's values while the adapter is merged into it */
  originals: readonly Parameter[] = [];
  /** of the model */
  readonly model: Mamba2Config;
  /** the text of the configuration that it was read with */
  readonly stated: string | undefined;

  constructor(base: AdaptedBase, { name, config, layout, targets, seed = 0, stated }: AdapterParts) {
    super();
    const dropout: AdapterDropout = { rate: config.dropout, key: undefined };
    const { device, dtype } = base;
    const builder = new Builder({ device, seed, dtype }).at(name);
    this.name = name;
    this.config = config;
    this.layout = layout;
    this.model = base.config;
    this.dropout = dropout;
    this.stated = stated;
    this.modules = builder.whole(() =>
      targets.map(({ module, rank, scale }, stream) => ({
        module,
        pair: new LowRank(module.inFeatures, module.outFeatures, {
          rank,
          scale,
          magnitude: config.dora,
          ...(module.experts !== undefined && { experts: module.experts }),
          ...(module.kind === "embedding" && { init: normalInit(0, 1) }),
          ...(config.dropout > 0 && { dropout }),
          stream,
          builder: builder.at(module.name),
        }),
      })),
    );
    this.weights = weightsOf(this.modules);
  }
}

/** One adapter for each weight: modules that are rows of one are parts of one. */
function weightsOf(modules: readonly AdaptedModule[]): AdaptedWeight[] {
  const byWeight = new Map<string, AdaptedModule[]>();
  for (const one of modules) {
    const { parameter } = one.module;
    byWeight.set(parameter, [...(byWeight.get(parameter) ?? []), one]);
  }
  return [...byWeight].map(([path, parts]) => ({ path, adapter: layerAdapter(parts) }));
}

function layerAdapter(parts: readonly AdaptedModule[]): LayerAdapter {
  const [{ module, pair }] = parts as readonly [AdaptedModule];
  if (module.kind === "conv") return new ConvAdapter(pair);
  if (module.kind === "embedding") return new EmbeddingAdapter(pair);
  if (module.kind === "experts") return new ExpertsAdapter(pair);
  const rows = parts.map((part) => {
    const [begin, end] = rangeOf(part.module);
    return { begin, end, pair: part.pair };
  });
  return new LinearAdapter(rows.sort((a, b) => a.begin - b.begin));
}
