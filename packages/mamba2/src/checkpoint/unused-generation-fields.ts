// What a generation_config.json asks for beside sampling and special tokens. Nothing here does it, so whoever loads the model is told, by name; fields and values that change no token pass.
import type { JsonObject, JsonValue } from "@x/tensor/core";
import { show } from "../config/config.ts";

/** Fields that say how a library computes and what it gives back, or that count with several beams alone. */
const SILENT: ReadonlySet<string> = new Set([
  "_from_model_config",
  "assistant_confidence_threshold",
  "assistant_early_exit",
  "assistant_lookbehind",
  "cache_config",
  "cache_implementation",
  "compile_config",
  "decoder_start_token_id",
  "disable_compile",
  "diversity_penalty",
  "do_sample",
  "early_stopping",
  "encoder_no_repeat_ngram_size",
  "encoder_repetition_penalty",
  "is_assistant",
  "length_penalty",
  "low_memory",
  "max_matching_ngram_size",
  "num_assistant_tokens",
  "num_assistant_tokens_schedule",
  "num_beam_groups",
  "output_attentions",
  "output_hidden_states",
  "output_logits",
  "output_scores",
  "prefill_chunk_size",
  "prompt_lookup_num_tokens",
  "remove_invalid_values",
  "renormalize_logits",
  "return_dict_in_generate",
  "return_legacy_cache",
  "target_lookbehind",
  "transformers_version",
  "use_cache",
]);

/** Values that ask for nothing; so do null and an empty list, of every field. */
const NEUTRAL: Readonly<Record<string, JsonValue>> = {
  epsilon_cutoff: 0,
  eta_cutoff: 0,
  guidance_scale: 1,
  min_length: 0,
  min_new_tokens: 0,
  no_repeat_ngram_size: 0,
  num_beams: 1,
  num_return_sequences: 1,
  penalty_alpha: 0,
  token_healing: false,
};

const LENGTHS: readonly string[] = ["max_length", "max_new_tokens"];

/** What is asked for and not done, as warnings. @param read names of the fields that are used */
export function unusedGenerationFields(generation: JsonObject, read: readonly string[]): string[] {
  const asked = Object.entries(generation).filter(
    ([name, value]) =>
      !read.includes(name) &&
      !SILENT.has(name) &&
      value !== null &&
      !(Array.isArray(value) && value.length === 0) &&
      value !== NEUTRAL[name],
  );
  const sentence = (fields: typeof asked, what: string): string[] =>
    fields.length === 0
      ? []
      : [
          `checkpoint: generation_config.json: ${fields.map(([name, value]) => `${name} ${show(value)}`).join(", ")}: ${what}`,
        ];
  return [
    ...sentence(
      asked.filter(([name]) => LENGTHS.includes(name)),
      "maxTokens (--tokens, max_tokens) says here how many tokens are generated at most.",
    ),
    ...sentence(
      asked.filter(([name]) => !LENGTHS.includes(name)),
      "nothing here does that; tokens are chosen without it.",
    ),
  ];
}
