// Evaluation: the mean loss over batches, weighted by the targets that count.
import "../model/all-parts.ts"; // the loss
import { countTargets, IGNORE_INDEX, type TokenBatch } from "@x/nn/core";
import {
  capture,
  ConfigError,
  requireArity,
  requireInstance,
  requireIterable,
  type Tensor,
  tensor,
  tidy,
} from "@x/tensor/core";
import { Mamba2LM } from "../model/model.ts";

/** Mean loss in nats per token, and over how many targets. */
export interface MeanLoss {
  readonly loss: number;
  readonly tokens: number;
}

/**
 * The mean next-token cross entropy of a model over all targets of all batches that count (not −100), each with the same weight; `perplexity` of @x/nn makes of it what papers
 * report. Batches of one shape cost least. Frees what it takes, however it ends.
 *
 * @param model its loss takes x, y and seqIdx as i32 [b, l]
 * @throws ConfigError for what is no model, and when no target counts; ShapeError for a target outside of the vocabulary
 * @example
 * const tokens = byteTokenizer.encode("to be or not to be, ".repeat(9));
 * const { loss } = await meanLoss(new Mamba2LM(preset("tiny")), sequentialBatches({ tokens, batch: 2, length: 32 }));
 * console.log(perplexity(loss));
 */
export async function meanLoss(model: Mamba2LM, batches: Iterable<TokenBatch>): Promise<MeanLoss> {
  requireArity("meanLoss", arguments, 2);
  requireInstance("meanLoss", "model", model, Mamba2LM, "a Mamba2LM");
  requireIterable("meanLoss", "batches", batches);
  let total = 0;
  let tokens = 0;
  const lossOf = capture((x: Tensor, y: Tensor, seqIdx?: Tensor) => model.loss(x, y, { ...(seqIdx && { seqIdx }) })); // its plan needs a fraction of the memory that op by op would
  try {
    for (const { x, y, seqIdx, shape } of batches) {
      const count = countTargets(y);
      if (count === 0) continue;
      const rows = { shape, device: model.device };
      const loss = tidy(() => lossOf(tensor(x, rows), tensor(y, rows), seqIdx && tensor(seqIdx, rows)));
      try {
        total += (await loss.item()) * count;
      } finally {
        loss.dispose();
      }
      tokens += count;
    }
  } finally {
    lossOf.dispose();
  }
  if (tokens === 0)
    throw new ConfigError(`meanLoss: there must be at least one target that is not ${IGNORE_INDEX}; got none.`, {
      field: "targets",
    });
  return { loss: total / tokens, tokens };
}

/** Raises about a loss, or logits, that are not finite, and names a parameter that is not, where there is one. */
export async function requireFinite(
  op: string,
  what: string,
  values: Iterable<number>,
  model: Mamba2LM,
): Promise<void> {
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    const broken = await brokenParameter(model);
    const reason =
      broken === undefined
        ? "All parameters are finite: a number on the way overflowed."
        : `The model is damaged: ${broken} holds numbers that are not finite.`;
    throw new ConfigError(`${op}: ${what} must be finite; got ${value}. ${reason}`, { op, got: value });
  }
}

async function brokenParameter(model: Mamba2LM): Promise<string | undefined> {
  for (const { path, value } of new Set([...model.parameters(), ...model.baseParameters()])) {
    if (value.dtype !== "f32" && value.dtype !== "f64") continue; // halves are bit patterns
    if ((await value.data()).some((x) => !Number.isFinite(x))) return path;
  }
  return undefined;
}
