// What a model is made of, in numbers: layers of each kind, parameters and states of each part.
import { type Mamba2Config, requireConfig } from "./config.ts";
import { layerOf, type Part, partsOf } from "./layers.ts";
import { dimensions } from "./dimensions.ts";
import { parameterShapes } from "./parameter-shapes.ts";
import { requireArity } from "@x/tensor/core";

/** Where parameters are; "norm" means the norms between the parts. */
export type ParameterPlace = "embedding" | "head" | "norm" | Part;

const PLACES: readonly ParameterPlace[] = ["embedding", "mixer", "attention", "mlp", "experts", "norm", "head"];
const PARTS: readonly Part[] = ["mixer", "attention", "mlp", "experts"];

/**
 * The number of parameters in each place that has any; a tied head has none of its own.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * console.log(parameterPlaces(preset("tiny")).embedding); // 24576
 */
export function parameterPlaces(config: Mamba2Config): { readonly [P in ParameterPlace]?: number } {
  requireArity("parameterPlaces", arguments, 1);
  requireConfig("parameterPlaces", config);
  const counts = new Map<ParameterPlace, number>();
  for (const [path, shape] of parameterShapes(config)) {
    const place = placeOf(path);
    counts.set(place, (counts.get(place) ?? 0) + shape.reduce((product, size) => product * size, 1));
  }
  return Object.fromEntries(PLACES.filter((place) => counts.has(place)).map((place) => [place, counts.get(place)!]));
}

function placeOf(path: string): ParameterPlace {
  if (path.startsWith("lm_head.")) return "head";
  if (path.startsWith("backbone.embedding.")) return "embedding";
  return PARTS.find((part) => path.includes(`.${part}.`)) ?? "norm";
}

/**
 * The number of parameters that compute one token: without the experts that it does not go through, and without the rows of an embedding beside its own head.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * console.log(activeParameters(preset("tiny")) === parameterCount(preset("tiny"))); // true
 */
export function activeParameters(config: Mamba2Config): number {
  requireArity("activeParameters", arguments, 1);
  requireConfig("activeParameters", config);
  let count = 0;
  for (const [path, shape] of parameterShapes(config)) {
    const size = shape.reduce((product, factor) => product * factor, 1);
    if (/\.experts\.(?:up|down)$/.test(path)) count += (size / config.experts!.count) * config.experts!.perToken;
    else if (config.tieEmbeddings || placeOf(path) !== "embedding") count += size;
  }
  return count;
}

/** How many layers have each part; a layer with several counts in each. */
export function layersOfParts(config: Mamba2Config): Readonly<Record<Part, number>> {
  const counts: Record<Part, number> = { mixer: 0, attention: 0, mlp: 0, experts: 0 };
  for (let i = 0; i < config.nLayer; i++) for (const part of layerOf(config, i).flatMap(partsOf)) counts[part]++;
  return counts;
}

/** What one sequence's state takes, in elements. */
export interface StateSizes {
  /** however long the sequence is: convolutions and state spaces */
  readonly fixed: number;
  /** for each token that was read: keys and values */
  readonly perToken: number;
}

/**
 * Elements of one sequence's state: per mixer `convDim·dConv + h·p·n`, per attention `2·keyValueHeads·headDim` for each token and its convolution.
 *
 * @throws ConfigError unless `config` comes from {@link mamba2Config}
 * @example
 * console.log(stateSizes(preset("tiny"))); // { fixed: 28672, perToken: 0 }
 */
export function stateSizes(config: Mamba2Config): StateSizes {
  requireArity("stateSizes", arguments, 1);
  requireConfig("stateSizes", config);
  const { convDim, nHeads, attention } = dimensions(config);
  const layers = layersOfParts(config);
  const { dConv = 0 } = config.attention ?? {};
  const perMixer = convDim * config.dConv + nHeads * config.headDim * config.dState;
  return {
    fixed: layers.mixer * (layers.mixer > 0 ? perMixer : 0) + layers.attention * (attention?.qkvDim ?? 0) * dConv,
    perToken: layers.attention * 2 * (attention ? attention.keyValueHeads * attention.headDim : 0),
  };
}
