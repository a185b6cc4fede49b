import { describe, expect, it } from "vitest";
import { Mamba2LM, type State } from "@x/mamba2";
import { byteTokenizer } from "@x/nn";
import { createCpuDevice } from "@x/tensor";

const fields = { dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8 };
const model = new Mamba2LM(fields, { seed: 1 });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("generate", () => {
  it("streams text, the same for the same seed", async () => {
    const text = async (seed: number): Promise<string> =>
      (await collect(model.generate("abc", { maxTokens: 20, seed }))).join("");
    expect(await text(1)).toBe(await text(1));
    expect(await text(1)).not.toBe(await text(2));
  });

  it("gives the tokens that stepping by hand gives", async () => {
    const got = (await collect(model.generateIds([[1, 2, 3]], { maxTokens: 6, temperature: 0 }))).flat();
    const want: number[] = [];
    let { logits, state } = model.prefill([1, 2, 3]);
    for (let i = 0; i < 6; i++) {
      const values = [...(await logits.data())];
      want.push(values.indexOf(Math.max(...values)));
      ({ logits, state } = model.step([want.at(-1)!], state));
    }
    expect(got).toEqual(want);
  });

  it("ends each row at its own end token and stops when all have ended", async () => {
    const rows = [[1], [2], [3]];
    const free = await collect(model.generateIds(rows, { maxTokens: 40, seed: 4 }));
    const eosTokenId = free[1]![0]!; // row 0 ends after at most two steps
    const steps = await collect(model.generateIds(rows, { maxTokens: 40, seed: 4, eosTokenId }));
    for (let row = 0; row < 3; row++) {
      const own = steps.map((ids) => ids[row]!);
      const end = own.indexOf(eosTokenId);
      const kept = end < 0 ? own : own.slice(0, end + 1);
      expect(kept).toEqual(free.slice(0, kept.length).map((ids) => ids[row]));
      expect(own.slice(kept.length).every((id) => id === null)).toBe(true);
    }
    expect(steps[2]![0]).toBeNull();
  });

  it("continues a state: two halves are one whole", async () => {
    const whole = (await collect(model.generateIds([[9, 8]], { maxTokens: 8, temperature: 0 }))).flat();
    let state: State | undefined;
    const first = (
      await collect(model.generateIds([[9, 8]], { maxTokens: 3, temperature: 0, onState: (end) => void (state = end) }))
    ).flat();
    // the state has read the three tokens; reading the fourth by hand must lead to the fifth
    const rest = (
      await collect(model.generateIds([[whole[3]!]], { maxTokens: 4, temperature: 0, state: state! }))
    ).flat();
    expect([...first, whole[3], ...rest]).toEqual(whole);
  });

  it("frees everything, also when it is broken off", async () => {
    const device = createCpuDevice();
    const own = new Mamba2LM(fields, { device });
    for await (const _ of own.generate("x", { maxTokens: 5 })) break;
    const { usedBytes } = device.memory;
    for await (const _ of own.generate("x", { maxTokens: 50 })) break;
    await collect(own.generate("x", { maxTokens: 5 }));
    expect(device.memory.usedBytes).toBe(usedBytes);
  });

  it("says what is wrong", async () => {
    await expect(collect(model.generate(""))).rejects.toThrow(/at least one token/);
    await expect(collect(model.generate("a", { topP: 2 }))).rejects.toThrow(/topP must be above 0 and at most 1/);
    await expect(collect(model.generate("a", { maxTokens: -1 }))).rejects.toThrow(/maxTokens/);
    const large = new Mamba2LM({ ...fields, vocabSize: 300 });
    await expect(collect(large.generate("a"))).rejects.toThrow(
      /a model of 300 tokens must come with a tokenizer\.json/,
    );
    expect(
      (await collect(large.generate("a", { maxTokens: 3, tokenizer: byteTokenizer }))).join("").length,
    ).toBeGreaterThan(0);
  });
});
