// The byte tokenizer: token = byte of the UTF-8 text. It needs no files and no training, and every text comes back as it was.

import { ShapeError } from "@x/tensor";

/** Text to token ids and back. Other tokenizers fit the same shape. */
export interface Tokenizer {
  readonly vocabSize: number;
  encode(text: string): Int32Array;
  decode(ids: ArrayLike<number>): string;
  /** Decodes ids one by one, for a stream: characters of several bytes come when they are complete. */
  stream(): TokenStream;
}

export interface TokenStream {
  /** The text that `id` completes; may be empty. */
  push(id: number): string;
  /** What is left at the end; an unfinished character becomes U+FFFD. */
  end(): string;
}

/**
 * The 256 bytes as tokens.
 *
 * `decode` and `stream` turn bytes that are not UTF-8 into U+FFFD, and throw ShapeError for ids that are no byte.
 *
 * @example
 * byteTokenizer.decode(byteTokenizer.encode("héllo")); // "héllo"
 */
export const byteTokenizer: Tokenizer = {
  vocabSize: 256,
  encode: (text) => Int32Array.from(new TextEncoder().encode(text)),
  decode: (ids) => decoder().decode(Uint8Array.from(ids, toByte)),
  stream() {
    const utf8 = decoder();
    return {
      push: (id) => utf8.decode(Uint8Array.of(toByte(id)), { stream: true }),
      end: () => utf8.decode(),
    };
  },
};

function decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

function toByte(id: number): number {
  if (Number.isInteger(id) && id >= 0 && id < 256) return id;
  throw new ShapeError(`byteTokenizer: ids must be integers from 0 to 255; got ${id}.`, { op: "byteTokenizer", got: id });
}
