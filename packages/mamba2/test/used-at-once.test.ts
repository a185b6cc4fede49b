// A model that several use at once: trainers in turn and together, generations side by side, one that is disposed of or trained while another goes on, layers that two models share.
import { describe, expect, it } from "vitest";
import { Mamba2LM, Rewindable, Scheduler, train } from "@x/mamba2";
import { adamw, Builder, Linear, Sequential, sgd, type TokenBatch, type Trainer, trainer } from "@x/nn";
import { mean, square, type Tensor } from "@x/tensor";

const fields = { dModel: 16, nLayer: 2, vocabSize: 64, dState: 8, headDim: 8 };
const make = (): Mamba2LM => new Mamba2LM(fields, { seed: 1 });
const batch = { x: Int32Array.of(1, 2, 3), y: Int32Array.of(2, 3, 4), shape: [1, 3] as const };
const fitOf = (model: Mamba2LM): Trainer<TokenBatch> =>
  trainer(model, sgd({ lr: 0.1 }), ({ x, y }) => model.loss(x, y));
const valuesOf = async (of: Mamba2LM): Promise<number[]> =>
  (await Promise.all(of.parameters().map(({ value }) => value.data()))).flatMap((data) => [...data]);
const generated = async (model: Mamba2LM, seed: number): Promise<(number | null)[]> => {
  const ids: (number | null)[] = [];
  for await (const [id] of model.generateIds([[1, 2]], { maxTokens: 12, seed })) ids.push(id!);
  return ids;
};

describe("two trainers of one model", () => {
  it("make the updates that one makes, in turn and at once", async () => {
    const [shared, alone] = [make(), make()];
    const [a, b, one] = [fitOf(shared), fitOf(shared), fitOf(alone)];
    for (let i = 0; i < 4; i++) await (i % 2 ? a : b).step(batch);
    for (let i = 0; i < 4; i++) await one.step(batch);
    expect(await valuesOf(shared)).toEqual(await valuesOf(alone));
    await Promise.all([a.step(batch), b.step(batch)]);
    for (let i = 0; i < 2; i++) await one.step(batch);
    expect(await valuesOf(shared)).toEqual(await valuesOf(alone));
    a.dispose();
    await b.step(batch);
    await one.step(batch);
    expect(await valuesOf(shared)).toEqual(await valuesOf(alone));
  });

  it("of layers that two models share refuse what one has disposed of", async () => {
    const layer = new Linear(4, 4, { builder: new Builder({ seed: 1 }).at("shared") });
    const [one, two] = [new Sequential([layer]), new Sequential([layer])];
    const rows = { x: { data: new Float32Array(8).fill(1), shape: [2, 4] } };
    const loss = (model: Sequential) => (given: { readonly x: Tensor }) => mean(square(model.forward(given.x)));
    using fit = trainer<typeof rows>(two, adamw({ lr: 0.1 }), loss(two));
    await fit.step(rows);
    one.dispose();
    await expect(fit.step(rows)).rejects.toThrow(
      "the parameters must live; the value of shared.weight was disposed of",
    );
  });
});

describe("generations", () => {
  it("side by side are those that run alone", async () => {
    const model = make();
    const alone = [await generated(model, 1), await generated(model, 2), await generated(model, 3)];
    expect(await Promise.all([1, 2, 3].map((seed) => generated(model, seed)))).toEqual(alone);
  });

  const going: Readonly<Record<string, (model: Mamba2LM) => AsyncIterable<unknown>>> = {
    generateIds: (model) => model.generateIds([[1, 2]], { maxTokens: 20 }),
    Scheduler: (model) => new Scheduler(model).add([1, 2], { maxTokens: 20 }),
    train: (model) => train(model, { text: "to be or not to be ".repeat(20), steps: 20, batch: 1, length: 8 }),
    async *Rewindable(model) {
      const text = new Rewindable(model);
      for (let i = 0; i < 20; i++) yield await text.read([i]).data();
    },
  };
  it.each(Object.keys(going))("%s raises when the model is disposed of", async (name) => {
    const model = new Mamba2LM({ ...fields, vocabSize: 256 }, { seed: 1 });
    let steps = 0;
    const run = async (): Promise<void> => {
      for await (const _ of going[name]!(model)) if (++steps === 3) model.dispose();
    };
    await expect(run()).rejects.toThrow(/dispose|must live/);
    expect(steps).toBeLessThan(20);
  });

  it("take the weights that are there at each step", async () => {
    const model = make();
    using fit = fitOf(model);
    const ids: (number | null)[] = [];
    for await (const [id] of model.generateIds([[1, 2]], { maxTokens: 6, temperature: 0 })) {
      ids.push(id!);
      await fit.step(batch);
    }
    expect(ids).toHaveLength(6);
    expect(await generated(model, 1)).toEqual(await generated(model, 1));
  });
});
