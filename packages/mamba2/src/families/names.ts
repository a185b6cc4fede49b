// What the libraries of plain Mamba-2 call the fields of a configuration. A name that several of them have may mean different fields.
import type { FlatField } from "../config/config.ts";
import type { AttentionConfig, ExpertsConfig, MlpConfig, Multipliers } from "../config/parts.ts";

/** "own" is this library's: its names for fields and parameters, which can hold every model. */
export type LayoutName =
  | "official"
  | "hf"
  | "fla"
  | "codestral"
  | "falcon_h1"
  | "granitemoehybrid"
  | "bamba"
  | "nemotron_h"
  | "own";

/** A field, or one of a part: "attention.heads". */
export type FieldPath =
  | FlatField
  | `attention.${keyof AttentionConfig}`
  | `mlp.${keyof MlpConfig}`
  | `experts.${keyof ExpertsConfig}`
  | `multipliers.${keyof Multipliers}`;

/** Foreign name → our field. */
export type NameTable = Readonly<Record<string, FieldPath>>;

/** The official implementation: config.json itself … */
export const OFFICIAL_MODEL_NAMES: NameTable = {
  d_model: "dModel",
  d_intermediate: "dIntermediate",
  n_layer: "nLayer",
  vocab_size: "vocabSize",
  rms_norm: "rmsNorm",
  residual_in_fp32: "residualInFp32",
  pad_vocab_size_multiple: "padVocabSizeMultiple",
  tie_embeddings: "tieEmbeddings",
};

/** … and its ssm_cfg. */
export const OFFICIAL_MIXER_NAMES: NameTable = {
  d_state: "dState",
  d_conv: "dConv",
  conv_init: "convInit",
  expand: "expand",
  headdim: "headDim",
  d_ssm: "dSsm",
  ngroups: "nGroups",
  A_init_range: "aInitRange",
  D_has_hdim: "dHasHeadDim",
  rmsnorm: "gatedNorm",
  norm_before_gate: "normBeforeGate",
  dt_min: "dtMin",
  dt_max: "dtMax",
  dt_init_floor: "dtInitFloor",
  dt_limit: "dtLimit",
  bias: "bias",
  conv_bias: "convBias",
  chunk_size: "chunkSize",
  learnable_init_states: "learnableInitialState",
};

/** params.json of Mistral's own release of Codestral. */
export const CODESTRAL_NAMES: NameTable = {
  dim: "dModel",
  n_layers: "nLayer",
  vocab_size: "vocabSize",
  n_groups: "nGroups",
  rms_norm: "rmsNorm",
  residual_in_fp32: "residualInFp32",
  pad_vocab_size_multiple: "padVocabSizeMultiple",
  tie_embeddings: "tieEmbeddings",
};

/** transformers and FLA alike. */
const SHARED: NameTable = {
  hidden_size: "dModel",
  num_hidden_layers: "nLayer",
  vocab_size: "vocabSize",
  state_size: "dState",
  conv_kernel: "dConv",
  expand: "expand",
  head_dim: "headDim",
  n_groups: "nGroups",
  chunk_size: "chunkSize",
  use_bias: "bias",
  use_conv_bias: "convBias",
  tie_word_embeddings: "tieEmbeddings",
  residual_in_fp32: "residualInFp32",
  initializer_range: "initializerRange",
  rescale_prenorm_residual: "rescalePrenormResidual",
};

const TIME_STEPS: NameTable = {
  time_step_limit: "dtLimit",
  time_step_min: "dtMin",
  time_step_max: "dtMax",
  time_step_floor: "dtInitFloor",
};

export const HF_NAMES: NameTable = { ...SHARED, ...TIME_STEPS, layer_norm_epsilon: "normEps" };

export const FLA_NAMES: NameTable = {
  ...SHARED,
  conv_init: "convInit",
  norm_eps: "normEps",
  rmsnorm: "gatedNorm",
  norm_before_gate: "normBeforeGate",
  D_has_hdim: "dHasHeadDim",
  A_init_range: "aInitRange",
  dt_min: "dtMin",
  dt_max: "dtMax",
  dt_init_floor: "dtInitFloor",
  dt_limit: "dtLimit",
};

/** Names that FLA had until 2026, when it took those of the official implementation. */
export const OLDER_FLA_NAMES: NameTable = { ...TIME_STEPS, layer_norm_epsilon: "normEps" };

/** A field of ours in files of transformers, which ignores it: it has no name for the groups of the gated norm. */
export const NORM_GROUPS = "gated_norm_groups";

/** Names that change numbers in some implementation: where another one's file holds them, they must not be dropped. */
export const FOREIGN_NAMES: Readonly<Partial<Record<LayoutName, NameTable>>> = {
  official: { ...FLA_NAMES, ...HF_NAMES, [NORM_GROUPS]: "gatedNormGroups" },
  codestral: { ...FLA_NAMES, ...HF_NAMES, ...OFFICIAL_MIXER_NAMES, ...OFFICIAL_MODEL_NAMES },
  hf: { ...OFFICIAL_MIXER_NAMES, ...OFFICIAL_MODEL_NAMES, ...FLA_NAMES },
  fla: { ...OFFICIAL_MIXER_NAMES, ...OFFICIAL_MODEL_NAMES, ...HF_NAMES, [NORM_GROUPS]: "gatedNormGroups" },
};

/** Fields of config.json that transformers declares as floats: it refuses to read a whole number without a point there. */
export const FLOAT_FIELDS: ReadonlySet<string> = new Set([
  "attention_dropout",
  "attention_in_multiplier",
  "attention_multiplier",
  "attention_out_multiplier",
  "embedding_multiplier",
  "hidden_dropout",
  "initializer_range",
  "key_multiplier",
  "layer_norm_epsilon",
  "lm_head_multiplier",
  "logits_scaling",
  "mlp_multipliers",
  "norm_eps",
  "partial_rotary_factor",
  "residual_multiplier",
  "rms_norm_eps",
  "rope_theta",
  "routed_scaling_factor",
  "router_aux_loss_coef",
  "ssm_in_multiplier",
  "ssm_multipliers",
  "ssm_out_multiplier",
  "time_step_floor",
  "time_step_limit",
  "time_step_max",
  "time_step_min",
  "z_loss_coefficient",
]);
