// One row of sample_tokens on the CPU, in doubles.
import { sampleSettings } from "@x/kernels-wgsl";
import { threefry2x32, uniformFromBits } from "@x/tensor/core";
import { drop, keepReaching } from "./thresholds.ts";

/** Keys of scores that cannot be chosen, and of NaN and +∞. */
const [NEVER, FAULT] = [0, 0xffffffff] as const;

/** Parameters of the choice. */
export interface SampleTokensParams {
  /** tokens that can be chosen; the logits beyond are padding */
  readonly vocabSize: number;
  /** log-probabilities of so many of the likeliest tokens beside that of the chosen one; −1: none at all */
  readonly top: number;
  /** whether the probabilities that the token is drawn from are asked for */
  readonly probabilities: boolean;
}

/** A row of the inputs. */
export interface SampleRow {
  readonly logits: Float32Array;
  readonly settings: Float32Array;
  /** two words of a key, then the counter, low word first */
  readonly draws: Uint32Array;
  readonly counts: Int32Array | undefined;
  readonly bias: Float32Array | undefined;
  readonly allowed: Uint32Array | undefined;
}

/** What is chosen, the fault of the row (the first token whose logit is NaN or +∞, −1: none, −2: nothing can be chosen), and the weights of what was kept. */
export interface Choice {
  readonly token: number;
  readonly fault: number;
  readonly weights: Float64Array | undefined;
}

const MOST = 3.4028233e38;
const [floats, words] = (() => {
  const one = new Float32Array(1);
  return [one, new Uint32Array(one.buffer)];
})();

/** The word of a score: words are in the order of scores, ±0 have one. */
function keyOf(score: number): number {
  if (!(score < Infinity)) return FAULT;
  if (score === -Infinity) return NEVER;
  floats[0] = score + 0; // no −0
  return words[0]! >= 0x80000000 ? ~words[0]! >>> 0 : (words[0]! | 0x80000000) >>> 0;
}

/** Scores after penalties, bias and `allowed`, in f32; NaN where the logit is a fault, −∞ where the token cannot be chosen. */
function scoresOf({ logits, settings, counts, bias, allowed }: SampleRow): Float32Array {
  const scores = logits.slice();
  const [repetition, presence, frequency] = [
    settings[sampleSettings.repetitionPenalty]!,
    settings[sampleSettings.presencePenalty]!,
    settings[sampleSettings.frequencyPenalty]!,
  ];
  for (let i = 0; i < scores.length; i++) {
    let score = scores[i]!;
    if (!(score < Infinity)) {
      scores[i] = NaN;
      continue;
    }
    if (score === -Infinity) continue;
    const seen = counts?.[i] ?? 0;
    if (seen !== 0) score = score < 0 ? score * repetition : score / repetition;
    if (seen > 1) score -= frequency * (seen >> 1) + presence;
    if (bias) score += bias[i]!;
    if (allowed && ((allowed[i >> 5]! >>> (i & 31)) & 1) === 0) score = -Infinity;
    scores[i] = score === -Infinity ? score : Math.max(-MOST, Math.min(MOST, score));
  }
  return scores;
}

/** The next token of a row. @param wanted whether the weights are asked for */
export function choose(row: SampleRow, wanted: boolean): Choice {
  const { logits, settings, draws, counts, bias, allowed } = row;
  const scores = counts || bias || allowed ? scoresOf(row) : logits;
  let token = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i]! < Infinity)) return { token: i, fault: i, weights: undefined };
    if (scores[i]! > scores[token]!) token = i;
  }
  if (scores[token] === -Infinity) return { token: 0, fault: -2, weights: undefined };
  const temperature = settings[sampleSettings.temperature]!;
  const topK = settings[sampleSettings.topK]!;
  if (temperature === 0 || topK === 1) {
    const weights = wanted ? new Float64Array(scores.length) : undefined;
    if (weights) weights[token] = 1;
    return { token, fault: -1, weights };
  }
  const weights = weightsOf(scores, scores[token]!, temperature, row);
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  const counter = draws[2]! + draws[3]! * 2 ** 32;
  const pair = Math.floor(counter / 2);
  const bits = threefry2x32(draws[0]!, draws[1]!, pair >>> 0, Math.floor(pair / 2 ** 32) >>> 0);
  const target = uniformFromBits(bits[counter % 2]!) * total;
  let passed = 0;
  for (let i = 0; i < weights.length && passed <= target; i++) {
    if (weights[i] === 0) continue;
    token = i;
    passed += weights[i]!;
  }
  return { token, fault: -1, weights };
}

/** exp((score − best) / temperature) of the tokens that top-k, top-p, min-p and typical-p keep, else 0. */
function weightsOf(scores: Float32Array, best: number, temperature: number, { settings }: SampleRow): Float64Array {
  const size = scores.length;
  const [topK, topP] = [settings[sampleSettings.topK]!, settings[sampleSettings.topP]!];
  const [minP, typicalP] = [settings[sampleSettings.minP]!, settings[sampleSettings.typicalP]!];
  const weights = new Float64Array(size);
  const keys = (topK > 0 && topK < size) || topP < 1 ? Uint32Array.from(scores, keyOf) : undefined;
  if (keys && topK > 0 && topK < size) {
    for (let i = 0; i < size; i++) weights[i] = keys[i] === NEVER ? 0 : 1;
    drop(keys, weights, keepReaching(keys, weights, topK));
  } else weights.fill(1);
  for (let i = 0; i < size; i++) if (weights[i] === 1) weights[i] = Math.exp((scores[i]! - best) / temperature);
  if (keys && topP < 1) drop(keys, weights, keepReaching(keys, weights, topP * sumOf(weights)));
  if (minP > 0) for (let i = 0; i < size; i++) if (weights[i]! < minP) weights[i] = 0;
  if (typicalP < 1) {
    let [total, mean] = [0, 0];
    const depth = (i: number): number => (best - scores[i]!) / temperature;
    for (let i = 0; i < size; i++) {
      if (weights[i] === 0) continue;
      total += weights[i]!;
      mean += weights[i]! * depth(i);
    }
    mean /= total;
    // the nearer to the mean, the higher the rank
    const ranks = Uint32Array.from(weights, (weight, i) =>
      weight === 0 ? 0 : ~keyOf(Math.abs(depth(i) - mean)) >>> 0,
    );
    drop(ranks, weights, keepReaching(ranks, weights, typicalP * total));
  }
  return weights;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** Log-probabilities of `token` and of the `top` likeliest, by the logits as they are. */
export function logProbsOf(
  logits: Float32Array,
  token: number,
  top: number,
): { readonly own: number; readonly tokens: readonly number[]; readonly logProbs: readonly number[] } {
  const best: number[] = [];
  const comesFirst = (a: number, b: number): boolean => logits[a]! > logits[b]! || (logits[a] === logits[b] && a < b);
  for (let i = 0; i < logits.length; i++) {
    if (best.length === Math.max(1, top) && !comesFirst(i, best.at(-1)!)) continue;
    let place = best.length;
    while (place > 0 && comesFirst(i, best[place - 1]!)) place--;
    best.splice(place, 0, i);
    if (best.length > Math.max(1, top)) best.pop();
  }
  const largest = logits[best[0]!]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - largest);
  const logProb = (i: number): number => logits[i]! - largest - Math.log(sum);
  return { own: logProb(token), tokens: best.slice(0, top), logProbs: best.slice(0, top).map(logProb) };
}
