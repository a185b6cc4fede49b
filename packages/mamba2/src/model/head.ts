// The head of the model: logits of hidden states.
import type { Embedding, Linear } from "@x/nn/core";
import { linear, type Tensor } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { scaled } from "./multipliers.ts";

/** What is read of a model: its head, absent where that is the embedding. */
export interface Head {
  readonly config: Mamba2Config;
  readonly embedding: Embedding;
  readonly lmHead: Linear | undefined;
}

/** Logits […, v] of hidden states […, d]. */
export function headLogits(head: Head, hidden: Tensor): Tensor {
  const x = scaled(hidden, head.config.multipliers.logits);
  return head.lmHead ? head.lmHead.forward(x) : linear(x, head.embedding.weight.value);
}
