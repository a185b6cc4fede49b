// A tokenizer.json as @huggingface/tokenizers must get it, to encode as the original library does: what that library reads otherwise is written out.
import { isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { idOf, tokenText } from "../checkpoint/token-ids.ts";
import { namedTokens } from "../checkpoint/tokenizer-settings.ts";
import { metaspacePrepends } from "./decoding.ts";

/** The definition with all its parts, the special tokens that only tokenizer_config.json names among those added. */
export function completeDefinition(definition: JsonObject, settings: JsonObject): JsonObject {
  const added = listOf(definition["added_tokens"]);
  const known = new Set(added.map((token) => tokenText(token)));
  const more: JsonObject[] = [];
  const add = (id: number | undefined, token: JsonObject): void => {
    const text = tokenText(token);
    if (id === undefined || text === undefined || known.has(text)) return;
    known.add(text);
    more.push({ ...token, id });
  };
  const decoder = settings["added_tokens_decoder"];
  if (decoder !== undefined && isJsonObject(decoder))
    for (const [id, token] of Object.entries(decoder)) if (isJsonObject(token)) add(Number(id), token);
  const lists = ["additional_special_tokens", "extra_special_tokens"].flatMap((name) => listOf(settings[name]));
  for (const named of [...Object.values(namedTokens(settings)), ...lists]) {
    const text = tokenText(named);
    if (text !== undefined) add(idOf(definition, text), { content: text, special: true, normalized: false });
  }
  const { pre_tokenizer: preTokenizer = null } = definition;
  return {
    normalizer: null,
    post_processor: null,
    decoder: null,
    ...definition,
    added_tokens: [...added, ...more],
    pre_tokenizer: plainMetaspace(preTokenizer),
  };
}

/**
 * A Metaspace in every pre-tokenizer with its scheme by its name of today, and, where it splits, with the split that the library leaves out: before every space, so
 * that no token holds two of them.
 */
function plainMetaspace(preTokenizer: JsonValue): JsonValue {
  if (!isJsonObject(preTokenizer)) return preTokenizer;
  if (preTokenizer["type"] === "Sequence")
    return { ...preTokenizer, pretokenizers: listOf(preTokenizer["pretokenizers"]).map(plainMetaspace) };
  if (preTokenizer["type"] !== "Metaspace") return preTokenizer;
  const named = { ...preTokenizer, prepend_scheme: metaspacePrepends(preTokenizer) };
  if (preTokenizer["split"] === false) return named;
  const space = [...(typeof preTokenizer["replacement"] === "string" ? preTokenizer["replacement"] : "▁")]
    .map((character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
    .join("");
  return {
    type: "Sequence",
    pretokenizers: [
      named,
      { type: "Split", pattern: { Regex: `${space}[^${space}]*|[^${space}]+` }, behavior: "Isolated", invert: true },
    ],
  };
}

/** What is put before texts, taken off. */
export interface WithoutPrefix {
  readonly definition: JsonObject;
  /** whether it is put before each stretch of text between added tokens, not before the first alone */
  readonly everywhere: boolean;
}

/** A {@link completeDefinition} of a tokenizer that puts a space before texts, without that; undefined where it puts nothing. */
export function withoutPrefix(definition: JsonObject): WithoutPrefix | undefined {
  let [found, everywhere] = [false, false];
  const without = (step: JsonValue, list: string): JsonValue => {
    if (!isJsonObject(step)) return step;
    const { type, prepend_scheme: scheme, add_prefix_space: adds } = step;
    if (type === "Sequence") return { ...step, [list]: listOf(step[list]).map((one) => without(one, list)) };
    const prefixes =
      type === "Prepend" || (type === "Metaspace" ? scheme !== "never" : type === "ByteLevel" && adds === true);
    if (!prefixes) return step;
    [found, everywhere] = [true, everywhere || scheme !== "first"];
    return type === "Prepend"
      ? { ...step, prepend: "" }
      : { ...step, prepend_scheme: "never", add_prefix_space: false };
  };
  const { normalizer = null, pre_tokenizer: cuts = null } = definition;
  const plain = { normalizer: without(normalizer, "normalizers"), pre_tokenizer: without(cuts, "pretokenizers") };
  return found ? { definition: { ...definition, ...plain }, everywhere } : undefined;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
