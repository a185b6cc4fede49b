// Named configurations: small byte-level models to train here, and the published ones.

import { ConfigError, requireArity } from "@x/tensor/core";
import { mamba2Config, type Mamba2Config, type Mamba2Fields } from "./config.ts";
import { HYBRID_PRESETS, type HybridPresetName } from "./hybrid-presets.ts";

/** state-spaces/mamba2-*: GPT-NeoX tokenizer, whose end of text is token 0. */
const published = (dModel: number, nLayer: number): Partial<Mamba2Config> => ({
  dModel,
  nLayer,
  vocabSize: 50277,
  padVocabSizeMultiple: 16,
  eosTokenId: 0,
});

/** Names of {@link preset}. */
export type PresetName =
  | "tiny"
  | "small"
  | "mamba2-130m"
  | "mamba2-370m"
  | "mamba2-780m"
  | "mamba2-1.3b"
  | "mamba2-2.7b"
  | "codestral-7b"
  | HybridPresetName;

const PRESETS: Readonly<Record<PresetName, Mamba2Fields>> = {
  /** 279 k parameters, bytes: trains on a CPU in minutes */
  tiny: { dModel: 96, nLayer: 4, vocabSize: 256, dState: 32, headDim: 32, chunkSize: 64 },
  /** 3.5 M parameters, bytes */
  small: { dModel: 256, nLayer: 8, vocabSize: 256, dState: 64, headDim: 64, chunkSize: 64 },
  "mamba2-130m": published(768, 24),
  "mamba2-370m": published(1024, 48),
  "mamba2-780m": published(1536, 48),
  "mamba2-1.3b": published(2048, 48),
  "mamba2-2.7b": published(2560, 64),
  /** mistralai/Mamba-Codestral-7B-v0.1 */
  "codestral-7b": {
    dModel: 4096,
    nLayer: 64,
    vocabSize: 32768,
    padVocabSizeMultiple: 1,
    nGroups: 8,
    tieEmbeddings: false,
    bosTokenId: 1,
    eosTokenId: 2,
  },
  ...HYBRID_PRESETS,
};

/** Every name that {@link preset} takes. */
export const PRESET_NAMES: readonly PresetName[] = Object.freeze(Object.keys(PRESETS) as PresetName[]);

/**
 * A named configuration, with fields replaced on request.
 *
 * @throws ConfigError for a name that is not in {@link PRESET_NAMES}, or a field that {@link mamba2Config} refuses
 * @example
 * const config = preset("tiny", { nLayer: 2 });
 */
export function preset(name: PresetName, fields: Mamba2Fields = {}): Mamba2Config {
  requireArity("preset", arguments, 2);
  if (!isPresetName(name)) {
    throw new ConfigError(`preset: the name must be one of ${PRESET_NAMES.join(", ")}; got "${String(name)}".`, {
      expected: PRESET_NAMES,
      got: name,
    });
  }
  return mamba2Config({ ...PRESETS[name], ...fields });
}

/**
 * Whether a text is the name of a preset.
 *
 * @example
 * console.log(isPresetName("tiny"), isPresetName("models/config.json")); // true false
 */
export function isPresetName(name: string): name is PresetName {
  requireArity("isPresetName", arguments, 1);
  return Object.hasOwn(PRESETS, name);
}
