// Products over any axes.
import { prod as kernel, type ReduceType } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { numericDTypes, requireDType } from "../numbers/dtype.ts";
import { checkOptions } from "../errors.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { axesOf, inverseOrder, reducedShape, sizeOf, stridesOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { viewProgram } from "./copy-programs.ts";
import { zerosLike } from "./creation.ts";
import { productBefore } from "./cumulative.ts";
import { mul } from "./elementwise.ts";
import { permute } from "./permute.ts";
import { reshape } from "./reshape.ts";
import type { ReduceOptions } from "./sum.ts";
import { reductionSteps, type ReduceParams } from "./sum-kernels.ts";
import { requireArity } from "../arguments/require.ts";

/** y = Π x over `axes`. */
export const prodPrimitive: Primitive<"x", never, "y", ReduceParams> = definePrimitive({
  name: "prod",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: ReduceParams) {
    requireDType("prod", "x", x.dtype, numericDTypes);
    return { y: { shape: reducedShape(x.shape, p.axes, p.keepDims), dtype: x.dtype } };
  },
  cpu({ x }, { y }, p) {
    const times = x.dtype === "i32" || x.dtype === "u32" ? Math.imul : (a: number, b: number): number => a * b;
    const kept = stridesOf(reducedShape(x.shape, p.axes, true));
    const index = new Array<number>(x.shape.length).fill(0);
    const totals = new Float64Array(y.data.length).fill(1);
    for (const value of x.data) {
      let at = 0;
      for (let axis = 0; axis < index.length; axis++) if (!p.axes.includes(axis)) at += index[axis]! * kept[axis]!;
      totals[at] = times(totals[at]!, value);
      for (let axis = index.length - 1; axis >= 0 && ++index[axis]! === x.shape[axis]; axis--) index[axis] = 0;
    }
    // integers modulo 2^32
    for (let i = 0; i < totals.length; i++) y.data[i] = totals[i]!;
  },
  webgpu({ x }, p, caps) {
    if (x.dtype === "f64") return undefined;
    const steps = reductionSteps(x.shape, p.axes);
    return steps.length === 0
      ? viewProgram(x, { shape: x.shape, strides: stridesOf(x.shape), offset: 0 }, caps)
      : kernel.program({ type: x.dtype as ReduceType, steps }, caps);
  },
  // The product of the others, those before and those after: right at zeros, and so are its own derivatives.
  vjp({ x: { x }, grad, p }) {
    if (!grad.y || sizeOf(x.shape) === 0) return { x: grad.y && zerosLike(x) };
    const order = [...x.shape.keys()].sort((a, b) => Number(p.axes.includes(a)) - Number(p.axes.includes(b)) || a - b);
    const inOrder = order.map((axis) => x.shape[axis]!);
    const kept = inOrder.slice(0, order.length - p.axes.length);
    const rows = reshape(permute(x, order), [...kept, sizeOf(inOrder.slice(kept.length))]);
    const [before, after] = [false, true].map((reverse) => productBefore(rows, { axis: kept.length, reverse }));
    const others = permute(reshape(mul(before!, after!), inOrder), inverseOrder(order));
    return { x: mul(reshape(grad.y, reducedShape(x.shape, p.axes, true)), others) };
  },
  cases: [
    { name: "one element", inputs: { x: [1] }, params: { axes: [0], keepDims: false } },
    { name: "rows", inputs: { x: [3, 17] }, params: { axes: [1], keepDims: false } },
    {
      name: "long rows",
      inputs: { x: { shape: [3, 1031], fill: { uniform: [0.99, 1.01] } } },
      params: { axes: [1], keepDims: true },
    },
    { name: "columns", inputs: { x: [9, 5] }, params: { axes: [0], keepDims: true } },
    {
      name: "columns in fours, two passes",
      inputs: { x: { shape: [2062, 8], fill: { uniform: [0.99, 1.01] } } },
      params: { axes: [0], keepDims: false },
    },
    { name: "two runs", inputs: { x: [3, 4, 5, 2] }, params: { axes: [0, 2], keepDims: false } },
    {
      name: "zeros",
      inputs: { x: { shape: [3, 3], fill: { values: [1, 0, 2, 0, 3, 0, 4, 5, 6] } } },
      params: { axes: [1], keepDims: false },
    },
    { name: "no axes", inputs: { x: [2, 3] }, params: { axes: [], keepDims: false } },
    { name: "rows of an activation", inputs: { x: [4096, 768] }, params: { axes: [1], keepDims: false }, bench: true },
  ],
  cost: ({ x }) => ({ flops: sizeOf(x.shape), bytes: 4 * sizeOf(x.shape) }),
});

/**
 * Product over axes. Its gradient is right where elements are 0.
 *
 * @param x f32, f64, i32 or u32, any shape; integers stay in their dtype and wrap around
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); the product of nothing is 1
 * @throws DTypeError for other dtypes; ShapeError when there are no such axes
 * @example
 * prod(tensor([[1, 2], [3, 4]]), 0);   // [3, 8]
 */
export function prod(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  requireArity("prod", arguments, 3);
  checkOptions("prod", options, { keepDims: "boolean" });
  requireTensors("prod", { x });
  const params = { axes: axesOf("prod", axes, x.shape.length), keepDims: options.keepDims ?? false };
  return apply(prodPrimitive, { x }, params).y;
}
