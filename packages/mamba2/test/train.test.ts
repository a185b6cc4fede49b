import { describe, expect, it } from "vitest";
import {
  Mamba2LM,
  savedSettings,
  train,
  type TrainEvent,
  type TrainOptions,
  type TrainingRun,
  trainSettings,
} from "@x/mamba2";
import { CheckpointError, createCpuDevice, writeSafetensors } from "@x/tensor";

const fields = { dModel: 16, nLayer: 2, vocabSize: 256, dState: 8, headDim: 8 };
const text = "All happy families are alike; every unhappy family is unhappy in its own way. ".repeat(30);
const settings: TrainOptions = { text, steps: 10, batch: 2, length: 24, lr: 0.01, seed: 4, validateEvery: 5 };

async function collect(run: TrainingRun, most = Infinity): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of run) if (events.push(event) >= most) break;
  return events;
}

describe("train", () => {
  it("lowers the loss and measures held-out text", async () => {
    const events = await collect(
      train(new Mamba2LM(fields, { seed: 1 }), { ...settings, steps: 60, validateEvery: 30 }),
    );
    expect(events.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(events.at(-1)!.loss).toBeLessThan(events[0]!.loss * 0.6);
    expect(events.filter(({ validationLoss }) => validationLoss !== undefined).map(({ step }) => step)).toEqual([
      30, 60,
    ]);
    expect(events[59]!.validationLoss!).toBeLessThan(events[29]!.validationLoss!);
    for (const { gradNorm, tokensPerSecond } of events) expect(Math.min(gradNorm, tokensPerSecond)).toBeGreaterThan(0);
  });

  it("is the same run for the same seed", async () => {
    const losses = async (seed: number): Promise<number[]> =>
      (await collect(train(new Mamba2LM(fields, { seed: 1 }), { ...settings, seed }))).map(({ loss }) => loss);
    expect(await losses(4)).toEqual(await losses(4));
    expect(await losses(4)).not.toEqual(await losses(5));
  });

  it("is the same run for any loss scale that is a power of two, and remembers it", async () => {
    const run = (lossScale: number): TrainingRun =>
      train(new Mamba2LM(fields, { seed: 1 }), { ...settings, lossScale });
    const [plain, scaled] = [await collect(run(1)), await collect(run(2 ** 16))];
    expect(scaled.map(({ loss, validationLoss }) => [loss, validationLoss])).toEqual(
      plain.map(({ loss, validationLoss }) => [loss, validationLoss]),
    );
    expect(savedSettings(await run(2 ** 16).serialize()).lossScale).toBe(2 ** 16);
    expect(() => run(0)).toThrow('lossScale must be a finite number above 0, or "dynamic"; got 0.');
  });

  it("goes on where it was broken off, saved and loaded", async () => {
    const whole = (await collect(train(new Mamba2LM(fields, { seed: 1 }), settings))).map(({ loss }) => loss);
    const model = new Mamba2LM(fields, { seed: 1 });
    const run = train(model, settings);
    await collect(run, 4);
    const [values, file] = [await model.stateDict(), await run.serialize()];

    const later = new Mamba2LM(fields, { seed: 9 });
    later.loadStateDict(values);
    const resumed = train(later, { ...savedSettings(file), text });
    resumed.restore(file);
    expect(resumed.step).toBe(4);
    expect((await collect(resumed)).map(({ loss }) => loss)).toEqual(whole.slice(4));
  });

  it("stops after the step at which it is told to", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const { step } of train(new Mamba2LM(fields), { ...settings, signal: stop.signal })) {
      seen.push(step);
      if (step === 3) stop.abort();
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it("gives the same losses with gradient checkpointing", async () => {
    const losses = async (gradientCheckpointing: boolean): Promise<number[]> => {
      const model = Object.assign(new Mamba2LM(fields, { seed: 1 }), { gradientCheckpointing });
      return (await collect(train(model, settings))).map(({ loss }) => loss);
    };
    const [plain, checkpointed] = [await losses(false), await losses(true)];
    expect([plain.length, checkpointed.length]).toEqual([settings.steps, settings.steps]);
    for (const [i, loss] of plain.entries()) expect(Math.abs(checkpointed[i]! - loss)).toBeLessThan(1e-5);
  });

  it("does not grow in memory", async () => {
    const device = createCpuDevice();
    const used: number[] = [];
    for await (const { step } of train(new Mamba2LM(fields, { device }), { ...settings, steps: 30, validateEvery: 10 }))
      if (step % 10 === 5) used.push(device.memory.usedBytes);
    expect(new Set(used).size).toBe(1);
  });

  it("measures held-out text in less memory than a step takes", async () => {
    const device = createCpuDevice();
    const run = train(new Mamba2LM({ ...fields, nLayer: 8 }, { device }), {
      ...settings,
      steps: 2,
      validateEvery: 2,
      length: 96,
      batch: 4,
    });
    const peaks: number[] = [];
    for await (const { step } of run) peaks[step - 1] = device.memory.peakBytes;
    expect(peaks[1]! / peaks[0]!).toBeLessThan(1.3); // the step keeps its own; op by op it would be more
  });

  it("stops with a sentence when the loss is lost", async () => {
    const model = new Mamba2LM(fields, { seed: 1 });
    model.embedding.weight.write(new Float32Array(256 * 16).fill(NaN));
    await expect(collect(train(model, settings))).rejects.toThrow(
      "train: the loss must stay finite; it was NaN at step 1. Lower lr, now 0.01.",
    );
  });

  it("stops before anyone can save a model that its last update broke", async () => {
    const run = train(new Mamba2LM(fields, { seed: 1 }), { ...settings, lr: 1e20, warmup: 0, validateEvery: 1 });
    await expect(collect(run)).rejects.toThrow(
      "train: the validation loss must stay finite; it was NaN after step 1. Lower lr, now 100000000000000000000.",
    );
  });

  it("refuses saved settings that are none", () => {
    const file = (settings: string): Uint8Array => writeSafetensors(new Map(), { settings });
    expect(() => savedSettings(file("{"))).toThrow(CheckpointError);
    expect(() => savedSettings(file('{"steps":-1}'))).toThrow(
      "train: the settings of a saved run must be those of a run; train: steps must be a whole number of at least 1; got -1.",
    );
  });

  it("refuses settings and data that cannot be", () => {
    const model = new Mamba2LM(fields);
    expect(() => train(model, {})).toThrow(/there must be data/);
    expect(() => train(model, { ...settings, steps: 0 })).toThrow(
      "train: steps must be a whole number of at least 1; got 0.",
    );
    expect(() => train(model, { ...settings, lr: 0 })).toThrow(/lr must be a finite number above 0/);
    expect(() => train(model, { ...settings, steps: 4, warmup: 5 })).toThrow(
      "train: warmup must be at most steps, 4; got 5.",
    );
    expect(() => trainSettings({ warmup: 301 })).toThrow("train: warmup must be at most steps, 300; got 301.");
    expect(trainSettings({ steps: 4, warmup: 4 }).warmup).toBe(4);
    expect(() => train(model, { ...settings, text: "short" })).toThrow(/at least 40 tokens/);
    expect(() => train(model, { ...settings, length: 5000 })).toThrow(/a row takes length \+ 1 = 5001 tokens/);
    expect(() => train(new Mamba2LM({ ...fields, vocabSize: 64 }), settings)).toThrow(
      /tokens must be whole numbers in \[0, 64\), the vocabulary; got 65 at position 0/,
    );
    expect(() => train(model, { ...settings, tokens: Int32Array.from({ length: 500 }, (_, i) => i - 7) })).toThrow(
      /got -7 at position 0/,
    );
    expect(trainSettings({ steps: 100 })).toMatchObject({ warmup: 5, validateEvery: 10, batch: 8 });
  });
});
