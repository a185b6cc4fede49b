// What a request asks for, whichever endpoint it came to: prompts as tokens, how many choices, and how their tokens are chosen.
import { keyWords, type JsonObject } from "@x/tensor/core";
import type { Tokenizer } from "@x/nn/core";
import type { ChatTemplate } from "../chat/template.ts";
import type { GenerationDefaults } from "../checkpoint/generation-defaults.ts";
import type { GeneratingModel } from "../generation/generating-model.ts";
import type { RequestOptions } from "../generation/scheduler-options.ts";
import { refuse } from "./errors.ts";
import type { Limits } from "./options.ts";

/** What is served, and within which limits. */
export interface ServedModel {
  readonly model: GeneratingModel;
  readonly tokenizer: Tokenizer;
  /** tokens that may be chosen: the model may have more than the tokenizer */
  readonly vocabSize: number;
  readonly template: ChatTemplate | undefined;
  readonly defaults: GenerationDefaults;
  /** tokens that end a text */
  readonly ends: readonly number[];
  readonly limits: Limits;
}

export interface ParsedRequest {
  readonly prompts: readonly ParsedPrompt[];
  /** choices of each prompt */
  readonly n: number;
  readonly seed: number;
  readonly options: Omit<RequestOptions, "seed" | "signal">;
  readonly stop: readonly string[];
  /** log-probabilities of so many of the likeliest tokens; −1: none at all */
  readonly top: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

export interface ParsedPrompt {
  readonly ids: readonly number[];
  /** what the answer begins with */
  readonly echo: string;
}

/** Below this no probability reaches: the likeliest token alone is kept. */
const LEAST_TOP_P = 1e-9;

/** @param more what the endpoint has read itself */
export function parseRequest(
  fields: JsonObject,
  { limits, defaults, vocabSize, ends }: ServedModel,
  more: Pick<ParsedRequest, "prompts" | "top"> & { readonly maxTokens: number },
): ParsedRequest {
  const number = (name: string): number | undefined => fields[name] as number | undefined;
  const { maxTokens, prompts } = more;
  if (maxTokens > limits.maxTokens)
    refuse("max_tokens", `max_tokens: must be at most ${limits.maxTokens} here; got ${maxTokens}.`);
  const n = number("n") ?? 1;
  if (n * prompts.length > limits.maxChoices)
    refuse(
      "n",
      `n: must be at most ${limits.maxChoices} choices together here; got ${n} of each of ${prompts.length}.`,
    );
  for (const { ids } of prompts)
    if (ids.length > limits.maxPromptTokens)
      refuse(
        "prompt",
        `prompt: must have at most ${limits.maxPromptTokens} tokens here; got ${ids.length}.`,
        "context_length_exceeded",
      );
  const usage = (fields["stream_options"] as JsonObject | undefined)?.["include_usage"] === true;
  const stream = fields["stream"] === true;
  if (fields["stream_options"] !== undefined && !stream)
    refuse("stream_options", "stream_options: must come with stream: true; it does not.");
  const topP = number("top_p");
  const chosen: RequestOptions = {
    temperature: number("temperature"),
    topP: topP === undefined ? undefined : Math.max(topP, LEAST_TOP_P),
    topK: number("top_k"),
    minP: number("min_p"),
    typicalP: number("typical_p"),
    repetitionPenalty: number("repetition_penalty"),
    presencePenalty: number("presence_penalty"),
    frequencyPenalty: number("frequency_penalty"),
    logitBias: biasOf(fields["logit_bias"] as JsonObject | undefined, vocabSize),
  } as RequestOptions;
  return {
    prompts,
    n,
    seed: number("seed") ?? crypto.getRandomValues(new Uint32Array(1))[0]!,
    options: {
      ...defaults,
      ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
      maxTokens,
      eosTokenId: ends,
    },
    stop: [fields["stop"] ?? []].flat() as string[],
    top: more.top,
    stream,
    includeUsage: usage,
  };
}

function biasOf(bias: JsonObject | undefined, vocabSize: number): ReadonlyMap<number, number> | undefined {
  const entries = Object.entries(bias ?? {}).map(([token, value]) => [Number(token), value as number] as const);
  for (const [token] of entries)
    if (token >= vocabSize)
      refuse("logit_bias", `logit_bias: must be of tokens below ${vocabSize}; got token ${token}.`);
  return entries.length > 0 ? new Map(entries) : undefined;
}

/** The seed of a choice: the request's own for the first, so that its tokens are those of `generateIds` with that seed. */
export function choiceSeed(seed: number, choice: number): number {
  if (choice === 0) return seed;
  const [low, high] = keyWords({ seed, stream: choice });
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
