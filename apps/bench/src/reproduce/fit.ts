// Training of a classifier on a task, as all rows do it.
import { type Batches, crossEntropy, type LogitsModel, type Optimizer, trainer } from "@x/nn";
import { add, type Tensor } from "@x/tensor/core";

/** @param progress waited for after each step @param penalty added to the loss */
export async function fit(
  model: LogitsModel,
  optimizer: Optimizer,
  batches: Batches,
  steps: number,
  progress: (step: number, steps: number) => void | Promise<void>,
  penalty?: () => Tensor,
): Promise<void> {
  using run = trainer(model, optimizer, ({ x, y }) => {
    const loss = crossEntropy(model.forward(x), y);
    return penalty ? add(loss, penalty()) : loss;
  });
  for (let step = 0; step < steps; step++) {
    await run.step(batches.at(step));
    await progress(step + 1, steps);
  }
}
