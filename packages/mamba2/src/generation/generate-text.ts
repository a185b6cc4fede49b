// Generation of text: the prompt's tokens as the tokenizer's rules have them, the pieces of a stream that continues it, and texts that end it.
import { describeValue } from "@x/base";
import type { Tokenizer } from "@x/nn/core";
import { ConfigError, requireArity } from "@x/tensor/core";
import { decode, endTokensOf, GENERATE_RULES, type GenerateOptions, requireGenerating } from "./generate.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { checkRules, type OptionRules, switchRule } from "../inputs/option-rules.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import { isStopText, StopTexts } from "./stop-texts.ts";
import { tokenizerFor } from "../tokenizer/tokenizer.ts";

/** Options of generation from text to text. */
export interface GenerateTextOptions extends GenerateOptions {
  /** default: bytes, for models of 256 tokens */
  readonly tokenizer?: Tokenizer;
  /** Texts that end the generation, wherever tokens are cut. The text given out ends before the one that is complete first; the prompt is not searched. */
  readonly stop?: string | readonly string[];
  /** begin the prompt as the tokenizer's rules say, such as with a special token; default true, or false after a state that has read something */
  readonly specialTokens?: boolean;
}

/** What each of {@link GenerateTextOptions} must be. */
export const TEXT_RULES: OptionRules<GenerateTextOptions> = {
  ...GENERATE_RULES,
  specialTokens: switchRule,
  tokenizer: ["a tokenizer, of readTokenizer, byteTokenizer or with the same functions", isTokenizer],
  stop: [
    "a text of at least one whole character, or an array of such texts",
    (value) => [value].flat().every(isStopText),
  ],
};

/** A token and the text that is given out with it, which may be empty; the last text has no token. */
export interface GeneratedText {
  readonly id: number | undefined;
  readonly text: string;
}

/** What a generation ended with. */
export type EndReason = "end token" | "stop text" | "length" | "until" | "constraint";

/**
 * Continues a text; yields its pieces as they come, whole characters only: with the prompt's text before them they make the text of all tokens. Special tokens, such as
 * the one that ends it, are not part of it. An empty prompt continues from `state`, or begins a text where the tokenizer or the model has a token for that.
 *
 * @throws ConfigError for an option that is unknown or out of range, an empty prompt when the configuration has no begin token, or a model that needs a tokenizer and got none
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * let end: State | undefined;
 * for await (const piece of generateText(model, "once ", { maxTokens: 4, stop: "upon", onState: (state) => void (end = state) })) console.log(piece);
 * for await (const piece of generateText(model, "", { maxTokens: 4, state: end })) console.log(piece);
 */
export function generateText(
  model: GeneratingModel,
  prompt: string,
  options: GenerateTextOptions = {},
): AsyncGenerator<string, void, void> {
  requireArity("generateText", arguments, 3);
  return textsOf(generateTokens(model, prompt, options));
}

async function* textsOf(tokens: AsyncGenerator<GeneratedText, EndReason, void>): AsyncGenerator<string, void, void> {
  for await (const { text } of tokens) if (text !== "") yield text;
}

/**
 * {@link generateText}, token by token; returns what ended it.
 *
 * @throws ConfigError as {@link generateText}
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * for await (const { id, text } of generateTokens(model, "once ", { maxTokens: 4 })) console.log(id, text);
 */
export function generateTokens(
  model: GeneratingModel,
  prompt: string,
  options: GenerateTextOptions = {},
): AsyncGenerator<GeneratedText, EndReason, void> {
  requireArity("generateTokens", arguments, 3);
  return tokensOf(model, prompt, plainCopy(options));
}

async function* tokensOf(
  model: GeneratingModel,
  prompt: string,
  options: GenerateTextOptions,
): AsyncGenerator<GeneratedText, EndReason, void> {
  requireGenerating("generateTokens", model);
  checkRules("generate", options, TEXT_RULES);
  if (typeof prompt !== "string")
    throw new ConfigError(`generate: the prompt must be a text; got ${describeValue(prompt)}.`, {
      field: "prompt",
      got: prompt,
    });
  const goesOn = options.state !== undefined && !options.state.isInitial;
  const { tokenizer: given, stop: stopTexts = [], specialTokens = !goesOn, until, ...generating } = options;
  const tokenizer = tokenizerFor(model.config, given);
  const recent = options.state?.progress.history?.rows[0]?.recent ?? [];
  const encoded = [...tokenizer.encode(prompt, { specialTokens, ...followed(goesOn && !specialTokens, recent) })];
  const ids = encoded.length > 0 || goesOn ? encoded : [beginning(model, tokenizer, specialTokens)];
  const stream = tokenizer.stream([...recent, ...ids]);
  const stop = new StopTexts(stopTexts);
  const endTokens = endTokensOf(model.config, options.eosTokenId);
  let text = "";
  let reason: EndReason = options.maxTokens === 0 ? "length" : "end token"; // without a step: the state's text has ended
  const steps = decode(model, [ids], {
    vocabSize: Math.min(model.config.vocabSize, tokenizer.vocabSize),
    ...generating,
    until(id, row) {
      const ends = endTokens.includes(id);
      text = ends ? "" : stop.push(stream.push(id));
      const stops = until?.(id, row) === true;
      reason = ends ? "end token" : stop.found ? "stop text" : stops ? "until" : "length";
      return stops || stop.found;
    },
  });
  for await (const { tokens, ended } of steps) {
    if (ended[0] === "constraint") reason = "constraint";
    if (tokens[0]) yield { id: tokens[0].id, text };
  }
  const rest = stop.push(stream.end());
  yield { id: undefined, text: rest + stop.end() };
  return stop.found ? "stop text" : reason;
}

/** What a text is told that goes on from these tokens, the last of which may not be known. */
export function followed(goesOn: boolean, recent: readonly number[]): { readonly after?: number } {
  return goesOn ? { after: recent.at(-1) ?? -1 } : {};
}

/** The token of an empty prompt. */
export function beginning({ config }: GeneratingModel, tokenizer: Tokenizer, specialTokens: boolean): number {
  const begin = specialTokens ? (tokenizer.bosTokenId ?? config.bosTokenId) : null;
  if (begin !== null) return begin;
  throw new ConfigError(
    "generate: the prompt must have at least one token, or come with a state to go on from or a token that begins a text (bosTokenId of the tokenizer or the model); got an empty text and neither.",
    { field: "prompt", got: "" },
  );
}

function isTokenizer(value: unknown): boolean {
  const { encode, stream, vocabSize } = (value ?? {}) as Partial<Tokenizer>;
  return typeof encode === "function" && typeof stream === "function" && typeof vocabSize === "number";
}
