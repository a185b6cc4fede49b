// Stages of a decoder: each takes parts of tokens and gives out what it can settle; the rest waits for the next part.
import { overlap } from "../generation/stop-texts.ts";
import { BYTE_CHARACTERS } from "./byte-alphabet.ts";

/** A stretch of a token's text, and whether the token begins and ends with it: stages that join tokens give them out in parts. */
export interface Part {
  readonly text: string;
  readonly first: boolean;
  readonly last: boolean;
}

export interface Stage {
  push(part: Part): readonly Part[];
  /** What is left when no part follows. */
  end(): readonly Part[];
}

/** A stage that changes tokens one by one, by their place in the list. Parts of a token wait for its end. */
export function wholeTokens(change: (token: string, index: number) => string): Stage {
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

/** What clean_up_tokenization_spaces replaces, one after another. */
export const CLEANED: readonly (readonly [from: string, to: string])[] = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];
/** What a WordPiece decoder replaces, within tokens. */
const CLEANED_WORDS: typeof CLEANED = [...CLEANED, [" do not", " don't"]];

/** Takes the mark of a word's continuation away, and puts spaces before the others. */
export function wordPiece(token: string, index: number, prefix: string, cleanup: boolean): string {
  const continues = index > 0 && prefix !== "" && token.startsWith(prefix);
  const text = index === 0 ? token : continues ? token.slice(prefix.length) : ` ${token}`;
  if (!cleanup) return text;
  return CLEANED_WORDS.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
}

/** Makes one token of all. */
export class Fuse implements Stage {
  #started = false;

  push({ text }: Part): Part[] {
    const first = !this.#started;
    this.#started = true;
    return [{ text, first, last: false }];
  }

  end(): Part[] {
    return [{ text: "", first: !this.#started, last: true }];
  }
}

/** Every character of a token is a byte of the UTF-8 text. */
export class ByteLevel implements Stage {
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

const BYTES: ReadonlyMap<string, number> = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/** The bytes that a token spells; a token with a character outside of the alphabet is text. */
function bytesOf(token: string): Uint8Array {
  const bytes = Array.from(token, (character) => BYTES.get(character));
  return bytes.includes(undefined) ? new TextEncoder().encode(token) : Uint8Array.from(bytes as number[]);
}

/** Tokens such as <0xE2> are bytes; those in a row are one token of text. */
export class ByteFallback implements Stage {
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
export class Strip implements Stage {
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
export class Replace implements Stage {
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
export class WordEnds implements Stage {
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
