// Evaluation: the mean loss over batches, weighted by the targets that count.
import { IGNORE_INDEX, type TokenBatch } from "@x/nn";
import { capture, type Tensor, tensor, tidy } from "@x/tensor";
import type { Mamba2LM } from "./model.ts";

/** Mean loss in nats per token, and over how many tokens. */
export interface MeanLoss {
  readonly loss: number;
  readonly tokens: number;
}

/** The mean next-token cross entropy over all targets of all batches. */
export async function meanLoss(model: Mamba2LM, batches: Iterable<TokenBatch>): Promise<MeanLoss> {
  let total = 0;
  let tokens = 0;
  const lossOf = capture((x: Tensor, y: Tensor) => model.loss(x, y)); // its plan needs a fraction of the memory that op by op would
  try {
    for (const { x, y, shape } of batches) {
      const count = y.reduce((sum, target) => sum + (target === IGNORE_INDEX ? 0 : 1), 0);
      const loss = tidy(() => lossOf(tensor(x, { shape, device: model.device }), tensor(y, { shape, device: model.device })));
      total += (await loss.item()) * count;
      loss.dispose();
      tokens += count;
    }
  } finally {
    lossOf.dispose();
  }
  return { loss: total / tokens, tokens };
}
