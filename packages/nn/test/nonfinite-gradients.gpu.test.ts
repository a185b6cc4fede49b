// A gradient of NaN or ±∞ in every optimizer, alone and clipped: the parameter it meets stops being a number, at once and for good, so that a loss or a look at the weights tells. None goes on
// with a moment that is lost, and none takes a step of a sign or a size that no gradient had.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import { capture, cpuDevice, createCpuDevice, type Device, tensor, type Tensor, webgpuDevice } from "@x/tensor";
import {
  adafactor,
  adamw,
  applyUpdate,
  chain,
  clipByGlobalNorm,
  clipByValue,
  emaOfWeights,
  lion,
  muon,
  type Optimizer,
  sgd,
  type Trainable,
} from "../src/index.ts";

const gpu = await webgpuDevice({ device: await sharedGpu() });
afterAll(() => gpu.dispose());
const devices: Readonly<Record<string, Device>> = {
  "the CPU": cpuDevice(),
  "the CPU's loops": createCpuDevice({ wasm: false }),
  WebGPU: gpu,
};

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ lr: 0.1 }),
  "sgd, momentum": () => sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  adamw: () => adamw({ lr: 0.1 }),
  "adamw, 8 bits": () => adamw({ lr: 0.1, moments: "8bit" }),
  lion: () => lion({ lr: 0.1, weightDecay: 0.1 }),
  muon: () => muon({ lr: 0.1 }),
  adafactor: () => adafactor({ lr: 0.1 }),
  "adamw, clipped by norm": () => chain(clipByGlobalNorm(1), adamw({ lr: 0.1 })),
  "lion, clipped by norm": () => chain(clipByGlobalNorm(1), lion({ lr: 0.1 })),
  "sgd, averaged": () => chain(sgd({ lr: 0.1 }), emaOfWeights(0.9)),
};

const [rows, columns] = [64, 64];
const at = 70;

/** The value at the place of the bad gradient after it, and after another update; and the average's, where there is one. */
async function after(make: () => Optimizer, device: Device, bad: number, recorded: boolean): Promise<number[]> {
  const optimizer = make();
  const filled = (value: number): Float32Array => new Float32Array(rows * columns).fill(value);
  const parameters: Trainable[] = [
    { path: "w", decay: true, value: tensor(filled(1), { shape: [rows, columns], device }) },
  ];
  const state = optimizer.init(parameters);
  const step = capture((grads: Tensor[], hyper: Tensor) => optimizer.update({ parameters, grads, state, hyper }));
  const found: number[] = [];
  for (const gradient of [filled(0.5), filled(0.5).fill(bad, at, at + 1), filled(0.5)]) {
    const grads = [tensor(gradient, { shape: [rows, columns], device })];
    if (recorded) {
      step(grads, tensor(optimizer.hyper(state.step), { device }));
      state.step++;
    } else applyUpdate(optimizer, parameters, grads, state);
    found.push((await parameters[0]!.value.data())[at]!);
  }
  const average = state.tensors["ema.w"];
  if (average) found.push((await average.data())[at]!);
  step.dispose();
  expect(found[0]).toBeGreaterThan(-1); // a number before it
  return found.slice(1);
}

describe.each(Object.keys(devices))("on %s", (on) => {
  it.each(Object.keys(optimizers))("%s", async (name) => {
    for (const bad of [NaN, Infinity, -Infinity])
      for (const recorded of [false, true])
        for (const value of await after(optimizers[name]!, devices[on]!, bad, recorded))
          expect(Number.isFinite(value), `${bad}${recorded ? ", captured" : ""}: ${value}`).toBe(false);
  });

  it("clipByValue limits an infinite gradient, as PyTorch does, and leaves NaN", async () => {
    const make = (): Optimizer => chain(clipByValue(0.5), sgd({ lr: 0.1 }));
    expect((await after(make, devices[on]!, Infinity, false)).map((value) => Math.fround(value))).toEqual(
      [0.9, 0.85].map((value) => expect.closeTo(value, 6)),
    );
    expect((await after(make, devices[on]!, NaN, false)).every(Number.isNaN)).toBe(true);
  });
});
