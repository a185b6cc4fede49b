// Which tokens begin, end and pad a text. generation_config.json comes first, as in transformers, then config.json, whose official naming has no
// fields for them; where neither says how a text ends, it is the tokenizer's eos_token, with a warning.
import { ConfigError, isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { mamba2Config, type Mamba2Config } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";
import { type GenerationDefaults, generationDefaults } from "./generation-defaults.ts";
import { tokenizerSettings } from "./tokenizer-settings.ts";
import { readJson, readObject } from "./json-files.ts";
import type { FileReader } from "./sources.ts";
import { ConfigReader, TOKEN_ID_NAMES } from "../families/reader.ts";

export const GENERATION_FILE = "generation_config.json";

const END = TOKEN_ID_NAMES.eosTokenId;

/** A configuration with the special tokens of the files beside it. */
export interface ResolvedTokenIds {
  readonly config: Mamba2Config;
  /** of the same file */
  readonly generationDefaults: GenerationDefaults;
  /** generation_config.json, where there is one */
  readonly generationText?: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * The configuration with the special tokens that hold: those of generation_config.json, else those of config.json; for the end, else the tokenizer's.
 *
 * @param json the object in config.json, in any naming
 * @throws CheckpointError, ConfigError for a generation_config.json, or a tokenizer that is needed, which is not what it should be
 */
export async function resolveTokenIds(
  read: FileReader,
  json: JsonObject,
  config: Mamba2Config,
): Promise<ResolvedTokenIds> {
  const file = await readJson(read, GENERATION_FILE);
  const generation = file?.json;
  const { ids: stated, warnings: ofIds } = statedTokenIds(generation);
  const end =
    stated.eosTokenId === undefined && !Object.hasOwn(json, END) && !Object.hasOwn(json, "eosTokenId")
      ? await namedToken(read, "eos_token")
      : undefined;
  const sampling = generationDefaults(generation);
  const warnings = [...ofIds, ...sampling.warnings];
  if (end)
    warnings.push(
      `checkpoint: neither ${GENERATION_FILE} nor config.json states ${END}; the tokenizer's eos_token ${JSON.stringify(end.text)} (${end.id}) is used.`,
    );
  try {
    const resolved = mamba2Config({ ...config, ...stated, ...(end && { eosTokenId: end.id }) });
    warnings.push(...beyondVocabulary(resolved));
    return { config: resolved, generationDefaults: sampling.defaults, generationText: file?.text, warnings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${GENERATION_FILE}: ${error.message}`, { ...error.fields, cause: error });
  }
}

/** What is to be said of special tokens that the model has no row for: none of them can be read or generated. */
function beyondVocabulary(config: Mamba2Config): string[] {
  const { paddedVocabSize } = dimensions(config);
  const fields = Object.entries(TOKEN_ID_NAMES) as [keyof typeof TOKEN_ID_NAMES, string][];
  return fields.flatMap(([field, name]) =>
    [config[field] ?? []]
      .flat()
      .filter((id) => id >= paddedVocabSize)
      .map(
        (id) =>
          `checkpoint: ${name} is ${id}, beyond the ${paddedVocabSize} tokens that the model has; no text has it.`,
      ),
  );
}

/** The special tokens that generation_config.json states. */
export function statedTokenIds(generation: JsonObject | undefined): {
  readonly ids: Partial<Mamba2Config>;
  readonly warnings: readonly string[];
} {
  const reader = new ConfigReader("generation", generation ?? {});
  const stated = Object.entries(reader.tokenIds({})).filter(([, id]) => id !== undefined);
  return { ids: Object.fromEntries(stated) as Partial<Mamba2Config>, warnings: reader.warnings };
}

/** The special tokens under the names that files have for them. */
export function namedTokenIds(config: Mamba2Config): JsonObject {
  const ids = Object.entries(TOKEN_ID_NAMES) as [keyof typeof TOKEN_ID_NAMES, string][];
  return Object.fromEntries(ids.map(([field, name]) => [name, config[field]]));
}

/** What generation_config.json says of a model whose layout has no other place for it; undefined when there is nothing to say. */
export function generationOf(config: Mamba2Config): JsonObject | undefined {
  const ids = namedTokenIds(config);
  return Object.values(ids).some((id) => id !== null) ? ids : undefined;
}

/** A special token that the tokenizer's files name, and its id in tokenizer.json. */
async function namedToken(
  read: FileReader,
  name: string,
): Promise<{ readonly text: string; readonly id: number } | undefined> {
  const text = tokenText((await tokenizerSettings(read))[name]);
  if (text === undefined) return undefined;
  const id = idOf(await readObject(read, "tokenizer.json"), text);
  return id === undefined ? undefined : { text, id };
}

/** A token as tokenizer_config.json writes it: a text, or an object with one. */
export function tokenText(value: JsonValue | undefined): string | undefined {
  const text = value !== undefined && isJsonObject(value) ? value["content"] : value;
  return typeof text === "string" ? text : undefined;
}

/** The id that a tokenizer.json gives to a token: among those added, else in the model's vocabulary, a table or (Unigram) a list. */
export function idOf(tokenizer: JsonObject | undefined, text: string): number | undefined {
  const added = tokenizer?.["added_tokens"];
  const found = Array.isArray(added)
    ? (added as readonly JsonValue[]).find((token) => isJsonObject(token) && token["content"] === text)
    : undefined;
  if (found !== undefined && isJsonObject(found) && typeof found["id"] === "number") return found["id"];
  const model = tokenizer?.["model"];
  const vocab = model !== undefined && isJsonObject(model) ? model["vocab"] : undefined;
  if (Array.isArray(vocab)) {
    const at = (vocab as readonly JsonValue[]).findIndex((entry) => Array.isArray(entry) && entry[0] === text);
    return at < 0 ? undefined : at;
  }
  const id = vocab !== undefined && isJsonObject(vocab) && Object.hasOwn(vocab, text) ? vocab[text] : undefined;
  return typeof id === "number" ? id : undefined;
}
