// The layout of flash-linear-attention (its Mamba2ForCausalLM; the same model_type as transformers, other names).

import { type JsonValue, requireArity } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import type { WarningOptions } from "../checkpoint/warnings.ts";
import type { CheckpointLayout, ConfigDType } from "./family.ts";
import { FLA_NAMES as NAMES, OLDER_FLA_NAMES } from "./names.ts";
import { checkPlain, EMBEDDINGS, plainTensors, pluralName, requireHeads } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import { jsonOf, plainJson, requireNormGroups, requirePlain } from "./writing.ts";

/** What FLA assumes for a missing field, where it differs from the official implementation. */
const DEFAULTS: Partial<Mamba2Config> = {
  dModel: 2048,
  nLayer: 48,
  vocabSize: 32000,
  padVocabSizeMultiple: 1,
  tieEmbeddings: false,
  bosTokenId: 1,
  eosTokenId: 2,
  padTokenId: 0,
};
const TITLE = "FLA";

/** {@link CheckpointLayout} of flash-linear-attention. Its vocab_size is the padded one. */
export const flaLayout: CheckpointLayout = {
  name: "fla",
  title: TITLE,
  modelType: "mamba2",
  embeddingName: EMBEDDINGS,
  writesTiedHead: true,

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    checkPlain(reader);
    reader.ignore(["fuse_norm", "fuse_linear_cross_entropy", "use_l2warp", "backend"]);
    reader.expect("rms_norm", true, "FLA always norms inside its mixers, and so does the loaded model");
    const fields = { ...DEFAULTS, ...reader.fields(NAMES, OLDER_FLA_NAMES), ...reader.tokenIds(DEFAULTS) };
    reader.ignore(["num_heads"]);
    const read = reader.finish("fla", fields, { ...OLDER_FLA_NAMES, ...NAMES });
    requireHeads(reader, read.config);
    return read;
  },

  writeConfig(config, dtype = "float32") {
    requirePlain(TITLE, config);
    requireNormGroups(TITLE, config, config.nGroups);
    return {
      json: plainJson(NAMES, config, dtype, {
        fuse_norm: true,
        fuse_cross_entropy: true,
        fuse_linear_cross_entropy: false,
      }),
      warnings: [],
    };
  },

  nameOf: pluralName,
  tensors: (config) => plainTensors(config, EMBEDDINGS),
};

/**
 * A configuration as config.json of flash-linear-attention.
 *
 * @throws ConfigError when that library cannot express it, or it does not come from {@link mamba2Config}
 * @example
 * console.log(toFLA(preset("tiny"))["hidden_size"]); // 96
 */
export function toFLA(
  config: Mamba2Config,
  dtype?: ConfigDType,
  options: WarningOptions = {},
): Readonly<Record<string, JsonValue>> {
  requireArity("toFLA", arguments, 3);
  return jsonOf(flaLayout.writeConfig(config, dtype), "toFLA", options);
}
