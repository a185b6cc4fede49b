// Granite 4 (GraniteMoeHybrid): a mixer or attention, then an MLP that every token goes through, with experts beside it in some models.
import type { JsonValue } from "@x/tensor/core";
import type { Mamba2Config, Mamba2Fields } from "../config/config.ts";
import { hasPart, type Layer, layerOf } from "../config/layers.ts";
import type { ExpertsConfig } from "../config/parts.ts";
import { dimensions } from "../config/dimensions.ts";
import type { CheckpointLayout } from "./family.ts";
import { namedFields } from "./fields.ts";
import { attentionTensors, hybridTensors, mixerTensors } from "./hybrid-tensors.ts";
import {
  attentionOf,
  checkHybrid,
  fullNormMixers,
  headWidth,
  HYBRID_DEFAULTS,
  HYBRID_NAMES,
  hybridFields,
  ignoreMixers,
  layersOf,
  lostHybridSettings,
  requireHybrid,
  POSITIONS,
} from "./hybrids.ts";
import { readWords, WORD_OF } from "./layer-kinds.ts";
import type { NameTable } from "./names.ts";
import type { FileTensorList } from "./tensor-ranges.ts";
import { rooted } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import { inverseOf } from "./inverse.ts";
import { ignoreRotary, readRotary, ROTARY_NAMES, rotaryFields } from "./rotary.ts";
import { requireLayers, requireMultipliers, requireNormGroups, requireWritable } from "./writing.ts";

const TITLE = "granitemoehybrid";
const NAMES: NameTable = {
  ...HYBRID_NAMES,
  shared_intermediate_size: "dIntermediate",
  embedding_multiplier: "multipliers.embedding",
  residual_multiplier: "multipliers.residual",
  attention_multiplier: "attention.scale",
};
const EXPERT_NAMES: NameTable = {
  num_local_experts: "experts.count",
  num_experts_per_tok: "experts.perToken",
  intermediate_size: "experts.width",
};
/** What the library assumes for a missing field. */
const DEFAULTS: Mamba2Fields = {
  ...HYBRID_DEFAULTS,
  vocabSize: 32_000,
  dIntermediate: 1024,
  normEps: 1e-6,
};
const EXPERTS: Partial<ExpertsConfig> = { count: 8, perToken: 2, width: 11_008 };
/** What its experts always are. */
const ROUTED: Partial<ExpertsConfig> = {
  activation: "silu",
  gated: true,
  routing: "softmax",
  scale: 1,
  groups: 1,
  topGroups: 1,
  latent: 0,
  sharedWidth: 0,
  bias: false,
};
const SCALING = "logits_scaling";
const MOST_SCALING = 1e6;

/** {@link CheckpointLayout} of Granite 4. */
export const graniteLayout: CheckpointLayout = {
  name: "granitemoehybrid",
  title: TITLE,
  modelType: "granitemoehybrid",
  embeddingName: "model.embed_tokens.weight",

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    checkHybrid(reader);
    reader.require("hidden_act", "silu", "Other activations are not supported.");
    reader.ignore(["mlp_bias", "router_aux_loss_coef"]);
    reader.expect("output_router_logits", false, "the loss has no term for the balance of experts here");
    const fields = {
      ...DEFAULTS,
      ...reader.fields(NAMES, POSITIONS),
      ...reader.tokenIds({ bosTokenId: 1, eosTokenId: 2, padTokenId: null }),
    };
    const words = readWords(reader, ["layer_types", "layers_block_type"], ["mixer", "attention"]);
    const kinds = layersOf(fields.nLayer, (i) => [words?.[i] === "attention" ? "attention" : "mixer"])?.flat();
    if (words && kinds && words.length !== kinds.length)
      throw reader.wrong("layer_types", `a list of num_hidden_layers = ${kinds.length} words`, words.length);
    const experts = reader.whole("num_local_experts", 0) === 0 ? null : expertsOf(reader);
    if (!experts) reader.ignore(Object.keys(EXPERT_NAMES));
    const after = experts ? "mlp+experts" : "mlp";
    const dModel = reader.whole("hidden_size") ?? DEFAULTS.dModel!;
    const { attention: readAttention, ...others } = fields;
    return reader.finish(
      "granitemoehybrid",
      {
        ...others,
        ...(kinds?.includes("mixer") === false ? ignoreMixers(reader) : fullNormMixers(reader, dModel)),
        layers: kinds?.map((kind): Layer => [kind, after]) ?? null,
        attention: kinds?.includes("attention") ? attentionFields(reader, readAttention, dModel) : noAttention(reader),
        mlp: { multipleOf: 1 },
        experts,
        multipliers: { ...fields.multipliers, logits: 1 / scaling(reader) },
      },
      {
        ...NAMES,
        ...POSITIONS,
        ...EXPERT_NAMES,
        ...ROTARY_NAMES,
        mamba_d_head: "headDim",
        [SCALING]: "multipliers.logits",
      },
    );
  },

  writeConfig(config, dtype = "float32") {
    const experts = hasPart(config, "experts");
    const after = experts ? "mlp+experts" : "mlp";
    requireLayers(TITLE, config, `a mixer or attention, then "${after}", in each layer`, ([first, second, ...rest]) => {
      return (first === "mixer" || first === "attention") && second === after && rest.length === 0;
    });
    requireHybrid(TITLE, config, { gatedNorm: true, normBeforeGate: false, outBias: config.bias });
    requireNormGroups(TITLE, config, 1);
    requireMultipliers(TITLE, config, ["embedding", "residual", "logits"]);
    requireWritable(TITLE, config, { "mlp.gated": true, "mlp.activation": "silu", "mlp.bias": false });
    for (const [field, expected] of experts ? Object.entries(ROUTED) : [])
      requireWritable(TITLE, config, { [`experts.${field}`]: expected });
    const { attention } = dimensions(config);
    const fields = hybridFields(config, "granitemoehybrid", "GraniteMoeHybridForCausalLM", dtype);
    return {
      json: {
        ...(namedFields(NAMES, config) as Record<string, JsonValue>),
        ...fields,
        layer_types: Array.from({ length: config.nLayer }, (_, i) => WORD_OF[layerOf(config, i)[0] as "mixer"]),
        shared_intermediate_size: dimensions(config).dMlpBlock,
        num_local_experts: 0,
        num_experts_per_tok: 0,
        ...(experts ? namedFields(EXPERT_NAMES, config) : {}),
        attention_multiplier: config.attention?.scale ?? (attention ? attention.headDim ** -0.5 : 1),
        position_embedding_type: config.attention?.rotary ? "rope" : "nope",
        [SCALING]: inverseOf(config.multipliers.logits),
        ...rotaryFields(TITLE, config),
      },
      warnings: lostHybridSettings(TITLE, config),
    };
  },

  nameOf: (name) =>
    rooted(name, "model")
      .replace(/\.block_sparse_moe\.router\.weight$/, ".block_sparse_moe.router.layer.weight")
      .replace(/\.block_sparse_moe\.experts\.gate_up_proj$/, ".block_sparse_moe.input_linear.weight")
      .replace(/\.block_sparse_moe\.experts\.down_proj$/, ".block_sparse_moe.output_linear.weight"),

  memoryName: (name) =>
    name
      .replace(/\.block_sparse_moe\.router\.layer\.weight$/, ".block_sparse_moe.router.weight")
      .replace(/\.block_sparse_moe\.input_linear\.weight$/, ".block_sparse_moe.experts.gate_up_proj")
      .replace(/\.block_sparse_moe\.output_linear\.weight$/, ".block_sparse_moe.experts.down_proj"),

  tensors: (config) =>
    hybridTensors(config, {
      layers: "model.layers",
      embedding: graniteLayout.embeddingName,
      finalNorm: "model.norm.weight",
      norms: ["input_layernorm", "post_attention_layernorm"],
      parts: {
        mixer: (list, theirs, ours) => mixerTensors(list, `${theirs}.mamba`, ours),
        attention: (list, theirs, ours) => attentionTensors(config)(list, `${theirs}.self_attn`, ours),
        mlp: (list, theirs, ours) => sharedMlpTensors(config, list, `${theirs}.shared_mlp`, ours),
        experts: (list, theirs, ours) => expertTensors(list, `${theirs}.block_sparse_moe`, ours),
      },
    }),
};

function expertsOf(reader: ConfigReader): Partial<ExpertsConfig> {
  return { ...EXPERTS, ...ROUTED, ...reader.fields(EXPERT_NAMES).experts };
}

function attentionFields(
  reader: ConfigReader,
  read: Mamba2Fields["attention"],
  dModel: number,
): NonNullable<Mamba2Fields["attention"]> {
  const attention = { scale: 1, ...attentionOf(reader, read, { heads: 32, keyValueHeads: null }) };
  const positions = reader.get("position_embedding_type");
  if (positions === "rope")
    return {
      ...attention,
      rotary: readRotary(reader, headWidth(reader, attention, dModel), { partial: 1, outside: true }),
    };
  if (positions !== undefined && positions !== "nope")
    throw reader.wrong("position_embedding_type", '"rope", "nope" or null', positions);
  ignoreRotary(reader);
  return attention;
}

function noAttention(reader: ConfigReader): null {
  ignoreRotary(reader);
  reader.ignore(["position_embedding_type"]);
  return null;
}

function scaling(reader: ConfigReader): number {
  const value = reader.get(SCALING) ?? 1;
  if (typeof value === "number" && Math.abs(value) <= MOST_SCALING && value !== 0) return value;
  throw reader.wrong(SCALING, `a number within ±${MOST_SCALING} other than 0`, value);
}

/** The file has the gate first. */
function sharedMlpTensors(config: Mamba2Config, list: FileTensorList, theirs: string, ours: string): void {
  const { dMlpBlock: width } = dimensions(config);
  list.linear(`${theirs}.input_linear`, `${ours}.fc1`, [width, 2 * width], [0, width]);
  list.linear(`${theirs}.output_linear`, `${ours}.fc2`);
}

function expertTensors(list: FileTensorList, theirs: string, ours: string): void {
  list.whole(`${theirs}.router.layer.weight`, `${ours}.router.weight`);
  list.stack(`${theirs}.input_linear.weight`, `${ours}.up`, (count, rows, columns) => {
    const size = (rows / 2) * columns;
    return {
      shape: [count, rows, columns],
      ranges: () => Array.from({ length: 2 * count }, (_, i) => ({ begin: (i ^ 1) * size, size })),
    };
  });
  list.whole(`${theirs}.output_linear.weight`, `${ours}.down`);
}
