// A run goes on on a new device when its own is lost. Here the CPU stands for GPUs: data raise what a lost device raises. device-loss.node-gpu.test.ts loses one.
import { describe, expect, it } from "vitest";
import { Mamba2LM, train, type TrainEvent, type TrainingRun, type TrainOptions } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { consecutiveBatches, randomBatches } from "@x/nn";
import { createCpuDevice, type Device, isDeviceLoss, readSafetensors, XError } from "@x/tensor";

const fields = { dModel: 32, nLayer: 1, vocabSize: 32, dState: 8, headDim: 8 };
const tokens = Uint8Array.from({ length: 900 }, (_, i) => (i * i + 3 * i) % 32);
const size = { tokens, batch: 2, length: 8 };
const settings = { steps: 12, validateEvery: 4 };
class Lost extends XError {
  readonly kind: string = "lost";
}
const lost = (): Error => new Lost("the device was lost");
const newDevice = (): Device => createCpuDevice();

interface Losing {
  readonly options?: Partial<TrainOptions>;
  /** steps that find no device, each as often as it is named */
  readonly at: readonly number[];
  readonly prepare?: (model: Mamba2LM) => void;
  readonly recovers?: boolean;
}

function losing({ options, at, prepare, recovers = true }: Losing): { model: Mamba2LM; run: TrainingRun } {
  const model = new Mamba2LM(fields, { device: createCpuDevice(), seed: 1 });
  prepare?.(model);
  const batches = (options?.carryState ? consecutiveBatches : randomBatches)(size);
  const left = [...at];
  const some = (step: number): ReturnType<typeof batches.at> => {
    if (step !== left[0]) return batches.at(step);
    left.shift();
    throw lost();
  };
  const validation = [batches.at(100)].map(({ x, y, shape }) => ({ x, y, shape }));
  const all = { ...settings, batches: { at: some }, validation, ...(recovers && { newDevice }), ...options };
  return { model, run: train(model, all) };
}

async function resultOf(run: TrainingRun): Promise<{ events: TrainEvent[]; file: unknown }> {
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  const { tensors, metadata } = readSafetensors(await run.serialize());
  return { events, file: { metadata, moments: [...tensors].map(([name, { bytes }]) => [name, [...bytes]]) } };
}

describe("a run whose device is lost", () => {
  it.each([
    ["", {}, undefined],
    ["that carries its state", { carryState: true }, undefined],
    ["of an adapter", {}, (model: Mamba2LM) => void addAdapter(model, { rank: 2, seed: 2 })],
    ["with patience", { patience: 3 }, undefined],
  ] as const)("%s ends with the same bits, and says what happened", async (_, options, prepare) => {
    const more = { options, ...(prepare && { prepare }) };
    const alone = await resultOf(losing({ at: [], ...more }).run);
    const { model, run } = losing({ at: [1, 6, 7, 11], ...more });
    const before = model.device;
    const { events, file } = await resultOf(run);
    expect(file).toEqual(alone.file);
    expect(model.device).not.toBe(before);
    const told = events.flatMap(({ recovered, step }) => (recovered ? [{ ...recovered, told: step }] : []));
    const common = { reason: "the device was lost", device: createCpuDevice().description };
    expect(told).toEqual([
      { lostAt: 1, step: 0, told: 1, ...common },
      { lostAt: 6, step: 4, told: 5, ...common },
      { lostAt: 7, step: 4, told: 5, ...common },
      { lostAt: 11, step: 8, told: 9, ...common },
    ]);
    const losses = new Map(alone.events.map(({ step, loss }) => [step, loss]));
    for (const { step, loss } of events) expect(loss).toBe(losses.get(step));
  });

  it("keeps a base of integers", async () => {
    const quantized = async (at: readonly number[]): Promise<unknown> => {
      const { files } = await new Mamba2LM(fields, { seed: 1 }).save("own");
      const model = await Mamba2LM.load(files, { quantize: { bits: 4 }, device: createCpuDevice() });
      addAdapter(model, { rank: 2, seed: 2 });
      const left = [...at];
      const batches = randomBatches(size);
      const some = (step: number): ReturnType<typeof batches.at> => {
        if (step !== left[0]) return batches.at(step);
        left.shift();
        throw lost();
      };
      return (await resultOf(train(model, { ...settings, batches: { at: some }, newDevice }))).file;
    };
    expect(await quantized([2, 9])).toEqual(await quantized([]));
  });

  it("goes on when the loss shows elsewhere, once it is told of it", async () => {
    const alone = await resultOf(losing({ at: [] }).run);
    const { run } = losing({ at: [] });
    for await (const { step } of run) if (step === 6) break; // and then a save raises
    expect(await run.recover(new Error("another"))).toBe(false);
    expect(await run.recover(lost())).toBe(true);
    expect(run.step).toBe(4);
    for await (const { step } of run) {
      if (step !== 10) continue;
      await expect(run.recover(lost())).rejects.toThrow("must not be taken to a new device while a loop is at it");
      break;
    }
    expect((await resultOf(run)).file).toEqual(alone.file);
    run.dispose();
    expect(await run.recover(lost())).toBe(false);
  });

  it("forgets what it kept when it is restored", async () => {
    const { run } = losing({ at: [] });
    const file = await run.serialize();
    for await (const { step } of run) if (step === 5) break;
    run.restore(file, { otherModel: true });
    expect(await run.recover(lost())).toBe(false);
    expect(run.step).toBe(0);
  });

  it("raises the loss without newDevice, and after three in a row; refuses the same device", async () => {
    const { run } = losing({ at: [1], recovers: false });
    await expect(resultOf(run)).rejects.toSatisfy(isDeviceLoss);
    await expect(resultOf(losing({ at: [2, 2, 2, 2] }).run)).rejects.toSatisfy(isDeviceLoss);
    await expect(resultOf(losing({ at: [2, 2, 2, 5, 6, 7] }).run)).resolves.toBeDefined();
    const same = losing({ at: [1], options: { newDevice: () => same.model.device } });
    await expect(resultOf(same.run)).rejects.toThrow("newDevice() must make another device than the one that was lost");
    const failing = losing({ at: [1], options: { newDevice: () => Promise.reject(new Error("no adapter")) } });
    await expect(resultOf(failing.run)).rejects.toThrow("no adapter");
  });
});
