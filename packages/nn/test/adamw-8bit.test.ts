// AdamW with 8-bit moments on the CPU: codes and values against an independent implementation, which parameters have such moments, what they take, and resuming.
import { decodeDynamic, encodeDynamic } from "@x/base";
import { capture, createCpuDevice, cpuDevice, type Device, keep, mul, sum, tensor, type Tensor } from "@x/tensor";
import { arenaPadding } from "@x/testing";
import { expect, it } from "vitest";
import {
  adamw,
  applyUpdate,
  Builder,
  chain,
  clipByGlobalNorm,
  emaOfWeights,
  groups,
  Linear,
  type Optimizer,
  type OptimizerState,
  swapAverages,
  type Trainable,
  trainer,
} from "../src/index.ts";
import { adamw8bitOracle, maps, nothingKept } from "./adamw-8bit-oracle.ts";

/** Numbers over several powers of ten, as gradients have them. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1;
  return Float32Array.from({ length: count }, () => next() * 10 ** (3 * next()));
}

const shapes: readonly (readonly number[])[] = [[65, 64], [8], [4500], [50, 100], [90, 50]];
const parametersOn = (device: Device): Trainable[] =>
  shapes.map((shape, i) => ({
    path: `p${i}`,
    decay: i % 2 === 0,
    role: i === 4 ? "embedding" : "projection",
    value: tensor(
      numbers(
        shape.reduce((a, b) => a * b),
        i + 1,
      ),
      { shape, device },
    ),
  }));
const gradientsAt = (step: number, of: readonly Trainable[]): Tensor[] =>
  of.map(({ value: { size, shape, device } }, i) => tensor(numbers(size, 40 * step + i + 9), { shape, device }));
const bytesOf = async (words: Tensor): Promise<Uint8Array> => new Uint8Array((await words.data()).slice().buffer);
const settings = { lr: 0.01, betas: [0.9, 0.95], eps: 1e-8, decay: 0.1 } as const;
const optimizer = adamw({ lr: settings.lr, betas: settings.betas, weightDecay: settings.decay, moments: "8bit" });

it("has the numbers of the dynamic map, in its order, and rounds to the nearest", () => {
  for (const [signed, want] of [
    [true, maps.m],
    [false, maps.v],
  ] as const) {
    want.forEach((number, code) => {
      expect(decodeDynamic(signed, code)).toBeCloseTo(number, 12);
      expect(encodeDynamic(signed, number)).toBe(code);
      const next = want[code + 1];
      if (next === undefined) return;
      const [below, above] = [0.4999, 0.5001].map((part) => number + part * (next - number));
      expect(encodeDynamic(signed, above!)).toBe(code + 1);
      expect(encodeDynamic(signed, below!)).toBe(code === 0 && !signed ? 1 : code); // nothing but 0 is 0
    });
  }
});

/** Codes and values after each of two updates, by the independent implementation. */
async function wanted(): Promise<{ codes: Record<"m" | "v", number[]>; values: number[] }[][]> {
  const parameters = parametersOn(cpuDevice());
  return Promise.all(
    [0, 2, 3].map(async (i) => {
      const values = [...(await parameters[i]!.value.data())];
      const kept = nothingKept(values.length);
      const decay = parameters[i]!.decay ? settings.decay : 0;
      const after = [];
      for (let step = 0; step < 2; step++) {
        const grad = [...(await gradientsAt(step, parameters)[i]!.data())];
        adamw8bitOracle(values, grad, kept, step, { ...settings, decay });
        after.push({ codes: { m: [...kept.codes.m], v: [...kept.codes.v] }, values: [...values] });
      }
      return after;
    }),
  );
}
const expected = await wanted();

it.each([
  ["WebAssembly", cpuDevice()],
  ["loops", createCpuDevice({ wasm: false })],
  ["three threads", createCpuDevice({ threads: 3 })],
])("%s: codes, scales and values are those of an independent implementation", async (_, device) => {
  const parameters = parametersOn(device);
  const state = optimizer.init(parameters);
  expect(Object.keys(state.tensors).sort()).toEqual(
    [
      ...["p0", "p2", "p3"].flatMap((path) => ["mCodes", "vCodes", "scales"].map((slot) => `${slot}.${path}`)),
      ...["p1", "p4"].flatMap((path) => [`m.${path}`, `v.${path}`]),
    ].sort(),
  );
  let [other, all] = [0, 0];
  for (let step = 0; step < 2; step++) {
    applyUpdate(optimizer, parameters, gradientsAt(step, parameters), state);
    for (const [at, i] of [0, 2, 3].entries()) {
      const { codes: want, values } = expected[at]![step]!;
      for (const moment of ["m", "v"] as const) {
        const codes = await bytesOf(state.tensors[`${moment}Codes.p${i}`]!);
        const far = want[moment].map((code, k) => Math.abs(codes[k]! - code));
        expect(Math.max(...far)).toBeLessThan(2); // f32 may put a value on the other side of the middle
        other += far.filter((distance) => distance > 0).length;
        all += far.length;
      }
      const got = await parameters[i]!.value.data();
      expect(Math.max(...values.map((value, k) => Math.abs(got[k]! - value) / (1 + Math.abs(value))))).toBeLessThan(
        1e-5,
      );
    }
  }
  expect(other / all).toBeLessThan(1e-4);
  if (device !== cpuDevice()) device.dispose();
});

it("takes 2.03 bytes a parameter, one page for many, and leaves zeros between parameters", async () => {
  const parameters = parametersOn(cpuDevice());
  const state = optimizer.init(parameters);
  const bytes = (slot: string): number => state.tensors[slot]!.size * 4;
  expect(bytes("mCodes.p0") + bytes("vCodes.p0") + bytes("scales.p0")).toBe((65 * 64 + 192) * 2 + 17 * 8);
  for (let step = 0; step < 2; step++) applyUpdate(optimizer, parameters, gradientsAt(step, parameters), state);
  const padding = await arenaPadding(parameters.map(({ value }) => value));
  expect(padding.length).toBeGreaterThan(50);
  expect(padding.every((value) => value === 0)).toBe(true);
});

/** Values after six updates, with a stop and a resume from the file after three of them, where asked for. */
async function trained(whole: Optimizer, stopped: boolean, recorded: boolean): Promise<Float32Array[]> {
  const parameters = parametersOn(cpuDevice());
  let state: OptimizerState = whole.init(parameters);
  const step = capture((grads: Tensor[], hyper: Tensor) => whole.update({ parameters, grads, state, hyper }));
  for (let i = 0; i < 6; i++) {
    if (stopped && i === 3) {
      const copy = whole.init(parameters);
      for (const [name, value] of Object.entries(state.tensors)) {
        const { device, storage } = copy.tensors[name]!;
        device.upload(storage.block, (await value.data()).slice());
      }
      state = { ...copy, step: 3 };
    }
    if (recorded) {
      step(gradientsAt(i, parameters), tensor(whole.hyper(i)));
      state.step++;
    } else applyUpdate(whole, parameters, gradientsAt(i, parameters), state);
  }
  swapAverages(parameters, state);
  return Promise.all(parameters.map(async ({ value }) => (await value.data()) as Float32Array));
}

it("works in groups, clipped, averaged, captured and resumed, with the same bits", async () => {
  const whole = chain(
    clipByGlobalNorm(1),
    groups([{ match: /p[03]/, optimizer: adamw({ lr: 0.01, moments: "8bit" }), decay: false }, { optimizer }]),
    emaOfWeights(0.5),
  );
  const want = await trained(whole, false, false);
  expect(await trained(whole, true, false)).toEqual(want);
  expect(await trained(whole, false, true)).toEqual(want);
  expect(await trained(whole, true, true)).toEqual(want);
});

it("is saved and restored by a trainer bit for bit, and refuses a state of other moments", async () => {
  const fitOf = (moments: "8bit" | "f32") => {
    const model = new Linear(64, 80, { builder: new Builder({ seed: 1 }) });
    return {
      model,
      fit: trainer<{ x: Tensor }>(model, adamw({ lr: 0.01, moments }), ({ x }) => sum(model.forward(x)).square()),
    };
  };
  const x = keep(tensor(numbers(64 * 4, 3), { shape: [4, 64] }));
  const one = fitOf("8bit");
  for (let i = 0; i < 4; i++) await one.fit.step({ x: mul(x, i + 1) });
  const [file, values] = [await one.fit.serialize(), await one.model.weight.value.data()];
  await one.fit.step({ x });
  const other = fitOf("8bit");
  other.model.weight.write(values as Float32Array);
  other.model.bias!.write((await one.model.bias!.value.data()) as Float32Array);
  other.fit.restore(file);
  const plain = await fitOf("f32").fit.serialize();
  expect(await other.fit.serialize()).toEqual(file);
  expect(() => fitOf("f32").fit.restore(file)).toThrow(
    'the file holds moments in 8 bits and this optimizer none: adamw({ moments: "8bit" }) reads it',
  );
  expect(() => other.fit.restore(plain)).toThrow("the file holds moments in f32");
});

it("keeps v of what is rarely moved above 0, so that no step is of the size of 1 / eps", async () => {
  const value = tensor(new Float32Array(4096));
  const parameters = [{ path: "w", decay: false, value }];
  const state = optimizer.init(parameters);
  const grad = (at: Readonly<Record<number, number>>): Tensor =>
    tensor(Float32Array.from({ length: 4096 }, (_, i) => at[i] ?? 0));
  applyUpdate(optimizer, parameters, [grad({ 0: 1, 1: 1e-4 })], state);
  const before = (await value.data())[1]!;
  applyUpdate(optimizer, parameters, [grad({ 0: 1 })], state);
  expect(Math.abs((await value.data())[1]! - before)).toBeLessThan(0.02);
});
