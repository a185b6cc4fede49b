// The parts of a model that not every page needs: attention, experts, the loss, steps of one token. "@x/mamba2" brings them (all-parts.ts), a checkpoint that is loaded brings those that its
// model has, and a page that imports "@x/mamba2/core" alone is without them.
import type { Attention, Builder, Experts, projectedStep } from "@x/nn/core";
import { ConfigError, type Tensor } from "@x/tensor/core";
import type { AttendOptions, AttentionFactors } from "./attention-part.ts";
import type { Mamba2Config } from "../config/config.ts";
import { hasPart } from "../config/layers.ts";
import type { Head } from "./head.ts";
import type { LayerState } from "../state/layer-state.ts";

/** How a layer's attention is made and run. */
export interface AttentionPart {
  readonly factorsOf: (config: Mamba2Config) => AttentionFactors;
  readonly make: (config: Mamba2Config, builder: Builder) => Attention;
  readonly run: (
    attention: Attention,
    factors: AttentionFactors,
    x: Tensor,
    options: AttendOptions,
  ) => { readonly y: Tensor; readonly state?: LayerState };
}

/** How a layer's experts are made. */
export interface ExpertsPart {
  readonly make: (config: Mamba2Config, builder: Builder) => Experts;
}

/** How a model's loss is computed. */
export interface LossPart {
  readonly of: (head: Head, hidden: Tensor, targets: Tensor, places?: Tensor) => Tensor;
}

/** How a mixer reads one token. */
export interface StepPart {
  readonly run: typeof projectedStep;
}

/** Parts by their names. */
export interface ModelParts {
  readonly attention: AttentionPart;
  readonly experts: ExpertsPart;
  readonly loss: LossPart;
  readonly step: StepPart;
}

const known: Partial<ModelParts> = {};

/** Makes parts known to every model of the page. */
export function registerParts(parts: Partial<ModelParts>): void {
  Object.assign(known, parts);
}

/**
 * The part of this name.
 *
 * @throws ConfigError where nothing brought it
 */
export function partOf<K extends keyof ModelParts>(name: K): ModelParts[K] {
  const part = known[name];
  if (part) return part;
  throw new ConfigError(
    `${name}: must be known to the page; "@x/mamba2/core" alone computes logits of mixers and MLPs. Import "@x/mamba2" too; of what layers have, loading a model brings it.`,
    { field: "parts", got: name },
  );
}

/** Loads what a model of this configuration needs and the page has not got: weights of integers among it. */
export async function loadParts(config: Mamba2Config, { quantize }: { readonly quantize?: object }): Promise<void> {
  const missing = (["attention", "experts"] as const).some((name) => hasPart(config, name) && !known[name]);
  if (missing || quantize) await import("./all-parts.ts");
}
