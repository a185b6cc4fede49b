// The layout of the official implementation (state-spaces/mamba, MambaLMHeadModel): config.json with `ssm_cfg`.

import { ConfigError, isJsonObject, type JsonValue, requireArity } from "@x/tensor/core";
import { DEFAULT_CONFIG, requireConfig, show, type Mamba2Config } from "../config/config.ts";
import { hasPart } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import { generationOf } from "../checkpoint/token-ids.ts";
import type { WarningOptions } from "../checkpoint/warnings.ts";
import type { CheckpointLayout } from "./family.ts";
import { namedFields, valueAt } from "./fields.ts";
import { OFFICIAL_MIXER_NAMES as MIXER_NAMES, OFFICIAL_MODEL_NAMES as MODEL_NAMES } from "./names.ts";
import { ATTENTION_NAMES, readAttention, writeAttention } from "./official-attention.ts";
import { EMBEDDING, officialName, officialTensors } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import {
  jsonOf,
  lostSettings,
  requireLayers,
  requireMultipliers,
  requireNormGroups,
  requireWritable,
} from "./writing.ts";

const TITLE = "official";
/** d_intermediate is rounded up to a multiple of this. */
const MLP_MULTIPLE = 128;

/** {@link CheckpointLayout} of state-spaces/mamba. Missing fields mean that library's defaults, which are those of {@link DEFAULT_CONFIG}. */
export const officialLayout: CheckpointLayout = {
  name: "official",
  title: TITLE,
  modelType: null,
  embeddingName: EMBEDDING,
  writesTiedHead: true,

  readConfig(json) {
    const model = new ConfigReader(TITLE, json);
    const ssmConfig = model.get("ssm_cfg") ?? {};
    if (!isJsonObject(ssmConfig))
      throw new ConfigError(`official config: ssm_cfg must be an object; got ${show(ssmConfig)}.`, {
        field: "ssm_cfg",
      });
    const mixer = new ConfigReader(`${TITLE} ssm_cfg of the`, ssmConfig);
    const modelFields = model.fields(MODEL_NAMES);
    const attention = readAttention(TITLE, model, modelFields);
    model.warnings.push(...attention.warnings);
    const { layers } = attention.fields;
    const layer = mixer.get("layer") ?? "Mamba1";
    if (layer !== "Mamba2" && (!layers || layers.flat().includes("mixer"))) {
      throw new ConfigError(
        `official config: ssm_cfg.layer must be "Mamba2"; got ${show(layer)}${Object.hasOwn(ssmConfig, "layer") ? "" : ", the default when it is absent"}. ` +
          "Only Mamba-2 models can be loaded.",
        { field: "ssm_cfg.layer", expected: "Mamba2", got: layer },
      );
    }
    model.ignore(["fused_add_norm"]);
    mixer.ignore(["use_mem_eff_path", "process_group", "sequence_parallel"]);
    const fields = { ...modelFields, ...attention.fields, ...mixer.fields(MIXER_NAMES) };
    const read = model.finish("official", fields, { ...MODEL_NAMES, ...MIXER_NAMES, ...ATTENTION_NAMES });
    mixer.finishNames("official", read.config);
    model.warnings.push(...mixer.warnings);
    return read;
  },

  writeConfig(config) {
    requireOfficial(config);
    const { dIntermediate, mlp, learnableInitialState } = config;
    const mixer: Record<string, JsonValue> = { layer: "Mamba2" };
    for (const [foreign, field] of Object.entries(MIXER_NAMES)) {
      // only what differs from the defaults: the published files say no more, and the default dt_limit is not JSON
      const value = valueAt(config, field) as JsonValue;
      if (show(value) !== show(valueAt(DEFAULT_CONFIG, field))) mixer[foreign] = value;
    }
    return {
      json: {
        ...namedFields(MODEL_NAMES, config),
        d_intermediate: !hasPart(config, "mlp")
          ? 0
          : mlp.multipleOf === MLP_MULTIPLE
            ? dIntermediate
            : dimensions(config).dMlpBlock,
        ssm_cfg: mixer,
        ...writeAttention(TITLE, config),
        fused_add_norm: true,
      },
      warnings: [
        ...lostSettings(TITLE, config, { initializerRange: 0.02, rescalePrenormResidual: true }),
        ...(learnableInitialState
          ? [
              `${TITLE} config: the learnable initial states are written as init_states and ssm_cfg.learnable_init_states, names of that library's Mamba2Simple; its Mamba2 does not take them.`,
            ]
          : []),
      ],
      generation: generationOf(config),
    };
  },

  nameOf: officialName,
  tensors: officialTensors,
};

/** Raises a ConfigError that names what the library cannot build. */
function requireOfficial(config: Mamba2Config): void {
  const mlp = hasPart(config, "mlp");
  requireLayers(
    TITLE,
    config,
    `a mixer or attention in each layer, ${mlp ? "with" : "without"} an MLP after it`,
    (layer) => {
      const [first, second, ...rest] = layer;
      return (first === "mixer" || first === "attention") && (mlp ? second === "mlp" : !second) && rest.length === 0;
    },
  );
  requireMultipliers(TITLE, config);
  requireWritable(TITLE, config, { normEps: 1e-5 });
  requireNormGroups(TITLE, config, config.nGroups);
  if (hasPart(config, "mixer"))
    requireWritable(TITLE, { ...config, outBias: config.outBias ?? config.bias }, { outBias: config.bias });
  if (!mlp) return;
  requireWritable(TITLE, config, { "mlp.gated": true, "mlp.activation": "silu", "mlp.bias": false });
  if (dimensions(config).dMlpBlock % MLP_MULTIPLE !== 0)
    requireWritable(TITLE, config, { "mlp.multipleOf": MLP_MULTIPLE });
}

/**
 * A configuration as config.json of state-spaces/mamba.
 *
 * @throws ConfigError when that library cannot express it, or it does not come from {@link mamba2Config}
 * @example
 * console.log(toOfficial(preset("tiny"))["d_model"]); // 96
 */
export function toOfficial(config: Mamba2Config, options: WarningOptions = {}): Readonly<Record<string, JsonValue>> {
  requireArity("toOfficial", arguments, 2);
  requireConfig("toOfficial", config);
  return jsonOf(officialLayout.writeConfig(config), "toOfficial", options);
}
