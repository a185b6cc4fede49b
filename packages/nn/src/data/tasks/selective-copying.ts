// Selective copying: tokens to remember are at random places among noise, and are asked for at the end.
import type { Batches } from "../tokens.ts";
import { checkTask, distinct, refused, taskBatches, type TaskOptions, taskStreams } from "./task-batches.ts";
import { requireArity } from "@x/tensor/core";

/** Options of {@link selectiveCopying}. */
export interface SelectiveCopyingOptions extends TaskOptions {
  /** tokens: 0 is noise, vocab − 1 asks, the others are to be remembered. Default 16. */
  readonly vocab?: number;
  /** positions that hold tokens and noise; a sequence is so long and `tokens` more. Default 4096. */
  readonly length?: number;
  /** tokens to remember, at most length. Default 16. */
  readonly tokens?: number;
}

/**
 * Batches x `[batch, length + tokens]`, i32: `tokens` numbers 1 … vocab − 2 at random places among zeros, then as many times vocab − 1. Where it stands for the
 * i-th time y is the i-th number; else y is −100.
 *
 * @throws ConfigError for an unknown option and when the tokens do not fit the length or the vocabulary
 *
 * Source: Gu and Dao, "Mamba", 2023, section 4.1.1.
 *
 * @example
 * const { x, y } = selectiveCopying({ length: 24, tokens: 4, batch: 2 }).at(0); // [2, 28] each
 */
export function selectiveCopying(options: SelectiveCopyingOptions): Batches {
  requireArity("selectiveCopying", arguments, 1);
  const { vocab = 16, length = 4096, tokens = 16, batch } = options ?? {};
  checkTask<SelectiveCopyingOptions>(
    "selectiveCopying",
    options,
    { batch: true, seed: true, vocab: true, length: true, tokens: true },
    { vocab, length, tokens, batch },
  );
  if (vocab < 3) throw refused("selectiveCopying", "vocab", "at least 3", vocab);
  if (tokens > length) throw refused("selectiveCopying", "tokens", `at most length, ${length}`, tokens);
  return taskBatches(
    options,
    taskStreams.selectiveCopying,
    () => length + tokens,
    (x, y, draw) => {
      const places = distinct(draw, tokens, length).sort((a, b) => a - b);
      for (const [i, place] of places.entries()) {
        x[place] = 1 + draw(vocab - 2);
        x[length + i] = vocab - 1;
        y[length + i] = x[place];
      }
    },
  );
}
