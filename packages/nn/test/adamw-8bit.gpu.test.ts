// AdamW with 8-bit moments on WebGPU: near the CPU's values and codes, the same bits twice, one dispatch for many parameters, and in parts where bindings are small.
import { capture, cpuDevice, type Device, tensor, type Tensor, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { expect, it } from "vitest";
import {
  adamw,
  applyUpdate,
  Builder,
  chain,
  clipByGlobalNorm,
  emaOfWeights,
  Linear,
  type Trainable,
  trainer,
} from "../src/index.ts";

const device = await webgpuDevice({ device: await sharedGpu(), poison: true });

function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1;
  return Float32Array.from({ length: count }, () => next() * 10 ** (2 * next()));
}

const parametersOn = (on: Device, sizes: readonly number[]): Trainable[] =>
  sizes.map((size, i) => ({ path: `p${i}`, decay: i !== 1, value: tensor(numbers(size, i + 1), { device: on }) }));
const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 0.01, weightDecay: 0.1, moments: "8bit" }), emaOfWeights(0.9));

/** Values after three updates, captured or not, and all codes of the moments. */
async function trained(
  on: Device,
  sizes: readonly number[],
  recorded = true,
): Promise<{ values: number[]; codes: number[] }> {
  const parameters = parametersOn(on, sizes);
  const state = optimizer.init(parameters);
  const step = capture((grads: Tensor[], hyper: Tensor) => optimizer.update({ parameters, grads, state, hyper }));
  while (state.step < 3) {
    const grads = sizes.map((size, i) => tensor(numbers(size, 10 * state.step + i + 30), { device: on }));
    if (recorded) {
      step(grads, tensor(optimizer.hyper(state.step), { device: on }));
      state.step++;
    } else applyUpdate(optimizer, parameters, grads, state);
  }
  expect(step.plans).toBe(recorded ? 1 : 0);
  const read = async (tensors: readonly Tensor[]): Promise<number[]> =>
    (await Promise.all(tensors.map(async (one) => [...new Uint8Array((await one.data()).slice().buffer)]))).flat();
  const codes = Object.entries(state.tensors).filter(([name]) => /^[mv]Codes/.test(name));
  const values = await Promise.all(parameters.map(async ({ value }) => [...(await value.data())]));
  step.dispose();
  return { values: values.flat(), codes: await read(codes.map(([, one]) => one)) };
}

const far = (got: readonly number[], want: readonly number[]): number =>
  got.reduce((most, value, i) => Math.max(most, Math.abs(value - want[i]!)), 0);

it("trains as on the CPU, with the same bits twice", async () => {
  const sizes = [4160, 4500, 100, 5001];
  const [got, again, want] = [
    await trained(device, sizes),
    await trained(device, sizes),
    await trained(cpuDevice(), sizes),
  ];
  expect(again).toEqual(got);
  expect(far(got.values, want.values)).toBeLessThan(1e-4);
  expect(far(got.codes, want.codes)).toBeLessThan(2);
  expect(got.codes.filter((code, i) => code !== want.codes[i]).length / got.codes.length).toBeLessThan(1e-3);
});

it("takes as many dispatches for twelve parameters as for two", () => {
  const [few, many] = [2, 12].map((count) => {
    const parameters = parametersOn(
      device,
      Array.from({ length: count }, (_, i) => 4096 + 77 * i),
    );
    const plain = adamw({ lr: 0.01, weightDecay: 0.1, moments: "8bit" });
    const state = plain.init(parameters);
    const grads = parameters.map(({ value: { size } }, i) => tensor(numbers(size, i + 40), { device }));
    const before = device.runner.stats.dispatches;
    applyUpdate(plain, parameters, grads, state);
    return device.runner.stats.dispatches - before;
  });
  expect([few, many]).toEqual([1, 1]);
});

it("trains under a dynamic loss scale as on the CPU, and leaves a step out that is not finite", async () => {
  const [got, want] = await Promise.all(
    [device, cpuDevice()].map(async (on) => {
      const model = new Linear(64, 80, { builder: new Builder({ device: on, seed: 1 }) });
      const chained = chain(clipByGlobalNorm(1), adamw({ lr: 0.01, moments: "8bit" }));
      using fit = trainer<{ x: Float32Array; shape: number[] }>(
        model,
        chained,
        ({ x }) => model.forward(x).square().mean(),
        { lossScale: "dynamic" },
      );
      const seen = [];
      for (const factor of [1, 2, 1e25, 1]) {
        const x = numbers(4 * 64, 5).map((value) => value * factor);
        const { step, gradNorm, skipped } = await fit.step({ x, shape: [4, 64] });
        seen.push({ step, skipped, norm: skipped ? 0 : gradNorm! });
      }
      return { seen, scale: fit.lossScale!.scale, values: [...(await model.weight.value.data())] };
    }),
  );
  expect(got!.seen.map(({ step, skipped }) => [step, skipped])).toEqual([
    [1, false],
    [2, false],
    [2, true],
    [3, false],
  ]);
  expect(got!.scale).toBe(2 ** 15);
  expect(want!.scale).toBe(2 ** 15);
  got!.seen.forEach(({ norm }, i) => expect(norm / (want!.seen[i]!.norm || 1)).toBeCloseTo(norm === 0 ? 0 : 1, 4));
  expect(far(got!.values, want!.values)).toBeLessThan(1e-4);
});

it("works page by page, and within a parameter larger than a page, where bindings are small", async () => {
  const low = await webgpuDevice({
    device: await sharedGpu(),
    poison: true,
    caps: { maxStorageBufferBindingSize: 65536 + 512 },
  });
  const sizes = [4160, 40000, 4500, 9000];
  const [got, want] = [await trained(low, sizes, false), await trained(device, sizes)];
  expect(far(got.values, want.values)).toBeLessThan(1e-5);
  expect(far(got.codes, want.codes)).toBeLessThan(2);
  low.dispose();
});
