// Optimizer state: tensors per parameter, found by name, in an arena (a few large blocks) with the same layout as the parameters.
import {
  ConfigError,
  keep,
  moveIntoArena,
  requireArray,
  requireOptions,
  requireTensors,
  requireText,
  sameShape,
  ShapeError,
  showShape,
  type Spec,
  type Tensor,
  zerosInArena,
} from "@x/tensor/core";
import type { OptimizerState, Trainable } from "./optimizer.ts";

/** Something that is kept of every parameter, and its shape and dtype. */
export interface Slot {
  readonly name: string;
  specOf(value: Tensor): Pick<Spec, "shape" | "dtype">;
}

/** A slot of numbers of the parameter's own shape and dtype. */
export const likeParameter = (name: string): Slot => ({ name, specOf: (value) => value });

/** Moves the parameters into an arena, those with weight decay first, and allocates zeros of the same layout for every slot of every parameter. */
export function zeroState(slots: readonly string[], parameters: readonly Trainable[]): OptimizerState {
  requireOwnPaths(parameters);
  moveIntoArena(inOrderOfDecay(parameters));
  return { step: 0, tensors: zeroSlots(slots.map(likeParameter), parameters) };
}

/** The values of parameters, those with weight decay first. */
export function inOrderOfDecay(parameters: readonly Trainable[]): Tensor[] {
  return [...parameters.filter(({ decay }) => decay), ...parameters.filter(({ decay }) => !decay)].map(
    ({ value }) => value,
  );
}

/** Zeros for every slot of every parameter, neighbours where the parameters are. */
export function zeroSlots(slots: readonly Slot[], parameters: readonly Trainable[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const { name, specOf } of slots) {
    const zeros = zerosInArena(
      parameters.map(({ value }) => value),
      specOf,
    );
    parameters.forEach(({ path }, i) => (tensors[`${name}.${path}`] = keep(zeros[i]!)));
  }
  return tensors;
}

/** Raises where two parameters hold the same memory: an update would be made twice. */
export function requireOwnMemory(op: string, parameters: readonly Trainable[]): void {
  const holders = new Map<unknown, string>();
  for (const { path, value } of parameters) {
    const other = holders.get(value.storage);
    if (other !== undefined)
      throw new ConfigError(
        `${op}: every parameter must hold a tensor of its own; ${other} and ${path} hold one, which would be updated twice. To tie them, let both modules have the same Parameter; else give one a copy.`,
        { field: path, got: other },
      );
    holders.set(value.storage, path);
  }
}

/** Raises unless every parameter has a path and a tensor of its own. */
export function requireOwnPaths(parameters: readonly Trainable[]): void {
  requireTrainables("optimizer", parameters);
  requireOwnMemory("optimizer", parameters);
  const paths = new Set<string>();
  for (const { path } of parameters) {
    if (paths.has(path))
      throw new ConfigError(`optimizer: every parameter must have a path of its own; got "${path}" twice.`, {
        field: "path",
        got: path,
      });
    paths.add(path);
  }
}

/** The state tensor of a parameter. */
export function slotOf(state: OptimizerState, slot: string, path: string): Tensor {
  const found = state.tensors[`${slot}.${path}`];
  if (!found) {
    throw new ConfigError(
      `optimizer: state must hold "${slot}.${path}"; it has ${Object.keys(state.tensors).length} other tensors. Make it with init().`,
      {
        field: `${slot}.${path}`,
      },
    );
  }
  return found;
}

/** Raises unless every element of `parameters` can be trained. @throws ConfigError, DTypeError that name the element */
export function requireTrainables(op: string, parameters: unknown): void {
  requireArray(op, "parameters", parameters);
  for (const [i, parameter] of (parameters as readonly (Partial<Trainable> | null | undefined)[]).entries()) {
    requireOptions(op, parameter, `parameters[${i}]`);
    requireText(op, `parameters[${i}].path`, parameter!.path);
    requireTensors(op, { [`parameters[${i}].value`]: parameter!.value });
  }
}

/**
 * Raises unless there is one gradient per parameter, of its shape and dtype and on its device.
 *
 * @param options `some`: only some, but one at least, must be there; the others are undefined
 */
export function checkCount(
  op: string,
  parameters: readonly Trainable[],
  grads: readonly (Tensor | undefined)[],
  { some = false }: { readonly some?: boolean } = {},
): void {
  if (grads.length !== parameters.length) {
    throw new ConfigError(
      `${op}: there must be one gradient per parameter, ${parameters.length}; got ${grads.length}.`,
      { field: "grads", got: grads.length },
    );
  }
  if (some && grads.every((grad) => grad === undefined))
    throw new ConfigError(
      `${op}: one of grads must be a tensor; all ${grads.length} are undefined: the loss reaches no parameter.`,
      { field: "grads" },
    );
  requireLike(op, parameters, grads, (i) => `grads[${i}]`, some);
}

/** Raises unless each tensor is of its parameter's shape and dtype, and on its device. @param some whether those that are undefined are left out */
export function requireLike(
  op: string,
  parameters: readonly Trainable[],
  tensors: readonly (Tensor | undefined)[],
  nameOf: (index: number) => string,
  some = false,
): void {
  for (const [i, { value }] of parameters.entries()) {
    if (some && tensors[i] === undefined) continue;
    requireTensors(op, { [`parameters[${i}].value`]: value, [nameOf(i)]: tensors[i] });
    const { shape, dtype } = tensors[i]!;
    if (sameShape(shape, value.shape) && dtype === value.dtype) continue;
    throw new ShapeError(
      `${op}: ${nameOf(i)} must have the shape and dtype of parameters[${i}].value, ${value.dtype}${showShape(value.shape)}; got ${dtype}${showShape(shape)}.`,
      { op, expected: value.shape, got: shape },
    );
  }
}
