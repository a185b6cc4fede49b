// What the optimizers share: state tensors by parameter, made once and found by name, and where all tensors of an update lie: one after another in a few large
// blocks (an arena), so that a step takes as many dispatches for many parameters as for few.
import { assign, ConfigError, joinAdjacent, keep, moveIntoArena, type Tensor, zerosInArena } from "@x/tensor";
import type { OptimizerState, Trainable, UpdateCall } from "./optimizer.ts";

/** Moves the parameters together, those with weight decay first, and makes zeros that lie like them for every slot of every one. */
export function zeroState(slots: readonly string[], parameters: readonly Trainable[]): OptimizerState {
  const paths = new Set<string>();
  for (const { path } of parameters) {
    if (paths.has(path)) throw new ConfigError(`optimizer: every parameter must have a path of its own; got "${path}" twice.`, { field: "path", got: path });
    paths.add(path);
  }
  moveIntoArena([...parameters.filter(({ decay }) => decay), ...parameters.filter(({ decay }) => !decay)].map(({ value }) => value));
  const tensors: Record<string, Tensor> = {};
  for (const slot of slots) {
    const zeros = zerosInArena(parameters.map(({ value }) => value));
    parameters.forEach(({ path }, i) => (tensors[`${slot}.${path}`] = keep(zeros[i]!)));
  }
  return { step: 0, tensors };
}

/** The gradients, copied to where `places` lie; returns those. Inside `capture` they are made there, where they can be. */
export function gather(places: readonly Tensor[], grads: readonly Tensor[]): readonly Tensor[] {
  places.forEach((place, i) => assign(place, grads[i]!));
  return places;
}

/** The state tensor of a parameter. */
export function slotOf(state: OptimizerState, slot: string, path: string): Tensor {
  const found = state.tensors[`${slot}.${path}`];
  if (!found) {
    throw new ConfigError(`optimizer: state must hold "${slot}.${path}"; it has ${Object.keys(state.tensors).length} other tensors. Make it with init().`, {
      field: `${slot}.${path}`,
    });
  }
  return found;
}

/** Raises unless there is one gradient per parameter. */
export function checkCount(op: string, parameters: readonly Trainable[], grads: readonly Tensor[]): void {
  if (grads.length !== parameters.length) {
    throw new ConfigError(`${op}: there must be one gradient per parameter, ${parameters.length}; got ${grads.length}.`, { field: "grads", got: grads.length });
  }
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
  const rows = parameters.map(({ path, value }, i) => [value, grads[i]!, ...slots.map((slot) => slotOf(state, slot, path))]);
  const decays = (row: number): boolean => parameters[row]!.decay;
  return joinAdjacent(rows, (before, after) => decays(before) || !decays(after)).map((run) => {
    const [param, grad, ...rest] = run.tensors as [Tensor, Tensor, ...Tensor[]];
    const first = run.rows.findIndex((row) => !decays(row));
    return { param, grad, slots: rest, decayEnd: first < 0 ? param.size : Math.max(0, run.starts[first]!) };
  });
}
