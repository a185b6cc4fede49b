// The layout of the official implementation (state-spaces/mamba, MambaLMHeadModel): config.json with `ssm_cfg`.

import { ConfigError, isJsonObject, type JsonValue } from "@x/tensor/core";
import { DEFAULT_CONFIG, requireConfig, show, type Mamba2Config } from "../config/config.ts";
import {
  ConfigReader,
  jsonOf,
  lostSettings,
  PLAIN,
  requireWritable,
  statedNormGroups,
  type CheckpointLayout,
} from "./layout.ts";
import { OFFICIAL_MIXER_NAMES as MIXER_NAMES, OFFICIAL_MODEL_NAMES as MODEL_NAMES } from "./names.ts";
import { generationOf } from "./token-ids.ts";
import type { WarningOptions } from "./warnings.ts";

const TITLE = "official";

/** {@link CheckpointLayout} of state-spaces/mamba. Missing fields mean that library's defaults, which are those of {@link DEFAULT_CONFIG}. */
export const officialLayout: CheckpointLayout = {
  name: "official",
  title: TITLE,
  embeddingName: "backbone.embedding.weight",
  writesTiedHead: true,

  readConfig(json) {
    const model = new ConfigReader(TITLE, json);
    const attention = model.get("attn_layer_idx");
    if (attention !== undefined && !(Array.isArray(attention) && attention.length === 0)) {
      throw new ConfigError(
        `official config: attn_layer_idx must be empty; got ${show(attention)}. Layers of attention are not supported.`,
        { field: "attn_layer_idx", expected: [], got: attention },
      );
    }
    const ssmConfig = model.get("ssm_cfg") ?? {};
    if (!isJsonObject(ssmConfig))
      throw new ConfigError(`official config: ssm_cfg must be an object; got ${show(ssmConfig)}.`, {
        field: "ssm_cfg",
      });
    const mixer = new ConfigReader(`${TITLE} ssm_cfg of the`, ssmConfig);
    const layer = mixer.get("layer") ?? "Mamba1";
    if (layer !== "Mamba2") {
      throw new ConfigError(
        `official config: ssm_cfg.layer must be "Mamba2"; got ${show(layer)}${Object.hasOwn(ssmConfig, "layer") ? "" : ", the default when it is absent"}. ` +
          "Only Mamba-2 models can be loaded.",
        { field: "ssm_cfg.layer", expected: "Mamba2", got: layer },
      );
    }
    model.ignore(["attn_cfg", "fused_add_norm"]);
    mixer.ignore(["use_mem_eff_path", "process_group", "sequence_parallel"]);
    const fields = { ...model.fields(MODEL_NAMES), ...mixer.fields(MIXER_NAMES) };
    const read = model.finish(fields, { ...MODEL_NAMES, ...MIXER_NAMES });
    model.finishNames("official", read.config);
    mixer.finishNames("official", read.config);
    model.warnings.push(...mixer.warnings);
    return read;
  },

  writeConfig(config) {
    requireWritable(
      TITLE,
      { ...config, gatedNormGroups: statedNormGroups(config) ?? config.nGroups },
      { ...PLAIN, normEps: 1e-5, gatedNormGroups: config.nGroups },
    );
    const mixer: Record<string, JsonValue> = { layer: "Mamba2" };
    for (const [foreign, field] of Object.entries(MIXER_NAMES)) {
      // only what differs from the defaults: the published files say no more, and the default dt_limit is not JSON
      if (show(config[field]) !== show(DEFAULT_CONFIG[field])) mixer[foreign] = config[field];
    }
    const model = Object.fromEntries(Object.entries(MODEL_NAMES).map(([foreign, field]) => [foreign, config[field]]));
    return {
      json: { ...model, ssm_cfg: mixer, attn_layer_idx: [], attn_cfg: {}, fused_add_norm: true },
      warnings: lostSettings(TITLE, config, { initializerRange: 0.02, rescalePrenormResidual: true }),
      generation: generationOf(config),
    };
  },
};

/**
 * A configuration as config.json of state-spaces/mamba.
 *
 * @throws ConfigError when that library cannot express it, or it does not come from {@link mamba2Config}
 * @example
 * console.log(toOfficial(preset("tiny"))["d_model"]); // 96
 */
export function toOfficial(config: Mamba2Config, options: WarningOptions = {}): Readonly<Record<string, JsonValue>> {
  requireConfig("toOfficial", config);
  return jsonOf(officialLayout.writeConfig(config), "toOfficial", options);
}
