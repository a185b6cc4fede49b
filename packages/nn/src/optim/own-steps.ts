// How many updates a parameter has taken itself: those of the state, less the ones in which it had no gradient. PyTorch's `state[parameter]["step"]`, which corrects the bias of moments.
import { slice, type Tensor } from "@x/tensor/core";
import type { OptimizerState, Trainable, UpdateCall } from "./optimizer.ts";

/** Per parameter something where it has a gradient. */
export type Reached = readonly unknown[];

/** Some parameters, by their indices, and their gradients. */
export function partOf(
  parameters: readonly Trainable[],
  grads: readonly Tensor[],
  chosen: (index: number) => unknown,
): Pick<UpdateCall, "parameters" | "grads"> {
  const has = (_: unknown, i: number): boolean => Boolean(chosen(i));
  return { parameters: parameters.filter(has), grads: grads.filter(has) };
}

/** Counts an update, which has changed the parameters that have a gradient. */
export function countUpdate(state: OptimizerState, parameters: readonly Trainable[], reached: Reached): void {
  state.step++;
  const missing = parameters.filter((parameter, i) => {
    if (reached[i]) parameter.markChanged?.();
    return !reached[i];
  });
  if (missing.length === 0) return;
  state.missed = {
    ...state.missed,
    ...Object.fromEntries(missing.map(({ path }) => [path, missedBy(state, path) + 1])),
  };
}

const missedBy = ({ missed }: OptimizerState, path: string): number => missed?.[path] ?? 0;

/** The numbers of missed updates that there are, the least first. */
function counts({ missed = {} }: OptimizerState): number[] {
  return [...new Set([0, ...Object.values(missed)])].sort((a, b) => a - b);
}

/** The numbers of updates that parameters have taken, each once: what `hyper` of an optimizer has a row for. */
export function ownSteps(state: OptimizerState): number[] {
  return counts(state).map((missed) => state.step - missed);
}

/** Rows of `hyper`, one for each of `own`. */
export function rowsOf(own: readonly number[], row: (taken: number) => Float32Array): Float32Array {
  return Float32Array.from(own.flatMap((taken) => [...row(taken)]));
}

/** Which parameters have taken as many updates as which others: a recorded update holds while it is the same. */
export function countsKey(state: OptimizerState): string {
  const all = counts(state);
  return JSON.stringify(Object.entries(state.missed ?? {}).map(([path, missed]) => [path, all.indexOf(missed)]));
}

/** By a parameter's index in the call the row of `hyper` with its numbers; one tensor for all that have taken as many updates. */
export function hyperByCount({ parameters, state, hyper }: UpdateCall): (index: number) => Tensor {
  const all = counts(state);
  if (all.length === 1) return () => hyper;
  const size = hyper.size / all.length;
  const rows: Tensor[] = [];
  return (index) => {
    const at = all.indexOf(missedBy(state, parameters[index]!.path));
    return (rows[at] ??= slice(hyper, 0, at * size, (at + 1) * size));
  };
}
