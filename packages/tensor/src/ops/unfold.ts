// Windows of the last one or two axes, and their adjoint: what convolutions and pooling are made of.
import { describeValue } from "@x/base";
import { fold as kernel, type FoldType, type WindowAxis } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { numericDTypes, requireDType } from "../numbers/dtype.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { type Shape, showShape, sizeOf, stridesOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { viewProgram } from "./copy-programs.ts";
import { copyView, type StridedView } from "./strided.ts";
import { viewCopy } from "./wasm-copies.ts";
import { requireArity } from "../arguments/require.ts";

/** Windows over the last axes, one or two of them. */
export interface UnfoldParams {
  readonly axes: readonly WindowAxis[];
}

function windowsView(shape: Shape, { axes }: UnfoldParams): StridedView {
  const strides = stridesOf(shape);
  const lead = shape.length - axes.length;
  return {
    shape: unfoldedShape(shape, axes),
    strides: [
      ...strides.slice(0, lead),
      ...axes.map(({ dilation }, i) => dilation * strides[lead + i]!),
      ...axes.map(({ stride }, i) => stride * strides[lead + i]!),
    ],
    offset: 0,
  };
}

const unfoldedShape = (shape: Shape, axes: readonly WindowAxis[]): number[] => [
  ...shape.slice(0, shape.length - axes.length),
  ...axes.map(({ size }) => size),
  ...axes.map(({ count }) => count),
];
const foldedShape = (shape: Shape, axes: readonly WindowAxis[]): number[] => [
  ...shape.slice(0, shape.length - 2 * axes.length),
  ...axes.map(({ n }) => n),
];

const axis = (n: number, size: number, stride = 1, dilation = 1): WindowAxis => ({
  n,
  size,
  count: Math.max(0, Math.floor((n - dilation * (size - 1) - 1) / stride) + 1),
  stride,
  dilation,
});
const trials: readonly (readonly [name: string, lead: Shape, axes: readonly WindowAxis[]])[] = [
  ["one window", [], [axis(3, 3)]],
  ["overlapping windows", [2, 3], [axis(11, 3)]],
  ["strided and dilated windows", [2], [axis(13, 3, 2, 3)]],
  ["windows apart", [5], [axis(10, 2, 4)]],
  ["two axes", [2, 2], [axis(6, 3), axis(7, 2, 2)]],
  ["two axes, dilated", [3], [axis(7, 2, 1, 3), axis(5, 3, 1, 2)]],
];

/** y[…, a, b, i, j] = x[…, i·stride + a·dilation, j·stride + b·dilation]. */
export const unfoldPrimitive: Primitive<"x", never, "y", UnfoldParams> = definePrimitive({
  name: "unfold",
  inputs: ["x"],
  outputs: ["y"],
  infer: ({ x }, p: UnfoldParams) => ({ y: { shape: unfoldedShape(x.shape, p.axes), dtype: x.dtype } }),
  cpu: ({ x }, { y }, p) => copyView(x.data, y.data, windowsView(x.shape, p)),
  webgpu: ({ x }, p, caps) => viewProgram(x, windowsView(x.shape, p), caps),
  wasm: ({ x }, p) => viewCopy(x.dtype, windowsView(x.shape, p)),
  vjp: ({ grad: { y }, p }) => ({ x: y && apply(foldPrimitive, { x: y }, p).y }),
  cases: trials.map(([name, lead, axes]) => ({
    name,
    inputs: { x: { shape: [...lead, ...axes.map(({ n }) => n)] } },
    params: { axes },
  })),
  cost: ({ x }, p) => ({ flops: 0, bytes: 8 * sizeOf(unfoldedShape(x.shape, p.axes)) }),
});

/** y[…, i, j] = Σ of all x[…, a, b, window, window] that unfolding copies from there. */
export const foldPrimitive: Primitive<"x", never, "y", UnfoldParams> = definePrimitive({
  name: "fold",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: UnfoldParams) {
    requireDType("fold", "x", x.dtype, numericDTypes);
    return { y: { shape: foldedShape(x.shape, p.axes), dtype: x.dtype } };
  },
  cpu({ x }, { y }, p) {
    const [first, second] = twoAxes(p);
    const outer = sizeOf(y.shape) / (first.n * second.n);
    const integers = x.dtype === "i32" || x.dtype === "u32";
    const totals = integers ? y.data.fill(0) : new Float64Array(y.data.length);
    let from = 0;
    for (let o = 0; o < outer; o++) {
      for (let a = 0; a < first.size; a++) {
        for (let b = 0; b < second.size; b++) {
          for (let i = 0; i < first.count; i++) {
            const row = (o * first.n + i * first.stride + a * first.dilation) * second.n + b * second.dilation;
            for (let j = 0; j < second.count; j++) totals[row + j * second.stride]! += x.data[from++]!;
          }
        }
      }
    }
    if (!integers) y.data.set(totals);
  },
  webgpu({ x }, p, caps) {
    if (x.dtype === "f64") return undefined;
    const axes = twoAxes(p);
    const outer = sizeOf(x.shape.slice(0, x.shape.length - 2 * p.axes.length));
    return kernel.program({ type: x.dtype as FoldType, outer, axes }, caps);
  },
  vjp: ({ grad: { y }, p }) => ({ x: y && apply(unfoldPrimitive, { x: y }, p).y }),
  cases: trials.map(([name, lead, axes]) => ({
    name,
    inputs: { x: { shape: [...lead, ...axes.map(({ size }) => size), ...axes.map(({ count }) => count)] } },
    params: { axes },
  })),
  cost: ({ x }) => ({ flops: sizeOf(x.shape), bytes: 8 * sizeOf(x.shape) }),
});

const twoAxes = ({ axes }: UnfoldParams): readonly [WindowAxis, WindowAxis] =>
  axes.length === 1 ? [axis(1, 1), axes[0]!] : [axes[0]!, axes[1]!];

/** Options of {@link unfold} and {@link fold}: one number for all axes, or one per axis. */
export interface WindowOptions {
  /** from one window to the next; default 1 */
  readonly stride?: number | readonly number[];
  /** between neighbouring elements of a window; default 1 */
  readonly dilation?: number | readonly number[];
}

function perAxis(op: string, name: string, value: number | readonly number[], rank: number): readonly number[] {
  const list = typeof value === "number" ? new Array<number>(rank).fill(value) : value;
  if (Array.isArray(list) && list.length === rank && list.every((each) => Number.isSafeInteger(each) && each >= 1))
    return list;
  throw new ShapeError(
    `${op}: ${name} must be a whole number of at least 1, or one for each of ${rank} axes; got ${describeValue(value)}.`,
    { op, got: value },
  );
}

function windowAxes(op: string, lengths: Shape, sizes: readonly number[], options: WindowOptions): WindowAxis[] {
  const rank = lengths.length;
  const strides = perAxis(op, "stride", options.stride ?? 1, rank);
  const dilations = perAxis(op, "dilation", options.dilation ?? 1, rank);
  return lengths.map((n, i) => axis(n, sizes[i]!, strides[i], dilations[i]));
}

/** Window sizes of one or two axes. */
function sizesOf(op: string, sizes: number | readonly number[]): readonly number[] {
  const list = typeof sizes === "number" ? [sizes] : sizes;
  if (!Array.isArray(list) || list.length < 1 || list.length > 2)
    throw new ShapeError(`${op}: sizes must be those of one or two axes; got ${describeValue(sizes)}.`, {
      op,
      got: sizes,
    });
  return perAxis(op, "sizes", list, list.length);
}

/**
 * Windows of the last axes: y[…, a, i] = x[…, i·stride + a·dilation], and y[…, a, b, i, j] over two axes. There are ⌊(n
 * − dilation·(size − 1) − 1)/stride⌋ + 1 windows of an axis.
 *
 * @param x […, n] or […, n, m], any dtype
 * @param sizes size of a window along the last axis, or those along the last two
 * @returns […, size, windows] or […, size, size, windows, windows]: a copy
 * @throws ShapeError for sizes, strides or dilations below 1, more of them than x has axes, or a window that is longer
 * than its axis
 * @example
 * unfold(tensor([1, 2, 3, 4]), 2);   // [[1, 2, 3], [2, 3, 4]]
 */
export function unfold(x: Tensor, sizes: number | readonly number[], options: WindowOptions = {}): Tensor {
  requireArity("unfold", arguments, 3);
  checkOptions("unfold", options, { stride: true, dilation: true });
  requireTensors("unfold", { x });
  const windows = sizesOf("unfold", sizes);
  if (x.shape.length < windows.length)
    throw ShapeError.must("unfold", "x", `have ${windows.length} axes or more`, x.shape);
  const axes = windowAxes("unfold", x.shape.slice(-windows.length), windows, options);
  for (const { n, size, dilation, count } of axes)
    if (count === 0) throw ShapeError.must("unfold", "a window", `fit its axis of ${n}`, dilation * (size - 1) + 1, n);
  return apply(unfoldPrimitive, { x }, { axes }).y;
}

/**
 * The adjoint of {@link unfold}: adds windows up to the axes that they are taken from.
 *
 * @param x […, size, windows] or […, size, size, windows, windows], f32, f64, i32 or u32
 * @param lengths length of the last axis of the result, or those of the last two
 * @returns […, n] or […, n, m]
 * @throws ShapeError when x is not what unfold makes of such axes
 * @example
 * fold(tensor([[1, 2, 3], [2, 3, 4]]), 4);   // [1, 4, 6, 4]
 */
export function fold(x: Tensor, lengths: number | readonly number[], options: WindowOptions = {}): Tensor {
  requireArity("fold", arguments, 3);
  checkOptions("fold", options, { stride: true, dilation: true });
  requireTensors("fold", { x });
  const to = sizesOf("fold", lengths);
  const lead = x.shape.length - 2 * to.length;
  const axes = lead < 0 ? [] : windowAxes("fold", to, x.shape.slice(lead, lead + to.length), options);
  if (lead < 0 || axes.some(({ size, count }, i) => size < 1 || count < 1 || count !== x.shape[lead + to.length + i]))
    throw new ShapeError(
      `fold: x must end in the sizes and the numbers of windows of axes of length ${showShape(to)}; got ${showShape(x.shape)}.`,
      { op: "fold", got: x.shape },
    );
  return apply(foldPrimitive, { x }, { axes }).y;
}
