// The best validation of a run, by which it keeps its best model and ends early. It is in the run's file.
import { CheckpointError } from "@x/tensor/core";

/** The validation with the least loss. */
export interface BestValidation {
  readonly step: number;
  /** over the held-out tokens that every validation reads */
  readonly loss: number;
  /** validations after it, none of which was better */
  readonly since: number;
}

/** What the best is after another validation; of equal ones it is the first. */
export function afterValidation(best: BestValidation | undefined, step: number, loss: number): BestValidation {
  return best && best.loss <= loss ? { ...best, since: best.since + 1 } : { step, loss, since: 0 };
}

const BEST = "best";

/** The note in a run's file. */
export function bestNote(best: BestValidation | undefined): Readonly<Record<string, string>> {
  return best ? { [BEST]: JSON.stringify([best.step, best.loss, best.since]) } : {};
}

/** Reads {@link bestNote}; undefined where a run had no validation yet. @throws CheckpointError when it is none */
export function savedBest(metadata: Readonly<Record<string, string>>): BestValidation | undefined {
  const text = metadata[BEST];
  if (text === undefined) return undefined;
  const found = /^\[(\d+),(-?[\d.]+(?:e[+-]?\d+)?),(\d+)\]$/.exec(text);
  if (found) return { step: Number(found[1]), loss: Number(found[2]), since: Number(found[3]) };
  throw new CheckpointError(
    `train: the best validation of a saved run must be its step, its loss and how many came after it; got ${text}.`,
    { op: "train", got: text },
  );
}
