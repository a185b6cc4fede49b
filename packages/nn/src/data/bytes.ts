// The byte tokenizer: token = byte of the UTF-8 text. It needs no files and no training, and every text comes back as it was.

import { checkOptions, ShapeError } from "@x/tensor/core";
import { continueStream } from "./token-stream.ts";

export interface EncodeOptions {
  /** add the tokens that the tokenizer's own rules put around a text, such as the one that begins it; default true */
  readonly specialTokens?: boolean;
}

export interface DecodeOptions {
  /** show special tokens as they are written; default false, they have no text */
  readonly specialTokens?: boolean;
}

/** Text to token ids and back. Other tokenizers fit the same shape. */
export interface Tokenizer {
  readonly vocabSize: number;
  /** the token that begins a text, where there is one */
  readonly bosTokenId?: number | undefined;
  /** the token that ends a text, where there is one */
  readonly eosTokenId?: number | undefined;
  encode(text: string, options?: EncodeOptions): Int32Array;
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /**
   * Decodes ids one by one, for a stream: characters of several bytes come when they are complete. `decode(context)` and the pieces after it make
   * `decode` of all.
   *
   * @param context ids before the stream, whose text is there already; default none
   */
  stream(context?: ArrayLike<number>): TokenStream;
}

export interface TokenStream {
  /** The text that `id` completes; may be empty. */
  push(id: number): string;
  /** What is left at the end; an unfinished character becomes U+FFFD. */
  end(): string;
}

const SPECIAL_TOKENS = { specialTokens: true } as const;

/**
 * The 256 bytes as tokens. There are no special tokens among them.
 *
 * `decode` and `stream` turn bytes that are not UTF-8 into U+FFFD, and throw ShapeError for ids that are no byte.
 *
 * @example
 * byteTokenizer.decode(byteTokenizer.encode("héllo")); // "héllo"
 */
export const byteTokenizer: Tokenizer = {
  vocabSize: 256,
  encode(text, options) {
    checkOptions("byteTokenizer.encode", options, SPECIAL_TOKENS);
    return Int32Array.from(new TextEncoder().encode(text));
  },
  decode(ids, options) {
    checkOptions("byteTokenizer.decode", options, SPECIAL_TOKENS);
    return decoder().decode(Uint8Array.from(ids, toByte));
  },
  stream: (context = []) => continueStream(byteStream, context),
};

function byteStream(): TokenStream {
  const utf8 = decoder();
  return {
    push: (id) => utf8.decode(Uint8Array.of(toByte(id)), { stream: true }),
    end: () => utf8.decode(),
  };
}

function decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

function toByte(id: number): number {
  if (Number.isInteger(id) && id >= 0 && id < 256) return id;
  throw new ShapeError(`byteTokenizer: ids must be integers from 0 to 255; got ${id}.`, {
    op: "byteTokenizer",
    got: id,
  });
}
