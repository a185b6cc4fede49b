// The body of an exported function that is made of others: its errors are its own, whichever of the others raised them.
import { DTypeError, ShapeError } from "../errors.ts";
import { type NamedArguments, requireTensors } from "../arguments/require-tensors.ts";
import { requireFunction } from "../arguments/require.ts";
import { withScope } from "./scope.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Runs the body of an exported function that is made of others: {@link requireTensors} first, then `fn` as in `tidy`. What an inner function refuses is raised in the name of `op`, with the
 * arguments that led to it, the inner sentence at its end and the inner error as its cause.
 *
 * @param fn synchronous
 * @throws ShapeError and DTypeError of `op`'s own; any other error of `fn` as it is
 * @example
 * const distance = (a: Tensor, b: Tensor) => opScope("distance", { a, b }, () => sum(square(sub(a, b))));
 * try {
 *   distance(ones([2]), ones([3]));
 * } catch (error) {
 *   console.log((error as Error).message); // distance: a and b must be what sub takes; got a f32[2], b f32[3]. sub: shapes must broadcast …
 * }
 */
export function opScope<T>(op: string, tensors: NamedArguments, fn: () => T, optional?: NamedArguments): T {
  requireTensors(op, tensors, optional);
  requireFunction("opScope", "fn", fn);
  try {
    return withScope(fn);
  } catch (error) {
    throw inTheNameOf(op, { ...tensors, ...optional }, error);
  }
}

function inTheNameOf(op: string, tensors: NamedArguments, error: unknown): unknown {
  if (!(error instanceof ShapeError || error instanceof DTypeError) || error.message.startsWith(`${op}: `))
    return error;
  const given = Object.entries(tensors).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
  const names = given.map(([name]) => name);
  const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join();
  const inner = /^[\w.]+(?=: )/.exec(error.message)?.[0] ?? "it is made of";
  const got = given.map(([name, { dtype, shape }]) => `${name} ${dtype}[${shape.join()}]`).join(", ");
  const message = `${op}: ${listed} must be what ${inner} takes; got ${got}. ${error.message}`;
  const fields = { ...error.fields, op, cause: error };
  return error instanceof ShapeError ? new ShapeError(message, fields) : new DTypeError(message, fields);
}
