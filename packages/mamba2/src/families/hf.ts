// The layout of transformers (Mamba2ForCausalLM).

import { type JsonValue, requireArity } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import type { WarningOptions } from "../checkpoint/warnings.ts";
import type { CheckpointLayout, ConfigDType } from "./family.ts";
import { HF_NAMES as NAMES, NORM_GROUPS } from "./names.ts";
import { checkPlain, EMBEDDINGS, plainTensors, pluralName, requireHeads } from "./plain.ts";
import { ConfigReader } from "./reader.ts";
import { jsonOf, lostSettings, normGroups as groupsOf, plainJson, requirePlain, requireWritable } from "./writing.ts";

/** What transformers assumes for a missing field: the shape of Codestral 7B. */
const DEFAULTS: Partial<Mamba2Config> = {
  dModel: 4096,
  nLayer: 64,
  vocabSize: 32768,
  padVocabSizeMultiple: 1,
  nGroups: 8,
  tieEmbeddings: false,
  initializerRange: 0.1,
  rescalePrenormResidual: false,
  bosTokenId: 0,
  eosTokenId: 2,
  padTokenId: 1,
};
const DEFAULT_HEADS = 128;
const TITLE = "transformers";

/** {@link CheckpointLayout} of transformers. Its vocab_size is the padded one, its number of heads is stated. */
export const hfLayout: CheckpointLayout = {
  name: "hf",
  title: TITLE,
  modelType: "mamba2",
  embeddingName: EMBEDDINGS,

  readConfig(json) {
    const reader = new ConfigReader(TITLE, json);
    checkPlain(reader);
    reader.expect("rms_norm", true, "transformers ignores it and always normalises, and so does the loaded model");
    reader.expect(
      "norm_before_gate",
      false,
      "transformers ignores it and always gates first, and so does the loaded model",
    );
    reader.ignore([
      "num_heads",
      "use_mamba_kernels",
      "intermediate_size",
      "time_step_init_scheme",
      "time_step_scale",
      "use_return_dict",
      "output_hidden_states",
    ]);
    const fields = { ...DEFAULTS, ...reader.fields(NAMES), ...reader.tokenIds(DEFAULTS) };
    const normGroups = reader.get(NORM_GROUPS) as number | undefined;
    const { nGroups } = reader.config(fields, NAMES);
    // n_groups alone does not say it: the library evaluates with one norm over the full width
    const gatedNormGroups = normGroups ?? 1;
    if (normGroups === undefined && nGroups > 1) {
      reader.warnings.push(
        `${TITLE} config: n_groups is ${nGroups} and there is no ${NORM_GROUPS}. Read as ${TITLE} evaluates: the gated norm goes over the full width (gatedNormGroups 1). ` +
          `The official implementation and ${TITLE}' CUDA training kernel norm each of the ${nGroups} groups apart: where the weights were trained so, load with ` +
          `{ gatedNormGroups: ${nGroups} } (--gated-norm-groups ${nGroups}).`,
      );
    }
    const read = reader.finish(
      "hf",
      { ...fields, gatedNormGroups: gatedNormGroups === nGroups ? null : gatedNormGroups },
      { ...NAMES, [NORM_GROUPS]: "gatedNormGroups" },
    );
    requireHeads(reader, read.config, DEFAULT_HEADS);
    return read;
  },

  writeConfig(config, dtype = "float32") {
    requirePlain(TITLE, config);
    requireWritable(TITLE, config, { gatedNorm: true, normBeforeGate: false, dHasHeadDim: false });
    const { nGroups } = config;
    const normGroups = groupsOf(config);
    if (normGroups !== nGroups) requireWritable(TITLE, config, { gatedNormGroups: 1 });
    return {
      json: plainJson(NAMES, config, dtype, {
        rms_norm: true,
        ...(nGroups > 1 ? { [NORM_GROUPS]: normGroups } : {}),
      }),
      warnings: [
        ...lostSettings(TITLE, config, { convInit: null }),
        ...(nGroups > 1 ? [readings(nGroups, normGroups)] : []),
      ],
    };
  },

  nameOf: pluralName,
  tensors: (config) => plainTensors(config, EMBEDDINGS),
};

/** How transformers will read a model of several groups. */
function readings(nGroups: number, normGroups: number): string {
  const ours = normGroups === 1 ? "goes over the full width" : `norms each of its ${normGroups} groups apart`;
  const theirs =
    normGroups === 1
      ? `as ${TITLE} evaluates it; ${TITLE}' CUDA training kernel norms each of the ${nGroups} groups apart`
      : `as ${TITLE}' CUDA training kernel does; ${TITLE} evaluates with one norm over the full width and gives other numbers`;
  return `${TITLE} config: n_groups is ${nGroups}, and the gated norm of this model ${ours}, ${theirs}. It is written as ${NORM_GROUPS}, which only this library reads.`;
}

/**
 * A configuration as config.json of transformers.
 *
 * @throws ConfigError when that library cannot express it, or it does not come from {@link mamba2Config}
 * @example
 * console.log(toHF(preset("tiny"))["hidden_size"]); // 96
 */
export function toHF(
  config: Mamba2Config,
  dtype?: ConfigDType,
  options: WarningOptions = {},
): Readonly<Record<string, JsonValue>> {
  requireArity("toHF", arguments, 3);
  return jsonOf(hfLayout.writeConfig(config, dtype), "toHF", options);
}
