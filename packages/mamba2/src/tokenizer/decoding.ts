// From a tokenizer's tokens to text, token by token: the decoders that a tokenizer.json describes, each as a stage that keeps back what it cannot say yet. A whole
// list is decoded by the same stages, so the pieces of a stream add up to it by construction. They do what huggingface/tokenizers does, with two exceptions:
// of byte tokens in a row that are no UTF-8, what is invalid becomes U+FFFD as it comes, where that library replaces each byte of the whole row at its end; and an added
// token of a byte-level vocabulary is its own text, where that library takes letters such as é in it for bytes.
import { isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import {
  ByteFallback,
  ByteLevel,
  CLEANED,
  Fuse,
  type Part,
  Replace,
  type Stage,
  Strip,
  wholeTokens,
  WordEnds,
  wordPiece,
} from "./decoding-stages.ts";

/** Decodes one list of tokens as it grows. */
export interface Decoding {
  /** The text that `token` settles; may be empty. */
  push(token: string): string;
  end(): string;
}

/**
 * A function that starts decodings as the `decoder` of a tokenizer.json says; null: tokens are words.
 *
 * @param added tokens of a byte-level vocabulary, which are literal text
 * @param replacer what a decoder of type Replace does to one token, where its pattern is a regular expression
 * @param cleansUp whether spaces before punctuation are taken from the whole text
 * @throws Error for a decoder that is not known
 */
export function decodingOf(
  decoder: JsonValue,
  added: ReadonlySet<string>,
  replacer: (decoder: JsonObject) => (token: string) => string,
  cleansUp: boolean,
): () => Decoding {
  const stages = stagesOf(decoder, added, replacer);
  if (cleansUp)
    stages.push(
      () => new Fuse(),
      ...CLEANED.map(
        ([from, to]) =>
          () =>
            new Replace(from, to),
      ),
    );
  return () => {
    const chain = stages.map((start) => start());
    return {
      push: (token) =>
        textOf(
          chain.reduce<readonly Part[]>(
            (parts, stage) => parts.flatMap((part) => stage.push(part)),
            [{ text: token, first: true, last: true }],
          ),
        ),
      end: () =>
        textOf(
          chain.reduce<readonly Part[]>(
            (parts, stage) => [...parts.flatMap((part) => stage.push(part)), ...stage.end()],
            [],
          ),
        ),
    };
  };
}

function stagesOf(
  decoder: JsonValue,
  added: ReadonlySet<string>,
  replacer: (decoder: JsonObject) => (token: string) => string,
): (() => Stage)[] {
  if (decoder === null) return [() => wholeTokens((token, i) => (i === 0 ? token : ` ${token}`))];
  const fields: JsonObject = isJsonObject(decoder) ? decoder : {};
  const text = (name: string, standard: string): string => (typeof fields[name] === "string" ? fields[name] : standard);
  const count = (name: string): number => (typeof fields[name] === "number" ? fields[name] : 0);
  switch (fields["type"]) {
    case "Sequence":
      return ((fields["decoders"] ?? []) as readonly JsonValue[]).flatMap((one) => stagesOf(one, added, replacer));
    case "ByteLevel":
      return [() => new ByteLevel(added)];
    case "ByteFallback":
      return [() => new ByteFallback()];
    case "Fuse":
      return [() => new Fuse()];
    case "Strip":
      return [() => new Strip(text("content", " "), count("start"), count("stop"))];
    case "BPEDecoder":
      return [() => new WordEnds(text("suffix", "</w>"))];
    case "WordPiece":
      return [() => wholeTokens((token, i) => wordPiece(token, i, text("prefix", "##"), fields["cleanup"] !== false))];
    case "Metaspace": {
      const [space, prepends] = [text("replacement", "▁"), metaspacePrepends(fields) !== "never"];
      return [() => wholeTokens((token, i) => token.replaceAll(space, i === 0 && prepends ? "" : " "))];
    }
    case "Replace": {
      const pattern = fields["pattern"];
      if (pattern !== undefined && isJsonObject(pattern) && typeof pattern["String"] === "string") {
        const from = pattern["String"];
        return [() => new Replace(from, text("content", ""))];
      }
      const replace = replacer(fields);
      return [() => wholeTokens(replace)];
    }
    default:
      throw new Error(
        `the decoder must be ByteLevel, ByteFallback, Fuse, Strip, BPEDecoder, WordPiece, Metaspace, Replace or a Sequence of them; got ${JSON.stringify(fields["type"] ?? null)}`,
      );
  }
}

/** Where a Metaspace puts a space before a text; older files use another field. */
export function metaspacePrepends(metaspace: JsonObject): string {
  const { prepend_scheme: scheme, add_prefix_space: adds } = metaspace;
  return typeof scheme === "string" ? scheme : adds === false ? "never" : "always";
}

function textOf(parts: readonly Part[]): string {
  return parts.length === 1 ? parts[0]!.text : parts.map(({ text }) => text).join("");
}
