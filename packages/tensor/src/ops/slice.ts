// A part of a tensor along one axis, and its inverse, padding. shape-ops.ts exports them.
import { padWasm } from "@x/kernels-wasm";
import { dtypeBytes } from "../numbers/dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive, type Spec } from "../primitive.ts";
import { slicedView, stridesOfSpec } from "../row-layout.ts";
import { axisOf, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { encodeOne } from "./host-data.ts";
import { blockProgram, viewProgram, wordBits } from "./copy-programs.ts";
import { blocksAround, copyView, type StridedView } from "./strided.ts";
import { viewCopy } from "./wasm-copies.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

/** Elements `start … end − 1` along `axis`. */
export interface SliceParams {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** A part of a tensor, as strides over it. */
export function sliceOf(x: Spec, axis: number, start: number, length: number): StridedView {
  const strides = stridesOfSpec(x);
  return { shape: x.shape.with(axis, length), strides, offset: start * strides[axis]! };
}

/** y = x between two positions along an axis. */
export const slicePrimitive: Primitive<"x", never, "y", SliceParams> = definePrimitive({
  name: "slice",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: SliceParams) {
    const dim = x.shape[p.axis]!;
    if (!Number.isInteger(p.start) || !Number.isInteger(p.end) || p.start < 0 || p.end < p.start || p.end > dim) {
      throw new ShapeError(
        `slice: 0 ≤ start ≤ end ≤ ${dim} must hold on axis ${p.axis} of ${showShape(x.shape)}; got start ${p.start}, end ${p.end}.`,
        { op: "slice", expected: dim, got: [p.start, p.end] },
      );
    }
    return { y: { shape: x.shape.with(p.axis, p.end - p.start), dtype: x.dtype } };
  },
  views: ["x", "y"],
  alias({ x }, p) {
    const y = slicedView(x, p.axis, p.start, p.end - p.start);
    return y && { y };
  },
  cpu: ({ x }, { y }, p) => copyView(x.data, y.data, sliceOf(x, p.axis, p.start, p.end - p.start)),
  webgpu: ({ x }, p, caps, { y }) => viewProgram(x, sliceOf(x, p.axis, p.start, p.end - p.start), caps, y),
  wasm: ({ x }, p, { y }) => viewCopy(x.dtype, sliceOf(x, p.axis, p.start, p.end - p.start), y),
  vjp: ({ x: { x }, grad: { y }, p }) => ({ x: y && pad(y, p.axis, p.start, x.shape[p.axis]! - p.end) }),
  cases: [
    { name: "all of one", inputs: { x: [1] }, params: { axis: 0, start: 0, end: 1 } },
    { name: "rows", inputs: { x: [9, 7] }, params: { axis: 0, start: 2, end: 5 } },
    { name: "columns", inputs: { x: [5, 67] }, params: { axis: 1, start: 3, end: 66 } },
    { name: "columns in fours", inputs: { x: [5, 68] }, params: { axis: 1, start: 4, end: 64 } },
    { name: "middle", inputs: { x: [2, 6, 5] }, params: { axis: 1, start: 0, end: 4 } },
    {
      name: "halves at an odd place",
      inputs: { x: { shape: [3, 5], dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } } },
      params: { axis: 1, start: 1, end: 4 },
      noGradCheck: "no central differences in bf16",
    },
    { name: "z of a mixer", inputs: { x: [4096, 3352] }, params: { axis: 1, start: 0, end: 1536 }, bench: true },
  ],
  cost: ({ x }, p) => ({ flops: 0, bytes: (8 * sizeOf(x.shape) * (p.end - p.start)) / Math.max(1, x.shape[p.axis]!) }),
});

/**
 * Elements `start … end − 1` along an axis.
 *
 * @param x any dtype
 * @param axis negative ones count from the end
 * @param start first position; negative ones count from the end of the axis
 * @param end position after the last; negative ones count from the end of the axis; absent: the end
 * @returns a view: it shares x's memory, and keeps it allocated. A copy only where x is itself a view and the part is
 *   not rows at one pitch
 * @throws ShapeError when the positions are outside of the axis or in the wrong order
 * @example
 * slice(arange(0, 5), 0, 1, -1);   // [1, 2, 3]
 */
export function slice(x: Tensor, axis: number, start: number, end?: number): Tensor {
  requireArity("slice", arguments, 4);
  requireTensors("slice", { x });
  const index = axisOf("slice", axis, x.shape.length);
  const dim = x.shape[index]!;
  const fromFront = (position: number): number => (position < 0 ? position + dim : position);
  return apply(
    slicePrimitive,
    { x },
    { axis: index, start: fromFront(start), end: fromFront(end === undefined ? dim : end) },
  ).y;
}

/**
 * `length` elements along an axis from `start` on.
 *
 * @param x `[…]`, any dtype
 * @param start negative ones count from the end of the axis
 * @returns x's shape with `length` on `axis`
 * @throws ShapeError when the elements are not all on the axis
 * @example
 * narrow(arange(0, 5), 0, 1, 3); // [1, 2, 3]
 */
export function narrow(x: Tensor, axis: number, start: number, length: number): Tensor {
  requireArity("narrow", arguments, 4);
  requireTensors("narrow", { x });
  const dim = x.shape[axisOf("narrow", axis, x.shape.length)]!;
  for (const [name, value] of Object.entries({ start, length }))
    if (!Number.isInteger(value)) throw ShapeError.must("narrow", name, "be a whole number", value);
  const first = start < 0 ? start + dim : start;
  return slice(x, axis, first, first + length);
}

/** How many elements of `value` go before and after along `axis`. */
export interface PadParams {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
  readonly value: number;
}

/** y = x with a constant before and after it along an axis. */
export const padPrimitive: Primitive<"x", never, "y", PadParams> = definePrimitive({
  name: "pad",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: PadParams) {
    if (!Number.isInteger(p.before) || !Number.isInteger(p.after) || p.before < 0 || p.after < 0) {
      throw new ShapeError(
        `pad: before and after must be whole numbers of at least 0; got ${p.before} and ${p.after}. To remove elements, slice.`,
        {
          op: "pad",
          got: [p.before, p.after],
        },
      );
    }
    encodeOne("pad", p.value, x.dtype); // raises about a value that the dtype cannot hold
    return { y: { shape: x.shape.with(p.axis, p.before + x.shape[p.axis]! + p.after), dtype: x.dtype } };
  },
  cpu({ x }, { y }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    const row = (p.before + n + p.after) * inner;
    y.data.fill(encodeOne("pad", p.value, x.dtype));
    for (let o = 0; o < outer; o++)
      y.data.set(x.data.subarray(o * n * inner, (o + 1) * n * inner), o * row + p.before * inner);
  },
  // halves that do not fill whole words go through f32
  reference: ({ x }, p) => ({
    y: cast(pad(cast(x, x.dtype === "f64" ? "f64" : "f32"), p.axis, p.before, p.after, p.value), x.dtype),
  }),
  webgpu({ x }, p, caps) {
    const blocks = blocksAround(x.shape, p.axis);
    const element = encodeOne("pad", p.value, x.dtype);
    const bits = dtypeBytes(x.dtype) === 2 ? element : wordBits(x.dtype, element);
    return blockProgram(x.dtype, blocks, p.before + blocks.n + p.after, p.before, caps, bits);
  },
  wasm({ x }, p) {
    const { outer, n, inner } = blocksAround(x.shape, p.axis);
    const width = 4 / dtypeBytes(x.dtype);
    const [columns, before, after] = [n, p.before, p.after].map((count) => (count * inner) / width) as [
      number,
      number,
      number,
    ];
    if (![columns, before, after].every(Number.isInteger)) return undefined;
    const element = encodeOne("pad", p.value, x.dtype);
    const bits = width === 2 ? element * 0x10001 : wordBits(x.dtype, element);
    return padWasm.program({ rows: outer, columns, before, after, bits });
  },
  vjp: ({ x: { x }, grad: { y }, p }) => ({ x: y && slice(y, p.axis, p.before, p.before + x.shape[p.axis]!) }),
  cases: [
    { name: "one element", inputs: { x: [1] }, params: { axis: 0, before: 1, after: 0, value: 0 } },
    { name: "rows", inputs: { x: [3, 7] }, params: { axis: 0, before: 1, after: 2, value: -1.5 } },
    { name: "columns", inputs: { x: [5, 61] }, params: { axis: 1, before: 3, after: 2, value: 0 } },
    { name: "columns in fours", inputs: { x: [5, 60] }, params: { axis: 1, before: 4, after: 8, value: 2 } },
    { name: "middle", inputs: { x: [2, 3, 5] }, params: { axis: 1, before: 0, after: 2, value: 0 } },
    {
      name: "halves",
      inputs: { x: { shape: [3, 2], dtype: "f16", fill: { integers: [0x3800, 0x3c00] } } },
      params: { axis: 1, before: 2, after: 4, value: 1 },
      noGradCheck: "no central differences in f16",
    },
    {
      name: "halves of odd width",
      inputs: { x: { shape: [3, 3], dtype: "bf16", fill: { integers: [0x3c00, 0x3f80] } } },
      params: { axis: 1, before: 1, after: 1, value: -2 },
      noGradCheck: "no central differences in bf16",
    },
    {
      name: "z of a mixer",
      inputs: { x: [4096, 1536] },
      params: { axis: 1, before: 0, after: 1816, value: 0 },
      bench: true,
    },
  ],
  cost: ({ x }, p) => ({
    flops: 0,
    bytes: 4 * sizeOf(x.shape) * (2 + (p.before + p.after) / Math.max(1, x.shape[p.axis]!)),
  }),
});

/**
 * Adds elements of `value` before and after x along an axis.
 *
 * @param x any dtype
 * @param value a number that x's dtype can hold
 * @returns x's shape, `axis` longer by before + after
 * @throws ShapeError when before or after is negative; DTypeError for a value that x's integers cannot be
 * @example
 * pad(tensor([1, 2]), 0, 1, 2);   // [0, 1, 2, 0, 0]
 */
export function pad(x: Tensor, axis: number, before: number, after: number, value: number = 0): Tensor {
  requireArity("pad", arguments, 5);
  requireTensors("pad", { x });
  return apply(padPrimitive, { x }, { axis: axisOf("pad", axis, x.shape.length), before, after, value }).y;
}
