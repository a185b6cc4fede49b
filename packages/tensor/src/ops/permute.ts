// Ops whose result is a strided view of their input, copied: permute, flip, repetition of elements.
import { describeValue } from "@x/base";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive, type Spec } from "../primitive.ts";
import { stridesOfSpec } from "../row-layout.ts";
import { ShapeError } from "../errors.ts";
import { axesOf, axisOf, inverseOrder, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { reshape, unsqueeze } from "./reshape.ts";
import { viewProgram } from "./copy-programs.ts";
import { copyView, type StridedView } from "./strided.ts";
import { broadcastTo } from "./sum.ts";
import { viewCopy } from "./wasm-copies.ts";
import { tidy } from "../memory/scope.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

/** Result axis i is input axis order[i]. */
export interface PermuteParams {
  readonly order: readonly number[];
}

function permutedView(x: Spec, order: readonly number[]): StridedView {
  const { shape } = x;
  const strides = stridesOfSpec(x);
  return { shape: order.map((axis) => shape[axis]!), strides: order.map((axis) => strides[axis]!), offset: 0 };
}

/** y[i…] = x[i… reordered]. */
export const permutePrimitive: Primitive<"x", never, "y", PermuteParams> = definePrimitive({
  name: "permute",
  inputs: ["x"],
  outputs: ["y"],
  views: ["x", "y"],
  infer({ x }, p: PermuteParams) {
    if (p.order.length !== x.shape.length || new Set(p.order).size !== p.order.length) {
      throw new ShapeError(
        `permute: order must name each of the ${x.shape.length} axes of ${showShape(x.shape)} once; got ${showShape(p.order)}.`,
        {
          op: "permute",
          expected: x.shape.length,
          got: p.order,
        },
      );
    }
    return { y: { shape: p.order.map((axis) => x.shape[axis]!), dtype: x.dtype } };
  },
  cpu: ({ x }, { y }, p) => copyView(x.data, y.data, permutedView(x, p.order)),
  webgpu: ({ x }, p, caps, { y }) => viewProgram(x, permutedView(x, p.order), caps, y),
  wasm: ({ x }, p, { y }) => viewCopy(x.dtype, permutedView(x, p.order), y),
  vjp: ({ grad: { y }, p }) => ({
    x: y && permute(y, inverseOrder(p.order)),
  }),
  cases: [
    { name: "one element", inputs: { x: [1, 1] }, params: { order: [1, 0] } },
    { name: "matrix within a tile", inputs: { x: [31, 5] }, params: { order: [1, 0] } },
    { name: "matrix of tiles", inputs: { x: [33, 65] }, params: { order: [1, 0] } },
    { name: "batch of matrices", inputs: { x: [3, 32, 37] }, params: { order: [0, 2, 1] } },
    { name: "heads", inputs: { x: [2, 7, 3, 5] }, params: { order: [0, 2, 1, 3] } },
    { name: "reversed", inputs: { x: [2, 3, 4, 5, 2] }, params: { order: [4, 3, 2, 1, 0] } },
    {
      name: "integers",
      inputs: { x: { shape: [5, 6], dtype: "i32", fill: { integers: [-9, 9] } } },
      params: { order: [1, 0] },
      noGradCheck: "integers only",
    },
    { name: "weight", inputs: { x: [3072, 768] }, params: { order: [1, 0] }, bench: true },
  ],
  cost: ({ x }) => ({ flops: 0, bytes: 8 * sizeOf(x.shape) }),
});

/**
 * Reorders axes: result axis i is axis `order[i]` of x.
 *
 * @param x any dtype
 * @param order every axis once; negative ones from the end
 * @returns a dense copy (x's own memory where only axes of size 1 move)
 * @throws ShapeError unless order is a permutation
 * @example
 * permute(zeros([2, 3, 5]), [2, 0, 1]);   // [5, 2, 3]
 */
export function permute(x: Tensor, order: readonly number[]): Tensor {
  requireArity("permute", arguments, 2);
  requireTensors("permute", { x });
  if (!Array.isArray(order))
    throw new ShapeError(`permute: order must be an array of axes; got ${describeValue(order)}.`, {
      op: "permute",
      got: order,
    });
  const axes = (order as readonly number[]).map((axis) => axisOf("permute", axis, x.shape.length, " in order"));
  const moving = axes.filter((axis) => x.shape[axis] !== 1);
  const inOrder =
    axes.length === x.shape.length &&
    new Set(axes).size === axes.length &&
    moving.every((axis, i) => i === 0 || moving[i - 1]! < axis);
  return inOrder
    ? reshape(
        x,
        axes.map((axis) => x.shape[axis]!),
      )
    : apply(permutePrimitive, { x }, { order: axes }).y;
}

/**
 * Swaps two axes, the last two by default.
 *
 * @param x `[…, m, n]`, any dtype
 * @returns `[…, n, m]`
 * @throws ShapeError for axes that x has not
 * @example
 * transpose(tensor([[1, 2], [3, 4]])); // [[1, 3], [2, 4]]
 */
export function transpose(x: Tensor, axis0: number = -2, axis1: number = -1): Tensor {
  requireArity("transpose", arguments, 3);
  requireTensors("transpose", { x });
  const order = x.shape.map((_, i) => i);
  const [a, b] = [
    axisOf("transpose", axis0, order.length, " for axis0"),
    axisOf("transpose", axis1, order.length, " for axis1"),
  ];
  order[a] = b;
  order[b] = a;
  return permute(x, order);
}

/** y = x with the order along `axes` reversed. */
export const flipPrimitive: Primitive<"x", never, "y", { readonly axes: readonly number[] }> = definePrimitive({
  name: "flip",
  inputs: ["x"],
  outputs: ["y"],
  views: ["x", "y"],
  infer: ({ x }) => ({ y: { shape: x.shape, dtype: x.dtype } }),
  cpu: ({ x }, { y }, p: { readonly axes: readonly number[] }) => copyView(x.data, y.data, flippedView(x, p.axes)),
  webgpu: ({ x }, p, caps, { y }) => viewProgram(x, flippedView(x, p.axes), caps, y),
  wasm: ({ x }, p, { y }) => viewCopy(x.dtype, flippedView(x, p.axes), y),
  vjp: ({ grad: { y }, p }) => ({ x: y && flip(y, p.axes) }),
  cases: [
    { name: "vector", inputs: { x: [7] }, params: { axes: [0] } },
    { name: "outer and inner", inputs: { x: [3, 4, 5] }, params: { axes: [0, 2] } },
  ],
  cost: ({ x }) => ({ flops: 0, bytes: 8 * sizeOf(x.shape) }),
});

function flippedView(x: Spec, axes: readonly number[]): StridedView {
  const { shape } = x;
  const strides = stridesOfSpec(x);
  let offset = 0;
  for (const axis of axes) {
    offset += Math.max(0, shape[axis]! - 1) * strides[axis]!;
    strides[axis] = -strides[axis]!;
  }
  return { shape, strides, offset };
}

/**
 * Reverses the order along axes.
 *
 * @param x `[…]`, any dtype
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape
 * @throws ShapeError for axes that x has not
 * @example
 * flip(tensor([[1, 2], [3, 4]]), 1); // [[2, 1], [4, 3]]
 */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  requireArity("flip", arguments, 2);
  requireTensors("flip", { x });
  return apply(flipPrimitive, { x }, { axes: axesOf("flip", axes, x.shape.length) }).y;
}

/**
 * Repeats each element along an axis `repeats` times in place: `[a, b]` → `[a, a, b, b]`.
 *
 * @param x `[…]`, any dtype
 * @returns x's shape with `axis` `repeats` times as long
 * @throws ShapeError for an axis that x has not, or `repeats` that are no whole number of at least 0
 * @example
 * repeatInterleave(tensor([1, 2]), 2, 0);   // [1, 1, 2, 2]
 */
export function repeatInterleave(x: Tensor, repeats: number, axis: number): Tensor {
  requireArity("repeatInterleave", arguments, 3);
  requireTensors("repeatInterleave", { x });
  if (!Number.isInteger(repeats) || repeats < 0) {
    throw ShapeError.must("repeatInterleave", "repeats", "be a whole number of at least 0", repeats);
  }
  const index = axisOf("repeatInterleave", axis, x.shape.length);
  return tidy(() => {
    const repeated = broadcastTo(unsqueeze(x, index + 1), x.shape.toSpliced(index + 1, 0, repeats));
    return reshape(repeated, x.shape.with(index, x.shape[index]! * repeats));
  });
}
