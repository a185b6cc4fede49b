// Joins parameters whose memory is adjacent, with their gradients and optimizer state, into flat tensors: an update then takes a few dispatches for any number of parameters.
import { assign, joinAdjacent, type Tensor } from "@x/tensor/core";
import type { UpdateCall } from "./optimizer.ts";
import { hyperByCount } from "./own-steps.ts";
import { slotOf } from "./state.ts";

/** Copies each gradient that there is into its place in an arena. Inside `capture` the op that computes a gradient writes it there directly, where possible. */
export function gatherGradients(places: readonly Tensor[], grads: readonly (Tensor | undefined)[]): void {
  for (const [i, grad] of grads.entries()) if (grad) assign(places[i]!, grad);
}

/** The tensors of one update call: flat ones over many adjacent parameters, or those of a single parameter. */
export interface FlatUpdate {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** one per slot */
  readonly slots: readonly Tensor[];
  /** weight decay applies to the elements before this one */
  readonly decayEnd: number;
  /** the numbers of parameters that have taken as many updates */
  readonly hyper: Tensor;
}

/**
 * The update calls of a step. Parameters that are adjacent in memory, as are their gradients and state, share one call, those with weight decay first.
 *
 * @param even whether all elements of a call decay or none: for updates that are composed of ops
 */
export function flatUpdates(call: UpdateCall, slots: readonly string[], even = false): FlatUpdate[] {
  const { parameters, grads, state } = call;
  const numbers = hyperByCount(call);
  const rows = parameters.map(({ path, value }, i) => [
    value,
    grads[i]!,
    ...slots.map((slot) => slotOf(state, slot, path)),
  ]);
  const decays = (row: number): boolean => parameters[row]!.decay;
  const follows = (before: number, after: number): boolean =>
    numbers(before) === numbers(after) && (even ? decays(before) === decays(after) : decays(before) || !decays(after));
  return joinAdjacent(rows, follows).map((run) => {
    const [param, grad, ...rest] = run.tensors as [Tensor, Tensor, ...Tensor[]];
    const first = run.rows.findIndex((row) => !decays(row));
    return {
      param,
      grad,
      slots: rest,
      decayEnd: first < 0 ? param.size : Math.max(0, run.starts[first]!),
      hyper: numbers(run.rows[0]!),
    };
  });
}
