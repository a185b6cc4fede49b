// What a row of the table of published results is.
import type { Device } from "@x/tensor/core";

/** Tiers by what they cost: `ci` seconds, `cpu` minutes, `gpu` a GPU. */
export type Tier = "ci" | "cpu" | "gpu";

/** What one seed gave, in percent or as the row's `unit` says. */
export interface Outcome {
  readonly value: number;
  /** whether the row's claim holds for it */
  readonly holds: boolean;
  /** parts of it, in a line */
  readonly detail?: string;
}

/** Where a run says how far it is. */
export type Progress = (step: number, steps: number) => void;

/** Where a row runs, and what it is given. */
export interface Place {
  readonly device: Device;
  readonly progress: Progress;
  /** what the row `needs` */
  readonly file?: string;
}

/** A published result and our run of it. */
export interface Row {
  readonly name: string;
  readonly tier: Tier;
  readonly published: string;
  readonly source: string;
  /** what is asked of a run */
  readonly claim: string;
  /** how ours differs from theirs */
  readonly deviations: string;
  readonly seeds: readonly number[];
  /** of all seeds, how many must hold; default all */
  readonly enough?: number;
  readonly unit?: string;
  /** the option with the file that it needs, which no package has */
  readonly needs?: string;
  run(seed: number, place: Place): Promise<Outcome>;
}

/** 0 where as good as guessing between `classes`, 1 where all is right. */
export function scaled(share: number, classes: number): number {
  return (share - 1 / classes) / (1 - 1 / classes);
}
