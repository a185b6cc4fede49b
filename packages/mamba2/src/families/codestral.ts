// The layout of the files that Mistral released Codestral Mamba in: params.json, which names a few fields, since all others are the official implementation's
// defaults, and consolidated.safetensors with its names under `model.`.
import { ConfigError } from "@x/tensor/core";
import { generationOf } from "../checkpoint/token-ids.ts";
import { DEFAULT_CONFIG, type FlatField, type Mamba2Config, show } from "../config/config.ts";
import type { CheckpointLayout } from "./family.ts";
import { namedFields, valueAt } from "./fields.ts";
import { CODESTRAL_NAMES as NAMES } from "./names.ts";
import { EMBEDDING, officialName, plainTensors } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import {
  lostSettings,
  requireLayers,
  requireMixers,
  requireMultipliers,
  requireNormGroups,
  requireWritable,
} from "./writing.ts";

const TITLE = "codestral";
const REQUIRED: readonly (keyof typeof NAMES)[] = ["dim", "n_layers", "vocab_size"];
/** Fields that change what a model computes and that params.json has no names for. */
const FIXED: readonly FlatField[] = [
  "dState",
  "dConv",
  "expand",
  "headDim",
  "normEps",
  "gatedNorm",
  "normBeforeGate",
  "dHasHeadDim",
  "bias",
  "convBias",
  "dtLimit",
];
/** Fields of initialisation that it has no names for either. */
const LOST: readonly FlatField[] = [
  "convInit",
  "aInitRange",
  "dtMin",
  "dtMax",
  "dtInitFloor",
  "initializerRange",
  "rescalePrenormResidual",
];

const standard = (fields: readonly FlatField[]): Partial<Mamba2Config> =>
  Object.fromEntries(fields.map((field) => [field, DEFAULT_CONFIG[field]]));

/** {@link CheckpointLayout} of mistralai/Mamba-Codestral-7B-v0.1's own files, as mistral-inference reads them. */
export const codestralLayout: CheckpointLayout = {
  name: "codestral",
  title: TITLE,
  modelType: null,
  embeddingName: EMBEDDING,
  files: { config: "params.json", weights: "consolidated.safetensors", prefix: "model." },

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    // what Mistral calls every model of state-space layers
    reader.require("model_type", "mamba", "Only Mamba-2 models can be loaded.");
    for (const name of REQUIRED) {
      if (reader.get(name) !== undefined) continue;
      throw new ConfigError(`${TITLE} config: must have ${REQUIRED.join(", ")}; got no ${name}.`, { field: name });
    }
    reader.ignore(["fused_add_norm"]);
    return reader.finish("codestral", reader.fields(NAMES), NAMES);
  },

  writeConfig(config) {
    requireLayers(TITLE, config, "a mixer alone in each layer", (layer) => layer.length === 1 && layer[0] === "mixer");
    if (!config.layers) requireWritable(TITLE, config, { dIntermediate: 0 });
    requireMultipliers(TITLE, config);
    requireMixers(TITLE, config, { outBias: config.bias });
    requireNormGroups(TITLE, config, config.nGroups);
    for (const field of FIXED)
      if (show(valueAt(config, field)) !== show(DEFAULT_CONFIG[field]))
        requireWritable(TITLE, config, { [field]: DEFAULT_CONFIG[field] });
    return {
      json: { ...namedFields(NAMES, config), fused_add_norm: true, model_type: "mamba" },
      warnings: lostSettings(TITLE, config, standard(LOST)),
      generation: generationOf(config),
    };
  },

  nameOf: officialName,
  tensors: (config) => plainTensors(config, EMBEDDING),
};
