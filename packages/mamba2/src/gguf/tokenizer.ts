// The tokenizer that a GGUF file holds, as tokenizer.json and tokenizer_config.json.
import { CheckpointError, type JsonObject, type JsonValue } from "@x/tensor/core";

const KEY = "tokenizer.ggml.";
/** What a token is, as the file numbers it. */
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

/** How texts are cut into words before they become tokens, by the names that llama.cpp has for it. */
interface Words {
  readonly names: readonly string[];
  readonly cuts: readonly JsonObject[];
  /** whether a word that is a token is one, whatever the merges say */
  readonly wholeWords?: boolean;
  /** whether a text begins with the token for it where the file does not say */
  readonly begins?: boolean;
}

const BYTES: JsonObject = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
const GPT2: JsonObject = { ...BYTES, use_regex: true };
const LLAMA3: JsonObject = {
  type: "Split",
  pattern: {
    Regex:
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  },
  behavior: "Isolated",
  invert: false,
};

const WORDS: readonly Words[] = [
  { names: ["gpt-2", "olmo", "mpt", "phi-2", "jais"], cuts: [GPT2] },
  {
    names: ["refact", "starcoder", "command-r", "smollm", "codeshell"],
    cuts: [{ type: "Digits", individual_digits: true }, GPT2],
  },
  { names: ["dbrx", "smaug-bpe"], cuts: [LLAMA3, BYTES] },
  {
    names: ["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
    cuts: [LLAMA3, BYTES],
    wholeWords: true,
    begins: true,
  },
];

/** The files of a tokenizer, by name; those of a file that holds none are none. @throws CheckpointError for one that is not read */
export function tokenizerFilesOf(
  file: string,
  values: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, JsonObject> {
  const model = values[`${KEY}model`];
  if (model === undefined || model === "none") return new Map();
  const hint =
    "Give the tokenizer of the model that it was made from: a folder or repository with tokenizer.json (--tokenizer).";
  const fails = (what: string, got: unknown, read: string): CheckpointError =>
    new CheckpointError(
      `gguf: ${file} must have ${what} of ${read} for its tokenizer to be read; got "${String(got)}". ${hint}`,
      {
        file,
        got,
      },
    );
  if (model !== "gpt2") throw fails(`${KEY}model`, model, "gpt2");
  const pre = values[`${KEY}pre`];
  const words = WORDS.find(({ names }) => names.includes(String(pre)));
  if (!words) throw fails(`${KEY}pre`, pre, WORDS.flatMap(({ names }) => names).join(", "));
  const tokens = texts(file, values, "tokens");
  const kinds = values[`${KEY}token_type`];
  const kindOf = (id: number): number => Number(Array.isArray(kinds) ? (kinds[id] ?? 1) : 1);
  const added = tokens.flatMap((content, id) =>
    kindOf(id) === CONTROL || kindOf(id) === USER_DEFINED
      ? [
          {
            id,
            content,
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: kindOf(id) === CONTROL,
          },
        ]
      : [],
  );
  const vocab = Object.fromEntries(tokens.flatMap((token, id) => (kindOf(id) === UNUSED ? [] : [[token, id]])));
  const tokenAt = (name: string): string | undefined => {
    const id = values[`${KEY}${name}_token_id`];
    return id === undefined ? undefined : tokens[Number(id)];
  };
  const begin = tokenAt("bos");
  const begins = (values[`${KEY}add_bos_token`] ?? words.begins ?? false) === true && begin !== undefined;
  const template = values["tokenizer.chat_template"];
  const named = Object.entries({ bos: begin, eos: tokenAt("eos"), unk: tokenAt("unknown"), pad: tokenAt("padding") });
  return new Map<string, JsonObject>([
    [
      "tokenizer.json",
      {
        version: "1.0",
        truncation: null,
        padding: null,
        added_tokens: added,
        normalizer: null,
        pre_tokenizer: { type: "Sequence", pretokenizers: words.cuts },
        post_processor: begins ? beginning(begin, Number(values[`${KEY}bos_token_id`])) : null,
        decoder: BYTES,
        model: {
          type: "BPE",
          dropout: null,
          unk_token: null,
          continuing_subword_prefix: null,
          end_of_word_suffix: null,
          fuse_unk: false,
          byte_fallback: false,
          ignore_merges: words.wholeWords ?? false,
          vocab,
          merges: texts(file, values, "merges"),
        },
      },
    ],
    [
      "tokenizer_config.json",
      {
        ...Object.fromEntries(
          named.flatMap(([name, token]) => (token === undefined ? [] : [[`${name}_token`, token]])),
        ),
        ...(typeof template === "string" && { chat_template: template }),
      },
    ],
  ]);
}

function texts(file: string, values: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const list = values[`${KEY}${name}`];
  if (Array.isArray(list) && list.every((text) => typeof text === "string")) return list as string[];
  throw new CheckpointError(`gguf: ${file} must have ${KEY}${name}, a list of texts; got ${typeof list}.`, { file });
}

/** What adds the token that begins a text. */
function beginning(token: string, id: number): JsonValue {
  const special = { SpecialToken: { id: token, type_id: 0 } };
  const sequence = (name: string, type: number): JsonValue => ({ Sequence: { id: name, type_id: type } });
  return {
    type: "TemplateProcessing",
    single: [special, sequence("A", 0)],
    pair: [special, sequence("A", 0), sequence("B", 1)],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}
