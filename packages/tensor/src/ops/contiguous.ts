// A dense copy of a view.
import { contiguousPrimitive } from "./contiguous-primitive.ts";
import { apply } from "../apply.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import type { Tensor } from "../tensor.ts";
import { requireArity } from "../arguments/require.ts";

export { contiguousPrimitive } from "./contiguous-primitive.ts";

/**
 * A tensor of the same elements in memory of its own.
 *
 * @param x `[…]`, any dtype
 * @returns `[…]` of x's dtype: a copy where x is a view (what `slice`, `split` or a `reshape` of those returned), else
 *   x itself
 * @throws DTypeError when x is no tensor
 * @example
 * const [gate] = split(ones([4, 100]), [1, 99], -1);   // keeps all 400 elements in memory
 * console.log(contiguous(gate).shape);   // [4, 1], and no more than these
 */
export function contiguous(x: Tensor): Tensor {
  requireArity("contiguous", arguments, 1);
  requireTensors("contiguous", { x });
  return x.isView ? apply(contiguousPrimitive, { x }, undefined).y : x;
}
