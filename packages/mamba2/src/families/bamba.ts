// Bamba: a mixer or, in a few layers, attention; then an MLP. Half of each head turns with its position.
import type { JsonValue } from "@x/tensor/core";
import type { Mamba2Fields } from "../config/config.ts";
import { type Layer, layerOf } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import type { CheckpointLayout } from "./family.ts";
import { namedFields } from "./fields.ts";
import { feedForwardTensors } from "./hybrid-tensors.ts";
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
  requireStandardScale,
  POSITIONS,
} from "./hybrids.ts";
import type { NameTable } from "./names.ts";
import { rooted } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import { ignoreRotary, readRotary, ROTARY_NAMES, rotaryFields } from "./rotary.ts";
import { requireEqual, requireLayers, requireMultipliers, requireNormGroups, requireWritable } from "./writing.ts";

const TITLE = "bamba";
const INDICES = "attn_layer_indices";
const NAMES: NameTable = { ...HYBRID_NAMES, intermediate_size: "dIntermediate", mlp_bias: "mlp.bias" };
/** What the library assumes for a missing field. */
const DEFAULTS: Mamba2Fields = { ...HYBRID_DEFAULTS, vocabSize: 128_000, dIntermediate: 14_336 };

/** {@link CheckpointLayout} of Bamba. */
export const bambaLayout: CheckpointLayout = {
  name: "bamba",
  title: TITLE,
  modelType: "bamba",
  embeddingName: "model.embed_tokens.weight",

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    checkHybrid(reader);
    reader.require("hidden_act", "silu", "Other activations are not supported.");
    reader.expect("z_loss_coefficient", 0, "the loss has no such term here");
    const fields = {
      ...DEFAULTS,
      ...reader.fields(NAMES, POSITIONS),
      ...reader.tokenIds({ bosTokenId: 1, eosTokenId: 2, padTokenId: 0 }),
    };
    const indices = new Set(reader.list(INDICES) ?? []);
    const layers = layersOf(fields.nLayer, (i): Layer => [indices.has(i) ? "attention" : "mixer", "mlp"]);
    for (const index of layers ? indices : [])
      if (!(Number.isSafeInteger(index) && (index as number) >= 0 && (index as number) < layers!.length))
        throw reader.wrong(INDICES, `a list of layers from 0 to ${layers!.length - 1}`, [...indices]);
    const dModel = reader.whole("hidden_size") ?? DEFAULTS.dModel!;
    const { attention: readAttention, ...others } = fields;
    const attention = attentionOf(reader, readAttention, { heads: 32, keyValueHeads: 8 });
    if (indices.size === 0) ignoreRotary(reader);
    const rotary =
      indices.size === 0
        ? null
        : readRotary(reader, headWidth(reader, attention, dModel), { partial: 0.5, outside: false });
    return reader.finish(
      "bamba",
      {
        ...others,
        ...(indices.size === layers?.length ? ignoreMixers(reader) : fullNormMixers(reader, dModel)),
        layers,
        attention: rotary && { ...attention, rotary },
        mlp: { multipleOf: 1, ...fields.mlp },
      },
      { ...NAMES, ...POSITIONS, ...ROTARY_NAMES, mamba_d_head: "headDim" },
    );
  },

  writeConfig(config, dtype = "float32") {
    requireLayers(TITLE, config, 'a mixer or attention, then "mlp", in each layer', ([first, second, ...rest]) => {
      return (first === "mixer" || first === "attention") && second === "mlp" && rest.length === 0;
    });
    requireHybrid(TITLE, config, { gatedNorm: true, normBeforeGate: false, outBias: config.bias });
    requireNormGroups(TITLE, config, 1);
    requireStandardScale(TITLE, config);
    requireMultipliers(TITLE, config);
    requireWritable(TITLE, config, { "mlp.gated": true, "mlp.activation": "silu" });
    const indices = Array.from({ length: config.nLayer }, (_, i) => i).filter(
      (i) => layerOf(config, i)[0] === "attention",
    );
    if (indices.length > 0 && !config.attention?.rotary) requireEqual(TITLE, "attention.rotary", null, "one");
    const fields = hybridFields(config, "bamba", "BambaForCausalLM", dtype);
    return {
      json: {
        ...(namedFields(NAMES, config) as Record<string, JsonValue>),
        ...fields,
        intermediate_size: dimensions(config).dMlpBlock,
        [INDICES]: indices,
        ...rotaryFields(TITLE, config),
      },
      warnings: lostHybridSettings(TITLE, config),
    };
  },

  nameOf: (name) => rooted(name, "model"),
  tensors: (config) => feedForwardTensors(config, bambaLayout.embeddingName),
};
