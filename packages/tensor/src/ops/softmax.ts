// softmax, log-softmax and log-sum-exp along one axis: three results of one pass over a row.
import { softmaxColumnsWasm, softmaxWasm, type SoftmaxWasmResult, type WasmProgram } from "@x/kernels-wasm";
import { type Caps, type Program, softmax as kernel, type SoftmaxResult } from "@x/kernels-wgsl";
import { requireDType } from "../numbers/dtype.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { type Case, definePrimitive, type HostTensor, type Primitive, type Spec } from "../primitive.ts";
import { axisOf, reducedShape, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { full } from "./creation.ts";
import { exp, mul, sub } from "./elementwise.ts";
import { broadcastTo, type ReduceOptions, sum } from "./sum.ts";
import { reshape } from "./reshape.ts";
import { blocksAround } from "./strided.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

/** The axis whose elements compete. */
export interface SoftmaxParams {
  readonly axis: number;
}

/** The axis that is summed over. */
export interface LogSumExpParams extends SoftmaxParams {
  readonly keepDims: boolean;
}

type RowPrimitive<P> = Primitive<"x", never, "y", P>;

function checkRow(op: string, x: Spec, axis: number): void {
  requireDType(op, "x", x.dtype, ["f32", "f64"]);
  if (x.shape[axis] === 0)
    throw new ShapeError(`${op}: axis ${axis} must not be empty; got shape ${showShape(x.shape)}.`, {
      op,
      got: x.shape,
    });
}

/** Calls `row(start, stride, n, position)` for each row of x along `axis`. */
function eachRow(
  x: HostTensor,
  axis: number,
  row: (start: number, stride: number, n: number, position: number) => void,
): void {
  const { outer, n, inner } = blocksAround(x.shape, axis);
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) row(o * n * inner + i, inner, n, o * inner + i);
}

function rowMax(x: HostTensor, start: number, stride: number, n: number): number {
  let largest = x.data[start]!;
  for (let r = 1, at = start + stride; r < n; r++, at += stride) if (x.data[at]! > largest) largest = x.data[at]!;
  return largest;
}

/** log Σ exp x, as what is taken off each x and the logarithm of the sum that is left. */
function rowLogSumExp(
  x: HostTensor,
  start: number,
  stride: number,
  n: number,
): { readonly shift: number; readonly log: number } {
  const largest = rowMax(x, start, stride, n);
  // A sum with +∞, or of −∞ alone, is taken as it is.
  const shift = Math.abs(largest) === Infinity ? 0 : largest;
  let total = 0;
  for (let r = 0, at = start; r < n; r++, at += stride) total += Math.exp(x.data[at]! - shift);
  return { shift, log: Math.log(total) };
}

function programOf(result: SoftmaxResult, x: Spec, axis: number, caps: Caps): Program | undefined {
  return x.dtype === "f32" ? kernel.program({ result, ...blocksAround(x.shape, axis) }, caps) : undefined;
}

function wasmProgramOf(result: SoftmaxWasmResult, x: Spec, axis: number): WasmProgram {
  const { outer, n, inner } = blocksAround(x.shape, axis);
  return inner === 1
    ? softmaxWasm.program({ result, rows: outer, cols: n })
    : softmaxColumnsWasm.program({ result, outer, n, inner });
}

function cases<P>(params: (axis: number) => P): Case<"x", never, P>[] {
  return [
    { name: "one element", inputs: { x: [1] }, params: params(0) },
    { name: "rows of 63", inputs: { x: [3, 63] }, params: params(1) },
    { name: "rows of 65", inputs: { x: { shape: [2, 65], fill: { normal: [0, 10] } } }, params: params(1) },
    {
      name: "rows of 257, far from zero",
      inputs: { x: { shape: [2, 257], fill: { normal: [80, 5] } } },
      params: params(1),
      noGradCheck: "central differences cancel so far from zero",
    },
    { name: "columns", inputs: { x: [5, 67] }, params: params(0) },
    { name: "middle", inputs: { x: [2, 3, 4] }, params: params(1) },
    { name: "logits", inputs: { x: [1024, 50288] }, params: params(1), bench: true },
  ];
}

const rowCost = ({ x }: { x: Spec }): { flops: number; bytes: number } => ({
  flops: 5 * sizeOf(x.shape),
  bytes: 8 * sizeOf(x.shape),
});

/** y = exp(x − max x) / Σ exp(x − max x). */
export const softmaxPrimitive: RowPrimitive<SoftmaxParams> = definePrimitive({
  name: "softmax",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: SoftmaxParams) {
    checkRow("softmax", x, p.axis);
    return { y: { shape: x.shape, dtype: x.dtype } };
  },
  cpu: ({ x }, { y }, p) =>
    eachRow(x, p.axis, (start, stride, n) => {
      const largest = rowMax(x, start, stride, n);
      let total = 0;
      for (let r = 0, at = start; r < n; r++, at += stride) total += y.data[at] = Math.exp(x.data[at]! - largest);
      for (let r = 0, at = start; r < n; r++, at += stride) y.data[at]! /= total;
    }),
  webgpu: ({ x }, p, caps) => programOf("softmax", x, p.axis, caps),
  wasm: ({ x }, p) => wasmProgramOf("softmax", x, p.axis),
  vjp({ y: { y }, grad, p }) {
    if (!grad.y) return {};
    return { x: mul(y, sub(grad.y, sum(mul(grad.y, y), p.axis, { keepDims: true }))) };
  },
  cases: cases((axis) => ({ axis })),
  cost: rowCost,
});

/** y = x − log Σ exp x. */
export const logSoftmaxPrimitive: RowPrimitive<SoftmaxParams> = definePrimitive({
  name: "log_softmax",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: SoftmaxParams) {
    checkRow("logSoftmax", x, p.axis);
    return { y: { shape: x.shape, dtype: x.dtype } };
  },
  cpu: ({ x }, { y }, p) =>
    eachRow(x, p.axis, (start, stride, n) => {
      const { shift, log } = rowLogSumExp(x, start, stride, n);
      const rest = Math.abs(log) === Infinity ? NaN : log; // a row that holds +∞, like one of −∞ alone, has no shares
      for (let r = 0, at = start; r < n; r++, at += stride) y.data[at] = x.data[at]! - shift - rest;
    }),
  webgpu: ({ x }, p, caps) => programOf("log_softmax", x, p.axis, caps),
  wasm: ({ x }, p) => wasmProgramOf("log_softmax", x, p.axis),
  vjp({ y: { y }, grad, p }) {
    if (!grad.y) return {};
    return { x: sub(grad.y, mul(exp(y), sum(grad.y, p.axis, { keepDims: true }))) };
  },
  cases: cases((axis) => ({ axis })),
  cost: rowCost,
});

/** y = log Σ exp x. */
export const logsumexpPrimitive: RowPrimitive<LogSumExpParams> = definePrimitive({
  name: "logsumexp",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, p: LogSumExpParams) {
    checkRow("logsumexp", x, p.axis);
    return { y: { shape: reducedShape(x.shape, [p.axis], p.keepDims), dtype: x.dtype } };
  },
  cpu: ({ x }, { y }, p) =>
    eachRow(x, p.axis, (start, stride, n, position) => {
      const { shift, log } = rowLogSumExp(x, start, stride, n);
      y.data[position] = shift + log;
    }),
  webgpu: ({ x }, p, caps) => programOf("logsumexp", x, p.axis, caps),
  wasm: ({ x }, p) => wasmProgramOf("logsumexp", x, p.axis),
  vjp({ x: { x }, y: { y }, grad, p }) {
    if (!grad.y) return {};
    const shape = reducedShape(x.shape, [p.axis], true);
    return { x: mul(exp(sub(x, reshape(y, shape))), broadcastTo(reshape(grad.y, shape), x.shape)) };
  },
  cases: cases((axis) => ({ axis, keepDims: axis === 1 })),
  cost: ({ x }) => ({ flops: 4 * sizeOf(x.shape), bytes: 4 * sizeOf(x.shape) }),
});

function shares(op: string, primitive: RowPrimitive<SoftmaxParams>, x: Tensor, axis: number): Tensor {
  const params = { axis: axisOf(op, axis, x.shape.length) };
  if (x.shape[params.axis] !== 0) return apply(primitive, { x }, params).y;
  requireDType(op, "x", x.dtype, ["f32", "f64"]);
  return reshape(x, x.shape); // no row has an element
}

/**
 * Shares along an axis: y = exp(x) / Σ exp(x). The largest x of the row is subtracted first, so nothing overflows.
 *
 * −∞ has the share 0 and the gradient 0: what is masked by it does not count. A row of −∞ alone has no shares: it is
 * NaN, as is one that holds +∞ or NaN.
 *
 * @param x f32 or f64
 * @param axis negative ones count from the end; default: the last
 * @returns x's shape; each row along `axis` sums to 1; an empty axis gives an empty tensor
 * @throws ShapeError for an axis that x has not; DTypeError for another dtype
 * @example
 * softmax(tensor([0, 0]));   // [0.5, 0.5]
 */
export function softmax(x: Tensor, axis: number = -1): Tensor {
  requireArity("softmax", arguments, 2);
  requireTensors("softmax", { x });
  return shares("softmax", softmaxPrimitive, x, axis);
}

/**
 * Logarithm of {@link softmax}, y = x − log Σ exp(x), without taking a logarithm of a rounded share. −∞ stays −∞ beside
 * finite x; rows without shares are NaN.
 *
 * @param x f32 or f64
 * @param axis negative ones count from the end; default: the last
 * @returns x's shape
 * @throws ShapeError for an axis that x has not; DTypeError for another dtype
 * @example
 * logSoftmax(tensor([0, 0]));   // [−0.693, −0.693]
 */
export function logSoftmax(x: Tensor, axis: number = -1): Tensor {
  requireArity("logSoftmax", arguments, 2);
  requireTensors("logSoftmax", { x });
  return shares("logSoftmax", logSoftmaxPrimitive, x, axis);
}

/**
 * log Σ exp(x) along an axis. The largest x of the row is subtracted first, so nothing overflows. −∞ counts for
 * nothing; a row of −∞ alone gives −∞ (and a gradient of NaN, as of 0/0), one that holds +∞ gives ∞, one that holds NaN
 * gives NaN.
 *
 * @param x f32 or f64
 * @param axis negative ones count from the end
 * @returns x's shape without `axis` (or with size 1 there: `keepDims`); over an empty axis −∞, the logarithm of no sum
 * @throws ShapeError for an axis that x has not; DTypeError for another dtype
 * @example
 * logsumexp(tensor([0, 0]), 0);   // 0.693
 */
export function logsumexp(x: Tensor, axis: number, options: ReduceOptions = {}): Tensor {
  requireArity("logsumexp", arguments, 3);
  checkOptions("logsumexp", options, { keepDims: "boolean" });
  requireTensors("logsumexp", { x });
  const index = axisOf("logsumexp", axis, x.shape.length);
  const keepDims = options.keepDims ?? false;
  if (x.shape[index] !== 0) return apply(logsumexpPrimitive, { x }, { axis: index, keepDims }).y;
  requireDType("logsumexp", "x", x.dtype, ["f32", "f64"]);
  return full(reducedShape(x.shape, [index], keepDims), -Infinity, {
    dtype: x.dtype as "f32" | "f64",
    device: x.device,
  });
}
