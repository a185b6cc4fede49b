// What a form of the scan is: the dispatches that differ with how products get their operands. The programs put them in order, whatever the form.
import type { Dispatch } from "../kernel.ts";
import type { Slice, SsdPlan } from "./sizes.ts";
import type { SizeUniform } from "./uniforms.ts";

/** Buffers and uniforms of (18) or (19). */
export interface KeysCall {
  readonly side: "B" | "C";
  readonly buffers: Readonly<
    Record<"values" | "states" | "keys" | "gradScores" | "others" | "gradKeys" | "rowDots", string>
  >;
  readonly uniforms: Readonly<
    Record<
      SizeUniform | "heads_per_block" | "blocks" | "cells" | "out_batch_start" | "block_stride" | "dots_start",
      number
    >
  >;
}

/** Names of gradients that arrive. */
export interface Arriving {
  /** of y before the gate */
  readonly gradY: string;
  /** whether `gradFinalState` is given */
  readonly gradFinalState: boolean;
}

/** A way to compute the scan's products. Each folder beside this file holds one: `tiles`, `direct`, `teams`, `units`. Numbers are the equations of README.md. */
export interface SsdForm {
  /** what (1)–(3) store besides `steps`, for the kernels of this form */
  readonly stored: "steps" | "weights" | "planes";
  /** bytes of temps besides those of every form, in both directions and backward alone */
  temps(plan: SsdPlan): Readonly<Record<string, number>>;
  gradTemps(plan: SsdPlan): Readonly<Record<string, number>>;
  /** parts whose sums are stored apart: of n in (18) and (19), of a chunk's rows in (16) and (17) */
  parts(plan: SsdPlan): { readonly dots: number; readonly pairs: number };
  /** (4) and (5): the states that enter each chunk, and the final one */
  states(plan: SsdPlan, slice: Slice, finalState: string): readonly Dispatch[];
  /** (6) */
  scores(plan: SsdPlan, slice: Slice): Dispatch;
  /** (7) and, where `z`, (8) */
  scan(plan: SsdPlan, slice: Slice, y: string, z: boolean): Dispatch;
  /** (12) and (13) */
  gradStates(plan: SsdPlan, slice: Slice, arriving: Arriving): readonly Dispatch[];
  /** (14) */
  gradX(plan: SsdPlan, slice: Slice, gradY: string): Dispatch;
  /** (15)–(17) */
  gradScores(plan: SsdPlan, slice: Slice, gradY: string): Dispatch;
  /** (18) or (19), for a block of the heads of each group */
  gradKeys(plan: SsdPlan, slice: Slice, call: KeysCall): Dispatch;
  /** (21)–(24) up to sums over batch and tokens. `dotsC`: where the dots of side C begin in `rowDots` */
  gradSteps(plan: SsdPlan, slice: Slice, dotsC: number): Dispatch;
}
