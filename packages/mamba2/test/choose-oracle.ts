// The definition of sampling on the host, in doubles and with sorts: what the device's choice is tested against. Nothing is shared with it but the random numbers.
import { hostUniform } from "@x/tensor";
import type { SamplingOptions } from "@x/mamba2";

/** What a choice depends on besides the logits. */
export interface OracleState {
  readonly step: number;
  readonly stream?: number;
  /** tokens read and generated */
  readonly read?: readonly number[];
  readonly generated?: readonly number[];
  readonly allowed?: readonly number[];
}

/** The probabilities that the next token is drawn from. */
export function probabilitiesOf(
  logits: ArrayLike<number>,
  options: SamplingOptions,
  { read = [], generated = [], allowed }: Omit<OracleState, "step"> = {},
): number[] {
  const { temperature = 1, topK = 0, topP = 1, minP = 0, typicalP = 1 } = options;
  const { repetitionPenalty = 1, presencePenalty = 0, frequencyPenalty = 0, logitBias = {} } = options;
  const size = options.vocabSize ?? logits.length;
  const bias = logitBias instanceof Map ? Object.fromEntries(logitBias) : (logitBias as Record<number, number>);
  const scores = Array.from({ length: size }, (_, token) => {
    let score = logits[token]!;
    if (read.includes(token) || generated.includes(token))
      score = score < 0 ? score * repetitionPenalty : score / repetitionPenalty;
    const count = generated.filter((one) => one === token).length;
    score -= frequencyPenalty * count + (count > 0 ? presencePenalty : 0);
    score += bias[token] ?? 0;
    return allowed && !allowed.includes(token) ? -Infinity : score;
  });
  const possible = scores.map((_, token) => token).filter((token) => scores[token]! > -Infinity);
  const byScore = [...possible].sort((a, b) => scores[b]! - scores[a]! || a - b);
  if (temperature === 0 || topK === 1) return scores.map((_, token) => (token === byScore[0] ? 1 : 0));
  const best = scores[byScore[0]!]!;
  const weight = (token: number): number => Math.exp((scores[token]! - best) / temperature);
  const sum = (tokens: readonly number[]): number => tokens.reduce((total, token) => total + weight(token), 0);
  const fewest = (tokens: readonly number[], share: number): number[] => {
    const needed = share * sum(tokens);
    let reached = 0;
    const last = tokens.findIndex((token) => (reached += weight(token)) >= needed);
    return last < 0 ? [...tokens] : tokens.slice(0, last + 1);
  };
  let kept = topK > 0 ? byScore.slice(0, topK) : byScore;
  if (topP < 1) kept = fewest(kept, topP);
  kept = kept.filter((token) => weight(token) >= minP);
  if (typicalP < 1) {
    const total = sum(kept);
    const surprise = new Map(kept.map((token) => [token, -Math.log(weight(token) / total)]));
    const entropy = kept.reduce((mean, token) => mean + (weight(token) / total) * surprise.get(token)!, 0);
    const distance = (token: number): number => Math.abs(surprise.get(token)! - entropy);
    kept = fewest(
      [...kept].sort((a, b) => distance(a) - distance(b) || a - b),
      typicalP,
    );
  }
  const total = sum(kept);
  return scores.map((_, token) => (kept.includes(token) ? weight(token) / total : 0));
}

/** The token that the random numbers of `seed` choose. */
export function oracleToken(logits: ArrayLike<number>, options: SamplingOptions, state: OracleState): number {
  const shares = probabilitiesOf(logits, options, state);
  const seed = typeof options.seed === "number" ? options.seed : 0;
  const u = hostUniform({ seed, stream: 2 * 2 ** 40 + (state.stream ?? 0) }, 1, state.step)[0]!;
  let passed = 0;
  let chosen = shares.indexOf(Math.max(...shares));
  for (const [token, share] of shares.entries()) {
    if (share === 0) continue;
    chosen = token;
    passed += share;
    if (passed > u) break;
  }
  return chosen;
}
