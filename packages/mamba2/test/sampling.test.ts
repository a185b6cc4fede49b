import { ConfigError, ShapeError } from "@x/tensor";
import { expect, test } from "vitest";
import { argmax, sampler, type SamplingOptions } from "../src/generation/sampling.ts";

/** How often each token comes in `n` draws. */
function frequencies(logits: ArrayLike<number>, options: SamplingOptions, n = 20_000): number[] {
  const sample = sampler({ seed: 5, ...options });
  const counts = Array.from({ length: logits.length }, () => 0);
  for (let step = 0; step < n; step++) counts[sample(logits, { step })]! += 1 / n;
  return counts;
}

function expectNear(got: readonly number[], expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) =>
    expected[i] === 0 ? expect(value).toBe(0) : expect(Math.abs(value - expected[i]!)).toBeLessThan(0.015),
  );
}

const logs = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);

test("the model's distribution, and with a temperature", () => {
  const p = [0.5, 0.25, 0.125, 0.125];
  expectNear(frequencies(logs(...p), {}), p);
  const squared = p.map((x) => x ** 2 / p.reduce((sum, y) => sum + y ** 2, 0));
  expectNear(frequencies(logs(...p), { temperature: 0.5 }), squared);
});

test("greedy takes the best, of equal ones the first", () => {
  for (const options of [{ temperature: 0 }, { topK: 1 }]) expect(sampler(options)([1, 3, 3, 2], { step: 0 })).toBe(1);
  expect(argmax([-5, -1, -1])).toBe(1);
});

test("top-k keeps k tokens, of equal ones the first", () => {
  expectNear(frequencies(logs(0.4, 0.1, 0.3, 0.2), { topK: 2 }), [4 / 7, 0, 3 / 7, 0]);
  expectNear(frequencies([1, 1, 1, 1], { topK: 3 }), [1 / 3, 1 / 3, 1 / 3, 0]);
  expectNear(frequencies(logs(0.7, 0.3), { topK: 9 }), [0.7, 0.3]);
});

test("top-p keeps the fewest tokens that reach p", () => {
  const p = logs(0.1, 0.5, 0.3, 0.1);
  expectNear(frequencies(p, { topP: 0.5 }), [0, 1, 0, 0]);
  expectNear(frequencies(p, { topP: 0.51 }), [0, 5 / 8, 3 / 8, 0]);
  expectNear(frequencies(p, { topP: 0.79 }), [0, 5 / 8, 3 / 8, 0]);
  expectNear(frequencies(p, { topP: 1e-9 }), [0, 1, 0, 0]);
  expectNear(frequencies([2, 2, 2, 2], { topP: 0.5 }), [0.5, 0.5, 0, 0]);
});

test("top-p follows top-k and the temperature", () => {
  // of the two kept, 0.6 / 0.9 = 2/3 reaches 0.65 alone
  expectNear(frequencies(logs(0.6, 0.3, 0.1), { topK: 2, topP: 0.65 }), [1, 0, 0]);
  expectNear(frequencies(logs(0.6, 0.3, 0.1), { topP: 0.65 }), [2 / 3, 1 / 3, 0]);
});

test("min-p drops what is below a fraction of the best", () => {
  const p = logs(0.1, 0.5, 0.2, 0.2);
  expectNear(frequencies(p, { minP: 0.3 }), [0, 5 / 9, 2 / 9, 2 / 9]);
  expectNear(frequencies(p, { minP: 1 }), [0, 1, 0, 0]);
  expectNear(frequencies(p, { minP: 0.1 }), [0.1, 0.5, 0.2, 0.2]);
});

test("repetition penalty divides scores above 0 and multiplies those below, once per token", () => {
  const sample = sampler({ repetitionPenalty: 2, temperature: 0 });
  expect(sample([3, 2, -1], { step: 0, history: [0, 0] })).toBe(1);
  expect(sample([1.5, 1, -1], { step: 0, history: [0, 0, 0] })).toBe(1);
  expect(sample([-1, -1.5, -9], { step: 0, history: Int32Array.of(0) })).toBe(1);
  expect(sample([-1, -1.5, -9], { step: 0, history: [] })).toBe(0);
  expect(sample([3, 2], { step: 0, history: [7] })).toBe(0);
});

test("presence and frequency penalties are those of a plain computation in f64", () => {
  // the definition, softmax and all, written apart from the sampler
  const oracle = (
    logits: readonly number[],
    generated: readonly number[],
    presence: number,
    frequency: number,
    temperature: number,
  ): number[] => {
    const scores = logits.map((logit, token) => {
      const count = generated.filter((one) => one === token).length;
      return (logit - frequency * count - (count > 0 ? presence : 0)) / temperature;
    });
    const top = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - top));
    return weights.map((weight) => weight / weights.reduce((a, b) => a + b));
  };
  const logits = [1.5, -0.5, 0.25, 2, -1];
  for (const generated of [[], [3], [0, 3, 3], [0, 1, 2, 3, 4, 4, 4]]) {
    const counts = new Map<number, number>();
    for (const token of generated) counts.set(token, (counts.get(token) ?? 0) + 1);
    for (const [presencePenalty, frequencyPenalty, temperature] of [
      [0, 0, 1],
      [1, 0, 1],
      [0, 0.5, 1],
      [0.7, 0.3, 0.8],
      [-2, 2, 1.3],
      [2, -2, 1],
      [-0.5, -0.25, 1],
    ] as const) {
      const wanted = oracle(logits, generated, presencePenalty, frequencyPenalty, temperature);
      const state = { history: [0, 0, 1, 2, 3, 4], generated: counts }; // what was read does not count
      const sample = sampler({ presencePenalty, frequencyPenalty, temperature, seed: 3 });
      const got = logits.map(() => 0);
      for (let step = 0; step < 4000; step++) got[sample(logits, { step, ...state })]! += 1 / 4000;
      got.forEach((share, token) =>
        expect(
          Math.abs(share - wanted[token]!),
          `${generated.join()} ${presencePenalty} ${frequencyPenalty}`,
        ).toBeLessThan(0.035),
      );
      expect(sampler({ presencePenalty, frequencyPenalty, temperature: 0 })(logits, { step: 0, ...state })).toBe(
        argmax(wanted),
      );
    }
  }
});

test("penalties follow one another: repetition first, then what is subtracted; tokens beyond the vocabulary are nobody's", () => {
  // 4 / 2 − 0.5·2 − 0.25 = 0.75; subtracting first would give 2.75 / 2 = 1.375
  const sample = sampler({
    repetitionPenalty: 2,
    presencePenalty: 0.25,
    frequencyPenalty: 0.5,
    temperature: 0,
    vocabSize: 2,
  });
  const state = {
    step: 0,
    counts: new Map([[0, 2]]),
    generated: new Map([
      [0, 2],
      [2, 9],
    ]),
  };
  expect(sample([4, 0.8, 9], state)).toBe(1);
  expect(sample([4, 0.7, 9], state)).toBe(0);
});

test("padding of the vocabulary is never chosen, and does not count in top-k", () => {
  expectNear(frequencies([0, 0, 50, 50], { vocabSize: 2 }).slice(0, 2), [0.5, 0.5]);
  expect(sampler({ vocabSize: 2, temperature: 0 })([1, 2, 3], { step: 0 })).toBe(1);
});

test("seed, step and row decide; logits are left as they were", () => {
  const logits = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i));
  const before = logits.slice();
  const run = (seed: number, row = 0): number[] =>
    Array.from({ length: 20 }, (_, step) => sampler({ seed })(logits, { step, row, history: [step] }));
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
  expect(run(1)).not.toEqual(run(1, 1));
  expect(logits).toEqual(before);
});

test("masked tokens, tiny temperatures and wide scores", () => {
  expectNear(frequencies([-Infinity, 0, -Infinity, 0], {}), [0, 0.5, 0, 0.5]);
  expect(sampler({ temperature: 1e-30 })([1, 2, 0], { step: 3 })).toBe(1);
  expect(sampler({ topP: 0.9 })([1e30, -1e30, 0], { step: 0 })).toBe(0);
});

test.each<[object, RegExp]>([
  [{ temperature: -1 }, /temperature must be a finite number of at least 0; got -1/],
  [{ temperature: NaN }, /temperature/],
  [{ temperature: "1" }, /got "1"/],
  [{ topK: 1.5 }, /topK must be a whole number of at least 0; got 1.5/],
  [{ topP: 0 }, /topP must be above 0 and at most 1; got 0/],
  [{ topP: 1.1 }, /topP/],
  [{ minP: -0.1 }, /minP must be from 0 to 1/],
  [{ repetitionPenalty: 0 }, /repetitionPenalty must be a finite number above 0/],
  [{ presencePenalty: 2.1 }, /presencePenalty must be from −2 to 2; got 2\.1/],
  [{ frequencyPenalty: -3 }, /frequencyPenalty must be from −2 to 2; got -3/],
  [{ frequencyPenalty: NaN }, /frequencyPenalty/],
  [{ presencePenalty: "1" as never }, /presencePenalty/],
  [{ vocabSize: 0 }, /vocabSize/],
  [{ seed: -1 }, /seed/],
  [{ top_k: 5 }, /options must be among temperature, topK, .*; got "top_k"\. Did you mean "topK"/],
])("refuses %j", (options, message) => {
  expect(() => sampler(options)).toThrow(ConfigError);
  expect(() => sampler(options)).toThrow(message);
});

test.each<[ArrayLike<number>, SamplingOptions, RegExp]>([
  [[], {}, /got 0/],
  [[1, 2], { vocabSize: 3 }, /at least vocabSize = 3 logits.*got 2/],
  [[1, NaN], {}, /got NaN for token 1/],
  [[Infinity, 1], {}, /got Infinity for token 0/],
  [[-Infinity, -Infinity], {}, /at least one logit must be finite/],
])("refuses the logits %j", (logits, options, message) => {
  expect(() => sampler(options)(logits, { step: 0 })).toThrow(ShapeError);
  expect(() => sampler(options)(logits, { step: 0 })).toThrow(message);
});
