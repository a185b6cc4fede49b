// State tensors by parameter, shared by the optimizers: made once, found by name.
import { ConfigError, keep, type Tensor, zerosLike } from "@x/tensor";
import type { OptimizerState, Trainable } from "./optimizer.ts";

/** Zeros for every slot of every parameter. */
export function zeroState(slots: readonly string[], parameters: readonly Trainable[]): OptimizerState {
  const tensors: Record<string, Tensor> = {};
  for (const slot of slots) {
    for (const { path, value } of parameters) {
      const name = `${slot}.${path}`;
      if (tensors[name]) throw new ConfigError(`optimizer: every parameter must have a path of its own; got "${path}" twice.`, { field: "path", got: path });
      tensors[name] = keep(zerosLike(value));
    }
  }
  return { step: 0, tensors };
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

/**
 * Positions of parameters two by two, for updates that take two at once: those of a pair agree in dtype, in weight decay and in whether they are loaded by
 * fours. One is left alone where a kind's count is odd.
 */
export function pairs(parameters: readonly Trainable[], decays: readonly boolean[]): [first: number, second?: number][] {
  const open = new Map<string, [number, number?]>();
  const all: [number, number?][] = [];
  parameters.forEach(({ value }, i) => {
    const key = `${value.dtype} ${decays[i]} ${value.size % 4 === 0}`;
    const waiting = open.get(key);
    if (waiting) {
      waiting.push(i);
      open.delete(key);
    } else {
      const made: [number, number?] = [i];
      all.push(made);
      open.set(key, made);
    }
  });
  return all;
}
