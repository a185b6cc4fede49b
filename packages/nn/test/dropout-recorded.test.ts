// Dropout in a recorded training step: every step drops other elements, a seed the same ones again, as without a recording.
import { tensor } from "@x/tensor";
import { expect, it } from "vitest";
import { Builder, Dropout, Linear, sgd, trainer } from "../src/index.ts";

const x = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));

/** Losses of six steps on one batch at a rate of 0: they differ by what is dropped alone. */
async function losses(seed: number, capture: boolean, from = 0): Promise<number[]> {
  const model = new Linear(16, 16, { builder: new Builder({ seed: 1 }) });
  const layer = new Dropout(0.5);
  let step = from;
  using fit = trainer<{ x: Float32Array; shape: number[] }>(
    model,
    sgd({ lr: 0 }),
    (batch) => layer.forward(model.forward(batch.x), { seed, stream: step }).square().mean(),
    { capture },
  );
  const found: number[] = [];
  for (; step < 6; step++) found.push((await fit.step({ x, shape: [4, 16] })).loss);
  return found;
}

it("drops other elements in every step, and the same ones for the same seed and step", async () => {
  const recorded = await losses(3, true);
  expect(new Set(recorded).size).toBe(6);
  expect(await losses(3, true)).toEqual(recorded);
  expect(await losses(3, false)).toEqual(recorded);
  expect(await losses(3, true, 4)).toEqual(recorded.slice(4));
  expect(await losses(4, true)).not.toEqual(recorded);
});

it("keeps the mean", async () => {
  const y = new Dropout(0.25).forward(tensor(new Float32Array(1 << 14).fill(1)), { seed: 1, stream: 2 });
  const values = (await y.data()) as Float32Array;
  expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 1);
  expect(values.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6)).toBe(true);
});
