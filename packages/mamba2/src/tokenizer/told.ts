// What a tokenizer's files ask for that is not done, or is done by one part of them only.
import { isJsonObject, type JsonObject } from "@x/tensor/core";
import { settingOf } from "../checkpoint/tokenizer-settings.ts";

const LISTED = 5;
const CLEAN_UP = "clean_up_tokenization_spaces";

/**
 * Whether spaces before punctuation are taken from decoded texts: as in transformers 5, not where the model is a BPE, whose tokens hold the spaces that a text has, unless
 * the files insist.
 */
export function cleansUp(definition: JsonObject, settings: JsonObject): boolean {
  const insists = settingOf(settings, `${CLEAN_UP}_for_bpe_even_though_it_will_corrupt_output`);
  return settingOf(settings, CLEAN_UP) && (insists || !isBpe(definition));
}

function isBpe({ model = null }: JsonObject): boolean {
  return isJsonObject(model) && (model["type"] ?? (model["merges"] && "BPE")) === "BPE";
}

/** @throws Error for a model that would be read as another */
export function requireKnown(definition: JsonObject): void {
  const { model = null } = definition;
  const prefix = isJsonObject(model) ? (model["continuing_subword_prefix"] ?? "") : "";
  if (isBpe(definition) && prefix !== "")
    throw new Error(`a BPE must have no continuing_subword_prefix; got ${JSON.stringify(prefix)}, which is not done`);
}

/**
 * What a user should know about the files.
 *
 * @param added whether encoding adds the token that a field names
 * @param words added tokens that are to be found as whole words only
 */
export function told(
  definition: JsonObject,
  settings: JsonObject,
  added: (token: "bos_token" | "eos_token") => boolean,
  words: readonly string[],
): readonly string[] {
  const says = (name: string, what: string): string => `tokenizer: tokenizer_config.json says ${name}, ${what}`;
  const warnings = (["bos_token", "eos_token"] as const)
    .filter((token) => settingOf(settings, `add_${token}`) && !added(token))
    .map((token) =>
      says(
        `add_${token}`,
        "but the post_processor of tokenizer.json adds no such token; none is added, as in transformers 5.",
      ),
    );
  if (settingOf(settings, "split_special_tokens"))
    warnings.push(
      says("split_special_tokens", "which is not done: special tokens that a text spells are these tokens."),
    );
  if (settingOf(settings, CLEAN_UP) && !cleansUp(definition, settings))
    warnings.push(
      says(CLEAN_UP, "which is not done for a BPE, as in transformers 5: it would take spaces from the text."),
    );
  const { model = null, normalizer = null } = definition;
  if (isJsonObject(model) && ((model["dropout"] ?? 0) as number) > 0)
    warnings.push("tokenizer: tokenizer.json says dropout, which is not done: every text has its usual tokens.");
  if (JSON.stringify(normalizer).includes('"Precompiled"'))
    warnings.push(
      "tokenizer: the normalizer of tokenizer.json is a table (Precompiled), which is not read: texts are normalized by NFKC, as most of these tables do.",
    );
  if (words.length > 0)
    warnings.push(
      `tokenizer: tokenizer.json says single_word of ${words.slice(0, LISTED).join(", ")}, which is not done: they are found within words too.`,
    );
  return warnings;
}
