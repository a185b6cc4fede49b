// Sums and means over any axes, and what is made of them. Extrema are in extremum.ts.
import { describeValue } from "@x/base";
import { sumWasm, type WasmProgram } from "@x/kernels-wasm";
import { type Caps, type Program, reduce as kernel, type ReduceType } from "@x/kernels-wgsl";
import { definePrimitive, apply, type HostTensor, type Primitive, type Spec } from "../primitive.ts";
import type { HostArray } from "../dtype.ts";
import { requireDType } from "../dtype.ts";
import { checkOptions, ConfigError, ShapeError } from "../errors.ts";
import { axesOf, reducedShape, type Shape, showShape, sizeOf, stridesOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { full } from "./creation.ts";
import { div, mul, square, sub } from "./elementwise.ts";
import { viewProgram } from "./programs.ts";
import { broadcastTo, reshape } from "./shape-ops.ts";
import { type AxisBlocks, blocksAround } from "./strided.ts";
import { viewCopy } from "./wasm-copies.ts";
import { tidy } from "../scope.ts";
import { requireTensors } from "../require-tensors.ts";

export { argmax, max, maxPrimitive, min, minPrimitive } from "./extremum.ts";
export { logsumexp, logsumexpPrimitive } from "./softmax.ts";

/** Options of every reduction. */
export interface ReduceOptions {
  /** Keep the reduced axes with size 1. */
  readonly keepDims?: boolean;
}

/** Parameters of a reduction: sorted axes counted from the front. */
export interface ReduceParams {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** A reduction over any axes as one over `[outer, n, inner]` after the other, innermost run of axes first. */
function reductionSteps(shape: Shape, axes: readonly number[]): AxisBlocks[] {
  const runs: [first: number, last: number][] = [];
  for (const axis of axes) {
    const run = runs.at(-1);
    // axes of size 1 between two reduced ones do not separate them
    if (run && shape.slice(run[1] + 1, axis).every((dim) => dim === 1)) run[1] = axis;
    else runs.push([axis, axis]);
  }
  const left = [...shape];
  return runs.reverse().map(([first, last]) => {
    const blocks = blocksAround(left, first, last);
    left.fill(1, first, last + 1);
    return blocks;
  });
}

/** Sums of integers modulo 2^32, exactly, however many there are. */
function sumIntegers(source: HostArray, target: HostArray, { outer, n, inner }: AxisBlocks): void {
  target.fill(0);
  for (let o = 0, at = 0; o < outer; o++) {
    for (let r = 0; r < n; r++) for (let i = 0; i < inner; i++) target[o * inner + i]! += source[at++]!;
  }
}

function sumInto(source: HostArray, target: HostArray, { outer, n, inner }: AxisBlocks, scale: number): void {
  if (inner === 1) {
    for (let o = 0, at = 0; o < outer; o++) {
      let total = 0;
      for (const end = at + n; at < end; at++) total += source[at]!;
      target[o] = total * scale;
    }
    return;
  }
  const totals = new Float64Array(inner);
  for (let o = 0, at = 0; o < outer; o++) {
    totals.fill(0);
    for (let r = 0; r < n; r++) for (let i = 0; i < inner; i++) totals[i]! += source[at++]!;
    for (let i = 0; i < inner; i++) target[o * inner + i] = totals[i]! * scale;
  }
}

function sumHost(x: HostTensor, y: HostTensor, axes: readonly number[], scale: number): void {
  const steps = reductionSteps(x.shape, axes);
  if (steps.length === 0) y.data.set(x.data);
  let source = x.data;
  steps.forEach((step, i) => {
    const last = i === steps.length - 1;
    const integers = x.dtype === "i32" || x.dtype === "u32";
    const target = last
      ? y.data
      : integers
        ? new Int32Array(step.outer * step.inner)
        : new Float64Array(step.outer * step.inner);
    if (integers) sumIntegers(source, target, step);
    else sumInto(source, target, step, last ? scale : 1);
    source = target;
  });
}

function sumProgram(x: Spec, axes: readonly number[], scale: number | undefined, caps: Caps): Program | undefined {
  if (x.dtype === "f64") return undefined;
  const steps = reductionSteps(x.shape, axes);
  if (steps.length === 0) return viewProgram(x.dtype, { shape: x.shape, strides: stridesOf(x.shape), offset: 0 }, caps);
  return kernel.program({ op: "sum", type: x.dtype as ReduceType, steps, ...(scale !== undefined && { scale }) }, caps);
}

function sumWasmProgram(x: Spec, axes: readonly number[], scale: number): WasmProgram | undefined {
  if (x.dtype !== "f32") return undefined;
  const steps = reductionSteps(x.shape, axes);
  return steps.length === 0
    ? viewCopy(x.dtype, { shape: x.shape, strides: stridesOf(x.shape), offset: 0 })
    : sumWasm.program(steps, scale);
}

function inferReduction(x: Spec, p: ReduceParams): { y: Spec } {
  return { y: { shape: reducedShape(x.shape, p.axes, p.keepDims), dtype: x.dtype } };
}

/** Elements that go into one element of the result. */
function reducedCount(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * shape[axis]!, 1);
}

function spread(grad: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return broadcastTo(reshape(grad, reducedShape(shape, axes, true)), shape);
}

const reduceCost = (x: { x: Spec }, p: ReduceParams): { flops: number; bytes: number } => {
  const size = sizeOf(x.x.shape);
  return { flops: size, bytes: 4 * (size + size / Math.max(1, reducedCount(x.x.shape, p.axes))) };
};

const cases: readonly {
  name: string;
  inputs: { x: { shape: Shape } };
  params: ReduceParams;
  bench?: boolean;
}[] = [
  { name: "one element", inputs: { x: { shape: [1] } }, params: { axes: [0], keepDims: false } },
  { name: "rows of 63", inputs: { x: { shape: [3, 63] } }, params: { axes: [1], keepDims: false } },
  { name: "rows of 65, kept", inputs: { x: { shape: [2, 65] } }, params: { axes: [1], keepDims: true } },
  { name: "rows of 257", inputs: { x: { shape: [5, 257] } }, params: { axes: [1], keepDims: false } },
  { name: "columns", inputs: { x: { shape: [67, 5] } }, params: { axes: [0], keepDims: false } },
  { name: "middle", inputs: { x: { shape: [3, 7, 5] } }, params: { axes: [1], keepDims: true } },
  { name: "two runs", inputs: { x: { shape: [3, 4, 5, 2] } }, params: { axes: [0, 2], keepDims: false } },
  { name: "all, two passes", inputs: { x: { shape: [41, 211] } }, params: { axes: [0, 1], keepDims: false } },
  { name: "long columns, two passes", inputs: { x: { shape: [1031, 3] } }, params: { axes: [0], keepDims: false } },
  { name: "no axes", inputs: { x: { shape: [2, 3] } }, params: { axes: [], keepDims: false } },
  { name: "bias gradient", inputs: { x: { shape: [4096, 768] } }, params: { axes: [0], keepDims: false }, bench: true },
  { name: "rows", inputs: { x: { shape: [4096, 768] } }, params: { axes: [1], keepDims: false }, bench: true },
];

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

/** y = Σ x / count over `axes`. */
export const meanPrimitive: Primitive<"x", never, "y", ReduceParams> = definePrimitive({
  name: "mean",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: ReduceParams) {
    requireDType("mean", "x", x.dtype, ["f32", "f64"]);
    if (reducedCount(x.shape, p.axes) === 0) {
      throw new ShapeError(
        `mean: there must be elements to average; got shape ${showShape(x.shape)}, axes ${showShape(p.axes)}.`,
        {
          op: "mean",
          got: x.shape,
        },
      );
    }
    return inferReduction(x, p);
  },
  cpu: ({ x }, { y }, p) => sumHost(x, y, p.axes, 1 / reducedCount(x.shape, p.axes)),
  webgpu: ({ x }, p, caps) => sumProgram(x, p.axes, 1 / reducedCount(x.shape, p.axes), caps),
  wasm: ({ x }, p) => sumWasmProgram(x, p.axes, 1 / reducedCount(x.shape, p.axes)),
  vjp: ({ x: { x }, grad: { y }, p }) => ({
    x: y && spread(mul(y, 1 / reducedCount(x.shape, p.axes)), x.shape, p.axes),
  }),
  cases,
  cost: reduceCost,
});

/**
 * Sum over axes. f32 sums are partial sums in a fixed order, so the same bits come out on every run, and 1e7 terms of one sign lose no more than 1e-5 of their sum.
 *
 * Integers stay in their dtype (PyTorch widens to int64) and are exact modulo 2^32: a sum beyond it wraps around. Cast to f32 first where it may be larger.
 *
 * @param x f32, f64, i32 or u32
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); the sum of nothing is 0
 * @example
 * sum(tensor([[1, 2], [3, 4]]), 0);   // [4, 6]
 */
export function sum(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  checkOptions("sum", options, { keepDims: true });
  requireTensors("sum", { x });
  return apply(sumPrimitive, { x }, { axes: axesOf("sum", axes, x.shape.length), keepDims: options.keepDims ?? false })
    .y;
}

/**
 * Mean over axes.
 *
 * @param x f32 or f64
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); the mean of nothing is NaN
 * @example
 * mean(tensor([[1, 2], [3, 4]]), -1);   // [1.5, 3.5]
 */
export function mean(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  checkOptions("mean", options, { keepDims: true });
  requireTensors("mean", { x });
  const params: ReduceParams = { axes: axesOf("mean", axes, x.shape.length), keepDims: options.keepDims ?? false };
  if (reducedCount(x.shape, params.axes) > 0) return apply(meanPrimitive, { x }, params).y;
  requireDType("mean", "x", x.dtype, ["f32", "f64"]);
  return full(reducedShape(x.shape, params.axes, params.keepDims), NaN, {
    dtype: x.dtype as "f32" | "f64",
    device: x.device,
  });
}

/** Options of {@link variance}. */
export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the count: 1 (default) for the unbiased estimate, 0 for the variance of the elements themselves. */
  readonly correction?: number;
}

/**
 * Variance over axes, Σ (x − mean)² / (count − correction), in two passes, the mean being corrected by what rounding has left of it: no cancellation of large squares.
 *
 * @param x f32 or f64
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); with no more elements than `correction` the divisor is 0, as in PyTorch: NaN for one element
 * @throws ConfigError when `correction` is no finite number
 * @example
 * variance(tensor([1, 2, 3, 4]));   // 5/3
 */
export function variance(x: Tensor, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor {
  checkOptions("variance", options, { correction: true, keepDims: true });
  requireTensors("variance", { x });
  const { correction = 1, keepDims = false } = options;
  const over = axesOf("variance", axes, x.shape.length);
  if (!Number.isFinite(correction)) {
    throw new ConfigError(`variance: correction must be a finite number; got ${describeValue(correction)}.`, {
      field: "correction",
      got: correction,
    });
  }
  const count = reducedCount(x.shape, over);
  return tidy(() => {
    const near = sub(x, mean(x, over, { keepDims: true }));
    const squares = square(sub(near, mean(near, over, { keepDims: true })));
    return count > correction
      ? mul(mean(squares, over, { keepDims }), count / (count - correction))
      : div(sum(squares, over, { keepDims }), 0);
  });
}
