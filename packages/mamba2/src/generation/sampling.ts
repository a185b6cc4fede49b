// How the next token is chosen: the options, what each must be, and the rows of settings that the device reads.
import { sampleSettings } from "@x/nn/core";
import { ConfigError } from "@x/tensor/core";
import { numberRule, type OptionRule, type OptionRules, positiveWhole, wholeNumber } from "../inputs/option-rules.ts";

/**
 * How the next token is chosen. Without any field: sampling from the model's distribution. In this order: repetition penalty, frequency and presence penalties, bias,
 * temperature, top-k, top-p, min-p, typical-p, draw. Of equal scores the lower token comes first.
 */
export interface SamplingOptions {
  /** divides the scores; 0 takes the best token always. Default 1. */
  readonly temperature?: number;
  /** keep only so many of the best tokens; 0 keeps all, 1 takes the best always. Default 0. */
  readonly topK?: number;
  /** keep the fewest best tokens whose probabilities reach this sum. Default 1. */
  readonly topP?: number;
  /** drop tokens whose probability is below this fraction of the best one's. Default 0. */
  readonly minP?: number;
  /** keep the fewest tokens, those whose surprise is nearest to the expected one first, whose probabilities reach this sum (Meister et al., "Locally Typical Sampling", 2022). Default 1. */
  readonly typicalP?: number;
  /** tokens of the prompt and of what was generated: a score above 0 is divided by this, one below 0 multiplied. Default 1. */
  readonly repetitionPenalty?: number;
  /** is subtracted from the score of each token that was generated; tokens of prompts do not count. From −2 to 2; default 0. */
  readonly presencePenalty?: number;
  /** times how often a token was generated, is subtracted from its score; tokens of prompts do not count. From −2 to 2; default 0. */
  readonly frequencyPenalty?: number;
  /** token → what is added to its score; −Infinity forbids it */
  readonly logitBias?: Readonly<Record<number, number>> | ReadonlyMap<number, number>;
  /** real tokens; the logits beyond them are padding and never chosen. Default: all logits. */
  readonly vocabSize?: number;
  /** One seed, of which each row draws its own stream, or a seed per prompt: then a row draws what it would draw alone. Default 0. */
  readonly seed?: number | readonly number[];
}

const isSeed = (value: unknown): boolean => wholeNumber[1](value);

const biasRule: OptionRule = [
  "token ids with a finite number or −Infinity each, in an object or a Map",
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    if (!(value instanceof Map) && Object.getPrototypeOf(value) !== Object.prototype) return false;
    return biasEntries(value as object as ReadonlyMap<number, number>).every(
      ([token, bias]) =>
        Number.isSafeInteger(token) &&
        token >= 0 &&
        typeof bias === "number" &&
        (Number.isFinite(bias) || bias === -Infinity),
    );
  },
];

/** What each of {@link SamplingOptions} must be. */
export const SAMPLING_RULES: OptionRules<SamplingOptions> = {
  temperature: numberRule("a finite number of at least 0", (value) => value >= 0),
  topK: wholeNumber,
  topP: numberRule("above 0 and at most 1", (value) => value > 0 && value <= 1),
  minP: numberRule("from 0 to 1", (value) => value >= 0 && value <= 1),
  typicalP: numberRule("above 0 and at most 1", (value) => value > 0 && value <= 1),
  repetitionPenalty: numberRule("a finite number above 0", (value) => value > 0),
  presencePenalty: numberRule("from −2 to 2", (value) => value >= -2 && value <= 2),
  frequencyPenalty: numberRule("from −2 to 2", (value) => value >= -2 && value <= 2),
  logitBias: biasRule,
  vocabSize: positiveWhole,
  seed: [
    "a whole number of at least 0, or one per prompt",
    (value) => isSeed(value) || (Array.isArray(value) && value.length > 0 && value.every(isSeed)),
  ],
};

/** Token → bias, as pairs. */
export function biasEntries(bias: NonNullable<SamplingOptions["logitBias"]>): [number, number][] {
  return bias instanceof Map
    ? [...(bias as ReadonlyMap<number, number>)]
    : Object.entries(bias as Readonly<Record<string, number>>).map(([token, value]) => [Number(token), value]);
}

/** Raises unless every token of the bias is one of the model's. */
export function checkBias(bias: SamplingOptions["logitBias"], vocabSize: number): void {
  for (const [token] of biasEntries(bias ?? {}))
    if (token >= vocabSize)
      throw new ConfigError(`generate: logitBias must be of tokens below ${vocabSize}; got token ${token}.`, {
        field: "logitBias",
        expected: vocabSize,
        got: token,
      });
}

/** Whether a choice depends on which tokens were generated. */
export function countsGenerated({ presencePenalty = 0, frequencyPenalty = 0 }: SamplingOptions): boolean {
  return presencePenalty !== 0 || frequencyPenalty !== 0;
}

/** Whether a choice depends on which tokens were read or generated. */
export function countsTokens(options: SamplingOptions): boolean {
  return countsGenerated(options) || (options.repetitionPenalty ?? 1) !== 1;
}

/** A row of settings for the device. */
export function settingsRow(options: SamplingOptions): Float32Array {
  const row = new Float32Array(sampleSettings.length);
  const { temperature = 1, topK = 0, topP = 1, minP = 0, typicalP = 1 } = options;
  const { repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0 } = options;
  const values = { temperature, topK, topP, minP, typicalP, repetitionPenalty, presencePenalty, frequencyPenalty };
  for (const [name, value] of Object.entries(values) as [keyof typeof values, number][])
    row[sampleSettings[name]] = value;
  if (topK > 2 ** 24) row[sampleSettings.topK] = 0; // more than there are tokens
  return row;
}
