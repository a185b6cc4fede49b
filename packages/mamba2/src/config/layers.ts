// What the layers of a model are: each a sequence of sublayers, each the sum of parts that read the same normed input.
import type { Rule } from "./rules.ts";

/** What a sublayer may be made of. */
export type Part = "mixer" | "attention" | "mlp" | "experts";

const PARTS: {
  readonly mixer: readonly Part[];
  readonly attention: readonly Part[];
  readonly "mixer+attention": readonly Part[];
  readonly mlp: readonly Part[];
  readonly experts: readonly Part[];
  readonly "mlp+experts": readonly Part[];
} = {
  mixer: ["mixer"],
  attention: ["attention"],
  "mixer+attention": ["mixer", "attention"],
  mlp: ["mlp"],
  experts: ["experts"],
  "mlp+experts": ["mlp", "experts"],
};

/** A sublayer: `h + Σ part(norm(h))` over its parts. */
export type Sublayer = keyof typeof PARTS;

/** A layer: its sublayers, one after another. */
export type Layer = readonly Sublayer[];

/** The parts of a sublayer. */
export function partsOf(sublayer: Sublayer): readonly Part[] {
  return PARTS[sublayer];
}

/** No model has more layers. */
export const MOST_LAYERS = 10_000;
/** Norms of a layer are called norm and norm2. */
const MOST_SUBLAYERS = 2;

const isLayer = (value: unknown): value is Layer =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= MOST_SUBLAYERS &&
  value.every((name) => typeof name === "string" && Object.hasOwn(PARTS, name)) &&
  new Set((value as Layer).flatMap(partsOf)).size === (value as Layer).flatMap(partsOf).length;

export const layersRule: Rule = {
  must: `a list of layers, each one or two of ${Object.keys(PARTS).join(", ")} with no part twice, or null`,
  holds: (value) =>
    value === null ||
    (Array.isArray(value) && value.length >= 1 && value.length <= MOST_LAYERS && value.every(isLayer)),
};

interface Described {
  readonly layers: readonly Layer[] | null;
  readonly nLayer: number;
  readonly dIntermediate: number;
}

const MIXER: Layer = Object.freeze(["mixer"]);
const MIXER_MLP: Layer = Object.freeze(["mixer", "mlp"]);

/** Sublayers of layer `i`. */
export function layerOf({ layers, dIntermediate }: Described, i: number): Layer {
  return layers?.[i] ?? (dIntermediate > 0 ? MIXER_MLP : MIXER);
}

/** Whether any layer has such a part. */
export function hasPart(config: Described, part: Part): boolean {
  const layers = config.layers ?? [layerOf(config, 0)];
  return layers.some((layer) => layer.some((sublayer) => partsOf(sublayer).includes(part)));
}

/** A frozen copy of a list of layers. */
export function frozenLayers(layers: readonly Layer[] | null): readonly Layer[] | null {
  return layers && Object.freeze(layers.map((layer) => Object.freeze([...layer])));
}
