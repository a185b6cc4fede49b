// What the configurations of transformers' hybrids share: names of fields, sizes of mixers and attention.
import { type JsonObject, type JsonValue } from "@x/tensor/core";
import { DEFAULT_CONFIG, type Mamba2Config, type Mamba2Fields } from "../config/config.ts";
import { hasPart, type Layer, MOST_LAYERS } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import type { ConfigDType } from "./family.ts";
import { namedFields } from "./fields.ts";
import type { NameTable } from "./names.ts";
import { type ConfigReader, SILENT_NAMES } from "./reader.ts";
import { lostSettings, requireEqual, requireMixers, requireWritable } from "./writing.ts";

/** Falcon-H1, Granite and Bamba alike. */
export const HYBRID_NAMES: NameTable = {
  vocab_size: "vocabSize",
  hidden_size: "dModel",
  num_hidden_layers: "nLayer",
  num_attention_heads: "attention.heads",
  num_key_value_heads: "attention.keyValueHeads",
  head_dim: "attention.headDim",
  attention_bias: "attention.bias",
  mamba_d_state: "dState",
  mamba_d_conv: "dConv",
  mamba_n_groups: "nGroups",
  mamba_chunk_size: "chunkSize",
  mamba_conv_bias: "convBias",
  mamba_proj_bias: "bias",
  rms_norm_eps: "normEps",
  time_step_limit: "dtLimit",
  initializer_range: "initializerRange",
  tie_word_embeddings: "tieEmbeddings",
};

/** A field that files may lack, and that is written where it is known. */
export const POSITIONS: NameTable = { max_position_embeddings: "maxPositions" };

/** What all of them assume alike for a missing field. */
export const HYBRID_DEFAULTS: Mamba2Fields = {
  dModel: 4096,
  nLayer: 32,
  padVocabSizeMultiple: 1,
  dState: 256,
  tieEmbeddings: false,
};

/** Names that say nothing about what is computed. */
const SILENT = [
  ...SILENT_NAMES,
  "auto_map",
  "num_logits_to_keep",
  "add_bos_token",
  "expansion_factor",
  "init_method",
  "mamba_dt_rank",
  "mamba_use_mlp",
  "mlp_expansion_factor",
  "normalization_function",
  "use_mamba_kernels",
  "attn_rotary_emb",
];

/** Reads past what changes nothing, and refuses what changes the model and cannot be built. */
export function checkHybrid(reader: ConfigReader): void {
  reader.ignore(SILENT);
  reader.refuse("sliding_window", "Attention here sees all tokens before it.");
  for (const name of ["attention_dropout", "hidden_dropout"])
    reader.expect(name, 0, "there is no dropout here, in training either");
}

/** Width and heads of a mixer: mamba_n_heads · mamba_d_head must be its width. */
export function mixerSizes(
  reader: ConfigReader,
  dModel: number,
  dSsm: number,
  widthName: string,
): Pick<Mamba2Config, "expand" | "headDim" | "dSsm"> {
  const heads = reader.whole("mamba_n_heads") ?? 128;
  const stated = reader.get("mamba_d_head") === "auto" ? undefined : reader.whole("mamba_d_head");
  const headDim = stated ?? dSsm / heads;
  if (heads * headDim !== dSsm || !Number.isSafeInteger(headDim)) {
    throw reader.wrong(
      "mamba_n_heads",
      stated === undefined ? `a divisor of ${widthName}, ${dSsm}` : `${widthName} / mamba_d_head = ${dSsm} / ${stated}`,
      heads,
    );
  }
  return { expand: dSsm / dModel, headDim, dSsm: null };
}

/** Fields of mixers of expanded width whose gated norm goes over the full width, whatever the groups. */
export function fullNormMixers(reader: ConfigReader, dModel: number): Mamba2Fields {
  const sizes = mixerSizes(reader, dModel, expandedWidth(reader, dModel), "mamba_expand · hidden_size");
  return { ...sizes, gatedNormGroups: (reader.get("mamba_n_groups") ?? 1) === 1 ? null : 1 };
}

/** Passes over the sizes of mixers in a model that has none. */
export function ignoreMixers(reader: ConfigReader): Mamba2Fields {
  reader.ignore(["mamba_expand", "mamba_n_heads", "mamba_d_head"]);
  return {};
}

/** mamba_expand · hidden_size. */
export function expandedWidth(reader: ConfigReader, dModel: number): number {
  const expand = reader.get("mamba_expand") ?? 2;
  if (typeof expand === "number" && expand > 0 && expand <= 1024) return Math.floor(expand * dModel);
  throw reader.wrong("mamba_expand", "a number above 0 and at most 1024", expand);
}

/** Fields of attention, with the defaults of a library; all biases are one field. */
export function attentionOf(
  reader: ConfigReader,
  read: Mamba2Fields["attention"],
  defaults: { readonly heads: number; readonly keyValueHeads: number | null },
): NonNullable<Mamba2Fields["attention"]> {
  const keyValueHeads = reader.has("num_key_value_heads") ? null : defaults.keyValueHeads;
  return { heads: defaults.heads, keyValueHeads, ...read, outBias: read?.bias ?? false };
}

/** Width of a head. */
export function headWidth(
  reader: ConfigReader,
  { heads }: NonNullable<Mamba2Fields["attention"]>,
  dModel: number,
): number {
  return reader.whole("head_dim") ?? Math.floor(dModel / (reader.whole("num_attention_heads") ?? heads ?? 1));
}

/** So many layers, of which `of` tells the kinds; null for a number that no model has, which is said when the configuration is made. */
export function layersOf(nLayer: unknown, of: (i: number) => Layer): readonly Layer[] | null {
  const possible = Number.isSafeInteger(nLayer) && (nLayer as number) >= 1 && (nLayer as number) <= MOST_LAYERS;
  return possible ? Array.from({ length: nLayer as number }, (_, i) => of(i)) : null;
}

/** Raises a ConfigError about what none of these libraries can build. */
export function requireHybrid(title: string, config: Mamba2Config, only: Parameters<typeof requireWritable>[2]): void {
  requireMixers(title, config, { dHasHeadDim: false, ...only });
  requireWritable(title, config, { rmsNorm: true });
  const { attention } = config;
  if (!attention) return;
  requireWritable(title, config, { "attention.outBias": attention.bias, "attention.dConv": 0, "attention.dMlp": 0 });
}

/** Names the settings of initialisation that differ from the defaults here: these files have no names for them. */
export function lostHybridSettings(title: string, config: Mamba2Config): string[] {
  const { convInit, aInitRange, dtMin, dtMax, dtInitFloor, rescalePrenormResidual, residualsPerLayer } = DEFAULT_CONFIG;
  const settings = { convInit, aInitRange, dtMin, dtMax, dtInitFloor, rescalePrenormResidual, residualsPerLayer };
  return lostSettings(title, config, settings);
}

/** Raises a ConfigError unless scores have the factor that a library gives them. */
export function requireStandardScale(title: string, config: Mamba2Config): void {
  const { scale } = config.attention ?? {};
  if (scale === null || scale === undefined) return;
  const { headDim } = dimensions(config).attention!;
  if (scale !== headDim ** -0.5) requireEqual(title, "attention.scale", scale, null);
}

/** The special tokens of a model. */
export function tokenFields({ bosTokenId, eosTokenId, padTokenId }: Mamba2Config): JsonObject {
  return { bos_token_id: bosTokenId, eos_token_id: eosTokenId, pad_token_id: padTokenId };
}

/** How long texts may be that the model was made for, where that is known. */
export function positionFields(config: Mamba2Config): JsonObject {
  return config.maxPositions === null ? {} : (namedFields(POSITIONS, config) as JsonObject);
}

/** The fields of {@link HYBRID_NAMES} and of mixers, and what surrounds them. */
export function hybridFields(
  config: Mamba2Config,
  modelType: string,
  architecture: string,
  dtype: ConfigDType,
): Record<string, JsonValue> {
  const { nHeads, paddedVocabSize, attention } = dimensions(config);
  const mixers = hasPart(config, "mixer");
  const { head_dim: headDim = null, ...named } = namedFields(HYBRID_NAMES, config);
  return {
    architectures: [architecture],
    model_type: modelType,
    ...named,
    vocab_size: paddedVocabSize,
    // a model without one kind of layer gets the smallest sizes that the library accepts
    num_attention_heads: attention?.heads ?? 1,
    num_key_value_heads: attention?.keyValueHeads ?? 1,
    ...(headDim === null ? {} : { head_dim: headDim }),
    mamba_expand: mixers ? config.expand : 2,
    mamba_n_heads: mixers ? nHeads : 1,
    mamba_d_head: mixers ? config.headDim : 2 * config.dModel,
    hidden_act: "silu",
    ...positionFields(config),
    ...tokenFields(config),
    torch_dtype: dtype,
    use_cache: true,
  };
}
