// Falcon-H1: a mixer and attention side by side in every layer, an MLP after them, and a factor on each.
import type { JsonValue } from "@x/tensor/core";
import type { Mamba2Fields } from "../config/config.ts";
import type { Layer } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import type { CheckpointLayout } from "./family.ts";
import { namedFields } from "./fields.ts";
import { feedForwardTensors } from "./hybrid-tensors.ts";
import {
  attentionOf,
  checkHybrid,
  expandedWidth,
  headWidth,
  HYBRID_DEFAULTS,
  HYBRID_NAMES,
  hybridFields,
  layersOf,
  lostHybridSettings,
  mixerSizes,
  requireHybrid,
  requireStandardScale,
  POSITIONS,
} from "./hybrids.ts";
import type { NameTable } from "./names.ts";
import { rooted } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import { readRotary, ROTARY_NAMES, rotaryFields } from "./rotary.ts";
import { requireEqual, requireLayers, requireNormGroups, requireWritable } from "./writing.ts";

const TITLE = "falcon_h1";
const LAYER: Layer = ["mixer+attention", "mlp"];
const NAMES: NameTable = {
  ...HYBRID_NAMES,
  intermediate_size: "dIntermediate",
  mamba_rms_norm: "gatedNorm",
  mamba_norm_before_gate: "normBeforeGate",
  projectors_bias: "outBias",
  mlp_bias: "mlp.bias",
  embedding_multiplier: "multipliers.embedding",
  lm_head_multiplier: "multipliers.logits",
  attention_in_multiplier: "multipliers.attentionIn",
  attention_out_multiplier: "multipliers.attentionOut",
  key_multiplier: "multipliers.key",
  ssm_in_multiplier: "multipliers.ssmIn",
  ssm_out_multiplier: "multipliers.ssmOut",
  ssm_multipliers: "multipliers.ssm",
};
const MLP_FACTORS = "mlp_multipliers";
/** What the library assumes for a missing field. */
const DEFAULTS: Mamba2Fields = {
  ...HYBRID_DEFAULTS,
  vocabSize: 128_000,
  dIntermediate: 14_336,
  gatedNorm: false,
  normBeforeGate: true,
  outBias: false,
};

/** {@link CheckpointLayout} of Falcon-H1. */
export const falconLayout: CheckpointLayout = {
  name: "falcon_h1",
  title: TITLE,
  modelType: "falcon_h1",
  embeddingName: "model.embed_tokens.weight",

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    checkHybrid(reader);
    reader.require("hidden_act", "silu", "Other activations are not supported.");
    reader.ignore(["attn_layer_indices"]);
    const fields = {
      ...DEFAULTS,
      ...reader.fields(NAMES, POSITIONS),
      ...reader.tokenIds({ bosTokenId: 1, eosTokenId: 2, padTokenId: 0 }),
    };
    const dModel = reader.whole("hidden_size") ?? DEFAULTS.dModel!;
    const dSsm = reader.has("mamba_d_ssm") ? reader.whole("mamba_d_ssm") : 1024;
    const expanded = expandedWidth(reader, dModel);
    const attention = attentionOf(reader, fields.attention, { heads: 32, keyValueHeads: 8 });
    const rotary = readRotary(reader, headWidth(reader, attention, dModel), { partial: 1, outside: true });
    const factors = reader.list(MLP_FACTORS) ?? [1, 1];
    if (factors.length !== 2) throw reader.wrong(MLP_FACTORS, "a list of 2, for gate and down", factors);
    const [mlpGate, mlpOut] = factors as readonly [number, number];
    return reader.finish(
      "falcon_h1",
      {
        ...fields,
        ...mixerSizes(
          reader,
          dModel,
          dSsm ?? expanded,
          dSsm === undefined ? "mamba_expand · hidden_size" : "mamba_d_ssm",
        ),
        layers: layersOf(fields.nLayer, () => LAYER),
        attention: { ...attention, rotary },
        mlp: { multipleOf: 1, ...fields.mlp },
        multipliers: { ...fields.multipliers, mlpGate, mlpOut },
      },
      {
        ...NAMES,
        ...POSITIONS,
        ...ROTARY_NAMES,
        mamba_d_ssm: "expand",
        mamba_d_head: "headDim",
        [`${MLP_FACTORS}[0]`]: "multipliers.mlpGate",
        [`${MLP_FACTORS}[1]`]: "multipliers.mlpOut",
      },
    );
  },

  writeConfig(config, dtype = "float32") {
    requireLayers(TITLE, config, `${JSON.stringify(LAYER)} in each layer`, (layer) => layer.join() === LAYER.join());
    requireHybrid(TITLE, config, {});
    requireNormGroups(TITLE, config, config.nGroups);
    requireStandardScale(TITLE, config);
    if (!config.attention?.rotary) requireEqual(TITLE, "attention.rotary", null, "one");
    requireWritable(TITLE, config, { "multipliers.residual": 1, "mlp.gated": true, "mlp.activation": "silu" });
    const { mlpGate, mlpOut } = config.multipliers;
    return {
      json: {
        ...(namedFields(NAMES, config) as Record<string, JsonValue>),
        ...hybridFields(config, "falcon_h1", "FalconH1ForCausalLM", dtype),
        intermediate_size: dimensions(config).dMlpBlock,
        mamba_d_ssm: dimensions(config).dSsm,
        projectors_bias: config.outBias ?? config.bias,
        [MLP_FACTORS]: [mlpGate, mlpOut],
        ...rotaryFields(TITLE, config),
      },
      warnings: lostHybridSettings(TITLE, config),
    };
  },

  nameOf: (name) => rooted(name, "model"),
  tensors: (config) => feedForwardTensors(config, falconLayout.embeddingName),
};
