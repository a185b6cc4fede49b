// Tokenizers of published models (tokenizer.json), in the shape of the byte tokenizer; and which one a model takes.
import { byteTokenizer, type Tokenizer, type TokenStream } from "@x/nn";
import { CheckpointError, ConfigError } from "@x/tensor";
import type { FileReader } from "./checkpoint/files.ts";
import type { Mamba2Config } from "./config.ts";

const UNFINISHED = "\uFFFD";

/**
 * The tokenizer in a folder's tokenizer.json and tokenizer_config.json (the second may be missing); undefined when there is none.
 *
 * @throws CheckpointError when the files are not what they should be
 */
export async function readTokenizer(read: FileReader): Promise<Tokenizer | undefined> {
  const [file, settings] = [await read("tokenizer.json"), await read("tokenizer_config.json")];
  if (!file) return undefined;
  const { Tokenizer: Implementation } = await import("@huggingface/tokenizers");
  try {
    const decode = (bytes: Uint8Array): object => JSON.parse(new TextDecoder().decode(bytes)) as object;
    return adapt(new Implementation(decode(file), settings ? decode(settings) : {}));
  } catch (cause) {
    throw new CheckpointError(`tokenizer: tokenizer.json must hold a tokenizer; ${cause instanceof Error ? cause.message : String(cause)}.`, {
      file: "tokenizer.json", cause,
    });
  }
}

/**
 * The tokenizer that fits a model: the one given, else bytes for a model of 256 tokens.
 *
 * @throws ConfigError when there is none, or it has more tokens than the model
 */
export function tokenizerFor({ vocabSize, padVocabSizeMultiple }: Mamba2Config, given: Tokenizer | undefined): Tokenizer {
  const rows = Math.ceil(vocabSize / padVocabSizeMultiple) * padVocabSizeMultiple;
  if (given && given.vocabSize > rows) {
    throw new ConfigError(`tokenizer: must have at most as many tokens as the model, ${rows}; got ${given.vocabSize}.`, {
      field: "vocabSize", expected: rows, got: given.vocabSize,
    });
  }
  if (given) return given;
  if (vocabSize === byteTokenizer.vocabSize) return byteTokenizer;
  throw new ConfigError(`tokenizer: a model of ${vocabSize} tokens must come with a tokenizer.json; got none. Models of 256 tokens read bytes.`, {
    field: "tokenizer", expected: byteTokenizer.vocabSize, got: vocabSize,
  });
}

/** What is used of a tokenizer of @huggingface/tokenizers. */
interface HubTokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: readonly number[] };
  decode(ids: number[], options: { readonly skip_special_tokens: boolean }): string;
  get_vocab(withAddedTokens: boolean): ReadonlyMap<string, number>;
}

function adapt(hub: HubTokenizer): Tokenizer {
  const decode = (ids: ArrayLike<number>): string => (ids.length === 0 ? "" : hub.decode(Array.from(ids), { skip_special_tokens: true }));
  let last = -1;
  for (const id of hub.get_vocab(true).values()) last = Math.max(last, id);
  return {
    vocabSize: last + 1,
    encode: (text) => Int32Array.from(hub.encode(text, { add_special_tokens: false }).ids),
    decode,
    stream: () => new DecodeStream(decode),
  };
}

/** Decodes a growing list of ids and gives out what is new; a character whose bytes are not complete waits for the next id. */
class DecodeStream implements TokenStream {
  readonly #decode: (ids: ArrayLike<number>) => string;
  /** the last ids whose text was given out: spaces between words depend on them */
  #context: number[] = [];
  #pending: number[] = [];

  constructor(decode: (ids: ArrayLike<number>) => string) {
    this.#decode = decode;
  }

  push(id: number): string {
    this.#pending.push(id);
    const text = this.#fresh();
    if (text === "" || text.endsWith(UNFINISHED)) return "";
    this.#context = this.#pending;
    this.#pending = [];
    return text;
  }

  end(): string {
    const text = this.#pending.length === 0 ? "" : this.#fresh();
    this.#context = [];
    this.#pending = [];
    return text;
  }

  #fresh(): string {
    return this.#decode([...this.#context, ...this.#pending]).slice(this.#decode(this.#context).length);
  }
}
