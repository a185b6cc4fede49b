// From one row of logits to the next token, on the host. The same seed and step give the same token; nothing here keeps a state.

import { hostUniform, ShapeError } from "@x/tensor/core";
import { checkRules, numberRule, type OptionRules, positiveWhole, wholeNumber } from "../option-rules.ts";

/** How the next token is chosen. Without any field: sampling from the model's distribution. */
export interface SamplingOptions {
  /** divides the scores; 0 takes the best token always. Default 1. */
  readonly temperature?: number;
  /** keep only so many of the best tokens; 0 keeps all, 1 takes the best always. Default 0. */
  readonly topK?: number;
  /** keep the fewest best tokens whose probabilities reach this sum. Default 1. */
  readonly topP?: number;
  /** drop tokens whose probability is below this fraction of the best one's. Default 0. */
  readonly minP?: number;
  /** tokens of the prompt and of what was generated: a score above 0 is divided by this, one below 0 multiplied. Default 1. */
  readonly repetitionPenalty?: number;
  /** is subtracted from the score of each token that was generated; tokens of prompts do not count. From −2 to 2; default 0. */
  readonly presencePenalty?: number;
  /** times how often a token was generated, is subtracted from its score; tokens of prompts do not count. From −2 to 2; default 0. */
  readonly frequencyPenalty?: number;
  /** real tokens; the logits beyond them are padding and never chosen. Default: all logits. */
  readonly vocabSize?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What the choice of one token depends on besides the logits. */
export interface SamplingState {
  /** number of tokens chosen before this one */
  readonly step: number;
  /** row of the batch; rows draw from different streams. Default 0. */
  readonly row?: number;
  /** prompt and generated tokens, for the repetition penalty */
  readonly history?: ArrayLike<number>;
  /** the same as numbers of occurrences, token → count; used instead of `history` */
  readonly counts?: ReadonlyMap<number, number>;
  /** how often each token was generated, token → count, for the presence and frequency penalties */
  readonly generated?: ReadonlyMap<number, number>;
}

export type Sampler = (logits: ArrayLike<number>, state: SamplingState) => number;

/** Sampling draws from streams of its own, apart from those of weights and data under the same seed. */
const STREAM = 2 * 2 ** 40;

const NOTHING: ReadonlyMap<number, number> = new Map();

/** What each of {@link SamplingOptions} must be. */
export const SAMPLING_RULES: OptionRules<SamplingOptions> = {
  temperature: numberRule("a finite number of at least 0", (value) => value >= 0),
  topK: wholeNumber,
  topP: numberRule("above 0 and at most 1", (value) => value > 0 && value <= 1),
  minP: numberRule("from 0 to 1", (value) => value >= 0 && value <= 1),
  repetitionPenalty: numberRule("a finite number above 0", (value) => value > 0),
  presencePenalty: numberRule("from −2 to 2", (value) => value >= -2 && value <= 2),
  frequencyPenalty: numberRule("from −2 to 2", (value) => value >= -2 && value <= 2),
  vocabSize: positiveWhole,
  seed: wholeNumber,
};

/**
 * Makes the function that chooses tokens. In this order: crop to `vocabSize`, repetition penalty, frequency and presence penalties, top-k, temperature, top-p, min-p, draw.
 * Probabilities are f64; of equal scores the lower token id comes first. As in OpenAI's interface and vLLM, a token that was generated c times loses
 * frequencyPenalty · c + presencePenalty · [c > 0] of its score; the repetition penalty, as in transformers, counts the prompt as well.
 *
 * @throws ConfigError for an option that is unknown or out of its range; the function throws ShapeError for logits that hold a NaN, no finite
 *   value or fewer than `vocabSize` values
 * @example
 * const sample = sampler({ temperature: 0.8, topP: 0.95, seed: 1 });
 * const token = sample([0.1, 2.0, -1.0], { step: 0 });
 */
export function sampler(options: SamplingOptions = {}): Sampler {
  checkRules("sampling", options, SAMPLING_RULES);
  const {
    temperature = 1,
    topK = 0,
    topP = 1,
    minP = 0,
    repetitionPenalty = 1,
    presencePenalty = 0,
    frequencyPenalty = 0,
    seed = 0,
  } = options;
  const greedy = temperature === 0 || topK === 1;
  return (logits, { step, row = 0, history = [], counts, generated = NOTHING }) => {
    const scores = crop(logits, options.vocabSize ?? logits.length);
    if (repetitionPenalty !== 1)
      penalise(scores, counts ? counts.keys() : new Set(Array.from(history)), repetitionPenalty);
    if (countsGenerated(options))
      for (const [token, count] of generated)
        if (token < scores.length && count > 0) scores[token]! -= frequencyPenalty * count + presencePenalty;
    const best = argmax(scores);
    if (greedy) return best;

    let kept =
      topK > 0 && topK < scores.length ? bestOf(allTokens(scores.length), scores, topK) : allTokens(scores.length);
    const weights = new Float64Array(scores.length);
    for (const token of kept) weights[token] = Math.exp((scores[token]! - scores[best]!) / temperature);
    if (topP < 1) kept = bestOf(kept, weights, countForTopP(kept, weights, topP));
    // weights are relative to the best token's, so min-p compares with them directly
    if (minP > 0) kept = kept.filter((token) => weights[token]! >= minP);

    const total = kept.reduce((sum, token) => sum + weights[token]!, 0);
    const target = hostUniform({ seed, stream: STREAM + row }, 1, step)[0]! * total;
    let passed = 0;
    let chosen = best;
    for (const token of kept) {
      if (weights[token] === 0) continue;
      chosen = token;
      passed += weights[token]!;
      if (passed > target) break;
    }
    return chosen;
  };
}

/** Whether a choice depends on which tokens were generated. */
export function countsGenerated({ presencePenalty = 0, frequencyPenalty = 0 }: SamplingOptions): boolean {
  return presencePenalty !== 0 || frequencyPenalty !== 0;
}

/** The index of the largest value; of equal ones the first. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function crop(logits: ArrayLike<number>, vocabSize: number): Float64Array {
  if (vocabSize > logits.length || logits.length === 0) {
    throw new ShapeError(
      `sampling: there must be at least vocabSize = ${vocabSize} logits, and one; got ${logits.length}.`,
      {
        op: "sampling",
        expected: vocabSize,
        got: logits.length,
      },
    );
  }
  const scores = new Float64Array(vocabSize);
  let finite = 0;
  for (let i = 0; i < vocabSize; i++) {
    scores[i] = logits[i]!;
    if (scores[i]! < Infinity) finite += scores[i]! > -Infinity ? 1 : 0;
    else
      throw new ShapeError(`sampling: logits must be below Infinity and no NaN; got ${logits[i]} for token ${i}.`, {
        op: "sampling",
        got: logits[i],
      });
  }
  if (finite === 0)
    throw new ShapeError("sampling: at least one logit must be finite; all are −Infinity.", { op: "sampling" });
  return scores;
}

function penalise(scores: Float64Array, occurred: Iterable<number>, penalty: number): void {
  for (const token of occurred) {
    const score = scores[token];
    if (score !== undefined) scores[token] = score < 0 ? score * penalty : score / penalty;
  }
}

function allTokens(count: number): number[] {
  return Array.from({ length: count }, (_, token) => token);
}

/** The `count` tokens of the largest values, in their order; of equal ones the first. */
function bestOf(tokens: readonly number[], values: Float64Array, count: number): number[] {
  const sorted = Float64Array.from(tokens, (token) => values[token]!).sort();
  const threshold = sorted[sorted.length - count]!;
  let ties = count - tokens.reduce((above, token) => above + (values[token]! > threshold ? 1 : 0), 0);
  return tokens.filter((token) => values[token]! > threshold || (values[token] === threshold && ties-- > 0));
}

/** How many of the largest weights it takes for their sum to reach the fraction `topP` of the total. */
function countForTopP(tokens: readonly number[], weights: Float64Array, topP: number): number {
  const sorted = Float64Array.from(tokens, (token) => weights[token]!)
    .sort()
    .reverse();
  const needed = topP * sorted.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const last = sorted.findIndex((weight) => (sum += weight) >= needed);
  return last === -1 ? sorted.length : last + 1;
}
