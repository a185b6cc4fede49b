// What the calls of an update work on: not a parameter each, but all memory in which parameters, gradients and state lie alike, so that a step takes as many dispatches for
// many parameters as for few.
import { assign, joinAdjacent, type Tensor } from "@x/tensor/core";
import type { UpdateCall } from "./optimizer.ts";
import { slotOf } from "./state.ts";

/** The gradients, copied to where `places` lie; returns those. Inside `capture` they are made there, where they can be. */
export function gather(places: readonly Tensor[], grads: readonly Tensor[]): readonly Tensor[] {
  places.forEach((place, i) => assign(place, grads[i]!));
  return places;
}

/** What one call of an update works on: flat tensors over many parameters, or those of one. */
export interface UpdateRun {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** one per slot */
  readonly slots: readonly Tensor[];
  /** weight decay applies to the elements before this one */
  readonly decayEnd: number;
}

/** The calls of an update: parameters that lie one after another, as their gradients and state do, share one; within it those that decay come first. */
export function updateRuns({ parameters, grads, state }: UpdateCall, slots: readonly string[]): UpdateRun[] {
  const rows = parameters.map(({ path, value }, i) => [
    value,
    grads[i]!,
    ...slots.map((slot) => slotOf(state, slot, path)),
  ]);
  const decays = (row: number): boolean => parameters[row]!.decay;
  return joinAdjacent(rows, (before, after) => decays(before) || !decays(after)).map((run) => {
    const [param, grad, ...rest] = run.tensors as [Tensor, Tensor, ...Tensor[]];
    const first = run.rows.findIndex((row) => !decays(row));
    return { param, grad, slots: rest, decayEnd: first < 0 ? param.size : Math.max(0, run.starts[first]!) };
  });
}
