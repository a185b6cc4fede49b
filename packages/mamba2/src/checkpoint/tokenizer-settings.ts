// What a checkpoint says of its tokenizer beside tokenizer.json: tokenizer_config.json, and what older versions of transformers kept apart from it.
import { describeValue } from "@x/base";
import { CheckpointError, isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { readObject } from "./json-files.ts";
import type { FileReader } from "./sources.ts";

export const SETTINGS_FILE = "tokenizer_config.json";
export const SPECIAL_TOKENS_FILE = "special_tokens_map.json";
export const ADDED_TOKENS_FILE = "added_tokens.json";

/**
 * The fields of tokenizer_config.json. Where it has no `added_tokens_decoder`, as in files of before 2023, the special tokens of special_tokens_map.json come before its own, and the
 * tokens of added_tokens.json are added: as in transformers, which reads these two files only then.
 *
 * @throws CheckpointError for a file that is no JSON object
 */
export async function tokenizerSettings(read: FileReader): Promise<JsonObject> {
  const settings = (await readObject(read, SETTINGS_FILE)) ?? {};
  if (Object.hasOwn(settings, "added_tokens_decoder")) return settings;
  const special = (await readObject(read, SPECIAL_TOKENS_FILE)) ?? {};
  const added = await readObject(read, ADDED_TOKENS_FILE);
  const named = new Set(Object.values(special).flat().map(contentOf));
  const decoder = Object.entries(added ?? {}).map(([content, id]) => [
    String(id),
    { content, special: named.has(content), normalized: !named.has(content) },
  ]);
  return { ...settings, ...special, ...(added && { added_tokens_decoder: Object.fromEntries(decoder) as JsonObject }) };
}

function contentOf(token: JsonValue): JsonValue | undefined {
  return typeof token === "object" && token !== null ? (token as JsonObject)["content"] : token;
}

/** The special tokens that the settings give a part to, by its name: any field NAME_token, and those of extra_special_tokens where it is no list. */
export function namedTokens(settings: JsonObject): JsonObject {
  const { extra_special_tokens: extra = null } = settings;
  const named = Object.entries(settings).filter(([name]) => name.endsWith("_token"));
  return { ...Object.fromEntries(named), ...(isJsonObject(extra) && extra) };
}

/** A field that says yes or no; absent and null are no. @throws CheckpointError for any other value */
export function settingOf(settings: JsonObject, name: string): boolean {
  const stated = settings[name] ?? false;
  if (typeof stated === "boolean") return stated;
  throw new CheckpointError(`${SETTINGS_FILE}: ${name} must be true or false; got ${describeValue(stated)}.`, {
    file: SETTINGS_FILE,
    got: stated,
  });
}
