// Sums over axes and broadcasting, in one file because each is the gradient of the other.
import { apply } from "../apply.ts";
import { requireDType } from "../numbers/dtype.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { definePrimitive, type Primitive, type Spec } from "../primitive.ts";
import { opScope } from "../memory/op-scope.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { stridesOfSpec } from "../row-layout.ts";
import {
  axesOf,
  broadcastStrides,
  checkShape,
  reducedShape,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
} from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { viewProgram } from "./copy-programs.ts";
import { reshape } from "./reshape.ts";
import { copyView, type StridedView } from "./strided.ts";
import {
  cases,
  inferReduction,
  reduceCost,
  type ReduceParams,
  sumHost,
  sumProgram,
  sumWasmProgram,
} from "./sum-kernels.ts";
import { viewCopy } from "./wasm-copies.ts";
import { requireArity } from "../arguments/require.ts";

export type { ReduceParams };

/** Options of every reduction. */
export interface ReduceOptions {
  /** Keep the reduced axes with size 1. */
  readonly keepDims?: boolean;
}

/** Repeats the gradient of a reduction along the axes that were reduced. */
export function spread(grad: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return broadcastTo(reshape(grad, reducedShape(shape, axes, true)), shape);
}

/** y = Σ x over `axes`. */
export const sumPrimitive: Primitive<"x", never, "y", ReduceParams> = definePrimitive({
  name: "sum",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: ReduceParams) {
    requireDType("sum", "x", x.dtype, ["f32", "f64", "i32", "u32"]);
    return inferReduction(x, p);
  },
  cpu: ({ x }, { y }, p) => sumHost(x, y, p.axes, 1),
  webgpu: ({ x }, p, caps) => sumProgram(x, p.axes, undefined, caps),
  wasm: ({ x }, p) => sumWasmProgram(x, p.axes, 1),
  vjp: ({ x: { x }, grad: { y }, p }) => ({ x: y && spread(y, x.shape, p.axes) }),
  cases,
  cost: reduceCost,
});

/**
 * Sum over axes. f32 sums are partial sums in a fixed order, so the same bits come out on every run, and 1e7 terms of
 * one sign lose no more than 1e-5 of their sum.
 *
 * Integers stay in their dtype (PyTorch widens to int64) and are exact modulo 2^32: a sum beyond it wraps around. Cast
 * to f32 first where it may be larger.
 *
 * @param x f32, f64, i32 or u32
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); the sum of nothing is 0
 * @throws ShapeError for axes that x has not; DTypeError for bool or halves
 * @example
 * sum(tensor([[1, 2], [3, 4]]), 0);   // [4, 6]
 */
export function sum(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  requireArity("sum", arguments, 3);
  checkOptions("sum", options, { keepDims: "boolean" });
  requireTensors("sum", { x });
  return apply(sumPrimitive, { x }, { axes: axesOf("sum", axes, x.shape.length), keepDims: options.keepDims ?? false })
    .y;
}

function broadcastView(x: Spec, target: Shape): StridedView {
  return { shape: target, strides: broadcastStrides(x.shape, target, stridesOfSpec(x)), offset: 0 };
}

/** y = x repeated along axes of size 1 and new leading axes. */
export const broadcastPrimitive: Primitive<"x", never, "y", { readonly shape: Shape }> = definePrimitive({
  name: "broadcast",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: { readonly shape: Shape }) {
    checkShape("broadcastTo", p.shape);
    const lead = p.shape.length - x.shape.length;
    if (lead < 0 || x.shape.some((dim, i) => dim !== 1 && dim !== p.shape[lead + i])) {
      throw new ShapeError(
        `broadcastTo: x ${showShape(x.shape)} must fit ${showShape(p.shape)} (aligned right, sizes equal or 1); it does not.`,
        {
          op: "broadcastTo",
          expected: p.shape,
          got: x.shape,
        },
      );
    }
    return { y: { shape: p.shape, dtype: x.dtype } };
  },
  views: ["x", "y"],
  cpu: ({ x }, { y }, p) => copyView(x.data, y.data, broadcastView(x, p.shape)),
  webgpu: ({ x }, p, caps, { y }) => viewProgram(x, broadcastView(x, p.shape), caps, y),
  wasm: ({ x }, p, { y }) => viewCopy(x.dtype, broadcastView(x, p.shape), y),
  vjp: ({ x: { x }, grad: { y } }) => ({ x: y && sumTo(y, x.shape) }),
  cases: [
    { name: "scalar", inputs: { x: [] }, params: { shape: [2, 3] } },
    { name: "rows", inputs: { x: [67] }, params: { shape: [5, 67] } },
    { name: "columns", inputs: { x: [5, 1] }, params: { shape: [5, 257] } },
    { name: "middle", inputs: { x: [2, 1, 3, 1] }, params: { shape: [2, 4, 3, 5] } },
    { name: "spread gradient", inputs: { x: [4096, 1] }, params: { shape: [4096, 768] }, bench: true },
  ],
  cost: ({ x }, p) => ({ flops: 0, bytes: 4 * (sizeOf(x.shape) + sizeOf(p.shape)) }),
});

/**
 * Repeats x along axes of size 1, and along new leading axes, until it has `shape`.
 *
 * @param x `[…]`, any dtype
 * @returns a dense copy; x itself when it has that shape
 * @throws ShapeError when x does not fit
 * @example
 * broadcastTo(tensor([[1], [2]]), [2, 3]);   // [[1, 1, 1], [2, 2, 2]]
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  requireArity("broadcastTo", arguments, 2);
  requireTensors("broadcastTo", { x });
  checkShape("broadcastTo", shape);
  return showShape(x.shape) === showShape(shape) ? x : apply(broadcastPrimitive, { x }, { shape }).y;
}

/**
 * Sums x over the axes along which `shape` was repeated to become x's shape: the gradient of {@link broadcastTo}.
 *
 * @param x `[…]`, f32, f64, i32 or u32
 * @param shape a shape that broadcasts to x's
 * @returns a tensor of `shape`; x itself when it has that shape
 * @throws ShapeError when `shape` is none that broadcasts to x's
 * @example
 * sumTo(ones([2, 3]), [3]); // [2, 2, 2]
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  requireArity("sumTo", arguments, 2);
  requireTensors("sumTo", { x });
  checkShape("sumTo", shape);
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  return opScope("sumTo", { x }, () => reshape(axes.length > 0 ? sum(x, axes) : x, shape));
}
