// What the choice of tokens must do on every device; the oracle is the definition in doubles, with sorts.
import { sampleTokens } from "@x/nn";
import { type Device, tensor } from "@x/tensor";
import { describe, expect, it } from "vitest";
import type { SamplingOptions } from "@x/mamba2";
import { raiseFault, TokenChooser } from "../src/generation/chooser.ts";
import { settingsRow } from "../src/generation/sampling.ts";
import { TokenHistory } from "../src/generation/token-history.ts";
import { oracleToken, type OracleState, probabilitiesOf } from "./choose-oracle.ts";

const logs = (...probabilities: number[]): number[] => probabilities.map(Math.log);

const scores = (size: number, phase = 0): number[] =>
  Array.from({ length: size }, (_, i) => Math.fround(3 * Math.sin(1.7 * i + phase) + Math.cos(i * i)));

const settings: Readonly<Record<string, SamplingOptions>> = {
  plain: {},
  warm: { temperature: 1.6 },
  cold: { temperature: 0.35 },
  "top-k": { topK: 7 },
  "top-k beyond the vocabulary": { topK: 1e6 },
  "top-p": { topP: 0.7 },
  "a tiny top-p": { topP: 1e-6 },
  "min-p": { minP: 0.2 },
  "typical-p": { typicalP: 0.4 },
  "typical-p of a cold row": { typicalP: 0.6, temperature: 0.5 },
  filters: { temperature: 0.9, topK: 40, topP: 0.9, minP: 0.03, typicalP: 0.8 },
  penalties: { repetitionPenalty: 1.4, presencePenalty: 0.6, frequencyPenalty: 0.3 },
  bias: { logitBias: { 3: 4.5, 5: -Infinity, 0: -1 }, topK: 12 },
  greedy: { temperature: 0, repetitionPenalty: 3 },
};

export function testChoosing(deviceOf: () => Device): void {
  /** Probabilities of rows of one length, each with its options. */
  const probabilities = async (
    rows: readonly (readonly number[])[],
    options: readonly SamplingOptions[],
    vocabSize = rows[0]!.length,
  ): Promise<number[][]> => {
    const device = deviceOf();
    const {
      ids,
      report,
      probabilities: shares,
    } = sampleTokens(
      {
        logits: tensor(
          rows.map((row) => [...row]),
          { device },
        ),
        settings: tensor(
          options.map((one) => [...settingsRow(one)]),
          { device },
        ),
        draws: tensor(new Uint32Array(4 * rows.length), { shape: [rows.length, 4], device }),
      },
      { vocabSize, probabilities: true },
    );
    const all = (await shares!.toArray()) as number[][];
    for (const made of [ids, report, shares!]) made.dispose();
    return all;
  };
  const near = (got: readonly number[], wanted: readonly number[], what = ""): void => {
    expect(
      got.map((share) => share > 0),
      what,
    ).toEqual(wanted.map((share) => share > 0));
    for (const [i, share] of wanted.entries()) expect(Math.abs(got[i]! - share), what).toBeLessThan(1e-5);
  };

  it("draws from the probabilities of the definition, every row by its own settings", async () => {
    for (const size of [2, 33, 300]) {
      const options = Object.values(settings).filter(
        ({ repetitionPenalty, logitBias }) => !repetitionPenalty && !logitBias,
      );
      const rows = options.map((_, r) => scores(size, r));
      const got = await probabilities(rows, options);
      for (const [r, row] of rows.entries())
        near(got[r]!, probabilitiesOf(row, options[r]!), JSON.stringify(options[r]));
    }
  });

  it("keeps the first of equal scores", async () => {
    const same = (size: number): number[] => Array.from({ length: size }, () => 1);
    const [k, p, typical] = await probabilities(
      [same(64), same(64), same(64)],
      [{ topK: 3 }, { topP: 0.5 }, { typicalP: 0.125 }],
    );
    const first = (count: number): number[] => Array.from({ length: 64 }, (_, i) => (i < count ? 1 / count : 0));
    near(k!, first(3));
    near(p!, first(32));
    near(typical!, first(8));
  });

  it("follows one filter by the other, and leaves padding and −∞ out", async () => {
    // of the two that top-k keeps, 0.6 / 0.9 reaches 0.65 alone
    const [first, second] = await probabilities(
      [logs(0.6, 0.3, 0.1), logs(0.6, 0.3, 0.1)],
      [{ topK: 2, topP: 0.65 }, { topP: 0.65 }],
    );
    near(first!, [1, 0, 0]);
    near(second!, [2 / 3, 1 / 3, 0]);
    near((await probabilities([[0, 0, 50, 50]], [{}], 2))[0]!, [0.5, 0.5]);
    near((await probabilities([[-Infinity, 0, -Infinity, 0]], [{ topK: 3, topP: 0.99 }]))[0]!, [0, 0.5, 0, 0.5]);
    near((await probabilities([[1, 2, 0]], [{ temperature: 1e-30 }]))[0]!, [0, 1, 0]);
    near((await probabilities([[1e30, -1e30, 0]], [{ topP: 0.9 }]))[0]!, [1, 0, 0]);
    near((await probabilities([[-0, 0, -1]], [{ topK: 2 }]))[0]!, [0.5, 0.5, 0]);
  });

  /** `steps` choices of rows, fed nothing back but what the chooser itself counts. */
  const choose = async (
    logits: readonly (readonly number[])[],
    options: SamplingOptions,
    state: { seeds: readonly number[]; prompt?: readonly number[]; drawn?: number; top?: number },
    steps: number,
  ): Promise<number[][]> => {
    const device = deviceOf();
    const history = TokenHistory.empty(1).append([state.prompt ?? []]).rows[0]!;
    const width = logits[0]!.length;
    const chooser = new TokenChooser(
      device,
      state.seeds.map((seed) => ({ options, seed, stream: 0, drawn: state.drawn ?? 0, history })),
      { vocabSize: options.vocabSize ?? width, width, top: state.top ?? -1, endTokens: [] },
    );
    const rows = tensor(
      logits.map((row) => [...row]),
      { device },
    );
    const all: number[][] = state.seeds.map(() => []);
    for (let step = 0; step < steps; step++) {
      const chosen = chooser.choose(rows);
      for (const [r, { id, fault }] of (await chooser.read(chosen)).entries()) {
        if (fault !== -1) await raiseFault(rows, r, fault);
        all[r]!.push(id);
      }
      chosen.ids.dispose();
      chosen.report.dispose();
    }
    rows.dispose();
    chooser.dispose();
    return all;
  };

  it.each(Object.entries(settings))(
    "%s: takes the tokens of the definition, seed by seed, step by step",
    async (_, options) => {
      const seeds = [0, 7, 2 ** 40 + 3];
      const rows = seeds.map((_seed, r) => scores(101, r));
      const prompt = [1, 5, 5, 60];
      const got = await choose(rows, options, { seeds, prompt, drawn: 2 ** 32 - 3 }, 6);
      for (const [r, seed] of seeds.entries()) {
        const wanted: number[] = [];
        for (let step = 0; step < 6; step++) {
          const state: OracleState = { step: 2 ** 32 - 3 + step, read: prompt, generated: wanted };
          wanted.push(oracleToken(rows[r]!, { ...options, seed }, state));
        }
        expect(got[r]).toEqual(wanted);
        // a row of a batch is the row alone
        expect(await choose([rows[r]!], options, { seeds: [seed], prompt, drawn: 2 ** 32 - 3 }, 6)).toEqual([wanted]);
      }
    },
  );

  it("allows what a mask allows, and biases and forbids", async () => {
    const device = deviceOf();
    const options: SamplingOptions = {
      logitBias: new Map([
        [4, 9],
        [6, -Infinity],
      ]),
    };
    const row = { options, seed: 3, stream: 0, drawn: 0, history: undefined };
    const logits = scores(70);
    const chooser = new TokenChooser(device, [row, row], { vocabSize: 70, width: 70, top: 2, endTokens: [] });
    const rows = tensor([logits, logits], { device });
    const allowed = chooser.allowed([[2, 6, 33, 69], undefined]);
    const chosen = chooser.choose(rows, undefined, allowed);
    const [masked, free] = await chooser.read(chosen);
    expect(masked!.id).toBe(oracleToken(logits, { ...options, seed: 3 }, { step: 0, allowed: [2, 6, 33, 69] }));
    expect(free!.id).toBe(oracleToken(logits, { ...options, seed: 3 }, { step: 0 }));
    // log-probabilities are the model's own
    const shares = probabilitiesOf(logits, {});
    const best = shares.map((_share, id) => id).sort((a, b) => shares[b]! - shares[a]!);
    for (const { id, logProb } of [masked!, free!]) {
      expect(logProb!.logProb).toBeCloseTo(Math.log(shares[id]!), 4);
      expect(logProb!.top.map((one) => one.id)).toEqual(best.slice(0, 2));
      for (const one of logProb!.top) expect(one.logProb).toBeCloseTo(Math.log(shares[one.id]!), 4);
    }
    const none = chooser.allowed([[], [6]]);
    const blocked = chooser.choose(rows, undefined, none);
    expect((await chooser.read(blocked)).map(({ fault }) => fault)).toEqual([-2, -2]);
    for (const held of [rows, allowed, none, chosen.ids, chosen.report, blocked.ids, blocked.report]) held.dispose();
    chooser.dispose();
  });

  describe("refuses logits that say nothing", () => {
    it.each<[number[], SamplingOptions, string]>([
      [[1, NaN], {}, "sampling: logits must be below Infinity and no NaN; got NaN for token 1."],
      [
        [Infinity, NaN],
        { temperature: 0 },
        "sampling: logits must be below Infinity and no NaN; got Infinity for token 0.",
      ],
      [[-Infinity, -Infinity], { topK: 1 }, "sampling: at least one logit must be finite; all are −Infinity."],
      [[0, NaN, 2], { repetitionPenalty: 2 }, "got NaN for token 1."],
    ])("%j", async (row, options, message) => {
      await expect(choose([row], options, { seeds: [0], prompt: [0] }, 1)).rejects.toThrow(message);
      expect(await choose([[...row, 0, 1].slice(-2)], { vocabSize: 2 }, { seeds: [0] }, 1)).toHaveLength(1);
    });
  });
}
