// Copies one tensor into the memory of another: the only op of this package that writes in place.
import { DTypeError, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { sameShape, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { requireArity } from "../arguments/require.ts";

/** target ← source. Inside `capture` the copy is left out where the source can be made at the target's place. */
export const assignPrimitive: Primitive<"target" | "source", never, never, undefined> = definePrimitive({
  name: "assign",
  inputs: ["target", "source"],
  outputs: [],
  transfer: true,
  mutates: ["target"],
  infer({ target, source }, _p: undefined) {
    if (!sameShape(target.shape, source.shape)) {
      throw new ShapeError(
        `assign: source must have the target's shape, ${showShape(target.shape)}; got ${showShape(source.shape)}.`,
        {
          op: "assign",
          expected: target.shape,
          got: source.shape,
        },
      );
    }
    if (target.dtype !== source.dtype) {
      throw new DTypeError(
        `assign: source must be ${target.dtype} like the target; got ${source.dtype}. Cast it first.`,
        {
          op: "assign",
          expected: target.dtype,
          got: source.dtype,
        },
      );
    }
    return {};
  },
  cases: [],
});

/**
 * Overwrites `target` with the elements of `source`.
 *
 * @throws ShapeError, DTypeError when they differ; TypeError when `target` is being differentiated
 * @param target `[…]`, any dtype
 * @param source of its shape, dtype and device
 * @example
 * const state = zeros([2]);
 * assign(state, tensor([1, 2]));   // state: [1, 2]
 */
export function assign(target: Tensor, source: Tensor): void {
  requireArity("assign", arguments, 2);
  apply(assignPrimitive, { target, source }, undefined);
}
