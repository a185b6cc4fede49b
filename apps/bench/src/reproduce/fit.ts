// Training of a classifier on a task, as all rows do it.
import { type Batches, crossEntropy, type Optimizer, trainer } from "@x/nn";
import { add, type Tensor } from "@x/tensor/core";
import type { Classifier, Progress } from "./row.ts";

/** @param penalty added to the loss */
export async function fit(
  model: Classifier,
  optimizer: Optimizer,
  batches: Batches,
  steps: number,
  progress: Progress,
  penalty?: () => Tensor,
): Promise<void> {
  using run = trainer(model, optimizer, ({ x, y }) => {
    const loss = crossEntropy(model.forward(x), y);
    return penalty ? add(loss, penalty()) : loss;
  });
  for (let step = 0; step < steps; step++) {
    await run.step(batches.at(step));
    progress(step + 1, steps);
  }
}
