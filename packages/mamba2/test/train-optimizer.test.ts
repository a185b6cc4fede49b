// The optimizer of a run by name: each trains and resumes bit for bit, what does not belong to it is refused by name, and the loss scale that finds its value comes back with the run.
import { Mamba2LM, train, type TrainOptions, trainSettings } from "@x/mamba2";
import { readSafetensors, writeSafetensors } from "@x/tensor";
import { describe, expect, it } from "vitest";
import { addAdapter } from "../src/adapters/index.ts";
import { scheduleOf } from "../src/train/optimizer.ts";

const fields = { dModel: 48, nLayer: 1, vocabSize: 256, dState: 8, headDim: 16 };
const text = "to be or not to be, that is the question ".repeat(20);
const small = { steps: 6, batch: 2, length: 16, text, validationTokens: 64 };
const model = (): Mamba2LM => new Mamba2LM(fields, { seed: 1 });

async function values(of: Mamba2LM): Promise<number[][]> {
  return Promise.all(of.parameters().map(async ({ value }) => [...(await value.data())]));
}

/** Losses, and the values at the end; with a stop after three steps and a resume from the file, where asked for. */
async function trained(
  options: Partial<TrainOptions>,
  stopped: boolean,
): Promise<{ losses: number[]; end: number[][] }> {
  const of = model();
  let run = train(of, { ...small, ...options });
  const losses: number[] = [];
  for await (const { loss, step } of run) {
    losses.push(loss);
    if (stopped && step === 3) break;
  }
  if (stopped) {
    const file = await run.serialize();
    run.dispose();
    run = train(of, { ...small, ...options });
    run.restore(file);
    for await (const { loss } of run) losses.push(loss);
  }
  run.dispose();
  return { losses, end: await values(of) };
}

const runs: readonly (readonly [string, Partial<TrainOptions>])[] = [
  ["adamw", { betas: [0.8, 0.9], eps: 1e-6 }],
  ["adamw", { moments: "8bit", clipValue: 0.1, schedule: "linear" }],
  ["adamw", { moments: "8bit", lossScale: "dynamic" }],
  ["sgd", { momentum: 0.5, schedule: "constant" }],
  ["lion", { betas: [0.9, 0.98] }],
  ["muon", { schedule: "wsd", decay: 2 }],
  ["adafactor", {}],
];

it.each(runs)("%s with %o trains, and resumes bit for bit", async (optimizer, options) => {
  const chosen = { optimizer, ...options } as Partial<TrainOptions>;
  const whole = await trained(chosen, false);
  expect(whole.losses.at(-1)).toBeLessThan(whole.losses[0]!);
  expect(await trained(chosen, true)).toEqual(whole);
});

it("refuses settings of another optimizer or schedule by name", () => {
  for (const [options, message] of [
    [{ optimizer: "sgd", betas: [0.9, 0.9] }, "betas must be given with optimizer adamw or lion; got optimizer sgd."],
    [{ optimizer: "lion", eps: 1 }, "eps must be given with optimizer adamw; got optimizer lion."],
    [{ momentum: 0.9 }, "momentum must be given with optimizer sgd or muon; got optimizer adamw."],
    [{ optimizer: "muon", moments: "8bit" }, "moments must be given with optimizer adamw; got optimizer muon."],
    [{ schedule: "constant", minLr: 0 }, "minLr must be given with a schedule that falls; got schedule constant."],
    [{ lr: 0.1, minLr: 0.2 }, "minLr must be at most lr, 0.1; got 0.2."],
    [{ decay: 3 }, "decay must be given with schedule wsd; got schedule cosine."],
    [{ schedule: "wsd", steps: 10, warmup: 8, decay: 3 }, "decay must be at most steps − warmup, 2; got 3."],
    [{ optimizer: "adam" }, 'optimizer must be one of adamw, sgd, lion, muon, adafactor; got "adam".'],
  ] as const)
    expect(() => trainSettings(options as Partial<TrainOptions>), message).toThrow(`train: ${message}`);
});

it("follows the schedule that is named, to a tenth where it falls, or to what is given", () => {
  const rates = (given: Partial<TrainOptions>): number[] => {
    const lr = scheduleOf(trainSettings({ steps: 10, warmup: 0, lr: 1, ...given }));
    return [0, 5, 8, 10].map((step) => Number(lr(step).toFixed(4)));
  };
  expect(rates({ schedule: "cosine" })).toEqual([1, 0.55, 0.1859, 0.1]);
  expect(rates({ schedule: "linear" })).toEqual([1, 0.55, 0.28, 0.1]);
  expect(rates({ schedule: "wsd", decay: 4 })).toEqual([1, 1, 0.55, 0.1]);
  expect(rates({ schedule: "constant" })).toEqual([1, 1, 1, 1]);
  expect(rates({ schedule: "linear", minLr: 0 })).toEqual([1, 0.5, 0.2, 0]);
  expect(rates({ schedule: "cosine", minLr: 0.5 })).toEqual([1, 0.75, 0.5477, 0.5]);
});

it("trains an adapter by Muon alone, since all of it is matrices", async () => {
  const of = model();
  addAdapter(of, { rank: 2 });
  const losses: number[] = [];
  for await (const { loss } of train(of, { ...small, steps: 12, lr: 0.02, optimizer: "muon" })) losses.push(loss);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
});

describe("a dynamic loss scale", () => {
  it("makes a step that overflows again at half the scale, keeps nothing that is not finite, and comes back with the run", async () => {
    const of = model();
    const options: TrainOptions = { ...small, lossScale: "dynamic" };
    const first = train(of, options);
    for await (const { step } of first) if (step === 2) break;
    // The same run, at a scale under which gradients in f32 overflow.
    const { tensors, metadata } = readSafetensors(await first.serialize());
    expect(metadata["lossScale"]).toBe("65536 2 0");
    const run = train(of, options);
    run.restore(writeSafetensors(tensors, { ...metadata, lossScale: "16777216 1999 3" }));
    const events = [];
    for await (const event of run) {
      events.push(event);
      if (event.step === 3) {
        // the square of the gradients' norm is beyond f32 from here on, but not at a smaller scale
        of.parameters()
          .find(({ path }) => path === "backbone.norm_f.weight")!
          .write(new Float32Array(48).fill(1e13));
      }
      if (event.step === 4) break;
    }
    expect(events.map(({ step }) => step)).toEqual([3, 4]);
    expect(events[0]).toMatchObject({ lossScale: 2 ** 24, skipped: 3 });
    expect(events[1]!.skipped).toBeGreaterThan(3);
    expect(events[1]!.lossScale).toBeLessThan(2 ** 24);
    expect((await values(of)).flat().every(Number.isFinite)).toBe(true);
  });
});
