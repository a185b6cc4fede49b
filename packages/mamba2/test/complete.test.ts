// Whole results are the results of single rows: lengths, samples, seeds, stops, constraints, signals.
import { describe, expect, it } from "vitest";
import { byteTokenizer } from "@x/nn";
import { type CompletionResult, type CompleteOptions, generateIds, Mamba2LM, type Prompt, type State } from "@x/mamba2";
import { createCpuDevice } from "@x/tensor";
import { probabilitiesOf } from "./choose-oracle.ts";

const model = new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8 }, { seed: 1 });
const run = (prompts: readonly Prompt[], options: CompleteOptions = {}): Promise<CompletionResult> =>
  model.complete(prompts, { maxTokens: 12, ...options });
const tokens = (text: string): number[] => [...byteTokenizer.encode(text)];

describe("complete", () => {
  it.each<[string, CompleteOptions]>([
    ["greedy", { temperature: 0 }],
    ["sampled", { temperature: 0.9, topP: 0.9 }],
    ["penalised", { repetitionPenalty: 1.3, frequencyPenalty: 0.5, topK: 60 }],
  ])("gives a batch of different lengths what each prompt gets alone: %s", async (_, options) => {
    const prompts = ["a", "abcde", tokens("xyz"), "abcde"];
    const seed = [3, 1, 4, 1];
    const { completions, usage } = await run(prompts, { ...options, seed, n: 2 });
    for (const [p, prompt] of prompts.entries()) {
      const alone = await run([prompt], { ...options, seed: [seed[p]!], n: 2 });
      expect(completions[p]).toEqual(alone.completions[0]);
    }
    expect(completions[1]).toEqual(completions[3]);
    expect(completions[0]![0]!.ids).toHaveLength(12);
    expect(usage).toEqual({ promptTokens: 14, completionTokens: 4 * 2 * 12 });
    if (options.temperature !== 0) expect(completions[0]![0]).not.toEqual(completions[0]![1]);
  });

  it("is what generateIds gives, also after a state", async () => {
    let state: State | undefined;
    const first: number[] = [];
    const options = { seed: 5, topK: 50, repetitionPenalty: 1.2 };
    const text = tokens("ab");
    for await (const [id] of generateIds(model, [text], {
      ...options,
      maxTokens: 5,
      onState: (end) => void (state = end),
    }))
      first.push(id!);
    const rest = (await run([[]], { ...options, maxTokens: 7, state: state! })).completions[0]![0]!.ids;
    const whole = (await run([text], options)).completions[0]![0]!;
    expect([...first, ...rest]).toEqual(whole.ids);
    expect(whole.text).toBe(byteTokenizer.decode(whole.ids));
  });

  it("ends each row for its own reason, and cuts texts before stops", async () => {
    const free = (await run(["a", "b"], { temperature: 0 })).completions.map(([one]) => one!);
    expect(free.map(({ finishReason }) => finishReason)).toEqual(["length", "length"]);
    const eosTokenId = free[0]!.ids[3]!;
    const [ended, other] = (await run(["a", "b"], { temperature: 0, eosTokenId })).completions.map(([one]) => one!);
    const end = free[0]!.ids.indexOf(eosTokenId);
    expect(ended).toMatchObject({ ids: free[0]!.ids.slice(0, end + 1), finishReason: "stop" });
    expect(ended!.text).toBe(byteTokenizer.decode(free[0]!.ids.slice(0, end)));
    expect(other!.ids).toEqual(free[1]!.ids.slice(0, other!.ids.length));
    const digits = (count: number): number[] =>
      Array.from("0123456789".repeat(2).slice(0, count), (c) => c.charCodeAt(0));
    const counted = await run(["0"], { constraint: (row) => digits(20).slice(row.length, row.length + 1), stop: "56" });
    expect(counted.completions[0]![0]).toMatchObject({ text: "01234", ids: digits(7), finishReason: "stop" });
  });

  it("takes what a constraint allows, row by row, and ends where nothing is", async () => {
    const seen: [number, number][] = [];
    const { completions } = await run(["a", "bc"], {
      seed: 2,
      constraint: (ids, row) => {
        seen.push([row, ids.length]);
        if (row === 0) return ids.length < 3 ? [65, 66] : [];
        return Uint8Array.from({ length: 256 }, (_, id) => (id >= 97 && id < 100 ? 1 : 0));
      },
    });
    expect(completions[0]![0]).toMatchObject({ text: expect.stringMatching(/^[AB]{3}$/), finishReason: "constraint" });
    expect(completions[1]![0]).toMatchObject({ text: expect.stringMatching(/^[abc]{12}$/), finishReason: "length" });
    expect(seen.filter(([row]) => row === 0).map(([, length]) => length)).toEqual([0, 1, 2, 3]);
    const none = await run(["a"], { constraint: () => [] });
    expect(none.completions[0]![0]).toEqual({ text: "", ids: [], finishReason: "constraint" });
    const free = await run(["a"], { seed: 4, constraint: () => undefined });
    expect(free).toEqual(await run(["a"], { seed: 4 }));
  });

  it("reports the model's own log-probabilities", async () => {
    const { completions } = await run(["ab"], { logprobs: 3, maxTokens: 4, temperature: 0.5, topK: 5, seed: 1 });
    const [{ ids, logprobs }] = completions[0]! as [(typeof completions)[0][0]];
    const all = model.forward([...tokens("ab"), ...ids]);
    const logits = (await all.toArray()) as number[][][];
    for (const [i, { id, logProb, top }] of logprobs!.entries()) {
      const shares = probabilitiesOf(logits[0]![1 + i]!, {});
      expect(id).toBe(ids[i]);
      expect(logProb).toBeCloseTo(Math.log(shares[id]!), 4);
      expect(top).toHaveLength(3);
      expect(top[0]!.logProb).toBeCloseTo(Math.log(Math.max(...shares)), 4);
    }
    expect((await run(["ab"], { logprobs: 0, maxTokens: 1 })).completions[0]![0]!.logprobs![0]!.top).toEqual([]);
  });

  it("stops before the next step when the signal is aborted, and frees what it held", async () => {
    const device = createCpuDevice();
    const own = new Mamba2LM(model.config, { seed: 1, device });
    await own.complete(["ab", "c"], { maxTokens: 2 });
    const { usedBytes } = device.memory;
    const controller = new AbortController();
    const { completions } = await own.complete(["ab", "c"], {
      signal: controller.signal,
      constraint: (ids) => {
        if (ids.length === 2) controller.abort();
        return undefined;
      },
    });
    for (const [one] of completions) expect(one).toMatchObject({ finishReason: "abort" });
    expect(completions.map(([one]) => one!.ids.length)).toEqual([3, 3]);
    const steps = own.generateIds([[1]], { signal: AbortSignal.abort(new Error("enough")) });
    await expect(steps.next()).rejects.toThrow("enough");
    expect(device.memory.usedBytes).toBe(usedBytes);
    own.dispose();
  });

  it("refuses what it does not know", async () => {
    await expect(run(["a"], { onState: () => undefined } as object)).rejects.toThrow('got "onState"');
    await expect(run(["a"], { n: 0 })).rejects.toThrow("complete: n must be a whole number from 1 to 65536; got 0.");
    await expect(run("a" as never)).rejects.toThrow(
      'complete: prompts must be an array of texts or token ids; got "a".',
    );
    await expect(run([""])).rejects.toThrow("at least one token");
  });
});
