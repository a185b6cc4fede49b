// Generation that stops and goes on is generation that never stopped: what must hold on every device.
import { describe, expect, it } from "vitest";
import { generateIds, type GenerateOptions, Mamba2LM, State } from "@x/mamba2";
import { ConfigError, type Device, tensor } from "@x/tensor";
import { smallModel } from "./small-model.ts";

type Ids = (number | null)[];
type Way = (state: State, model: Mamba2LM) => Promise<State>;

async function collect(items: AsyncIterable<Ids>): Promise<Ids[]> {
  const all: Ids[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const kinds: Readonly<Record<string, GenerateOptions>> = {
  greedy: { temperature: 0 },
  "greedy, penalised": { temperature: 0, repetitionPenalty: 1.3 },
  sampled: { seed: 3 },
  "temperature, top-k, top-p, min-p": { seed: 9, temperature: 0.8, topK: 30, topP: 0.95, minP: 0.01 },
  "sampled, penalised": { seed: 2, repetitionPenalty: 1.5, temperature: 0.7 },
  "presence and frequency": { seed: 6, presencePenalty: 1.2, frequencyPenalty: 0.6, temperature: 0.8 },
  "greedy, presence and frequency": { temperature: 0, presencePenalty: -0.3, frequencyPenalty: 0.4 },
  "all penalties": { seed: 7, repetitionPenalty: 1.2, presencePenalty: 0.5, frequencyPenalty: -0.2, topK: 40 },
  "penalised below 1": { seed: 4, repetitionPenalty: 0.7 },
};

const ways: Readonly<Record<string, Way>> = {
  "in memory": (state) => Promise.resolve(state),
  "through a file": async (state, model) => State.deserialize(await state.serialize(model), model),
};

/** @param few only the kinds that between them take every path */
export function testContinued(deviceOf: () => Device, few = false): void {
  const tried = Object.entries(kinds).filter(([name]) => !few || ["greedy", "sampled", "all penalties"].includes(name));

  /** Generates in stretches, each from the state of the one before. */
  async function stretches(
    model: Mamba2LM,
    prompts: readonly (readonly number[])[],
    lengths: readonly number[],
    options: GenerateOptions,
    way: Way,
  ): Promise<Ids[]> {
    let state: State | undefined;
    const all: Ids[] = [];
    for (const maxTokens of lengths) {
      let end: State | undefined;
      const given = state && (await way(state, model));
      all.push(
        ...(await collect(
          model.generateIds(given ? prompts.map(() => []) : prompts, {
            ...options,
            maxTokens,
            ...(given && { state: given }),
            onState: (one) => void (end = one),
          }),
        )),
      );
      state?.dispose();
      if (given !== state) given?.dispose();
      state = end!;
    }
    state?.dispose();
    return all;
  }

  describe.each(tried)("%s", (_, options) => {
    it.each(Object.entries(ways))("10 + 10 tokens are 20, %s", async (_name, way) => {
      const model = new Mamba2LM(smallModel, { seed: 1, device: deviceOf() });
      for (const prompts of [
        [[5, 17]],
        [
          [1, 2, 3],
          [60, 7, 7],
          [4, 4, 4],
        ],
      ]) {
        const whole = await collect(model.generateIds(prompts, { ...options, maxTokens: 20 }));
        expect(await stretches(model, prompts, [10, 10], options, way)).toEqual(whole);
        expect(await stretches(model, prompts, [1, 0, 6, 13], options, way)).toEqual(whole);
      }
      model.dispose();
    });

    it("rows that have ended stay so", async () => {
      const model = new Mamba2LM(smallModel, { seed: 1, device: deviceOf() });
      const prompts = [[1], [2], [3]];
      const free = await collect(model.generateIds(prompts, { ...options, maxTokens: 12 }));
      const ending = { ...options, eosTokenId: [free[2]![0]!, free[4]![1]!] };
      const whole = await collect(model.generateIds(prompts, { ...ending, maxTokens: 12 }));
      expect(whole.flat()).toContain(null);
      expect(await stretches(model, prompts, [4, 8], ending, ways["through a file"]!)).toEqual(whole);
      model.dispose();
    });
  });

  it("presence and frequency penalties count what was generated, not the prompt, through prompts between", async () => {
    const model = new Mamba2LM(smallModel, { seed: 1, device: deviceOf() });
    const penalties = { presencePenalty: 0.4, frequencyPenalty: 0.9 };
    const read = [7, 7, 7, 3];
    const counts = Array.from({ length: smallModel.vocabSize }, () => 0);
    const wanted: number[] = [];
    const next = async (): Promise<void> => {
      // from logits of the whole sequence, in f64
      const logits = [...(await model.forward(read, { logitsToKeep: 1 }).data())].slice(0, smallModel.vocabSize);
      const scores = logits.map(
        (logit, id) =>
          logit - penalties.frequencyPenalty * counts[id]! - penalties.presencePenalty * Math.min(1, counts[id]!),
      );
      const best = scores.indexOf(Math.max(...scores));
      counts[best]!++;
      wanted.push(best);
      read.push(best);
    };
    for (let i = 0; i < 8; i++) await next();
    read.push(11, 12);
    for (let i = 0; i < 8; i++) await next();
    let state: State | undefined;
    const go = (prompt: number[], more: GenerateOptions): Promise<Ids[]> =>
      collect(model.generateIds([prompt], { temperature: 0, maxTokens: 8, ...penalties, ...more }));
    const first = await go([7, 7, 7, 3], { onState: (end) => void (state = end) });
    expect([...first, ...(await go([11, 12], { state: state! }))].flat()).toEqual(wanted);
    expect(new Set(wanted).size).toBeGreaterThan(4); // the penalties did something
    state!.dispose();
    model.dispose();
  });

  describe("a state that generation did not leave", () => {
    it("goes on after prefill and step as after a prompt", async () => {
      const model = new Mamba2LM(smallModel, { seed: 1, device: deviceOf() });
      for (const [, options] of tried) {
        const whole = await collect(model.generateIds([[3, 1, 4]], { ...options, maxTokens: 8 }));
        const { state } = model.prefill([3, 1, 4], { logitsToKeep: 2 });
        expect(await collect(model.generateIds([[]], { ...options, maxTokens: 8, state }))).toEqual(whole);
        const first = model.prefill([3]);
        const second = model.step([1], first.state);
        const third = model.step([4], second.state);
        expect(await collect(model.generateIds([[]], { ...options, maxTokens: 8, state: third.state }))).toEqual(whole);
      }
      model.dispose();
    });

    it("keeps its place in the random numbers, its seed and its tokens after a prompt", async () => {
      const model = new Mamba2LM(smallModel, { seed: 1, device: deviceOf() });
      let state: State | undefined;
      await collect(model.generateIds([[5]], { seed: 8, maxTokens: 4, onState: (end) => void (state = end) }));
      expect(state!.progress).toMatchObject({ drawn: 4, seed: 8 });
      const go = (options: GenerateOptions): Promise<Ids[]> =>
        collect(model.generateIds([[6, 7]], { maxTokens: 6, state: state!, ...options }));
      expect(await go({})).toEqual(await go({ seed: 8 }));
      expect(await go({})).not.toEqual(await go({ seed: 9 }));
      expect(await go({ repetitionPenalty: 5, temperature: 0 })).not.toEqual(await go({ temperature: 0 }));
      model.dispose();
    });

    it("an empty prompt without a state is the token that begins a text", async () => {
      const begun = new Mamba2LM({ ...smallModel, bosTokenId: 9 }, { seed: 1, device: deviceOf() });
      const want = await collect(begun.generateIds([[9], [9]], { maxTokens: 5 }));
      expect(await collect(begun.generateIds([[], []], { maxTokens: 5 }))).toEqual(want);
      expect(await collect(begun.generateIds([[], []], { maxTokens: 5, state: begun.initialState(2) }))).toEqual(want);
      begun.dispose();
    });

    it("is refused in a sentence where it cannot go on", async () => {
      const model = new Mamba2LM(smallModel, { seed: 1, device: deviceOf() });
      const run = (prompts: readonly (readonly number[])[], options: GenerateOptions): Promise<unknown> =>
        collect(generateIds(model, prompts, options));
      const { state } = model.prefill([1, 2]);
      const old = new State(state.layers);
      await expect(run([[]], {})).rejects.toThrow(
        "generate: prompts must have at least one token, or come with a state to go on from or a model with a token that begins a text (bosTokenId); got empty ones and neither.",
      );
      await expect(run([[]], { state: old })).rejects.toThrow(
        /an empty prompt must come with a state that knows what its next token is chosen from/,
      );
      await expect(run([[1]], { state: old, repetitionPenalty: 2 })).rejects.toThrow(
        /repetitionPenalty must come with a state that knows the tokens it has read/,
      );
      await expect(run([[1], [2]], { state })).rejects.toThrow(
        "generate: prompts must have as many rows as the state, 1; got 2.",
      );
      await expect(run([[1], []], {})).rejects.toThrow("generate: all prompts or none must be empty; got 1 of 2.");
      await expect(run([1, 2] as never, {})).rejects.toThrow(
        "generate: prompts must be rows of token ids, such as [[1, 2]]; got 1 for row 0.",
      );
      await expect(run("ab" as never, {})).rejects.toThrow(
        'generate: prompts must be rows of token ids, such as [[1, 2]]; got "ab".',
      );
      await expect(run([new Int32Array(2)] as never, {})).rejects.toThrow("got an Int32Array for row 0.");
      await expect(run([], {})).rejects.toThrow("generate: prompts must have at least one row; got none.");
      await expect(run([[1]], { maxToken: 3 } as object)).rejects.toThrow(
        'generate: options must be among temperature, topK, topP, minP, typicalP, repetitionPenalty, presencePenalty, frequencyPenalty, logitBias, vocabSize, seed, maxTokens, eosTokenId, state, stepsAhead, constraint, onCompile, signal, until, onState; got "maxToken". Did you mean "maxTokens"?',
      );
      expect(await run([[1]], { state: old, maxTokens: 2 })).toHaveLength(2);
      const ids = tensor(new Int32Array([1, 2]), { shape: [1, 2], device: model.device });
      const unknown = model.prefill(ids).state;
      expect(await run([[]], { state: unknown, maxTokens: 2 })).toHaveLength(2); // the scores are there, the tokens are not
      await expect(run([[]], { state: unknown, repetitionPenalty: 2 })).rejects.toThrow(ConfigError);
      for (const penalty of [{ presencePenalty: 1 }, { frequencyPenalty: -1 }]) {
        await expect(run([[1]], { state: old, ...penalty })).rejects.toThrow(
          /presencePenalty and frequencyPenalty must come with a state that knows which tokens were generated/,
        );
        await expect(run([[]], { state: unknown, ...penalty })).rejects.toThrow(ConfigError);
      }
      model.dispose();
    });

    it("frees what it holds", async () => {
      const device = deviceOf();
      const model = new Mamba2LM(smallModel, { seed: 1, device });
      const round = async (): Promise<number> => {
        await stretches(model, [[1], [2]], [3, 2], { seed: 1 }, ways["through a file"]!);
        await stretches(model, [[1], [2]], [3, 2], { temperature: 0 }, ways["in memory"]!);
        return device.memory.usedBytes;
      };
      await round();
      const used = await round();
      for (let i = 0; i < 3; i++) expect(await round()).toBe(used);
      model.dispose();
    });
  });
}
