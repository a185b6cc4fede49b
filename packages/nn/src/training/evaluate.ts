// How good a model is: the share of targets that it gets right, and a loss as a number of choices.
import {
  argmax,
  capture,
  cast,
  ConfigError,
  eq,
  requireArity,
  requireArray,
  requireIterable,
  requireMethods,
  requireNumber,
  sum,
  type Tensor,
  tensor,
  tidy,
} from "@x/tensor/core";
import { IGNORE_INDEX, type TokenBatch } from "../data/tokens.ts";
import type { Module } from "../module/module.ts";

/** A model of tokens `[b, l]` to logits `[b, l, v]`; it is given `seqIdx` `[b, l]` of batches that have it. */
export interface LogitsModel extends Module {
  forward(x: Tensor, options?: { readonly seqIdx?: Tensor }): Tensor;
}

/**
 * How many targets count: all that are not −100.
 *
 * @throws ConfigError for what is no array
 * @example
 * console.log(countTargets([3, -100, 5])); // 2
 */
export function countTargets(targets: ArrayLike<number>): number {
  requireArity("countTargets", arguments, 1);
  requireArray("countTargets", "targets", targets);
  let count = 0;
  for (let i = 0; i < targets.length; i++) if (targets[i] !== IGNORE_INDEX) count++;
  return count;
}

/**
 * The share of the targets that count (not −100) whose logit is the largest of its row, of equal ones the first: from 0 to 1. Tokens reach the model as i32 `[b, l]` on its own
 * device; its logits are f32 or f64 `[b, l, v]`. Batches of one shape cost least. Frees what it takes, however it ends.
 *
 * @throws ConfigError for a model without `forward` or parameters, for batches that cannot be iterated, and when no target counts
 * @example
 * const builder = new Builder({ seed: 1 });
 * const model = new Sequential([
 *   new Embedding(16, 8, { builder: builder.at("0") }),
 *   new Linear(8, 16, { builder: builder.at("1") }),
 * ]);
 * const share = await accuracy(model, [mqar({ vocab: 16, length: 16, pairs: 2, batch: 4 }).at(0)]);
 */
export async function accuracy(model: LogitsModel, batches: Iterable<TokenBatch>): Promise<number> {
  requireArity("accuracy", arguments, 2);
  requireMethods("accuracy", "model", model, "a Module", ["forward", "parameters", "baseParameters"]);
  requireIterable("accuracy", "batches", batches);
  const device = [...model.parameters(), ...model.baseParameters()][0]?.value.device;
  if (!device)
    throw new ConfigError("accuracy: model must have parameters, which say its device; it has none.", {
      field: "model",
    });
  let [right, all] = [0, 0];
  const countRight = capture((x: Tensor, y: Tensor, seqIdx?: Tensor) => {
    const logits = seqIdx ? model.forward(x, { seqIdx }) : model.forward(x); // a model that takes no options refuses documents
    return sum(cast(eq(argmax(logits, -1), y), "i32"));
  });
  try {
    for (const { x, y, seqIdx, shape } of batches) {
      const asked = countTargets(y);
      if (asked === 0) continue;
      const rows = { shape, dtype: "i32", device } as const;
      const found = tidy(() => countRight(tensor(x, rows), tensor(y, rows), seqIdx && tensor(seqIdx, rows)));
      try {
        right += await found.item();
      } finally {
        found.dispose();
      }
      all += asked;
    }
  } finally {
    countRight.dispose();
  }
  if (all === 0)
    throw new ConfigError(`accuracy: there must be at least one target that is not ${IGNORE_INDEX}; got none.`, {
      field: "targets",
    });
  return right / all;
}

/**
 * e to the loss, a mean in nats: among how many equally likely tokens one as unsure would choose.
 *
 * @throws ConfigError for NaN and below 0
 * @example
 * perplexity(Math.log(50)); // 50
 */
export function perplexity(loss: number): number {
  requireArity("perplexity", arguments, 1);
  requireNumber("perplexity", "loss", loss, "a number of at least 0", (value) => value >= 0);
  return Math.exp(loss);
}
