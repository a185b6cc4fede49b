import { describe, expect, it } from "vitest";
import {
  adamw,
  Builder,
  chain,
  clipByGlobalNorm,
  crossEntropy,
  Embedding,
  Linear,
  Module,
  mseLoss,
  type Optimizer,
  randomBatches,
  trainer,
  type Trainer,
  type TrainerOptions,
} from "@x/nn";
import {
  capture,
  CheckpointError,
  createCpuDevice,
  type Device,
  DeviceError,
  hostUniform,
  ones,
  silu,
  slice,
  type Tensor,
} from "@x/tensor";

class Net extends Module {
  readonly fc1: Linear;
  readonly fc2: Linear;

  constructor(seed: number, device?: Device) {
    super();
    const builder = new Builder({ seed, ...(device && { device }) });
    this.fc1 = new Linear(2, 16, { builder: builder.at("fc1") });
    this.fc2 = new Linear(16, 1, { builder: builder.at("fc2") });
  }

  forward(x: Tensor): Tensor {
    return this.fc2.forward(silu(this.fc1.forward(x)));
  }
}

/** Rows of [a, b, a·b]. */
interface Rows {
  readonly rows: Float32Array;
  readonly shape: readonly number[];
}

function rowsAt(step: number, count = 32): Rows {
  const u = hostUniform({ seed: 3, stream: step }, 2 * count).map((v) => 2 * v - 1);
  const rows = Float32Array.from({ length: 3 * count }, (_, i) => {
    const [a, b] = [u[2 * Math.floor(i / 3)]!, u[2 * Math.floor(i / 3) + 1]!];
    return [a, b, a * b][i % 3]!;
  });
  return { rows, shape: [count, 3] };
}

function optimizer(): Optimizer {
  return chain(clipByGlobalNorm(1), adamw({ lr: 0.02, weightDecay: 0.01 }));
}

function fitOf(net: Net, options: TrainerOptions = {}): Trainer<Rows> {
  return trainer<Rows>(
    net,
    optimizer(),
    ({ rows }) => mseLoss(net.forward(slice(rows, 1, 0, 2)), slice(rows, 1, 2)),
    options,
  );
}

async function losses(fit: Trainer<Rows>, first: number, last: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = first; i < last; i++) seen.push((await fit.step(rowsAt(i))).loss);
  return seen;
}

describe("trainer", () => {
  it("takes token batches without being told so", async () => {
    const model = new Embedding(8, 8);
    const fit = trainer(model, adamw({ lr: 0.1 }), ({ x, y }) => crossEntropy(model.forward(x), y));
    const batches = randomBatches({ tokens: Uint8Array.from({ length: 64 }, (_, i) => i % 8), batch: 4, length: 8 });
    for (let i = 0; i < 60; i++) await fit.step(batches.at(i));
    expect((await fit.step(batches.at(60))).loss).toBeLessThan(0.1);
  });

  it("learns", async () => {
    const seen = await losses(fitOf(new Net(1)), 0, 150);
    expect(seen.at(-1)!).toBeLessThan(seen[0]! / 10);
  });

  it("takes the same steps recorded and eagerly", async () => {
    const [recorded, eager] = [new Net(1), new Net(1)];
    const [a, b] = [fitOf(recorded), fitOf(eager, { capture: false })];
    for (let i = 0; i < 5; i++) {
      const [x, y] = [await a.step(rowsAt(i)), await b.step(rowsAt(i))];
      expect(Math.abs(x.loss - y.loss)).toBeLessThan(1e-6 * y.loss);
      expect(Math.abs(x.gradNorm! - y.gradNorm!)).toBeLessThan(1e-5 * y.gradNorm!);
    }
  });

  it("counts steps and reports the norm before clipping", async () => {
    const fit = fitOf(new Net(1));
    const { step, gradNorm } = await fit.step(rowsAt(0));
    expect(step).toBe(1);
    expect(gradNorm).toBeGreaterThan(0);
    expect(fit.state.step).toBe(1);
  });

  it("averages the gradients of several batches: two halves are one whole", async () => {
    const [whole, halves] = [new Net(1), new Net(1)];
    const all = rowsAt(0, 32);
    const half = (i: number): Rows => ({ rows: all.rows.slice(48 * i, 48 * (i + 1)), shape: [16, 3] });
    const one = await fitOf(whole).step(all);
    const two = await fitOf(halves).step([half(0), half(1)]);
    expect(Math.abs(one.loss - two.loss)).toBeLessThan(1e-6);
    expect(Math.abs(one.gradNorm! - two.gradNorm!)).toBeLessThan(1e-5);
    const [a, b] = [await whole.fc1.weight.value.data(), await halves.fc1.weight.value.data()];
    for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(1e-4);
  });

  it("takes the same steps whatever power of two scales the loss", async () => {
    const [plain, scaled, split] = [{}, { lossScale: 65536 }, { lossScale: 1 / 32, capture: false }].map((options) =>
      fitOf(new Net(5), options),
    );
    for (let i = 0; i < 5; i++) {
      const step = await plain!.step(rowsAt(i));
      expect(await scaled!.step(rowsAt(i))).toEqual(step);
      expect(await split!.step(rowsAt(i))).toEqual(step);
    }
    const halves = [plain!, scaled!].map((fit) => fit.step([rowsAt(8), rowsAt(9)]));
    expect(await halves[1]).toEqual(await halves[0]);
  });

  it("refuses a scale of the loss that is not a number above 0", () => {
    for (const lossScale of [0, -1, NaN, Infinity]) {
      expect(() => fitOf(new Net(5), { lossScale })).toThrow(
        `trainer: lossScale must be a finite number above 0, or "dynamic"; got ${lossScale}.`,
      );
    }
  });

  it("resumes bit for bit", async () => {
    const straight = fitOf(new Net(1));
    const expected = await losses(straight, 0, 8);

    const net = new Net(1);
    const before = fitOf(net);
    await losses(before, 0, 4);
    const [values, file] = [await net.stateDict(), await before.serialize({ note: "half way" })];

    const other = new Net(2);
    const after = fitOf(other);
    other.loadStateDict(values);
    after.restore(file);
    expect(after.state.step).toBe(4);
    expect(await losses(after, 4, 8)).toEqual(expected.slice(4));
  });

  it("sees values that are loaded after it recorded its step", async () => {
    const [net, twin] = [new Net(1), new Net(2)];
    const fit = fitOf(net);
    await fit.step(rowsAt(0));
    net.loadStateDict(await twin.stateDict());
    expect((await fit.step(rowsAt(1))).loss).toBe((await fitOf(twin).step(rowsAt(1))).loss);
  });

  it("refuses a state of another model", async () => {
    const fit = fitOf(new Net(1));
    const other = new Linear(2, 2, { builder: new Builder().at("other") });
    const file = await trainer<Rows>(other, optimizer(), ({ rows }) =>
      mseLoss(other.forward(slice(rows, 1, 0, 2)), slice(rows, 1, 0, 2)),
    ).serialize();
    expect(() => fit.restore(file)).toThrow(CheckpointError);
    expect(() => fit.restore(file)).toThrow(/must have the 8 tensors of this model and optimizer/);
  });

  it.each([true, false])("does not grow in memory (capture: %s)", async (captured) => {
    const device = createCpuDevice();
    const net = new Net(1, device);
    const fit = fitOf(net, { capture: captured });
    await losses(fit, 0, 3);
    const { usedBytes } = device.memory;
    await losses(fit, 3, 30);
    expect(device.memory.usedBytes).toBe(usedBytes);
    fit.dispose();
    net.dispose();
    expect(device.memory.usedBytes).toBeLessThanOrEqual(512); // scalar constants stay on their device
  });

  describe("in a captured function", () => {
    const calls: Readonly<Record<string, (fit: Trainer<Rows>, file: Uint8Array) => unknown>> = {
      step: (fit) => fit.step(rowsAt(1)),
      enqueue: (fit) => fit.enqueue(rowsAt(1)),
      serialize: (fit) => fit.serialize(),
      restore: (fit, file) => fit.restore(file),
    };
    it.each(Object.entries(calls))("refuses %s, and changes nothing", async (name, call) => {
      const [net, twin] = [new Net(1), new Net(1)];
      const [fit, other] = [fitOf(net), fitOf(twin)];
      await losses(fit, 0, 1);
      await losses(other, 0, 1);
      const file = await fitOf(new Net(2)).serialize();
      let result: unknown;
      const captured = capture((x: Tensor) => {
        result = (async () => call(fit, file))();
        return silu(x);
      });
      captured(ones([2]));
      await expect(result).rejects.toThrow(DeviceError);
      await expect(result).rejects.toThrow(`trainer: ${name}() must not be called in a captured function`);
      expect(await losses(fit, 1, 3)).toEqual(await losses(other, 1, 3));
    });
  });
});
