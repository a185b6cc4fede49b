// Optimizers on WebGPU: a captured training step near the CPU's numbers, the same bits twice; as many dispatches for many parameters as for few.
import { assign, capture, cpuDevice, type Device, gradientsOf, tensor, type Tensor, webgpuDevice } from "@x/tensor";
import { arenaPadding } from "@x/testing";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import {
  adafactor,
  adamw,
  applyUpdate,
  chain,
  clipByGlobalNorm,
  clipByValue,
  emaOfWeights,
  groups,
  linearCrossEntropy,
  lion,
  muon,
  type Optimizer,
  rmsNorm,
  sgd,
  swapAverages,
  type Trainable,
  warmupCosine,
} from "../src/index.ts";

const device = await webgpuDevice({ device: await sharedGpu(), poison: true });
const [rows, width, vocabulary, steps] = [6, 8, 11, 4];

/** Deterministic numbers in [-1, 1). */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from(
    { length: count },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1,
  );
}

async function trained(on: Device): Promise<{ losses: number[]; norms: number[]; head: Float32Array }> {
  const scale = { path: "scale", decay: false, value: tensor(numbers(width, 1), { device: on }) };
  const head = {
    path: "head",
    decay: true,
    value: tensor(numbers(vocabulary * width, 2), { shape: [vocabulary, width], device: on }),
  };
  const parameters = [scale, head];
  const optimizer = chain(
    clipByGlobalNorm(0.5),
    adamw({ lr: warmupCosine({ peak: 0.1, warmup: 2, steps }), weightDecay: 0.1 }),
  );
  const state = optimizer.init(parameters);
  const step = capture((x: Tensor, targets: Tensor, hyper: Tensor) => {
    const { value, grads } = gradientsOf(
      () => linearCrossEntropy(rmsNorm(x, scale.value), head.value, targets, { blockRows: 4 }),
      parameters.map((p) => p.value),
    );
    const { norm } = optimizer.update({ parameters, grads: grads.map((grad) => grad!), state, hyper });
    return { loss: value, norm: norm! };
  });
  const x = tensor(numbers(rows * width, 3), { shape: [rows, width], device: on });
  const targets = tensor(Int32Array.of(0, 3, 10, -100, 5, 3), { device: on });
  const losses: number[] = [];
  const norms: number[] = [];
  for (; state.step < steps; state.step++) {
    const { loss, norm } = step(x, targets, tensor(optimizer.hyper(state.step), { device: on }));
    losses.push(await loss.item());
    norms.push(await norm.item());
  }
  expect(step.plans).toBe(1);
  return { losses, norms, head: (await head.value.data()) as Float32Array };
}

it("trains as on the CPU", async () => {
  const [got, again, want] = [await trained(device), await trained(device), await trained(cpuDevice())];
  expect(again).toEqual(got);
  expect(got.losses.at(-1)).toBeLessThan(got.losses[0]!);
  got.losses.forEach((loss, i) => expect(loss).toBeCloseTo(want.losses[i]!, 5));
  got.norms.forEach((norm, i) => expect(norm).toBeCloseTo(want.norms[i]!, 5));
  got.head.forEach((value, i) => expect(value).toBeCloseTo(want.head[i]!, 4));
});

it.each([
  ["muon and lion", groups([{ match: /m/, optimizer: muon({ lr: 0.1 }) }, { optimizer: lion({ lr: 0.01 }) }])],
  ["adafactor", adafactor({ lr: 0.1, weightDecay: 0.1 })],
])("%s, clipped and averaged, captured, are as on the CPU", async (_, optimizer) => {
  const whole = chain(clipByValue(0.5), clipByGlobalNorm(1), optimizer, emaOfWeights(0.5));
  const [got, want] = await Promise.all(
    [device, cpuDevice()].map(async (on) => {
      const parameters = [[3, 8], [8, 3], [7]].map((shape, i) => ({
        path: `${shape.length === 2 ? "m" : "v"}${i}`,
        decay: i !== 1,
        value: tensor(
          numbers(
            shape.reduce((a, b) => a * b),
            i + 1,
          ),
          { shape, device: on },
        ),
      }));
      const state = whole.init(parameters);
      const step = capture((grads: Tensor[], hyper: Tensor) => whole.update({ parameters, grads, state, hyper }));
      for (; state.step < 3; state.step++) {
        const grads = parameters.map(({ value: { shape, size } }, i) =>
          tensor(numbers(size, 9 * state.step + i + 20), { shape, device: on }),
        );
        step(grads, tensor(whole.hyper(state.step), { device: on }));
      }
      expect(step.plans).toBe(1);
      swapAverages(parameters, state);
      return Promise.all(parameters.map(async ({ value }) => [...(await value.data())]));
    }),
  );
  got!.forEach((row, i) => row.forEach((value, j) => expect(value, `${i},${j}`).toBeCloseTo(want![i]![j]!, 4)));
});

describe("a step of an optimizer", () => {
  /** Parameters of `layers` layers, of sizes that fill no whole vectors too. */
  const parametersOf = (layers: number, on: Device): Trainable[] =>
    Array.from({ length: layers }, (_, layer) => [
      {
        path: `${layer}.weight`,
        decay: true,
        value: tensor(numbers(77, 3 * layer + 1), { shape: [7, 11], device: on }),
      },
      { path: `${layer}.bias`, decay: false, value: tensor(numbers(7, 3 * layer + 2), { device: on }) },
      {
        path: `${layer}.table`,
        decay: true,
        value: tensor(numbers(64, 3 * layer + 3), { shape: [4, 16], device: on }),
      },
    ]).flat();
  const gradsOf = (parameters: readonly Trainable[]): Tensor[] =>
    parameters.map(({ value }, i) =>
      tensor(numbers(value.size, 1000 + i), { shape: value.shape, device: value.device }),
    );

  const optimizers: readonly [string, Optimizer][] = [
    ["adamw", chain(clipByGlobalNorm(1), adamw({ lr: 0.1, weightDecay: 0.1 }))],
    ["adamw without eps", chain(clipByGlobalNorm(1), adamw({ lr: 0.1, eps: 0 }))],
    ["lion", chain(clipByGlobalNorm(1), lion({ lr: 0.1, weightDecay: 0.1 }))],
    ["sgd", chain(clipByGlobalNorm(1), sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.1 }))],
  ];

  it.each(optimizers)("%s takes as many dispatches for 24 layers as for 2", (name, optimizer) => {
    const dispatches = [2, 24].map((layers) => {
      const parameters = parametersOf(layers, device);
      const state = optimizer.init(parameters);
      const grads = gradsOf(parameters);
      const before = device.runner.stats.dispatches;
      applyUpdate(optimizer, parameters, grads, state);
      return device.runner.stats.dispatches - before;
    });
    expect(dispatches[1]).toBe(dispatches[0]);
    // Lion is composed of ops, here one dispatch each: fourteen for each of the ranges with and without decay.
    expect(dispatches[0]).toBeLessThan(name === "lion" ? 32 : 10);
  });

  it.each(optimizers)("%s leaves zeros between parameters, and between their moments", async (_, optimizer) => {
    for (const on of [cpuDevice(), device]) {
      const parameters = parametersOf(3, on);
      const state = optimizer.init(parameters);
      for (let i = 0; i < 3; i++) applyUpdate(optimizer, parameters, gradsOf(parameters), state);
      for (const tensors of [
        parameters.map(({ value }) => value),
        ...["m", "v", "velocity"].map((slot) =>
          parameters.flatMap(({ path }) => state.tensors[`${slot}.${path}`] ?? []),
        ),
      ]) {
        if (tensors.length === 0) continue;
        const padding = await arenaPadding(tensors);
        expect(padding.length).toBeGreaterThan(100);
        expect(padding.every((value) => value === 0)).toBe(true);
        for (const one of tensors) expect((await one.data()).every((value) => Number.isFinite(value))).toBe(true);
      }
    }
  });

  it("updates what lies by itself, in another's arena or twice in two optimizers as it does the rest", async () => {
    const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 0.1, weightDecay: 0.1 }));
    const values = async (parameters: readonly Trainable[]): Promise<number[][]> =>
      Promise.all(parameters.map(async ({ value }) => [...(await value.data())]));
    const want = parametersOf(3, device);
    const wantState = optimizer.init(want);
    applyUpdate(optimizer, want, gradsOf(want), wantState);
    applyUpdate(optimizer, want, gradsOf(want), wantState);

    const got = parametersOf(3, device);
    optimizer.init(got.slice(2, 5)); // these three lie in an arena of their own from now on
    const [state, again] = [optimizer.init(got.toReversed()), optimizer.init(got)];
    const grads = gradsOf(got);
    applyUpdate(optimizer, got, grads, state);
    for (const name in state.tensors) assign(again.tensors[name]!, state.tensors[name]!);
    again.step = state.step;
    applyUpdate(optimizer, got, grads, again);
    const wanted = await values(want);
    (await values(got)).forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(wanted[i]![j]!, 5)));
  });

  it("works page by page, and within a parameter larger than a page, where bindings are small", async () => {
    const low = await webgpuDevice({
      device: await sharedGpu(),
      poison: true,
      caps: { maxStorageBufferBindingSize: 4096 + 128 },
    });
    const largest = (on: Device): Trainable => ({
      path: "largest",
      decay: true,
      value: tensor(numbers(2500, 50), { shape: [50, 50], device: on }),
    });
    for (const [, optimizer] of optimizers) {
      const results = await Promise.all(
        [low, device].map(async (on) => {
          const parameters = [...parametersOf(8, on), largest(on)];
          const state = optimizer.init(parameters);
          const norms: number[] = [];
          for (let i = 0; i < 2; i++)
            norms.push(await applyUpdate(optimizer, parameters, gradsOf(parameters), state).norm!.item());
          return { norms, values: await Promise.all(parameters.map(async ({ value }) => [...(await value.data())])) };
        }),
      );
      results[0]!.norms.forEach((norm, i) => expect(norm).toBeCloseTo(results[1]!.norms[i]!, 4));
      results[0]!.values.forEach((row, i) =>
        row.forEach((value, j) => expect(value).toBeCloseTo(results[1]!.values[i]![j]!, 5)),
      );
    }
    low.dispose();
  });
});
