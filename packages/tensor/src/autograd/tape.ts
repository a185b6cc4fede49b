// The tape: the primitives applied to what is being differentiated, in order, and who listens.
import { isFloat } from "../numbers/dtype.ts";
import type { Primitive } from "../primitive.ts";
import { requireArity, requireIterable } from "../arguments/require.ts";
import { requireTensorList } from "../arguments/require-tensors.ts";
import { runSynchronous } from "../memory/scope.ts";
import type { Storage } from "../memory/storage.ts";
import type { Tensor } from "../tensor.ts";
import { activeTapes, type OpTape, tracers } from "./tracers.ts";

interface Entry {
  readonly primitive: Primitive;
  readonly x: Readonly<Record<string, Tensor>>;
  readonly y: Readonly<Record<string, Tensor>>;
  readonly p: unknown;
}

/** The primitives applied to anything that depends on a watched tensor, in order. */
export class Tape implements OpTape {
  readonly entries: Entry[] = [];
  readonly #tracked: Set<Tensor>;
  readonly #outer: Tape | undefined;

  /** @param outer internal: the tape that heard the op whose reference this one hears */
  constructor(watched: Iterable<Tensor>, outer?: Tape) {
    requireIterable("Tape", "watched", watched);
    const tensors = [...watched];
    requireTensorList("Tape", "watched", tensors);
    this.#tracked = new Set(tensors);
    this.#outer = outer;
  }

  /** Internal: whether the tape follows a tensor. */
  tracks(tensor: Tensor): boolean {
    return this.#tracked.has(tensor);
  }

  record(primitive: Primitive, x: Entry["x"], y: Entry["y"], p: unknown): void {
    if (primitive.mutates?.some((name) => x[name] && this.#knows(x[name].storage)))
      throw new TypeError(
        `${primitive.name}: writes in place and must not be applied to a tensor that is being differentiated.`,
      );
    const inputs = Object.values(x);
    for (let outer = this.#outer; outer; outer = outer.#outer)
      for (const tensor of inputs)
        if (outer.tracks(tensor) && !this.tracks(tensor))
          throw new TypeError(`checkpoint: wrt must list ${tensor}, which gradients flow to.`);
    if (!inputs.some((tensor) => this.#tracked.has(tensor))) return;
    for (const name in y) if (isFloat(y[name]!.dtype) && !primitive.saved?.includes(name)) this.#tracked.add(y[name]!);
    this.entries.push({ primitive, x, y, p });
  }

  /** Whether memory overlaps that of a tensor that gradients flow to, or are computed from when the tape is read. */
  #knows(storage: Storage): boolean {
    const known = this.entries.flatMap(({ x, y }) => [...Object.values(x), ...Object.values(y)]);
    return [...this.#tracked, ...known].some((tensor) => !tensor.disposed && tensor.storage.overlaps(storage));
  }
}

/** Runs `fn` with `tape` listening. */
export function withTape<T>(op: string, tape: Tape | null, fn: () => T): T {
  tracers.tapes.push(tape);
  try {
    return runSynchronous(op, fn);
  } finally {
    tracers.tapes.pop();
  }
}

/** Runs `fn` without noting anything for differentiation. */
export function noGrad<T>(fn: () => T): T {
  requireArity("noGrad", arguments, 1);
  return withTape("noGrad", null, fn);
}

/**
 * Which of `tensors` will be asked for a first derivative and no higher one: those that the only listening tape
 * follows. All false where none listens, or several do. For ops that can compute their gradients beside their value.
 *
 * @param tensors `[…]`, any dtype
 * @throws DTypeError when `tensors` is no array of tensors
 * @example
 * const w = tensor([1, 2]);
 * gradientsOf(() => (console.log(onceDifferentiable([w])), w.sum()), [w]);   // [true]
 */
export function onceDifferentiable(tensors: readonly Tensor[]): boolean[] {
  requireTensorList("onceDifferentiable", "tensors", tensors);
  const [tape, ...others] = activeTapes();
  return tensors.map((tensor) => tape !== undefined && others.length === 0 && tape.tracks(tensor));
}
