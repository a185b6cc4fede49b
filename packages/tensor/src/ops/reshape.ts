// Ops that change only the shape: reshape, squeeze, unsqueeze. They share memory.
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { ShapeError } from "../errors.ts";
import { reshapedView } from "../row-layout.ts";
import { axisOf, checkShape, type Shape, showShape, sizeOf } from "../shape.ts";
import { contiguous } from "./contiguous.ts";
import type { Tensor } from "../tensor.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

function resolveShape(from: Shape, to: Shape): Shape {
  if (!Array.isArray(to)) throw ShapeError.must("reshape", "shape", "be an array of whole numbers", to);
  const free = to.indexOf(-1);
  const known = sizeOf(to.filter((_, i) => i !== free));
  const resolved = free < 0 ? to : to.map((dim, i) => (i === free ? sizeOf(from) / known : dim));
  if (free >= 0 && (known === 0 || !Number.isInteger(resolved[free]))) {
    throw new ShapeError(
      `reshape: ${sizeOf(from)} elements must divide into ${showShape(to)}; got shape ${showShape(from)}.`,
      {
        op: "reshape",
        expected: to,
        got: from,
      },
    );
  }
  checkShape("reshape", resolved);
  if (sizeOf(resolved) !== sizeOf(from)) {
    throw new ShapeError(
      `reshape: the number of elements must stay ${sizeOf(from)}, that of ${showShape(from)}; got ${showShape(to)} with ${sizeOf(resolved)}.`,
      { op: "reshape", expected: sizeOf(from), got: to },
    );
  }
  return resolved;
}

/** The same elements in the same order under another shape; shares memory where rows stay rows. */
export const reshapePrimitive: Primitive<"x", never, "y", { readonly shape: Shape }> = definePrimitive({
  name: "reshape",
  inputs: ["x"],
  outputs: ["y"],
  infer: ({ x }, p: { readonly shape: Shape }) => ({ y: { shape: resolveShape(x.shape, p.shape), dtype: x.dtype } }),
  alias({ x }, p) {
    const y = reshapedView(x, resolveShape(x.shape, p.shape));
    return y && { y };
  },
  reference: ({ x }, p) => ({ y: reshape(contiguous(x), p.shape) }),
  vjp: ({ x: { x }, grad: { y } }) => ({ x: y && reshape(y, x.shape) }),
  cases: [
    { name: "scalar", inputs: { x: [] }, params: { shape: [1, 1] } },
    { name: "merge", inputs: { x: [2, 3, 5] }, params: { shape: [6, 5] } },
    { name: "one size left open", inputs: { x: [4, 6] }, params: { shape: [3, -1, 2] } },
  ],
  cost: () => ({ flops: 0, bytes: 0 }),
});

/**
 * The same elements in row-major order under another shape. Shares x's memory; nothing is copied, unless x is a view
 * whose rows the shape does not keep: columns `[b, l, h·p]` are `[b, l, h, p]` without a copy, but not `[b, l·h·p]`.
 *
 * @param x any dtype
 * @param shape sizes with the same product; one may be −1 and is worked out
 * @returns a tensor of `shape`
 * @throws ShapeError when the number of elements differs
 * @example
 * reshape(arange(0, 6), [2, -1]);   // [2, 3]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  requireArity("reshape", arguments, 2);
  return apply(reshapePrimitive, { x }, { shape }).y;
}

/**
 * Without the axis `axis`, which must have size 1; absent: without all such axes. Shares x's memory.
 *
 * @param x `[…]`, any dtype
 * @throws ShapeError for another size, or an axis that x has not
 * @example
 * squeeze(ones([2, 1, 3]), 1); // [2, 3]
 */
export function squeeze(x: Tensor, axis?: number): Tensor {
  requireArity("squeeze", arguments, 2);
  requireTensors("squeeze", { x });
  if (axis === undefined)
    return reshape(
      x,
      x.shape.filter((dim) => dim !== 1),
    );
  const index = axisOf("squeeze", axis, x.shape.length);
  if (x.shape[index] !== 1) {
    throw new ShapeError(`squeeze: axis ${axis} must have size 1; got ${x.shape[index]} in ${showShape(x.shape)}.`, {
      op: "squeeze",
      got: x.shape,
    });
  }
  return reshape(x, x.shape.toSpliced(index, 1));
}

/**
 * With a new axis of size 1 at `axis` of the result; negative ones count from its end. Shares x's memory.
 *
 * @param x `[…]`, any dtype
 * @throws ShapeError for an axis that the result has not
 * @example
 * unsqueeze(ones([2, 3]), 0); // [1, 2, 3]
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  requireArity("unsqueeze", arguments, 2);
  requireTensors("unsqueeze", { x });
  return reshape(x, x.shape.toSpliced(axisOf("unsqueeze", axis, x.shape.length + 1), 0, 1));
}
