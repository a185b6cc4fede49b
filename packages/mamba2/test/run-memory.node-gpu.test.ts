// Memory of training runs: whatever a run took is free when it has ended, in whatever way, and evaluation, saving and resuming leave nothing behind. Counted by the device, eager state included.
import { describe, expect, it } from "vitest";
import { Mamba2LM, savedSettings, train, type TrainOptions } from "@x/mamba2";
import { adamw, chain, clipByGlobalNorm, type TokenBatch, trainer } from "@x/nn";
import { createCpuDevice, type Device, webgpuDevice } from "@x/tensor";
import { unlessFull } from "@x/testing/is-full";

const fields = { dModel: 16, nLayer: 1, vocabSize: 32, dState: 8, headDim: 8 };
const tokens = Uint8Array.from({ length: 900 }, (_, i) => (i * i + 3 * i) % 32);
const settings: TrainOptions = { tokens, steps: 3, batch: 2, length: 8, validateEvery: 2, validationTokens: 32 };
const stop = new Error("stop");

async function whole(model: Mamba2LM, options: TrainOptions = settings): Promise<void> {
  for await (const event of train(model, options)) expect(event.loss).toBeGreaterThan(0);
}

/** Ends of a run. */
const ends: Readonly<Record<string, (model: Mamba2LM) => Promise<unknown>>> = {
  finished: (model) => whole(model),
  "broken out of": async (model) => {
    for await (const { step } of train(model, settings)) if (step === 2) break;
  },
  "thrown in the body": async (model) => {
    await expect(
      (async () => {
        for await (const { step } of train(model, settings)) if (step === 2) throw stop;
      })(),
    ).rejects.toBe(stop);
  },
  "aborted by a signal": async (model) => {
    const abort = new AbortController();
    for await (const { step } of train(model, { ...settings, signal: abort.signal })) if (step === 1) abort.abort();
  },
  "aborted before the first step": (model) => whole(model, { ...settings, signal: AbortSignal.abort() }),
  "never started": (model) => Promise.resolve(train(model, settings)[Symbol.asyncIterator]()),
  refused: (model) => Promise.resolve(expect(() => train(model, { ...settings, lr: -1 })).toThrow()),
  "failed in the data": async (model) => {
    const at = (step: number): TokenBatch => {
      if (step === 1) throw stop;
      return { x: new Int32Array(4), y: new Int32Array(4), shape: [1, 4] };
    };
    await expect(
      whole(model, { ...settings, tokens: undefined, batches: { at } } as unknown as TrainOptions),
    ).rejects.toBe(stop);
  },
  "saved, before, in and after the loop": async (model) => {
    const run = train(model, settings);
    await run.serialize();
    for await (const { step } of run) if (step === 2) await run.serialize();
    await Promise.all([run.serialize(), model.save()]);
  },
  "saved, resumed and finished": async (model) => {
    const first = train(model, settings);
    for await (const { step } of first) if (step === 1) break;
    const file = await first.serialize();
    const second = train(model, { ...savedSettings(file), tokens });
    second.restore(file);
    for await (const { step } of second) expect(step).toBeGreaterThan(1);
  },
  "resumed and never started": async (model) => {
    const file = await train(model, settings).serialize();
    train(model, settings).restore(file);
    expect(() => train(model, { ...settings, seed: 5 }).restore(file)).toThrow(/seed is 5, was 0/);
  },
  "carrying its state, in two loops, saved": async (model) => {
    const run = train(model, { ...settings, carryState: true });
    for (const until of [1, 3]) for await (const { step } of run) if (step === until) break;
    await run.serialize();
  },
  "iterated twice": async (model) => {
    const run = train(model, settings);
    for (const until of [1, 3]) for await (const { step } of run) if (step === until) break;
    expect(run.step).toBe(3);
  },
  "let go in the middle, and disposed of": async (model) => {
    await using run = train(model, settings);
    await run[Symbol.asyncIterator]().next();
  },
  evaluated: async (model) => {
    await train(model, settings).validationLoss();
  },
};

/** Those after which a GPU may hold what the CPU does not: by default the others run on the CPU alone. */
const gpuEnds = unlessFull(Object.keys(ends), (name) =>
  ["finished", "thrown in the body", "saved, resumed and finished", "carrying its state, in two loops, saved"].includes(
    name,
  ),
);

describe.each(["cpu", "webgpu"] as const)("on %s", (kind) => {
  let shared: Promise<Device> | undefined; // a GPU compiles its kernels once
  const deviceOf = (): Promise<Device> =>
    kind === "cpu" ? Promise.resolve(createCpuDevice()) : (shared ??= webgpuDevice({ software: true }));

  it.each(kind === "cpu" ? Object.keys(ends) : gpuEnds)("a run %s leaves nothing on the device", async (name) => {
    const device = await deviceOf();
    const model = new Mamba2LM(fields, { device, seed: 1 });
    await whole(model); // lays the parameters together, makes scalar constants
    await ends[name]!(model);
    const { usedBytes } = device.memory;
    for (let i = 0; i < 2; i++) await ends[name]!(model);
    expect(device.memory.usedBytes).toBe(usedBytes);
  });

  it("a run that ended takes no more than the model did before it, but for padding", async () => {
    const device = await deviceOf();
    const model = new Mamba2LM(fields, { device, seed: 1 });
    const before = device.memory.usedBytes;
    await whole(model);
    const parameterBytes = 4 * model.numParameters;
    expect(device.memory.usedBytes - before).toBeLessThan(parameterBytes / 2); // moments and gradients would be three times that
  });

  it("a run that carries its state has the losses that it has on the CPU", async () => {
    const losses = async (device: Device): Promise<number[]> => {
      const seen: number[] = [];
      const options = { ...settings, steps: 5, carryState: true };
      for await (const { loss } of train(new Mamba2LM(fields, { device, seed: 1 }), options)) seen.push(loss);
      return seen;
    };
    const [got, wanted] = [await losses(await deviceOf()), await losses(createCpuDevice())];
    for (const [i, loss] of got.entries()) expect(Math.abs(loss - wanted[i]!)).toBeLessThan(1e-4);
  });

  it.each([true, false])("a trainer that goes out of scope leaves nothing (capture: %s)", async (capture) => {
    const device = await deviceOf();
    const model = new Mamba2LM(fields, { device, seed: 1 });
    const batch = (): TokenBatch => ({ x: new Int32Array(8).fill(1), y: new Int32Array(8).fill(2), shape: [1, 8] });
    const used: number[] = [];
    for (let i = 0; i < 3; i++) {
      {
        using fit = trainer(model, chain(clipByGlobalNorm(1), adamw({ lr: 1e-3 })), ({ x, y }) => model.loss(x, y), {
          capture,
        });
        await fit.step(batch());
        await fit.step([batch(), batch()]);
      }
      used.push(device.memory.usedBytes);
    }
    expect(used[2]).toBe(used[1]);
  });
});

it("a run's state survives its memory: iterated in two loops it is the run of one", async () => {
  const losses = async (stops: readonly number[]): Promise<number[]> => {
    const seen: number[] = [];
    const run = train(new Mamba2LM(fields, { seed: 1 }), { ...settings, steps: 6 });
    for (const until of stops) for await (const { step, loss } of run) if (seen.push(loss) && step === until) break;
    return seen;
  };
  expect(await losses([2, 3, 6])).toEqual(await losses([6]));
});

it("a run is iterated by one loop at a time, and not after it was disposed of", async () => {
  const run = train(new Mamba2LM(fields), settings);
  const first = run[Symbol.asyncIterator]();
  await first.next();
  await expect(run[Symbol.asyncIterator]().next()).rejects.toThrow(
    "train: the run must be iterated by one loop at a time; got two.",
  );
  await first.return();
  run.dispose();
  await expect(run[Symbol.asyncIterator]().next()).rejects.toThrow(
    "train: the run must not be used after dispose(). Make a new one with train().",
  );
  await expect(run.serialize()).rejects.toThrow(/after dispose/);
});

it("a run whose loss was lost has nothing to save", async () => {
  const model = new Mamba2LM(fields, { seed: 1 });
  const run = train(model, { ...settings, lr: 1e20, warmup: 0, validateEvery: 1 });
  await expect(
    (async () => {
      for await (const { step } of run) expect(step).toBeGreaterThan(0);
    })(),
  ).rejects.toThrow(/must stay finite/);
  await expect(run.serialize()).rejects.toThrow(/must stay finite/);
});
