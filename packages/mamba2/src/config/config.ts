// The configuration of a Mamba-2 model in this project's names: fields, defaults, checks. Files of other libraries are read and
// written in families/; sizes that follow from a configuration are in dimensions.ts.

import { ConfigError, isPlainObject, requireArity } from "@x/tensor/core";
import { checkTogether } from "./cross-field-rules.ts";
import { frozenLayers, layersRule, MOST_LAYERS } from "./layers.ts";
import {
  ATTENTION_FIELDS,
  type AttentionConfig,
  DEFAULT_MLP,
  EXPERTS_FIELDS,
  MLP_FIELDS,
  MULTIPLIER_FIELDS,
  NO_MULTIPLIERS,
  ROTARY_FIELDS,
} from "./parts.ts";
import type { Mamba2Config, Mamba2Fields } from "./types.ts";
import {
  defaultsOf,
  type Fields,
  fieldsRule,
  filled,
  flag,
  integer,
  MOST_TOKEN,
  notNegative,
  orNull,
  positive,
  range,
  show,
  tokenOrTokens,
} from "./rules.ts";

export { show };
export type { FlatField, Mamba2Config, Mamba2Fields } from "./types.ts";

/** One row per field: its default (that of the official implementation) and its rule. */
const FIELDS: Fields<Mamba2Config> = {
  dModel: [2560, integer(1)],
  nLayer: [64, integer(1, MOST_LAYERS)],
  vocabSize: [50277, integer(1)],
  padVocabSizeMultiple: [8, integer(1)],
  dState: [128, integer(1)],
  dConv: [4, integer(1)],
  expand: [2, positive(1024)],
  headDim: [64, integer(1)],
  nGroups: [1, integer(1)],
  dSsm: [null, orNull(integer(1))],
  chunkSize: [256, integer(1)],
  dIntermediate: [0, integer(0)],
  layers: [null, layersRule],
  attention: [null, orNull(fieldsRule)],
  mlp: [DEFAULT_MLP, fieldsRule],
  experts: [null, orNull(fieldsRule)],
  multipliers: [NO_MULTIPLIERS, fieldsRule],
  learnableInitialState: [false, flag],
  normEps: [1e-5, positive(1)],
  rmsNorm: [true, flag],
  gatedNorm: [true, flag],
  gatedNormGroups: [null, orNull(integer(1))],
  normBeforeGate: [false, flag],
  dHasHeadDim: [false, flag],
  bias: [false, flag],
  outBias: [null, orNull(flag)],
  convBias: [true, flag],
  tieEmbeddings: [true, flag],
  residualInFp32: [true, flag],
  dtLimit: [
    [0, Infinity],
    range("two numbers [low, high] with 0 ≤ low ≤ high", (low, high) => low >= 0 && low < Infinity && low <= high),
  ],
  convInit: [null, orNull(positive(1e6))],
  aInitRange: [
    [1, 16],
    range(
      "two finite numbers [low, high] with 0 < low ≤ high",
      (low, high) => low > 0 && low <= high && high < Infinity,
    ),
  ],
  dtMin: [0.001, positive(1e6)],
  dtMax: [0.1, positive(1e6)],
  dtInitFloor: [1e-4, positive(1e6)],
  initializerRange: [0.02, notNegative(1e6)],
  rescalePrenormResidual: [true, flag],
  residualsPerLayer: [2, integer(1)],
  bosTokenId: [null, orNull(integer(0, MOST_TOKEN))],
  eosTokenId: [null, orNull(tokenOrTokens)],
  padTokenId: [null, orNull(integer(0, MOST_TOKEN))],
  maxPositions: [null, orNull(integer(1))],
};

/** The official implementation's defaults, except for the residual rescaling, which counts two residuals per layer. */
export const DEFAULT_CONFIG: Mamba2Config = defaultsOf(FIELDS);

/**
 * Fills in the defaults and checks every field and how they fit together.
 *
 * @throws ConfigError, one sentence with the field, what it must be and what came
 * @example
 * const config = mamba2Config({ dModel: 96, nLayer: 4, vocabSize: 256, dState: 32, headDim: 32 });
 */
export function mamba2Config(fields: Mamba2Fields = {}): Mamba2Config {
  requireArity("mamba2Config", arguments, 1);
  if (!isPlainObject(fields)) {
    throw new ConfigError(`config: must be an object of fields; got ${show(fields)}.`, { got: fields });
  }
  if (Object.hasOwn(fields, "attnLayerIdx") || Object.hasOwn(fields, "attn_layer_idx")) throw attentionLayers();
  const { attention, experts, ...flat } = filled("", FIELDS, fields, DEFAULT_CONFIG);
  const config: Mamba2Config = Object.freeze({
    ...flat,
    nLayer: fields.layers && fields.nLayer === undefined ? fields.layers.length : flat.nLayer,
    layers: frozenLayers(flat.layers),
    attention: attention && filledAttention(attention),
    mlp: filled("mlp.", MLP_FIELDS, flat.mlp, DEFAULT_MLP),
    experts: experts && filled("experts.", EXPERTS_FIELDS, experts, defaultsOf(EXPERTS_FIELDS)),
    multipliers: filled("multipliers.", MULTIPLIER_FIELDS, flat.multipliers, NO_MULTIPLIERS),
  });
  checkTogether(config);
  return config;
}

function filledAttention(given: AttentionConfig): AttentionConfig {
  const attention = filled("attention.", ATTENTION_FIELDS, given, defaultsOf(ATTENTION_FIELDS));
  const { rotary } = attention;
  if (!rotary) return attention;
  return Object.freeze({
    ...attention,
    rotary: filled("attention.rotary.", ROTARY_FIELDS, rotary, defaultsOf(ROTARY_FIELDS)),
  });
}

/** Whether a name is a field of {@link Mamba2Config}. */
export function isConfigField(name: string): name is keyof Mamba2Config {
  return Object.hasOwn(FIELDS, name);
}

function attentionLayers(): ConfigError {
  return new ConfigError(
    'config: layers of attention are named in layers, such as [["mixer"], ["attention"]], and described in attention; got attnLayerIdx.',
    { field: "attnLayerIdx" },
  );
}

/** Raises unless `config` is a whole configuration. */
export function requireConfig(op: string, config: unknown): void {
  if (isPlainObject(config) && typeof config["dModel"] === "number" && typeof config["nLayer"] === "number") return;
  throw ConfigError.must(op, "config", "be a whole configuration, as mamba2Config and preset make it", config);
}
