// Scopes: what is made inside dies at the end unless returned. They make memory deterministic without reference counts in user code.
import { activeTapes, context } from "./context.ts";
import { leaves } from "./tree.ts";
import type { Tensor } from "./tensor.ts";

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
 * Runs `fn` and disposes of every tensor made inside, except those in its result (a tensor, or arrays and plain objects of them).
 *
 * @param fn synchronous function; its tensors live until it returns
 * @returns what `fn` returns
 * @throws TypeError when `fn` returns a promise: its tensors would die before it ends
 * @example
 * const norm = tidy(() => sqrt(sum(mul(x, x))));
 */
export function tidy<T>(fn: () => T): T {
  return withScope(() => fn());
}

/** {@link tidy} that hands the scope to `fn`, for autograd's early disposal. */
export function withScope<T>(fn: (scope: Scope) => T): T {
  const scope = new Scope();
  context.scopes.push(scope);
  let kept: Tensor[] = [];
  try {
    const result = fn(scope);
    if (result instanceof Promise) {
      throw new TypeError("tidy: fn must be synchronous, since its tensors die when it returns; got a promise. Await outside of it.");
    }
    kept = leaves(result);
    return result;
  } finally {
    context.scopes.pop();
    scope.close(kept);
  }
}

/** Takes a tensor out of every open scope: it lives until `dispose` is called on it. */
export function keep<T extends Tensor>(tensor: T): T {
  for (const scope of context.scopes) scope.tensors.delete(tensor);
  return tensor;
}
