// How a tokenizer.json cuts texts before its model sees them, as huggingface/tokenizers does it. @huggingface/tokenizers has these steps too, but leaves out what an inverted Split does not match,
// takes every behavior for one of two, and takes U+FEFF for white space, letters beyond ASCII for none: other tokens, and characters without any.
import { describeValue } from "@x/base";
import { isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { metaspacePrepends } from "./decoding.ts";
import { BYTE_CHARACTERS } from "./byte-alphabet.ts";

/** Cuts a stretch of text between added tokens. @param first whether the text begins with it */
export type PreTokenizer = (text: string, first: boolean) => readonly string[];

/** Makes the regular expression of a `pattern`, { Regex } in Oniguruma's language or { String }. */
export type Compile = (pattern: JsonValue) => RegExp;

const SPACE = /\p{White_Space}/gu;
const WORDS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const PUNCTUATION = /[\p{P}!-/:-@[-`{-~]/gu;
const NUMBER = /\p{N}/gu;
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The steps of a `pre_tokenizer`; null cuts nothing. @throws Error for one that is not known */
export function preTokenizerOf(step: JsonValue, compile: Compile): PreTokenizer {
  if (step === null) return (text) => [text];
  const fields: JsonObject = isJsonObject(step) ? step : {};
  const { type = null, behavior = "Isolated" } = fields;
  switch (type) {
    case "Sequence": {
      const steps = ((fields["pretokenizers"] ?? []) as readonly JsonValue[]).map((one) =>
        preTokenizerOf(one, compile),
      );
      return (text, first) =>
        steps.reduce<readonly string[]>(
          (pieces, cut) => pieces.flatMap((piece, i) => cut(piece, first && i === 0)),
          [text],
        );
    }
    case "Split": {
      const pattern = compile(fields["pattern"] ?? null);
      return (text) => split(text, pattern, behavior, fields["invert"] === true);
    }
    case "ByteLevel":
      return byteLevel(fields["add_prefix_space"] !== false, fields["use_regex"] !== false);
    case "Metaspace":
      return metaspace(fields);
    case "Whitespace":
      return (text) => text.match(WORDS) ?? [];
    case "WhitespaceSplit":
      return (text) => split(text, SPACE, "Removed");
    case "BertPreTokenizer":
      return (text) => split(text, SPACE, "Removed").flatMap((word) => split(word, PUNCTUATION, "Isolated"));
    case "Punctuation":
      return (text) => split(text, PUNCTUATION, behavior);
    case "Digits":
      return (text) => split(text, NUMBER, fields["individual_digits"] === true ? "Isolated" : "Contiguous");
    case "CharDelimiterSplit": {
      const pattern = compile({ String: fields["delimiter"] ?? null });
      return (text) => split(text, pattern, "Removed");
    }
    case "FixedLength": {
      const { length } = fields;
      if (!Number.isInteger(length) || (length as number) < 1) break;
      return (text) => text.match(new RegExp(`.{1,${length as number}}`, "gsu")) ?? [];
    }
  }
  throw new Error(
    `the pre_tokenizer must be Split, ByteLevel, Metaspace, Whitespace, WhitespaceSplit, BertPreTokenizer, Punctuation, Digits, CharDelimiterSplit, FixedLength or a Sequence of them; got ${JSON.stringify(type)}`,
  );
}

interface Piece {
  readonly text: string;
  readonly matches: boolean;
}

/** The parts of a text that match and those between, put together as `behavior` says. */
function split(text: string, pattern: RegExp, behavior: JsonValue, invert = false): readonly string[] {
  const pieces: Piece[] = [];
  let end = 0;
  const add = (until: number, matches: boolean): void => {
    if (until > end) pieces.push({ text: text.slice(end, until), matches: matches !== invert });
    end = until;
  };
  for (const { 0: match, index } of text.matchAll(pattern)) {
    add(index, false);
    add(index + match.length, true);
  }
  add(text.length, false);
  switch (behavior) {
    case "Removed":
      return pieces.filter(({ matches }) => !matches).map((piece) => piece.text);
    case "Isolated":
      return pieces.map((piece) => piece.text);
    case "Contiguous":
      return joined(pieces, (piece, before) => piece.matches === before.matches);
    case "MergedWithPrevious":
      return joined(pieces, (piece, before) => piece.matches && !before.matches);
    case "MergedWithNext":
      return joined(pieces, (piece, before) => before.matches && !piece.matches);
  }
  throw new Error(
    `behavior must be Removed, Isolated, Contiguous, MergedWithPrevious or MergedWithNext; got ${describeValue(behavior)}`,
  );
}

function joined(pieces: readonly Piece[], joins: (piece: Piece, before: Piece) => boolean): readonly string[] {
  const texts: string[] = [];
  for (const [i, piece] of pieces.entries())
    if (i > 0 && joins(piece, pieces[i - 1]!)) texts.push(texts.pop()! + piece.text);
    else texts.push(piece.text);
  return texts;
}

function byteLevel(prefixes: boolean, cuts: boolean): PreTokenizer {
  const encoder = new TextEncoder();
  return (text) => {
    const spaced = prefixes && !text.startsWith(" ") ? ` ${text}` : text;
    const words = cuts ? (spaced.match(GPT2) ?? []) : [spaced];
    return words.map((word) => Array.from(encoder.encode(word), (byte) => BYTE_CHARACTERS[byte]!).join(""));
  };
}

/** Spaces become visible, one is put before a text, and cut before, so that no token holds two. */
function metaspace(fields: JsonObject): PreTokenizer {
  const { replacement = "▁" } = fields;
  const [space, scheme] = [String(replacement), metaspacePrepends(fields)];
  return (text, first) => {
    const plain = text.replaceAll(" ", space);
    const prepends = (scheme === "always" || (scheme === "first" && first)) && !plain.startsWith(space);
    const spaced = prepends ? space + plain : plain;
    return fields["split"] === false ? [spaced] : split(spaced, new RegExp(escaped(space), "gu"), "MergedWithNext");
  };
}

function escaped(text: string): string {
  return [...text].map((character) => `\\u{${character.codePointAt(0)!.toString(16)}}`).join("");
}
