// The dynamic loss scale: finds its value, leaves updates out bit for bit, counts them, and is saved.
import { mul } from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  adamw,
  chain,
  clipByGlobalNorm,
  emaOfWeights,
  Linear,
  mseLoss,
  trainer,
  type TrainerOptions,
} from "../src/index.ts";
import { initialLossScale, noteStep } from "../src/training/loss-scale.ts";

const batchAt = (step: number, factor = 1): { x: Float32Array; shape: number[]; factor: Float32Array } => ({
  x: Float32Array.from({ length: 8 }, (_, i) => Math.sin(8 * step + i)),
  shape: [2, 4],
  factor: Float32Array.of(factor, factor),
});
const fitOf = (options: TrainerOptions) => {
  const model = new Linear(4, 4);
  const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 0.01 }), emaOfWeights(0.9));
  const fit = trainer<{ x: Float32Array; shape: number[]; factor: { data: Float32Array; shape: number[] } }>(
    model,
    optimizer,
    ({ x, factor }) => mul(mseLoss(model.forward(x), x), factor.sum()),
    options,
  );
  const step = (at: number, factor = 1) =>
    fit.step({ ...batchAt(at), factor: { data: Float32Array.of(factor), shape: [1] } });
  const values = async () => Promise.all(model.parameters().map(async ({ value }) => [...(await value.data())]));
  return { fit, step, values };
};

describe.each([{}, { capture: false }, { stamp: () => 1 }])("with %o", (options) => {
  it("halves and skips, then trains as the plain run does, bit for bit, also from a file", async () => {
    const [plain, scaled, again] = [
      fitOf(options),
      fitOf({ ...options, lossScale: "dynamic" }),
      fitOf({ ...options, lossScale: "dynamic" }),
    ];
    for (let i = 0; i < 3; i++) {
      await plain.step(i);
      expect(await scaled.step(i)).toMatchObject({ step: i + 1, skipped: false });
    }
    const [before, file] = [await scaled.values(), await scaled.fit.serialize()];
    expect(before).toEqual(await plain.values());
    expect(await scaled.step(3, 1e36)).toMatchObject({ step: 3, skipped: true });
    expect(await scaled.values()).toEqual(before);
    expect(scaled.fit.lossScale).toEqual({ scale: 32768, good: 0, skipped: 1 });
    again.fit.restore(file);
    expect(again.fit.lossScale).toEqual({ scale: 65536, good: 3, skipped: 0 });
    again.fit.restore(await scaled.fit.serialize());
    expect(again.fit.lossScale).toEqual(scaled.fit.lossScale);
    for (let i = 3; i < 5; i++) {
      await plain.step(i);
      await scaled.step(i);
    }
    expect(await scaled.values()).toEqual(await plain.values());
    for (const one of [plain, scaled, again]) one.fit.dispose();
  });
});

it("doubles after 2000 good steps", () => {
  const state = initialLossScale();
  for (let i = 0; i < 1999; i++) noteStep(state, true);
  expect(state).toEqual({ scale: 65536, good: 1999, skipped: 0 });
  noteStep(state, true);
  expect(state).toEqual({ scale: 131072, good: 0, skipped: 0 });
});

it("says where it does not serve, and gives up where no scale helps", async () => {
  const { fit, step } = fitOf({ lossScale: "dynamic" });
  expect(() => fit.enqueue({ ...batchAt(0), factor: { data: Float32Array.of(1), shape: [1] } })).toThrow("Use step()");
  const first = step(0);
  await expect(step(1)).rejects.toThrow("must be awaited before the next");
  expect(await first).toMatchObject({ step: 1, skipped: false });
  const plain = fitOf({});
  const file = await plain.fit.serialize();
  expect(() => fit.restore(file)).toThrow("three numbers; got null");
  for (let i = 0; i < 40; i++) await step(i, NaN);
  await expect(step(0, NaN)).rejects.toThrow("gradients must be finite at some loss scale");
  expect(fit.state.step).toBe(1);
});
