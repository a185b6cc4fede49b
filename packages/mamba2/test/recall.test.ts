// The whole stack on a task that no table of frequencies can pass: recalling values by keys that were seen once.
import { expect, it } from "vitest";
import { Mamba2LM, train } from "@x/mamba2";
import { accuracy, mqar } from "@x/nn";

const task = { vocab: 32, length: 32, pairs: 4, filler: "random-without-keys" } as const;

it("two layers learn multi-query associative recall", { timeout: 600_000 }, async () => {
  // All else is the default. Each of these leaves the plateau sooner where a value is guessed among those seen: an embedding wider than 0.02,
  // decays slow enough to keep a pair for the whole sequence, many small heads (16 of 8 channels), and a high learning rate.
  const model = new Mamba2LM(
    {
      dModel: 64,
      nLayer: 2,
      vocabSize: task.vocab,
      dState: 64,
      headDim: 8,
      initializerRange: 0.25,
      aInitRange: [0.01, 0.1],
    },
    { seed: 0 },
  );
  const settings = { steps: 240, batch: 32, length: task.length, lr: 1e-2 };
  let steps = 0;
  for await (const event of train(model, { ...settings, batches: mqar({ ...task, batch: 32, seed: 1 }) }))
    steps = event.step;
  expect(steps).toBe(settings.steps);
  expect(await accuracy(model, [mqar({ ...task, batch: 768, seed: 2 }).at(0)])).toBeGreaterThanOrEqual(0.99);
});
