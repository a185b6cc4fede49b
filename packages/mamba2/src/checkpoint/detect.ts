// Which layout a checkpoint has, told by the keys of its config.json and the names of its tensors; and reading a configuration
// of any naming from its text.

import { CheckpointError, ConfigError, isJsonObject, parseJson, type JsonValue } from "@x/tensor";
import { isConfigField, mamba2Config, type Mamba2Config } from "../config.ts";
import { flaLayout } from "./fla.ts";
import { hfLayout } from "./hf.ts";
import type { CheckpointLayout, LayoutName, ReadConfig } from "./layout.ts";
import { officialLayout } from "./official.ts";

export const LAYOUTS: Readonly<Record<LayoutName, CheckpointLayout>> = { official: officialLayout, hf: hfLayout, fla: flaLayout };

// transformers and FLA write the same model_type and the same class name; these names only one of them has.
const ONLY_HF = ["layer_norm_epsilon", "time_step_limit", "time_step_min", "time_step_max", "time_step_floor", "time_step_rank", "rms_norm"];
const ONLY_FLA = [
  "norm_eps", "dt_limit", "dt_min", "dt_max", "dt_init_floor", "rmsnorm", "A_init_range", "D_has_hdim", "conv_init", "fuse_norm", "fuse_cross_entropy",
  "fuse_linear_cross_entropy", "use_l2warp",
];
const ONLY_OFFICIAL = ["ssm_cfg", "d_model", "n_layer", "attn_layer_idx", "pad_vocab_size_multiple"];

/**
 * Tells the layout of a checkpoint by its configuration, and where that says nothing by the names of its tensors.
 *
 * Throws CheckpointError when neither tells.
 *
 * @example
 * detectLayout({ d_model: 768, n_layer: 24, ssm_cfg: { layer: "Mamba2" } }); // "official"
 */
export function detectLayout(json: Readonly<Record<string, JsonValue>>, tensorNames: Iterable<string> = []): LayoutName {
  const count = (names: readonly string[]): number => names.filter((name) => Object.hasOwn(json, name)).length;
  if (count(ONLY_OFFICIAL) > 0) return "official";
  const [hf, fla] = [count(ONLY_HF), count(ONLY_FLA)];
  if (hf !== fla) return hf > fla ? "hf" : "fla";
  // a file of defaults only: model_type "mamba2" belongs to transformers
  if (Object.hasOwn(json, "model_type") || Object.hasOwn(json, "hidden_size")) return "hf";
  const names = new Set(tensorNames);
  if (names.has(officialLayout.embeddingName)) return "official";
  if (names.has(hfLayout.embeddingName)) return "hf";
  throw new CheckpointError(
    "checkpoint: its config.json must be of the official implementation (d_model, ssm_cfg), of transformers (hidden_size, time_step_limit) " +
      `or of FLA (hidden_size, dt_limit); got the fields ${Object.keys(json).slice(0, 12).join(", ") || "(none)"}.`,
    { got: Object.keys(json) },
  );
}

/** A configuration read from a text, and whose naming it is in; "own" is that of {@link Mamba2Config}. */
export interface ReadConfigText extends ReadConfig {
  readonly layout: LayoutName | "own";
}

/**
 * Reads a configuration in any of the four namings. Takes the bare `Infinity` that Python writes.
 *
 * Throws ConfigError for what is not JSON and for a configuration that cannot be built.
 *
 * @example
 * const { config, warnings } = readConfigText('{ "dModel": 64, "nLayer": 2, "headDim": 16, "vocabSize": 256 }');
 */
export function readConfigText(text: string, tensorNames: Iterable<string> = []): ReadConfigText {
  const json = parseConfigJson(text);
  const own = Object.keys(json).some((name) => isConfigField(name) && /[A-Z]/.test(name));
  if (own) return { layout: "own", config: mamba2Config(withInfinity(json) as Partial<Mamba2Config>), warnings: [] };
  const layout = detectLayout(json, tensorNames);
  return { layout, ...LAYOUTS[layout].readConfig(json) };
}

/** `JSON.stringify` writes the Infinity of an unlimited dtLimit as null. */
function withInfinity(json: Readonly<Record<string, JsonValue>>): Readonly<Record<string, JsonValue>> {
  const limit = json["dtLimit"];
  return Array.isArray(limit) && limit[1] === null ? { ...json, dtLimit: [limit[0]!, Infinity, ...limit.slice(2)] } : json;
}

/** The object in a config.json. */
export function parseConfigJson(text: string): Readonly<Record<string, JsonValue>> {
  let json: JsonValue;
  try {
    json = parseJson(text, { nonFinite: true });
  } catch (cause) {
    throw new ConfigError(`config: must be JSON; ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
  if (isJsonObject(json)) return json;
  throw new ConfigError("config: must be a JSON object of fields; got another JSON value.", { got: json });
}
