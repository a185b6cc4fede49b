// The layout of transformers (Mamba2ForCausalLM).

import { ConfigError, type JsonValue } from "@x/tensor";
import type { Mamba2Config } from "../config.ts";
import { dimensions } from "../dimensions.ts";
import { ConfigReader, lostSettings, requireWritable, type CheckpointLayout, type ConfigDType, type NameTable } from "./layout.ts";

const NAMES: NameTable = {
  hidden_size: "dModel", num_hidden_layers: "nLayer", vocab_size: "vocabSize", state_size: "dState", conv_kernel: "dConv", expand: "expand",
  head_dim: "headDim", n_groups: "nGroups", chunk_size: "chunkSize", layer_norm_epsilon: "normEps", use_bias: "bias", use_conv_bias: "convBias",
  tie_word_embeddings: "tieEmbeddings", residual_in_fp32: "residualInFp32", time_step_limit: "dtLimit", time_step_min: "dtMin", time_step_max: "dtMax",
  time_step_floor: "dtInitFloor", initializer_range: "initializerRange", rescale_prenorm_residual: "rescalePrenormResidual",
};

/** What transformers assumes for a missing field: the shape of Codestral 7B. */
const DEFAULTS: Partial<Mamba2Config> = {
  dModel: 4096, nLayer: 64, vocabSize: 32768, padVocabSizeMultiple: 1, nGroups: 8, tieEmbeddings: false, initializerRange: 0.1,
  rescalePrenormResidual: false, bosTokenId: 0, eosTokenId: 2, padTokenId: 1,
};
const DEFAULT_HEADS = 128;
const TITLE = "transformers";

/** {@link CheckpointLayout} of transformers. Its vocab_size is the padded one, its number of heads is stated. */
export const hfLayout: CheckpointLayout = {
  name: "hf",
  title: TITLE,
  embeddingName: "backbone.embeddings.weight",
  writesTiedHead: false,

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    reader.require("model_type", "mamba2", "Only Mamba-2 models can be loaded.");
    reader.require("hidden_act", "silu", "Other activations are not supported.");
    reader.expect("rms_norm", true, "transformers ignores it and always normalises, and so does the loaded model");
    reader.expect("norm_before_gate", false, "transformers ignores it and always gates first, and so does the loaded model");
    reader.ignore([
      "architectures", "torch_dtype", "dtype", "transformers_version", "use_cache", "time_step_rank", "use_mamba_kernels", "intermediate_size",
      "time_step_init_scheme", "time_step_scale", "_name_or_path", "use_return_dict", "output_hidden_states", "fuse_cross_entropy",
    ]);
    const fields = { ...DEFAULTS, ...reader.fields(NAMES), ...reader.tokenIds(DEFAULTS) };
    const heads = reader.get("num_heads") ?? DEFAULT_HEADS;
    reader.warnUnknown();
    const read = reader.finish(fields, NAMES);
    const { nHeads } = dimensions(read.config);
    if (heads !== nHeads) {
      throw new ConfigError(
        `transformers config: num_heads must be expand · hidden_size / head_dim = ${nHeads}; got ${String(heads)}` +
          `${reader.get("num_heads") === undefined ? ", the default when it is absent" : ""}.`,
        { field: "num_heads", expected: nHeads, got: heads },
      );
    }
    return read;
  },

  writeConfig(config, dtype = "float32") {
    const { dInner, nHeads, paddedVocabSize } = dimensions(config);
    requireWritable(TITLE, { ...config, dSsm: config.dSsm === dInner ? null : config.dSsm }, {
      dSsm: null, dIntermediate: 0, rmsNorm: true, gatedNorm: true, normBeforeGate: false, dHasHeadDim: false,
    });
    const named = Object.fromEntries(Object.entries(NAMES).map(([foreign, field]) => [foreign, config[field]]));
    return {
      json: {
        architectures: ["Mamba2ForCausalLM"],
        model_type: "mamba2",
        ...named,
        vocab_size: paddedVocabSize,
        num_heads: nHeads,
        hidden_act: "silu",
        rms_norm: true,
        bos_token_id: config.bosTokenId,
        eos_token_id: config.eosTokenId,
        pad_token_id: config.padTokenId,
        torch_dtype: dtype,
        use_cache: true,
      },
      warnings: lostSettings(TITLE, config, { convInit: null }),
    };
  },
};

/** `config` in the names of transformers. */
export function toHF(config: Mamba2Config, dtype?: ConfigDType): Readonly<Record<string, JsonValue>> {
  return hfLayout.writeConfig(config, dtype).json;
}
