// Reset-majority: votes for and against, and resets; asked is who leads since the last reset. No window and no fixed decay can answer: it takes a state that a token erases.
import { IGNORE_INDEX, type Batches } from "../tokens.ts";
import { checkTask, type Draw, refused, taskBatches, type TaskOptions, taskStreams } from "./task-batches.ts";
import { requireArity } from "@x/tensor/core";

/** Options of {@link resetMajority}. */
export interface ResetMajorityOptions extends TaskOptions {
  /** at least 8; default 32 */
  readonly length?: number;
  /**
   * `random`: a reset with probability ⅛, votes evenly. `long-prefix`: a long run of one vote, a reset, then a lead of one for the other. `long-suffix`: an early reset, then
   * early votes that lead by one over later ones. `mixed`: half random, a quarter of each other. Default `mixed`.
   */
  readonly family?: "random" | "long-prefix" | "long-suffix" | "mixed";
}

const [PLUS, RESET] = [1, 2] as const;

/**
 * Batches x `[batch, length]`, i32: 0 is a vote against, 1 a vote for, 2 a reset. y is 1 where the votes since the last reset are more for, 0 where they are more against, and −100
 * where they are equal.
 *
 * @throws ConfigError for an unknown option and a length below 8
 *
 * Source: burn-mamba, examples/reset-majority.
 *
 * @example
 * const { x, y } = resetMajority({ batch: 2, family: "random" }).at(0); // [2, 32] each
 */
export function resetMajority(options: ResetMajorityOptions): Batches {
  requireArity("resetMajority", arguments, 1);
  const { length = 32, family = "mixed", batch } = options ?? {};
  checkTask<ResetMajorityOptions>(
    "resetMajority",
    options,
    { batch: true, seed: true, length: true, family: true },
    { length, batch },
  );
  if (length < 8) throw refused("resetMajority", "length", "at least 8", length);
  if (family !== "mixed" && !Object.hasOwn(families, family))
    throw refused("resetMajority", "family", '"random", "long-prefix", "long-suffix" or "mixed"', family);
  const mixed = (["random", "random", "long-prefix", "long-suffix"] as const).map((name) => families[name]);
  return taskBatches(
    options,
    taskStreams.resetMajority,
    () => length,
    (x, y, draw) => {
      x.set((family === "mixed" ? mixed[draw(4)]! : families[family])(length, draw));
      let lead = 0;
      for (let i = 0; i < length; i++) {
        lead = x[i] === RESET ? 0 : lead + (x[i] === PLUS ? 1 : -1);
        y[i] = lead === 0 ? IGNORE_INDEX : lead > 0 ? 1 : 0;
      }
    },
  );
}

type Family = (length: number, draw: Draw) => number[];

const families: Readonly<Record<"random" | "long-prefix" | "long-suffix", Family>> = {
  random: (length, draw) => Array.from({ length }, () => (draw(8) === 0 ? RESET : draw(2))),
  "long-prefix": (length, draw) => {
    const votes = 5 + 2 * draw(Math.floor(length / 4)); // odd: one vote decides
    const run = draw(2);
    const prefix = Math.max(0, length - 1 - votes);
    const after = [...repeat(1 - run, (votes + 1) / 2), ...repeat(run, (votes - 1) / 2)];
    return [...repeat(run, prefix), RESET, ...after].slice(0, length);
  },
  "long-suffix": (length, draw) => {
    const before = Array.from({ length: 1 + draw(3) }, () => draw(2));
    const votes = length - before.length - 1;
    const late = Math.floor((votes - 1) / 2);
    const early = draw(2);
    return [...before, RESET, ...repeat(early, votes - late), ...repeat(1 - early, late)];
  },
};

const repeat = (token: number, count: number): number[] => Array<number>(count).fill(token);
