// Prompts of different lengths are read as one batch, and each row goes on as it would alone, to the bit.
import { describe, expect, it } from "vitest";
import { generateIds, Mamba2LM, type State } from "@x/mamba2";
import { createCpuDevice, hostUniform } from "@x/tensor";

const kinds = {
  mixers: {},
  hybrid: {
    layers: [["mixer"], ["attention", "experts"]],
    attention: { heads: 2, rotary: { size: 4 }, dConv: 3 },
    experts: { count: 4, perToken: 2, width: 8 },
    learnableInitialState: true,
  },
} as const;

const prompt = (length: number): number[] =>
  Array.from(hostUniform({ seed: length }, length), (u) => Math.floor(u * 24));

/** The tokens of each row, and the logits that the next would be chosen from. */
async function generated(
  model: Mamba2LM,
  prompts: number[][],
  seed: number[],
  state?: State,
): Promise<{ ids: number[][]; logits: number[]; end: State }> {
  let end: State | undefined;
  const ids: number[][] = prompts.map(() => []);
  for await (const step of generateIds(model, prompts, {
    seed,
    state,
    maxTokens: 4,
    repetitionPenalty: 1.3,
    onState: (last) => void (end = last),
  }))
    for (const [r, id] of step.entries()) ids[r]!.push(id!);
  return { ids, logits: Array.from(await end!.progress.logits!.data()), end: end! };
}

describe.each(Object.entries(kinds))("%s", (_, change) => {
  const device = createCpuDevice();
  const model = new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 24, dState: 8, headDim: 8, ...change }, { device });
  const sizes: [rows: number, length: number][] = [];
  const prefill = model.prefill.bind(model);
  model.prefill = (ids, options) => {
    sizes.push([(ids as number[][]).length, (ids as number[][])[0]!.length]);
    return prefill(ids, options);
  };

  it.each([
    ["as one batch", [5, 9, 3, 9], [2, 1, 4, 3], [[4, 9]], [[4, 4]]],
    [
      "in two where padding would be most of it",
      [2, 40, 1, 33],
      [3, 3, 70, 1],
      [
        [2, 2],
        [2, 40],
      ],
      [
        [3, 3],
        [1, 70],
      ],
    ],
  ])("%s, and a turn later", async (_name, first, second, firstReads, secondReads) => {
    const seed = [7, 8, 9, 10];
    const alone = async (r: number): Promise<[number[], number[], number[], number[]]> => {
      const a = await generated(model, [prompt(first[r]!)], [seed[r]!]);
      const b = await generated(model, [prompt(second[r]!)], [seed[r]!], a.end);
      for (const { end } of [a, b]) end.dispose();
      return [a.ids[0]!, a.logits, b.ids[0]!, b.logits];
    };
    const want = [await alone(0), await alone(1), await alone(2), await alone(3)];
    const { usedBytes } = device.memory;
    sizes.length = 0;
    const a = await generated(model, first.map(prompt), seed);
    expect(sizes.splice(0)).toEqual(firstReads);
    const b = await generated(model, second.map(prompt), seed, a.end);
    expect(sizes).toEqual(secondReads);
    for (const [r, row] of want.entries()) {
      const part = (logits: number[]): number[] => logits.slice(r * 24, (r + 1) * 24);
      expect([a.ids[r], part(a.logits), b.ids[r], part(b.logits)]).toEqual(row);
    }
    for (const { end } of [a, b]) end.dispose();
    expect(device.memory.usedBytes - usedBytes).toBeLessThan(20_000); // constants of plans
  });
});
