// Nemotron-H: one part in each layer, a mixer, attention without positions, an MLP or experts.
import { CheckpointError, type JsonValue } from "@x/tensor/core";
import type { Mamba2Config, Mamba2Fields } from "../config/config.ts";
import { hasPart, type Layer, layerOf, type Part } from "../config/layers.ts";
import type { ExpertsConfig } from "../config/parts.ts";
import { dimensions } from "../config/dimensions.ts";
import type { CheckpointLayout, ConfigDType, SerializedConfig } from "./family.ts";
import { namedFields } from "./fields.ts";
import { attentionTensors, hybridTensors, mixerTensors } from "./hybrid-tensors.ts";
import {
  attentionOf,
  checkHybrid,
  HYBRID_DEFAULTS,
  positionFields,
  POSITIONS,
  requireHybrid,
  requireStandardScale,
  tokenFields,
} from "./hybrids.ts";
import { LETTER_OF, readWords, WORD_OF } from "./layer-kinds.ts";
import type { NameTable } from "./names.ts";
import type { FileTensorList } from "./tensor-ranges.ts";
import { rooted } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import { lostSettings, requireLayers, requireMultipliers, requireNormGroups, requireWritable } from "./writing.ts";

const TITLE = "nemotron_h";
const NAMES: NameTable = {
  vocab_size: "vocabSize",
  hidden_size: "dModel",
  num_attention_heads: "attention.heads",
  num_key_value_heads: "attention.keyValueHeads",
  head_dim: "attention.headDim",
  intermediate_size: "dIntermediate",
  mlp_hidden_act: "mlp.activation",
  mlp_bias: "mlp.bias",
  mamba_head_dim: "headDim",
  ssm_state_size: "dState",
  n_groups: "nGroups",
  conv_kernel: "dConv",
  chunk_size: "chunkSize",
  use_conv_bias: "convBias",
  use_bias: "bias",
  layer_norm_epsilon: "normEps",
  time_step_limit: "dtLimit",
  time_step_min: "dtMin",
  time_step_max: "dtMax",
  time_step_floor: "dtInitFloor",
  initializer_range: "initializerRange",
  rescale_prenorm_residual: "rescalePrenormResidual",
  residual_in_fp32: "residualInFp32",
};
/** What older files call some of them. */
const OLDER_NAMES: NameTable = {
  mamba_n_groups: "nGroups",
  mamba_d_conv: "dConv",
  mamba_chunk_size: "chunkSize",
  mamba_conv_bias: "convBias",
  mamba_dt_min: "dtMin",
  mamba_dt_max: "dtMax",
  mamba_dt_init_floor: "dtInitFloor",
  mamba_dt_limit: "dtLimit",
};
const EXPERT_NAMES: NameTable = {
  n_routed_experts: "experts.count",
  num_experts_per_tok: "experts.perToken",
  moe_intermediate_size: "experts.width",
  moe_shared_expert_intermediate_size: "experts.sharedWidth",
  moe_latent_size: "experts.latent",
  n_group: "experts.groups",
  topk_group: "experts.topGroups",
  norm_topk_prob: "experts.normalize",
  routed_scaling_factor: "experts.scale",
};
/** Names that the library has and does not read, or that say nothing about what is computed. */
const UNUSED = [
  "num_hidden_layers",
  "expand",
  "mamba_expand",
  "mamba_proj_bias",
  "mamba_ssm_cache_dtype",
  "n_shared_experts",
  "moe_shared_expert_overlap",
  "mtp_layers_block_type",
  "mtp_hybrid_override_pattern",
  "num_nextn_predict_layers",
  "rope_theta",
];
/** What the library assumes for a missing field. */
const DEFAULTS: Mamba2Fields = {
  ...HYBRID_DEFAULTS,
  vocabSize: 131_072,
  dState: 128,
  headDim: 64,
  nGroups: 8,
  chunkSize: 128,
  dIntermediate: 21_504,
};
const EXPERTS: Partial<ExpertsConfig> = { count: 8, perToken: 2, width: 7688, sharedWidth: 7688 };
const LAYER_NAMES = ["layers_block_type", "layer_types", "hybrid_override_pattern"];
const DEFAULT_LAYERS: readonly Part[] = ["mixer", "experts", "attention", "mlp"];

/** {@link CheckpointLayout} of Nemotron-H. */
export const nemotronLayout: CheckpointLayout = {
  name: "nemotron_h",
  title: TITLE,
  modelType: "nemotron_h",
  embeddingName: "backbone.embeddings.weight",

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    checkHybrid(reader);
    reader.require("mamba_hidden_act", "silu", "Other activations of mixers are not supported.");
    reader.ignore([...UNUSED, ...LAYER_NAMES]);
    reader.expect("attention_bias", false, "the library ignores it, and so does the loaded model");
    reader.expect("tie_word_embeddings", false, "the library ties nothing, and so does the loaded model");
    const parts = readWords(reader, LAYER_NAMES, DEFAULT_LAYERS) ?? DEFAULT_LAYERS;
    const { attention, mlp, ...fields } = {
      ...DEFAULTS,
      ...reader.fields(NAMES, OLDER_NAMES, POSITIONS),
      ...reader.tokenIds({ bosTokenId: 1, eosTokenId: 2, padTokenId: 0 }),
    };
    const dModel = reader.whole("hidden_size") ?? DEFAULTS.dModel!;
    const dSsm = (reader.whole("mamba_num_heads") ?? 128) * (reader.whole("mamba_head_dim") ?? DEFAULTS.headDim!);
    const feedForward = { multipleOf: 1, activation: "relu2", gated: false, ...mlp } as const;
    return reader.finish(
      "nemotron_h",
      {
        ...fields,
        ...(parts.includes("mixer") ? { expand: dSsm / dModel } : {}),
        nLayer: parts.length,
        layers: parts.map((part): Layer => [part]),
        attention: parts.includes("attention")
          ? { headDim: 128, ...attentionOf(reader, attention, { heads: 32, keyValueHeads: 8 }) }
          : null,
        mlp: feedForward,
        experts: parts.includes("experts") ? expertsOf(reader, feedForward) : ignoreExperts(reader),
      },
      { ...NAMES, ...POSITIONS, ...EXPERT_NAMES, mamba_num_heads: "expand" },
    );
  },

  writeConfig: write,

  nameOf(name) {
    const whole = rooted(name, "backbone");
    return whole.startsWith("mtp.") ? null : whole;
  },

  memoryName: (name) => name.replace(/^backbone\./, "model."),

  tensors: (config, names) => {
    const stacked = names !== undefined && [...names].some((name) => name.endsWith(".experts.up_proj"));
    if (names && !stacked) requireExpertNames(config, names);
    return hybridTensors(config, {
      layers: "backbone.layers",
      embedding: nemotronLayout.embeddingName,
      finalNorm: "backbone.norm_f.weight",
      norms: ["norm"],
      parts: {
        mixer: (list, theirs, ours) => mixerTensors(list, `${theirs}.mixer`, ours),
        attention: (list, theirs, ours) => attentionTensors(config)(list, `${theirs}.mixer`, ours),
        mlp: (list, theirs, ours) => mlpTensors(list, `${theirs}.mixer`, ours),
        experts: (list, theirs, ours) => expertTensors(config, stacked, list, `${theirs}.mixer`, ours),
      },
    });
  },
};

/** Before a name is made for each expert: where they are apart, every one has a tensor at least. @throws CheckpointError */
function requireExpertNames(config: Mamba2Config, names: ReadonlySet<string>): void {
  if (!hasPart(config, "experts")) return;
  const layers = (config.layers ?? []).filter(([part]) => part === "experts").length;
  const experts = config.experts!.count * layers;
  if (experts <= names.size) return;
  throw new CheckpointError(
    `checkpoint: the tensors must be those of the configuration, of ${experts} experts; got ${names.size} tensors, fewer than that.`,
    { expected: experts, got: names.size },
  );
}

function expertsOf(
  reader: ConfigReader,
  { activation, bias }: NonNullable<Mamba2Fields["mlp"]>,
): Partial<ExpertsConfig> {
  return {
    ...EXPERTS,
    gated: false,
    routing: "sigmoid",
    activation: activation!,
    bias: bias ?? false,
    ...reader.fields(EXPERT_NAMES).experts,
  };
}

function ignoreExperts(reader: ConfigReader): null {
  reader.ignore(Object.keys(EXPERT_NAMES));
  return null;
}

function write(config: Mamba2Config, dtype: ConfigDType = "float32"): SerializedConfig {
  requireLayers(TITLE, config, "one part in each layer", (layer) => layer.length === 1 && !layer[0]!.includes("+"));
  requireHybrid(TITLE, config, { gatedNorm: true, normBeforeGate: false, outBias: config.bias });
  requireNormGroups(TITLE, config, config.nGroups);
  requireStandardScale(TITLE, config);
  requireMultipliers(TITLE, config);
  requireWritable(TITLE, config, { tieEmbeddings: false });
  if (hasPart(config, "attention"))
    requireWritable(TITLE, config, { "attention.bias": false, "attention.rotary": null });
  if (hasPart(config, "mlp")) requireWritable(TITLE, config, { "mlp.gated": false });
  const experts = hasPart(config, "experts");
  if (experts) requireExperts(config);
  const { nHeads, dMlpBlock, attention, paddedVocabSize } = dimensions(config);
  const parts = Array.from({ length: config.nLayer }, (_, i) => layerOf(config, i)[0] as Part);
  const [, high] = config.dtLimit;
  return {
    json: {
      architectures: ["NemotronHForCausalLM"],
      model_type: "nemotron_h",
      ...(namedFields(NAMES, config) as Record<string, JsonValue>),
      vocab_size: paddedVocabSize,
      num_hidden_layers: config.nLayer,
      layers_block_type: parts.map((part) => WORD_OF[part]),
      hybrid_override_pattern: parts.map((part) => LETTER_OF[part]).join(""),
      ...(attention && { num_key_value_heads: attention.keyValueHeads, head_dim: attention.headDim }),
      attention_bias: false,
      ...(hasPart(config, "mlp") ? { intermediate_size: dMlpBlock } : {}),
      ...(hasPart(config, "mixer") ? { mamba_num_heads: nHeads, expand: config.expand } : {}),
      mamba_hidden_act: "silu",
      ...(experts ? namedFields(EXPERT_NAMES, config) : {}),
      ...(experts && config.experts!.latent === 0 ? { moe_latent_size: null } : {}),
      tie_word_embeddings: false,
      ...positionFields(config),
      ...tokenFields(config),
      torch_dtype: dtype,
      use_cache: true,
    },
    warnings: [
      ...lostSettings(TITLE, config, { convInit: null, aInitRange: [1, 16], residualsPerLayer: 2 }),
      ...(high < Infinity
        ? [
            `${TITLE} config: dtLimit = [${config.dtLimit.join(", ")}] is written as time_step_limit, which transformers does not read: it clamps dt to [time_step_min, Infinity].`,
          ]
        : []),
    ],
  };
}

function requireExperts(config: Mamba2Config): void {
  requireWritable(TITLE, config, { "experts.gated": false, "experts.routing": "sigmoid" });
  const { activation, bias } = config.mlp;
  if (hasPart(config, "mlp"))
    requireWritable(TITLE, config, { "experts.activation": activation, "experts.bias": bias });
}

function mlpTensors(list: FileTensorList, theirs: string, ours: string): void {
  list.linear(`${theirs}.up_proj`, `${ours}.fc1`);
  list.linear(`${theirs}.down_proj`, `${ours}.fc2`);
}

/** Experts are apart, or stacked as in the library's memory. */
function expertTensors(
  config: Mamba2Config,
  stacked: boolean,
  list: FileTensorList,
  theirs: string,
  ours: string,
): void {
  list.whole(`${theirs}.gate.weight`, `${ours}.router.weight`);
  list.whole(`${theirs}.gate.e_score_correction_bias`, `${ours}.router.bias`);
  mlpTensors(list, `${theirs}.shared_experts`, `${ours}.shared`);
  list.linear(`${theirs}.fc1_latent_proj`, `${ours}.latent_in`);
  list.linear(`${theirs}.fc2_latent_proj`, `${ours}.latent_out`);
  for (const [name, parameter] of [
    ["up_proj", `${ours}.up`],
    ["down_proj", `${ours}.down`],
  ] as const) {
    if (stacked) {
      list.whole(`${theirs}.experts.${name}`, parameter);
      continue;
    }
    const { count } = config.experts!;
    for (let j = 0; j < count; j++) {
      list.stack(`${theirs}.experts.${j}.${name}.weight`, parameter, (_, rows, columns) => ({
        shape: [rows, columns],
        ranges: () => [{ begin: j * rows * columns, size: rows * columns }],
      }));
    }
  }
}
