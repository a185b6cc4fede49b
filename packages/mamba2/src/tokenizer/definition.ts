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
  return {
    post_processor: null,
    decoder: null,
    pre_tokenizer: null,
    ...definition,
    normalizer: asOriginal(definition["normalizer"] ?? null),
    added_tokens: [...added, ...more],
  };
}

/** A normalizer whose Strip, which would take U+FEFF for white space, is two replacements, and before whose lower case each Σ is σ, which would be ς at the end of a word. */
function asOriginal(step: JsonValue): JsonValue {
  if (!isJsonObject(step)) return step;
  const { type, strip_left: left, strip_right: right, lowercase } = step;
  if (type === "Sequence") return { ...step, normalizers: listOf(step["normalizers"]).map(asOriginal) };
  if (type === "Lowercase" || (type === "BertNormalizer" && lowercase === true))
    return { type: "Sequence", normalizers: [replacement({ String: "Σ" }, "σ"), step] };
  if (type !== "Strip") return step;
  const ends = [...(left === true ? ["\\A\\s+"] : []), ...(right === true ? ["\\s+\\z"] : [])];
  return { type: "Sequence", normalizers: ends.map((Regex) => replacement({ Regex }, "")) };
}

const replacement = (pattern: JsonObject, content: string): JsonObject => ({ type: "Replace", pattern, content });

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
    const { type, add_prefix_space: adds } = step;
    const scheme = type === "Metaspace" ? metaspacePrepends(step) : "always";
    if (type === "Sequence") return { ...step, [list]: listOf(step[list]).map((one) => without(one, list)) };
    const prefixes =
      type === "Prepend" || (type === "Metaspace" ? scheme !== "never" : type === "ByteLevel" && adds !== false);
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
