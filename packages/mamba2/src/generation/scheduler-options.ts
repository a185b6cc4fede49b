// What the scheduler and its requests can be told.
import { ConfigError } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";
import { type OptionRules, positiveWhole, wholeNumber } from "../inputs/option-rules.ts";
import { GENERATE_RULES, type GenerateOptions } from "./generate.ts";
import { SAMPLING_RULES } from "./sampling.ts";

/** Options of a scheduler. */
export interface SchedulerOptions {
  /** real tokens, of the tokenizer; those beyond are never chosen. Default the configuration's. */
  readonly vocabSize?: number;
  /** rows of the batch at most; default 8 */
  readonly slots?: number;
  /** requests that may wait for a slot; one more is refused. Default 1024. */
  readonly maxWaiting?: number;
  /** tokens of prompts that are read between two steps, at most; default 512 */
  readonly prefillTokens?: number;
  /** unread tokens of a request at which its row is given to others until some are read; default 64 */
  readonly maxUnread?: number;
  /** device memory for states of beginnings that prompts share; 0: none is kept. Default 64 MiB. */
  readonly prefixBytes?: number;
  /** On a GPU: how many steps it is handed beyond the one whose tokens are waited for. Default 2. */
  readonly stepsAhead?: number;
}

/** What each of {@link SchedulerOptions} must be. */
export const SCHEDULER_RULES: OptionRules<SchedulerOptions> = {
  vocabSize: SAMPLING_RULES.vocabSize,
  slots: positiveWhole,
  maxWaiting: wholeNumber,
  prefillTokens: positiveWhole,
  maxUnread: positiveWhole,
  prefixBytes: wholeNumber,
  stepsAhead: wholeNumber,
};

/** What a request asks for. */
export interface RequestOptions extends Omit<
  GenerateOptions,
  "vocabSize" | "seed" | "state" | "stepsAhead" | "constraint" | "until" | "onState" | "onCompile"
> {
  /** default 0; the tokens are those of `generateIds` with this seed */
  readonly seed?: number;
  /** so many of the prompt's first tokens, such as a system prompt, are kept for prompts that begin alike; default: the whole prompt is */
  readonly prefix?: number;
}

const { vocabSize: _vocabSize, ...samplingRules } = SAMPLING_RULES;
const { maxTokens, eosTokenId, signal } = GENERATE_RULES;
/** What each of {@link RequestOptions} must be. */
export const REQUEST_RULES: OptionRules<RequestOptions> = {
  ...samplingRules,
  seed: wholeNumber,
  prefix: positiveWhole,
  maxTokens,
  eosTokenId,
  signal,
};

/** Raises unless the prompt is tokens of the model. */
export function checkPrompt(prompt: readonly number[], config: Mamba2Config): void {
  const { paddedVocabSize } = dimensions(config);
  if (!Array.isArray(prompt) || prompt.length === 0)
    throw ConfigError.must("Scheduler.add", "prompt", "be token ids, one at least", prompt);
  const wrong = (prompt as readonly unknown[]).find(
    (id) => !(Number.isInteger(id) && (id as number) >= 0 && (id as number) < paddedVocabSize),
  );
  if (wrong !== undefined)
    throw ConfigError.must("Scheduler.add", "prompt", `be tokens of the model, below ${paddedVocabSize}`, wrong);
}
