// Every primitive on 1, 2 and 3 threads: the same bits, forward and gradients. Every call that can be shared is, however short.
import { createWasmRunner } from "@x/kernels-wasm";
import { Mamba2LM, train } from "@x/mamba2";
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  caseInputs,
  differentiable,
  evaluate,
  expectSameBits,
  gradients,
  primitivesOf,
  testedCases,
} from "../src/index.ts";

const runners = [1, 2, 3].map((threads) => createWasmRunner({ threads, shareAboveMs: 0, headStartMs: 500 }));
const [one, ...several] = runners.map((runner) => tensor.createCpuDevice({ runner }));

beforeAll(async () => {
  for (const runner of runners) await runner.startThreads();
});

afterAll(() => {
  for (const device of [one!, ...several]) device.dispose();
});

for (const [name, module] of Object.entries({ tensor, nn })) {
  describe(name, () => {
    for (const primitive of primitivesOf(module).filter(({ wasm }) => wasm)) {
      for (const given of testedCases(primitive)) {
        it(`${primitive.name} ${given.name}`, async () => {
          const run = async (device: tensor.Device): Promise<object[]> => [
            await evaluate(primitive, caseInputs(primitive, given, device), given.params),
            differentiable(primitive)
              ? await gradients(primitive, caseInputs(primitive, given, device), given.params)
              : {},
          ];
          const want = await run(one!);
          for (const device of several) {
            const got = await run(device);
            want.forEach((arrays, i) =>
              expectSameBits(`${given.name} on ${device.description}`, got[i] as never, arrays as never),
            );
          }
        });
      }
    }
  });
}

it("trains a model to the same bits", async () => {
  const fields = { dModel: 32, nLayer: 2, vocabSize: 256, dState: 16, headDim: 16 };
  const text = "All happy families are alike; every unhappy family is unhappy in its own way. ".repeat(30);
  const runs = await Promise.all(
    [one!, ...several].map(async (device) => {
      const model = new Mamba2LM(fields, { seed: 1, device });
      const losses: number[] = [];
      for await (const { loss } of train(model, { text, steps: 5, batch: 2, length: 48, lr: 0.01, seed: 4 }))
        losses.push(loss);
      return { losses, weights: await model.stateDict() };
    }),
  );
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});

it("really shared them", () => {
  expect(runners.map(({ threads }) => threads)).toEqual([1, 2, 3]);
  expect(runners[0]!.sharedItems).toBe(0);
  for (const { sharedItems } of runners.slice(1)) expect(sharedItems).toBeGreaterThan(1000);
});
