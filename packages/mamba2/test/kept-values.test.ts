// Whatever keeps values of a model and brings them back (unmerging, averages, what a run goes on from) notices what was written in between: it never puts something old over it unsaid.
import { describe, expect, it } from "vitest";
import { Mamba2LM, train, type TrainingRun } from "@x/mamba2";
import { type Adapter, addAdapter, mergeAdapter, removeAdapter, unmergeAdapter } from "@x/mamba2/adapters";
import { adamw, applyUpdate, chain, emaOfWeights, type Parameter, sgd, swapAverages, trainer } from "@x/nn";
import { assign, contiguous, createCpuDevice, mul, tensor, tidy } from "@x/tensor";

const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 };
const make = (seed = 1): Mamba2LM => new Mamba2LM(fields, { seed });
const valuesOf = async (of: Mamba2LM): Promise<number[]> =>
  (await Promise.all(of.baseParameters().map(({ value }) => value.data()))).flatMap((data) => [...data]);

/** Ways to write weights. */
const writes: Readonly<Record<string, (model: Mamba2LM, one: Parameter) => unknown>> = {
  write: (_, one) => one.write(new Float32Array(one.size).fill(0.5)),
  writePart: (_, one) => one.writePart(new Float32Array(1).fill(0.5), 0),
  loadStateDict: async (model) => model.loadStateDict(await make(2).stateDict()),
  "in place": (_, one) => tidy(() => assign(one.value, mul(one.value, 2))),
  "another value": (_, one) => void (one.value = contiguous(mul(one.value, 2))),
  swap: (_, one) => one.swap(contiguous(mul(one.value, 2))).dispose(),
};

describe("unmergeAdapter after weights were written by", () => {
  it.each(Object.keys(writes))("%s: refuses, and leaves what is there", async (how) => {
    const model = make();
    const adapter = addAdapter(model, { targets: ["in_proj"] });
    mergeAdapter(model, adapter);
    await writes[how]!(model, model.layers[0]!.mixer!.inProj.weight as Parameter);
    const there = await valuesOf(model);
    expect(() => unmergeAdapter(model)).toThrow(
      "unmergeAdapter: the weights must be those that the adapter was merged into; backbone.layers.0.mixer.in_proj.weight was written since.",
    );
    expect(await valuesOf(model)).toEqual(there);
    removeAdapter(model, adapter);
    expect(await valuesOf(model)).toEqual(there);
    model.dispose();
  });

  it("nothing, or what the adapter does not change: brings back the bits, on whatever device", async () => {
    const model = make();
    const before = await valuesOf(model);
    const adapter: Adapter = addAdapter(model, { targets: ["in_proj"] });
    for (const { pair } of adapter.modules) pair.b.write(new Float32Array(pair.b.size).fill(0.1));
    mergeAdapter(model, adapter);
    await model.to(createCpuDevice());
    const copy = await model.copyToHost();
    const another = createCpuDevice();
    for (const place of copy.values()) place(another);
    expect(await valuesOf(model)).not.toEqual(before);
    unmergeAdapter(model);
    expect(await valuesOf(model)).toEqual(before);
    mergeAdapter(model, adapter);
    model.normF.weight.write(new Float32Array(16).fill(3));
    unmergeAdapter(model);
    model.dispose();
  });
});

const options = { text: "to be, or not to be. ".repeat(20), steps: 3, batch: 2, length: 8, ema: 0.5 };
const started = async (model: Mamba2LM): Promise<TrainingRun> => {
  const run = train(model, options);
  for await (const { step } of run) if (step === 1) break;
  return run;
};

describe("a run's averages", () => {
  it.each(Object.keys(writes))("refuse that the weights are written by %s while they are in use", async (how) => {
    const model = make();
    const run = await started(model);
    const weights = await valuesOf(model);
    await expect(run.withAverages(() => writes[how]!(model, model.embedding.weight))).rejects.toThrow(
      /swapAverages: the parameters must stay as they are between two calls; they were overwritten/,
    );
    expect(await valuesOf(model)).toEqual(weights);
  });

  it("refuse a save while they are in use", async () => {
    const model = make();
    const run = train(model, options);
    for await (const { step } of run) {
      if (step > 1) break;
      await expect(run.withAverages(() => run.serialize())).rejects.toThrow(/their averages are in it/);
    }
  });

  it("are not trained: a step taken beside them is refused, and the weights come back", async () => {
    const model = make();
    const run = train(model, options);
    let open: Promise<unknown> = Promise.resolve();
    let end = (): void => undefined;
    let before: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const { step } of run) {
        if (step !== 1) continue;
        before = await valuesOf(model);
        open = run.withAverages(() => new Promise<void>((done) => void (end = done))); // not waited for
        open.catch(() => undefined);
      }
    };
    await expect(loop()).rejects.toThrow(/the parameters must be in place; their averages are in it/);
    end();
    await open;
    expect(await valuesOf(model)).toEqual(before);
  });

  it("give the weights back when the run is disposed of while they are in use, or what uses them throws", async () => {
    const model = make();
    const run = train(model, options);
    for await (const { step } of run) {
      if (step > 1) break;
      const weights = await valuesOf(model);
      await expect(
        run.withAverages(async () => {
          expect(await valuesOf(model)).not.toEqual(weights);
          throw new Error("of its own");
        }),
      ).rejects.toThrow("of its own");
      expect(await valuesOf(model)).toEqual(weights);
      await run.withAverages(() => run.dispose());
      expect(await valuesOf(model)).toEqual(weights);
      break;
    }
  });
});

describe("swapAverages of a trainer", () => {
  const loss =
    (model: Mamba2LM) => (batch: { x: Parameters<Mamba2LM["loss"]>[0]; y: Parameters<Mamba2LM["loss"]>[1] }) =>
      model.loss(batch.x, batch.y);
  const batch = { x: Int32Array.of(1, 2, 3), y: Int32Array.of(2, 3, 4), shape: [1, 3] as const };

  it("refuses steps, saves and updates until they are back", async () => {
    const model = make();
    const optimizer = chain(adamw({ lr: 0.01 }), emaOfWeights(0.5));
    const fit = trainer(model, optimizer, loss(model));
    await fit.step(batch);
    const [weights, file] = [await valuesOf(model), await fit.serialize()];
    swapAverages(model.parameters(), fit.state);
    const refused = /the parameters must be in place; their averages are in it/;
    await expect(fit.step(batch)).rejects.toThrow(refused);
    expect(() => fit.enqueue(batch)).toThrow(refused);
    await expect(fit.serialize()).rejects.toThrow(refused);
    expect(() => fit.restore(file)).toThrow(refused);
    const grads = model.parameters().map(({ value }) => mul(value, 0));
    expect(() => applyUpdate(optimizer, model.parameters(), grads, fit.state)).toThrow(refused);
    fit.dispose(); // they would go with the state
    expect(await valuesOf(model)).toEqual(weights);
  });

  it("whose averages were overwritten goes on after a restore", async () => {
    const model = make();
    using fit = trainer(model, chain(adamw({ lr: 0.01 }), emaOfWeights(0.5)), loss(model));
    await fit.step(batch);
    const [weights, file] = [await valuesOf(model), await fit.serialize()];
    swapAverages(model.parameters(), fit.state);
    model.normF.weight.write(new Float32Array(16));
    expect(() => swapAverages(model.parameters(), fit.state)).toThrow(/overwritten/);
    expect(await valuesOf(model)).toEqual(weights);
    await expect(fit.serialize()).rejects.toThrow(/overwritten/);
    expect(() => swapAverages(model.parameters(), fit.state)).toThrow(/overwritten/);
    fit.restore(file);
    expect(await fit.serialize()).toEqual(file);
  });

  it("knows writing also where parameters are plain objects", () => {
    const parameters = [{ path: "w", decay: true, value: tensor([1, 2]) }];
    const state = chain(sgd({ lr: 1 }), emaOfWeights(0.5)).init(parameters);
    swapAverages(parameters, state);
    tidy(() => assign(parameters[0]!.value, tensor([5, 5])));
    expect(() => swapAverages(parameters, state)).toThrow(/overwritten/);
  });
});

it("a copy on the host takes frozen values again that were written since", async () => {
  const model = make();
  addAdapter(model);
  const first = await model.copyToHost();
  for (const [how, write] of Object.entries(writes)) {
    await write(model, model.embedding.weight);
    const values = await valuesOf(model);
    const second = await model.copyToHost(first);
    for (const place of second.values()) place(model.device);
    expect(await valuesOf(model), how).toEqual(values);
  }
  const again = await model.copyToHost();
  const later = await model.copyToHost(again);
  expect(later.get(model.embedding.weight), "what has not changed is not copied again").toBe(
    again.get(model.embedding.weight),
  );
});
