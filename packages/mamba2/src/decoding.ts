// From a tokenizer's tokens to text, token by token: the decoders that a tokenizer.json describes, each as a stage that keeps back what it cannot say yet. A whole
// list is decoded by the same stages, so the pieces of a stream add up to it by construction. They do what huggingface/tokenizers does, with two exceptions:
// of byte tokens in a row that are no UTF-8, what is invalid becomes U+FFFD as it comes, where that library replaces each byte of the whole row at its end; and an added
// token of a byte-level vocabulary is its own text, where that library takes letters such as é in it for bytes.
import { isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { overlap } from "./stop-texts.ts";

/** A stretch of a token's text, and whether the token begins and ends with it: stages that join tokens give them out in parts. */
interface Part {
  readonly text: string;
  readonly first: boolean;
  readonly last: boolean;
}

interface Stage {
  push(part: Part): readonly Part[];
  /** What is left when no part follows. */
  end(): readonly Part[];
}

/** Decodes one list of tokens as it grows. */
export interface Decoding {
  /** The text that `token` settles; may be empty. */
  push(token: string): string;
  end(): string;
}

/**
 * A function that starts decodings as the `decoder` of a tokenizer.json says; null: tokens are words.
 *
 * @param added tokens that stand for themselves in a byte-level vocabulary
 * @param replacer what a decoder of type Replace does to one token, where its pattern is a regular expression
 * @throws Error for a decoder that is not known
 */
export function decodingOf(
  decoder: JsonValue,
  added: ReadonlySet<string>,
  replacer: (decoder: JsonObject) => (token: string) => string,
): () => Decoding {
  const stages = stagesOf(decoder, added, replacer);
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

/** Where a Metaspace puts a space before a text; files of old say it by another name. */
export function metaspacePrepends(metaspace: JsonObject): string {
  const { prepend_scheme: scheme, add_prefix_space: adds } = metaspace;
  return typeof scheme === "string" ? scheme : adds === false ? "never" : "always";
}

function textOf(parts: readonly Part[]): string {
  return parts.length === 1 ? parts[0]!.text : parts.map(({ text }) => text).join("");
}

/** A stage that changes tokens one by one, by their place in the list. Parts of a token wait for its end. */
function wholeTokens(change: (token: string, index: number) => string): Stage {
  let index = 0;
  let held = "";
  return {
    push(part) {
      held += part.text;
      if (!part.last) return [];
      const text = change(held, index++);
      held = "";
      return [{ text, first: true, last: true }];
    },
    end: () => [],
  };
}

/** Takes the mark of a word's continuation away, and puts spaces before the others. */
function wordPiece(token: string, index: number, prefix: string, cleanup: boolean): string {
  const continues = index > 0 && prefix !== "" && token.startsWith(prefix);
  const text = index === 0 ? token : continues ? token.slice(prefix.length) : ` ${token}`;
  if (!cleanup) return text;
  const pairs: readonly (readonly [string, string])[] = [
    [" .", "."],
    [" ?", "?"],
    [" !", "!"],
    [" ,", ","],
    [" ' ", "'"],
    [" n't", "n't"],
    [" 'm", "'m"],
    [" do not", " don't"],
    [" 's", "'s"],
    [" 've", "'ve"],
    [" 're", "'re"],
  ];
  return pairs.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
}

/** Makes one token of all. */
class Fuse implements Stage {
  #begun = false;

  push({ text }: Part): Part[] {
    const first = !this.#begun;
    this.#begun = true;
    return [{ text, first, last: false }];
  }

  end(): Part[] {
    return [{ text: "", first: !this.#begun, last: true }];
  }
}

/** Every character of a token is a byte of the UTF-8 text. */
class ByteLevel implements Stage {
  readonly #added: ReadonlySet<string>;
  readonly #fuse = new Fuse();
  readonly #utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(added: ReadonlySet<string>) {
    this.#added = added;
  }

  push({ text, ...ends }: Part): Part[] {
    const settled = this.#added.has(text)
      ? this.#utf8.decode() + text
      : this.#utf8.decode(bytesOf(text), { stream: true });
    return this.#fuse.push({ text: settled, ...ends });
  }

  end(): Part[] {
    return [...this.#fuse.push({ text: this.#utf8.decode(), first: false, last: false }), ...this.#fuse.end()];
  }
}

/** The alphabet of byte-level vocabularies: printable bytes of Latin-1 are themselves, the others follow from U+0100 on. */
const BYTES: ReadonlyMap<string, number> = (() => {
  const bytes = new Map<string, number>();
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) bytes.set(String.fromCodePoint(isPrintable(byte) ? byte : next++), byte);
  return bytes;
})();

/** The bytes that a token spells; a token with a character outside of the alphabet is text. */
function bytesOf(token: string): Uint8Array {
  const bytes = Array.from(token, (character) => BYTES.get(character));
  return bytes.includes(undefined) ? new TextEncoder().encode(token) : Uint8Array.from(bytes as number[]);
}

/** Tokens such as <0xE2> are bytes; those in a row are one token of text. */
class ByteFallback implements Stage {
  #utf8: TextDecoder | undefined;

  push(part: Part): Part[] {
    const digits = part.first && part.last ? /^<0x([0-9A-Fa-f]{2})>$/.exec(part.text)?.[1] : undefined;
    if (digits === undefined) return [...this.end(), part];
    const first = this.#utf8 === undefined;
    this.#utf8 ??= new TextDecoder("utf-8", { ignoreBOM: true });
    return [{ text: this.#utf8.decode(Uint8Array.of(parseInt(digits, 16)), { stream: true }), first, last: false }];
  }

  end(): Part[] {
    if (!this.#utf8) return [];
    const text = this.#utf8.decode();
    this.#utf8 = undefined;
    return [{ text, first: false, last: true }];
  }
}

/** Takes up to `start` and `stop` of a character from a token's ends. */
class Strip implements Stage {
  readonly #content: string;
  readonly #start: number;
  readonly #stop: number;
  #leading = 0;
  #held = "";

  constructor(content: string, start: number, stop: number) {
    this.#content = content;
    this.#start = start;
    this.#stop = content === "" ? 0 : stop;
  }

  push({ text, first, last }: Part): Part[] {
    if (first) this.#leading = this.#content === "" ? 0 : this.#start;
    let rest = text;
    while (this.#leading > 0 && rest !== "") {
      if (rest.startsWith(this.#content)) {
        rest = rest.slice(this.#content.length);
        this.#leading--;
      } else {
        this.#leading = 0;
      }
    }
    this.#held += rest;
    let kept = this.#held.length;
    for (let i = 0; i < this.#stop && this.#held.slice(0, kept).endsWith(this.#content); i++)
      kept -= this.#content.length;
    const settled = this.#held.slice(0, kept);
    this.#held = last ? "" : this.#held.slice(kept);
    return [{ text: settled, first, last }];
  }

  end(): Part[] {
    return [];
  }
}

/** Replaces a text within tokens; what may be its beginning waits. */
class Replace implements Stage {
  readonly #from: string;
  readonly #to: string;
  #held = "";

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  push({ text, first, last }: Part): Part[] {
    const pieces = this.#from === "" ? [this.#held + text] : (this.#held + text).split(this.#from);
    const tail = pieces.pop()!;
    const waiting = last ? 0 : overlap(tail, this.#from);
    this.#held = tail.slice(tail.length - waiting);
    return [{ text: [...pieces, tail.slice(0, tail.length - waiting)].join(this.#to), first, last }];
  }

  end(): Part[] {
    return [];
  }
}

/** The mark of a word's end is a space, but after the last word. */
class WordEnds implements Stage {
  readonly #suffix: string;
  #held: string | undefined;

  constructor(suffix: string) {
    this.#suffix = suffix;
  }

  push({ text, first, last }: Part): Part[] {
    const before = this.#settle(" ");
    const at = this.#suffix === "" ? -1 : text.indexOf(this.#suffix);
    if (at < 0 || !last) return [...before, { text, first, last }];
    this.#held = text.slice(at);
    return [...before, { text: text.slice(0, at), first, last: false }];
  }

  end(): Part[] {
    return this.#settle("");
  }

  #settle(space: string): Part[] {
    const held = this.#held;
    this.#held = undefined;
    return held === undefined ? [] : [{ text: held.replaceAll(this.#suffix, space), first: false, last: true }];
  }
}
