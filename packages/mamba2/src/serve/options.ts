// What a service can be told: what it serves, and how much of it one client, and all together, may have.
import { isPlainObject } from "@x/tensor/core";
import type { Tokenizer } from "@x/nn/core";
import {
  functionRule,
  numberRule,
  type OptionRule,
  type OptionRules,
  positiveWhole,
  wholeNumber,
} from "../inputs/option-rules.ts";
import { ChatTemplate } from "../chat/template.ts";
import { SAMPLING_RULES } from "../generation/sampling.ts";
import type { GenerationDefaults } from "../checkpoint/generation-defaults.ts";
import { TEXT_RULES } from "../generation/generate-text.ts";
import { GENERATE_RULES, type GenerateOptions } from "../generation/generate.ts";

/** Options of a {@link CompletionService}. */
export interface ServiceOptions {
  /** what the model is called by clients; default "mamba2" */
  readonly name?: string;
  /** default: bytes, for models of 256 tokens */
  readonly tokenizer?: Tokenizer | undefined;
  /** how conversations are written; without one `/v1/chat/completions` is refused */
  readonly template?: ChatTemplate | undefined;
  /** how tokens are chosen where a request does not say, such as `model.generationDefaults`; default: the interface's own */
  readonly defaults?: GenerationDefaults;
  /** the token that ends a text, or several; null for none; default the configuration's */
  readonly eosTokenId?: GenerateOptions["eosTokenId"];
  /** clients must send `Authorization: Bearer KEY`; default: none is asked for */
  readonly apiKey?: string | undefined;
  /** rows of the batch at most; default 32 */
  readonly slots?: number;
  /** requests that are answered or wait at one time; one more is told to come back (429). Default 128. */
  readonly maxRequests?: number;
  /** choices of one request: its prompts times `n`; default 16 */
  readonly maxChoices?: number;
  /** tokens that a request may ask for, each choice; default 4096 */
  readonly maxTokens?: number;
  /** tokens of a prompt; default 32768 */
  readonly maxPromptTokens?: number;
  /** bytes of a request; default 4 MiB */
  readonly maxBodyBytes?: number;
  /** tokens of a choice that its client has not taken, at which its row leaves the batch until some are; default 64 */
  readonly maxUnread?: number;
  /** seconds after which a client that reads nothing is disconnected; default 30 */
  readonly stallSeconds?: number;
  /** tokens of prompts that are read between two steps of the batch; default 512 */
  readonly prefillTokens?: number;
  /** device memory for states of beginnings that prompts share; default 64 MiB */
  readonly prefixBytes?: number;
  /** gets what fails without a client having asked for it; default the console */
  onError?(error: unknown): void;
}

/** Timers that wait longer (2³¹ milliseconds, 24 days) fire at once. */
export const MOST_SECONDS: number = Math.floor((2 ** 31 - 1) / 1000);

const text: OptionRule = ["a text of at least one character", (value) => typeof value === "string" && value !== ""];

/** What each of {@link ServiceOptions} must be. */
export const SERVICE_RULES: OptionRules<ServiceOptions> = {
  name: text,
  tokenizer: TEXT_RULES.tokenizer,
  template: ["a ChatTemplate, of readChatTemplate or new ChatTemplate(text)", (value) => value instanceof ChatTemplate],
  defaults: [
    "sampling options, such as { temperature: 0.7 }",
    (value) =>
      isPlainObject(value) &&
      Object.entries(value).every(([name, given]) => SAMPLING_RULES[name as keyof GenerationDefaults]?.[1](given)),
  ],
  eosTokenId: GENERATE_RULES.eosTokenId,
  apiKey: text,
  slots: positiveWhole,
  maxRequests: positiveWhole,
  maxChoices: positiveWhole,
  maxTokens: positiveWhole,
  maxPromptTokens: positiveWhole,
  maxBodyBytes: positiveWhole,
  maxUnread: positiveWhole,
  stallSeconds: numberRule(`above 0 and at most ${MOST_SECONDS}`, (value) => value > 0 && value <= MOST_SECONDS),
  prefillTokens: positiveWhole,
  prefixBytes: wholeNumber,
  onError: functionRule,
};

/** The options that are limits. */
type LimitName =
  | "slots"
  | "maxRequests"
  | "maxChoices"
  | "maxTokens"
  | "maxPromptTokens"
  | "maxBodyBytes"
  | "maxUnread"
  | "stallSeconds"
  | "prefillTokens"
  | "prefixBytes";

export type Limits = Required<Pick<ServiceOptions, LimitName>>;

/** The limits, where nothing else is said. */
export const LIMITS: Limits = {
  slots: 32,
  maxRequests: 128,
  maxChoices: 16,
  maxTokens: 4096,
  maxPromptTokens: 32_768,
  maxBodyBytes: 4 * 2 ** 20,
  maxUnread: 64,
  stallSeconds: 30,
  prefillTokens: 512,
  prefixBytes: 64 * 2 ** 20,
};
