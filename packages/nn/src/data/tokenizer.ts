// What a tokenizer is: text to token ids and back, whole or as a stream.
import { describeValue } from "@x/base";
import { ConfigError } from "@x/tensor/core";

/** Options of {@link Tokenizer.encode}. */
export interface EncodeOptions {
  /** add the tokens that the tokenizer's own rules put around a text, such as the one that begins it; default true */
  readonly specialTokens?: boolean;
  /** The token that the text follows, −1 where it is not known: then nothing is put before it that begins a text, such as the space of some vocabularies. With `specialTokens: false`. */
  readonly after?: number;
}

/** Options of {@link Tokenizer.decode}. */
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

/** Text from ids that come one by one: what a decoder keeps between them. */
export interface TokenStream {
  /** The text that `id` completes; may be empty. */
  push(id: number): string;
  /** What is left at the end; an unfinished character becomes U+FFFD. */
  end(): string;
}

/**
 * Raises about what is no text of whole characters. Half of a surrogate pair stands for none: as UTF-8 it would become U+FFFD, and another text come back. For tokenizers of one's own.
 *
 * @param op the function that was called
 * @throws ConfigError that names the place
 * @example
 * requireCharacters("encode", "a whole text");
 */
export function requireCharacters(op: string, text: string): void {
  if (typeof text !== "string")
    throw new ConfigError(`${op}: text must be a text; got ${describeValue(text)}.`, { op, field: "text", got: text });
  const at = text.search(/\p{Surrogate}/u);
  if (at < 0) return;
  throw new ConfigError(
    `${op}: text must be whole characters; got half of a surrogate pair, ${JSON.stringify(text[at])}, at place ${at}.`,
    { op, field: "text", got: text[at] },
  );
}
