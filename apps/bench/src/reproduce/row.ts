// What a row of the table of published results is, and accuracy as all rows measure it.
import { IGNORE_INDEX, type TokenBatch } from "@x/nn";
import { type Tensor, tensor, tidy } from "@x/tensor/core";
import type { Module } from "@x/nn";

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
  run(seed: number, progress: Progress): Promise<Outcome>;
}

/** A model of tokens to logits `[b, l, v]`. */
export interface Classifier extends Module {
  forward(x: Tensor): Tensor;
}

/** Share of the asked targets that have the largest logit. */
export async function accuracy(model: Classifier, { x, y, shape }: TokenBatch): Promise<number> {
  const { device } = model.parameters()[0]!.value;
  const logits = tidy(() => model.forward(tensor(x, { shape, dtype: "i32", device })));
  const width = logits.shape.at(-1)!;
  const values = (await logits.data()) as Float32Array;
  logits.dispose();
  let [right, asked] = [0, 0];
  for (const [i, target] of y.entries()) {
    if (target === IGNORE_INDEX) continue;
    const row = values.subarray(i * width, (i + 1) * width);
    asked++;
    if (row.indexOf(row.reduce((most, value) => Math.max(most, value))) === target) right++;
  }
  return right / asked;
}

/** 0 where as good as guessing between `classes`, 1 where all is right. */
export function scaled(share: number, classes: number): number {
  return (share - 1 / classes) / (1 - 1 / classes);
}
