// What sample_tokens must give, by its definition: with sorts, in doubles, a token at a time.
import { type HostTensor, type Primitive, threefry2x32, uniformFromBits } from "@x/tensor/core";

type HostPaths = NonNullable<Primitive["cpu"]>;

const bits = (value: number): number => new Int32Array(new Float32Array([value]).buffer)[0]!;
const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Settings of a row, in the order of the tensor. */
const NAMES = ["temperature", "topK", "topP", "minP", "typicalP", "repetition", "presence", "frequency"] as const;
type Settings = Readonly<Record<(typeof NAMES)[number], number>>;

/** Tokens by falling value, the lower token first of equals. */
const ranked = (tokens: readonly number[], value: (token: number) => number): number[] =>
  [...tokens].sort((a, b) => value(b) - value(a) || a - b);

/** As few of the tokens, in their order, as reach a share of the weight of all; those that equal the last one in rank stay too. */
function reaching(
  tokens: readonly number[],
  rank: (token: number) => number,
  weight: (token: number) => number,
  share: number,
): number[] {
  const needed = share * sumOf(tokens.map(weight));
  let reached = 0;
  const last = tokens.findIndex((token) => (reached += weight(token)) >= needed);
  return last < 0 ? [...tokens] : tokens.filter((token) => rank(token) >= rank(tokens[last]!));
}

/** The weights of a row's tokens, 0 where one cannot be drawn. */
function weightsOf(scores: readonly number[], { temperature, topK, topP, minP, typicalP }: Settings): number[] {
  const score = (token: number): number => scores[token]!;
  const possible = ranked(
    [...scores.keys()].filter((token) => score(token) > -Infinity),
    score,
  );
  const best = possible[0]!;
  if (temperature === 0 || topK === 1) return scores.map((_, token) => (token === best ? 1 : 0));
  const weight = (token: number): number => Math.exp((score(token) - score(best)) / temperature);
  let kept = topK > 0 ? reaching(possible, score, () => 1, Math.min(1, topK / possible.length)) : possible;
  if (topP < 1) kept = reaching(kept, score, weight, topP);
  kept = kept.filter((token) => weight(token) >= minP);
  if (typicalP < 1) {
    const total = sumOf(kept.map(weight));
    const depth = (token: number): number => (score(best) - score(token)) / temperature;
    const mean = sumOf(kept.map((token) => weight(token) * depth(token))) / total;
    const nearness = (token: number): number => -Math.fround(Math.abs(depth(token) - mean));
    kept = reaching(ranked(kept, nearness), nearness, weight, typicalP);
  }
  return scores.map((_, token) => (kept.includes(token) ? weight(token) : 0));
}

/** {@link HostPaths} of sample_tokens. */
export const sampleTokensFormula: HostPaths = (x, y, p) => {
  const { vocabSize, top, probabilities } = p as { vocabSize: number; top: number; probabilities: boolean };
  const { logits, settings, draws, counts, bias, allowed } = x as Record<string, HostTensor>;
  const [rows, pitch] = logits!.shape as [number, number];
  const width = y["report"]!.shape[1]!;
  for (let r = 0; r < rows; r++) {
    const given = Object.fromEntries(NAMES.map((name, i) => [name, settings!.data[8 * r + i]!])) as Settings;
    const raw = Array.from({ length: vocabSize }, (_, i) => logits!.data[r * pitch + i]!);
    const words = Math.ceil(vocabSize / 32);
    const scores = raw.map((logit, i) => {
      if (!(logit < Infinity) || logit === -Infinity) return logit;
      const seen = counts?.data[r * pitch + i] ?? 0;
      let score = seen === 0 ? logit : logit < 0 ? logit * given.repetition : logit / given.repetition;
      if (seen > 1) score -= given.frequency * Math.floor(seen / 2) + given.presence;
      score += bias?.data[r * pitch + i] ?? 0;
      const may = allowed ? (allowed.data[r * words + Math.floor(i / 32)]! >>> (i % 32)) & 1 : 1;
      return may === 1 ? Math.fround(score) : -Infinity;
    });
    const broken = raw.findIndex((logit) => !(logit < Infinity));
    const nothing = broken < 0 && scores.every((score) => score === -Infinity);
    const weights = broken < 0 && !nothing ? weightsOf(scores, given) : undefined;
    const total = weights ? sumOf(weights) : 1;
    const counter = draws!.data[4 * r + 2]! + draws!.data[4 * r + 3]! * 2 ** 32;
    const pair = Math.floor(counter / 2);
    const drawn = threefry2x32(draws!.data[4 * r]!, draws!.data[4 * r + 1]!, pair >>> 0, Math.floor(pair / 2 ** 32));
    const target = uniformFromBits(drawn[counter % 2]!) * total;
    let [token, passed] = [Math.max(broken, 0), 0];
    for (const [i, weight] of (weights ?? []).entries()) {
      if (weight === 0 || passed > target) continue;
      token = i;
      passed += weight;
    }
    const report = [token, broken >= 0 ? broken : nothing ? -2 : -1];
    if (top >= 0) {
      const most = Math.max(...raw);
      const logTotal = most + Math.log(sumOf(raw.map((logit) => Math.exp(logit - most))));
      const likeliest = ranked([...raw.keys()], (i) => raw[i]!).slice(0, top);
      const logProb = (i: number): number => bits(raw[i]! - logTotal);
      report.push(logProb(token), ...likeliest, ...likeliest.map(logProb));
    }
    y["ids"]!.data[r] = token;
    (y["report"]!.data as Int32Array).set(report, r * width);
    if (probabilities)
      for (let i = 0; i < vocabSize; i++)
        y["probabilities"]!.data[r * vocabSize + i] = weights ? weights[i]! / total : 0;
    draws!.data[4 * r + 2] = (counter + 1) % 2 ** 32;
    draws!.data[4 * r + 3] = Math.floor((counter + 1) / 2 ** 32);
    if (counts) counts.data[r * pitch + token]! += 2;
  }
};
