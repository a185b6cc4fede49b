// Scopes: what is made inside dies at the end unless returned. They make memory deterministic without reference counts
// in user code.
import { requireTensors } from "../arguments/require-tensors.ts";
import { describeValue } from "@x/base";
import { context } from "../context.ts";
import { activeTapes } from "../autograd/tracers.ts";
import { DeviceError } from "../errors.ts";
import { leaves } from "../tree.ts";
import type { Tensor } from "../tensor.ts";
import { requireArity } from "../arguments/require.ts";

/** The tensors made since a scope was opened. */
export class Scope {
  readonly tensors: Set<Tensor> = new Set();

  /** Disposes of everything but `kept`, which moves to the scope below (or to the user, where there is none). */
  close(kept: Iterable<Tensor>): void {
    const parent = context.scopes.at(-1);
    // A tape opened inside the parent still needs what was made here: it dies with the tape's own scope.
    const moved = parent && activeTapes().length > 0 ? [...this.tensors] : kept;
    for (const tensor of moved) {
      if (this.tensors.delete(tensor)) parent?.tensors.add(tensor);
    }
    for (const tensor of this.tensors) tensor.dispose();
    this.tensors.clear();
  }
}

/**
 * Runs `fn` and disposes of every tensor made inside, except those in its result (a tensor, or arrays and plain objects
 * of them).
 *
 * @param fn synchronous function; its tensors live until it returns
 * @returns what `fn` returns
 * @throws TypeError when `fn` is async: its tensors would die before it ends
 * @example
 * const norm = tidy(() => sqrt(sum(mul(x, x))));
 */
export function tidy<T>(fn: () => T): T {
  requireArity("tidy", arguments, 1);
  return withScope(() => runSynchronous("tidy", fn));
}

/**
 * Raises about an async function or a generator before it runs: what surrounds a call (a scope, a tape, a recording)
 * ends when the call returns, and whatever is computed later would come to no good.
 */
export function requireSynchronous(op: string, fn: unknown): void {
  // Every tidy passes here: the tag tells an async function or a generator, and words are found for what is refused.
  if (typeof fn !== "function" || Object.prototype.toString.call(fn) !== "[object Function]")
    throw notSynchronous(op, describeValue(fn));
}

/** Calls `fn`, which must be synchronous. @throws TypeError when it is async or returns a promise */
export function runSynchronous<T>(op: string, fn: () => T): T {
  requireSynchronous(op, fn);
  const result = fn();
  if (isPromise(result)) {
    result.then(undefined, () => undefined); // what becomes of it is of no interest: this is the error
    throw notSynchronous(op, "a promise");
  }
  return result;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function notSynchronous(op: string, got: string): TypeError {
  return new TypeError(
    `${op}: fn must be synchronous, since what is made inside dies, or is no longer noted, when it returns; got ${got}. Await outside of it.`,
  );
}

/**
 * {@link tidy} that hands the scope to `fn`, for autograd's early disposal. Who calls it sees to it that `fn` is
 * synchronous.
 */
export function withScope<T>(fn: (scope: Scope) => T): T {
  const scope = new Scope();
  context.scopes.push(scope);
  let kept: Tensor[] = [];
  try {
    const result = fn(scope);
    kept = leaves(result);
    return result;
  } finally {
    context.scopes.pop();
    scope.close(kept);
  }
}

/**
 * Takes a tensor out of every open scope: it lives until `dispose` is called on it.
 *
 * @throws DeviceError for a value of a captured function, which exists only as its result
 * @param tensor any shape, any dtype
 * @returns the tensor
 * @example
 * const table = tidy(() => keep(arange(0, 10))); // lives until table.dispose()
 */
export function keep<T extends Tensor>(tensor: T): T {
  requireArity("keep", arguments, 1);
  requireTensors("keep", { tensor });
  if (tensor.storage.symbolic) {
    throw new DeviceError(
      "keep: must not be called with what a captured function computes. Return it, and keep what is returned.",
      {
        device: tensor.device.kind,
      },
    );
  }
  for (const scope of context.scopes) scope.tensors.delete(tensor);
  return tensor;
}
