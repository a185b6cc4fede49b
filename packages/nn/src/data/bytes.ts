// The byte tokenizer: token = byte of the UTF-8 text. It needs no files and no training, and every text comes back as it was.

import { checkOptions, ShapeError, strict } from "@x/tensor/core";
import { continueStream } from "./token-stream.ts";
import { requireCharacters, type Tokenizer, type TokenStream } from "./tokenizer.ts";

const SPECIAL_TOKENS = { specialTokens: "boolean" } as const;

/**
 * The 256 bytes as tokens. There are no special tokens among them.
 *
 * `decode` and `stream` turn bytes that are not UTF-8 into U+FFFD, and throw ShapeError for ids that are no byte.
 *
 * @example
 * byteTokenizer.decode(byteTokenizer.encode("héllo")); // "héllo"
 */
export const byteTokenizer: Tokenizer = /* @__PURE__ */ strict("byteTokenizer", {
  vocabSize: 256,
  encode(text, options) {
    checkOptions("byteTokenizer.encode", options, { ...SPECIAL_TOKENS, after: true });
    requireCharacters("byteTokenizer.encode", text);
    return Int32Array.from(new TextEncoder().encode(text));
  },
  decode(ids, options) {
    checkOptions("byteTokenizer.decode", options, SPECIAL_TOKENS);
    return decoder().decode(Uint8Array.from(ids, toByte));
  },
  stream: (context?: ArrayLike<number>) => continueStream(byteStream, context ?? []),
});

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
  throw ShapeError.must("byteTokenizer", "ids", "be integers from 0 to 255", id);
}
