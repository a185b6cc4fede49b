// Parity: whether the ones so far are odd. A state that only decays cannot flip: Mamba-2, whose decays are positive, cannot learn it at lengths it has not seen.
import type { Batches } from "../tokens.ts";
import { checkTask, drawing, refused, taskBatches, type TaskOptions, taskStreams } from "./task-batches.ts";
import { requireArity } from "@x/tensor/core";

/** Options of {@link parity}. */
export interface ParityOptions extends TaskOptions {
  /** of every sequence, or `[shortest, longest]`: each step draws one. Default `[3, 40]`. */
  readonly length?: number | readonly [shortest: number, longest: number];
  /** where y is asked: at the last token, or at every one. Default `last`. */
  readonly targets?: "last" | "every";
}

/**
 * Batches of bits x `[batch, length]`, each 0 or 1 with probability ½, and `y_t = x_0 ⊕ … ⊕ x_t`, i32, −100 where it is not asked.
 *
 * @throws ConfigError for an unknown option, or a length that is no positive whole number, or two of them in order
 *
 * Source: Grazzi et al., "Unlocking State-Tracking in Linear RNNs Through Negative Eigenvalues", 2024, table 3.
 *
 * @example
 * const { x, y } = parity({ length: 8, batch: 2, targets: "every" }).at(0); // [2, 8] each
 */
export function parity(options: ParityOptions): Batches {
  requireArity("parity", arguments, 1);
  const { length = [3, 40], targets = "last", batch, seed = 0 } = options ?? {};
  const [shortest, longest] = Array.isArray(length) ? length : [length, length];
  checkTask<ParityOptions>(
    "parity",
    options,
    { batch: true, seed: true, length: true, targets: true },
    { batch, [Array.isArray(length) ? "length[0]" : "length"]: shortest, "length[1]": longest },
  );
  if (shortest > longest)
    throw refused("parity", "length", "[shortest, longest], in this order", `[${shortest}, ${longest}]`);
  if (targets !== "last" && targets !== "every") throw refused("parity", "targets", '"last" or "every"', targets);
  const lengthAt = (step: number): number =>
    shortest + drawing(seed, taskStreams.parity + 2 ** 39 + step)(longest - shortest + 1);
  return taskBatches(options, taskStreams.parity, lengthAt, (x, y, draw) => {
    let odd = 0;
    for (let i = 0; i < x.length; i++) {
      odd ^= x[i] = draw(2);
      if (targets === "every" || i === x.length - 1) y[i] = odd;
    }
  });
}
