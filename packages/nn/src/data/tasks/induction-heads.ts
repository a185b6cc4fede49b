// Induction heads: what came after the one special token must be said when it comes again, at the end.
import type { Batches } from "../tokens.ts";
import { checkTask, refused, taskBatches, type TaskOptions, taskStreams } from "./task-batches.ts";
import { requireArity } from "@x/tensor/core";

/** Options of {@link inductionHeads}. */
export interface InductionHeadsOptions extends TaskOptions {
  /** tokens: vocab − 1 is the special one. Default 16. */
  readonly vocab?: number;
  /** at least 3. Default 256. */
  readonly length?: number;
}

/**
 * Batches x `[batch, length]`, i32: random tokens 0 … vocab − 2, among them once, at a random place before the last two, the special token vocab − 1, and again as
 * the last. There y is the token that came after its first time; elsewhere −100.
 *
 * @throws ConfigError for an unknown option and sizes that are too small
 *
 * Source: Gu and Dao, "Mamba", 2023, section 4.1.2, after Olsson et al., 2022.
 *
 * @example
 * const { x, y } = inductionHeads({ length: 16, batch: 2 }).at(0); // [2, 16] each
 */
export function inductionHeads(options: InductionHeadsOptions): Batches {
  requireArity("inductionHeads", arguments, 1);
  const { vocab = 16, length = 256, batch } = options ?? {};
  checkTask<InductionHeadsOptions>(
    "inductionHeads",
    options,
    { batch: true, seed: true, vocab: true, length: true },
    { vocab, length, batch },
  );
  if (vocab < 2) throw refused("inductionHeads", "vocab", "at least 2", vocab);
  if (length < 3) throw refused("inductionHeads", "length", "at least 3", length);
  return taskBatches(
    options,
    taskStreams.inductionHeads,
    () => length,
    (x, y, draw) => {
      for (let i = 0; i < length; i++) x[i] = draw(vocab - 1);
      const place = draw(length - 2);
      x[place] = vocab - 1;
      x[length - 1] = vocab - 1;
      y[length - 1] = x[place + 1]!;
    },
  );
}
