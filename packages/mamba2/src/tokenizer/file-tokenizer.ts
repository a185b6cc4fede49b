// Tokenizers of published models (tokenizer.json), in the shape of the byte tokenizer. @huggingface/tokenizers encodes words. It cannot decode as a stream, and its cutting and
// decoding differ from the original's in places, so that texts are cut in pre-tokenizers.ts and tokens become text in decoding.ts.
import * as library from "@huggingface/tokenizers";
import { describeValue } from "@x/base";
import {
  continueStream,
  requireCharacters,
  type DecodeOptions,
  type EncodeOptions,
  type TokenStream,
} from "@x/nn/core";
import {
  checkOptions,
  CheckpointError,
  ConfigError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  strict,
} from "@x/tensor/core";
import { tokenText } from "../checkpoint/token-ids.ts";
import { type Decoding, decodingOf } from "./decoding.ts";
import { completeDefinition, withoutPrefix } from "./definition.ts";
import { preTokenizerOf } from "./pre-tokenizers.ts";
import { cleansUp, requireKnown, told } from "./told.ts";
import { type Splitting, stripBeside, stripStart } from "./strip-beside.ts";
import type { FileTokenizer } from "./tokenizer.ts";

// its types do not name all classes that it exports
const { Tokenizer, ReplaceDecoder, SplitPreTokenizer } = library as typeof library & {
  readonly ReplaceDecoder: new (decoder: JsonObject) => {
    decode_chain(tokens: readonly string[]): readonly string[];
  };
  readonly SplitPreTokenizer: new (step: JsonObject) => { readonly pattern: RegExp | null };
};

/** The tokenizer of a tokenizer.json and the settings beside it. @throws CheckpointError for what is none */
export function fileTokenizer(file: JsonObject, settings: JsonObject): FileTokenizer {
  try {
    const definition = completeDefinition(file, settings);
    const replacer = (decoder: JsonObject): ((token: string) => string) => {
      const replace = new ReplaceDecoder(decoder);
      return (token) => replace.decode_chain([token]).join("");
    };
    const compile = (pattern: JsonValue): RegExp => {
      const { pattern: made } = new SplitPreTokenizer({ pattern, invert: true });
      if (made) return made;
      throw new Error(`pattern must be { Regex } or { String }; got ${describeValue(pattern)}`);
    };
    const open = (whole: JsonObject): HubTokenizer => {
      const hub = new Tokenizer({ ...whole, pre_tokenizer: null }, settings) as unknown as HubTokenizer;
      const lefts = hub.added_tokens.filter(({ lstrip }) => lstrip).map(({ content }) => content);
      stripBeside(hub);
      const cut = preTokenizerOf(whole["pre_tokenizer"]!, compile);
      let first = true;
      hub.pre_tokenizer = (text) => {
        const pieces = cut(text, first);
        first = false;
        return pieces;
      };
      const encode = hub.encode.bind(hub);
      hub.encode = (text, how) => {
        const bare = stripStart(text);
        first = !hub.added_tokens.some(({ content }) => (lefts.includes(content) ? bare : text).startsWith(content));
        return encode(text, how);
      };
      return hub;
    };
    const plain = withoutPrefix(definition);
    const continued = plain && { everywhere: plain.everywhere, hub: once(() => open(plain.definition)) };
    requireKnown(definition);
    const cleaned = cleansUp(definition, settings);
    return adapt(open(definition), continued, definition, settings, (added) =>
      decodingOf(definition["decoder"]!, added, replacer, cleaned),
    );
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(
      `tokenizer: tokenizer.json must hold a tokenizer; ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        file: "tokenizer.json",
        cause,
      },
    );
  }
}

/** The methods of a @huggingface/tokenizers tokenizer that are used. */
interface HubTokenizer extends Splitting {
  /** cuts one stretch of text after the other */
  pre_tokenizer: (text: string) => readonly string[];
  readonly added_tokens: readonly {
    readonly id: number;
    readonly content: string;
    readonly special: boolean;
    readonly single_word: boolean;
    lstrip: boolean;
    rstrip: boolean;
  }[];
  encode: (
    text: string,
    options: { readonly add_special_tokens: boolean },
  ) => { readonly ids: readonly (number | undefined)[]; readonly tokens: readonly unknown[] };
  id_to_token(id: number): string | undefined;
  token_to_id(token: string): number | undefined;
  get_vocab(withAddedTokens: boolean): ReadonlyMap<string, number>;
}

function tokenOfUnknown({ model = null }: JsonObject, hub: HubTokenizer): number | undefined {
  const { type, unk_token: token } = isJsonObject(model) ? model : {};
  return type === "WordLevel" && typeof token === "string" ? hub.token_to_id(token) : undefined;
}

const SPECIAL_TOKENS = { specialTokens: "boolean" } as const;

/** The same vocabulary for texts that follow a token, where something is put before others. */
interface Continued {
  readonly everywhere: boolean;
  hub(): HubTokenizer;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function adapt(
  hub: HubTokenizer,
  continued: Continued | undefined,
  definition: JsonObject,
  settings: JsonObject,
  decodingFor: (added: ReadonlySet<string>) => () => Decoding,
): FileTokenizer {
  const start = decodingFor(new Set(hub.added_tokens.map(({ content }) => content)));
  const special = new Set(hub.added_tokens.filter((token) => token.special).map(({ id }) => id));
  let last = -1;
  for (const id of hub.get_vocab(true).values()) last = Math.max(last, id);
  const vocabSize = last + 1;

  const stream = (skipped: ReadonlySet<number>): TokenStream => {
    const decoding = start();
    return {
      push(id) {
        if (!Number.isInteger(id) || id < 0 || id >= vocabSize) {
          throw new ConfigError(
            `tokenizer: ids must be whole numbers in [0, ${vocabSize}), the vocabulary; got ${String(id)}.`,
            { field: "ids", got: id },
          );
        }
        const token = skipped.has(id) ? undefined : hub.id_to_token(id);
        return token === undefined ? "" : decoding.push(token);
      },
      end: () => decoding.end(),
    };
  };
  const namedId = (name: string): number | undefined => {
    const text = tokenText(settings[name]);
    return text === undefined ? undefined : hub.token_to_id(text);
  };
  // bytes of characters that have no token are added tokens in some files; no text is cut at them
  const cuts = hub.added_tokens.filter(({ content }) => !/^<0x[0-9A-F]{2}>$/.test(content)).map(({ id }) => id);
  // that of a WordLevel, which the library does not look for
  const unknownId = tokenOfUnknown(definition, hub);
  const encode = (text: string, { specialTokens = true, after }: EncodeOptions = {}): Int32Array => {
    requireCharacters("tokenizer.encode", text);
    if (after !== undefined && specialTokens)
      throw new ConfigError(
        `tokenizer.encode: specialTokens must be false for a text that follows a token (after); got ${after} and true.`,
        { field: "specialTokens", got: specialTokens },
      );
    const ids = idsOf(hub, text, specialTokens);
    if (after === undefined || !continued || (continued.everywhere && cuts.includes(after))) return ids;
    const bare = idsOf(continued.hub(), text, false);
    const [first, same] = [bare, ids].map((list) => list.findIndex((id) => cuts.includes(id))) as [number, number];
    return first < 0 || same < 0 ? bare : Int32Array.of(...bare.subarray(0, first), ...ids.subarray(same));
  };
  const idsOf = (from: HubTokenizer, text: string, specialTokens: boolean): Int32Array => {
    const { ids: found, tokens } = from.encode(text, { add_special_tokens: specialTokens });
    const ids = found.map((id) => id ?? unknownId);
    const unknown = ids.indexOf(undefined);
    if (unknown < 0) return Int32Array.from(ids as number[]);
    throw new ConfigError(
      `tokenizer: every part of the text must have a token, or the vocabulary one for unknown parts; got ${JSON.stringify(tokens[unknown] ?? null)} at token ${unknown}.`,
      { field: "text", got: tokens[unknown] },
    );
  };
  const [bosTokenId, eosTokenId] = [namedId("bos_token"), namedId("eos_token")];
  const ruled = encode("");
  const named = { bos_token: bosTokenId, eos_token: eosTokenId };
  const warnings = told(
    definition,
    settings,
    (token) => named[token] !== undefined && ruled.includes(named[token]),
    hub.added_tokens.filter((token) => token.single_word).map(({ content }) => content),
  );
  const none: ReadonlySet<number> = new Set();
  return strict("tokenizer", {
    vocabSize,
    bosTokenId,
    eosTokenId,
    warnings,
    encode(text, options) {
      checkOptions("tokenizer.encode", options, { ...SPECIAL_TOKENS, after: true });
      return encode(text, options);
    },
    decode(ids, options?: DecodeOptions) {
      checkOptions("tokenizer.decode", options, SPECIAL_TOKENS);
      const whole = stream(options?.specialTokens ? none : special);
      const pieces = Array.from(ids, (id) => whole.push(id));
      return pieces.join("") + whole.end();
    },
    stream: (context?: ArrayLike<number>) => continueStream(() => stream(special), context ?? []),
  });
}
