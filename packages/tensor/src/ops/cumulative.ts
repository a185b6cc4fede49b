// Running products, maxima and log-sum-exps along an axis. Sums are in cumsum.ts; one kernel serves all.
import { cumulative as kernel, type CumsumType, type CumulativeOp } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { activeTapes } from "../autograd/tracers.ts";
import { computeDTypes, type DType, numericDTypes, requireDType } from "../numbers/dtype.ts";
import { definePrimitive, type HostTensor, type Primitive, type VjpCall } from "../primitive.ts";
import { checkOptions } from "../errors.ts";
import { requireFloats, requireTensors } from "../arguments/require-tensors.ts";
import { tidy } from "../memory/scope.ts";
import { axisOf, type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { concat } from "./concat.ts";
import { arange, onesLike } from "./creation.ts";
import { cumsum } from "./cumsum.ts";
import { add, and, div, eq, exp, gt, isNaN, log, lt, mul, neg, or, sub, where } from "./elementwise.ts";
import { scatterAdd } from "./gather.ts";
import { flip } from "./permute.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";
import { blocksAround } from "./strided.ts";
import { requireArity } from "../arguments/require.ts";

/** Options of {@link cumprod}, {@link cummax} and {@link logcumsumexp}. */
export interface CumulativeOptions {
  /** Run from the end of the axis. Default false. */
  readonly reverse?: boolean;
}

/** {@link CumulativeOptions} with nothing left open. */
export interface CumulativeParams extends Required<CumulativeOptions> {
  readonly axis: number;
}

/** A primitive of a running product, maximum or log-sum-exp along an axis. */
export type CumulativePrimitive = Primitive<"x", never, "y", CumulativeParams>;

/** log(eᵃ + eᵇ); an infinite maximum is the result. */
function addExponentials(a: number, b: number): number {
  const most = Math.max(a, b);
  return Number.isFinite(most) ? most + Math.log1p(Math.exp(Math.min(a, b) - most)) : most;
}

const combine: Readonly<Record<CumulativeOp, (a: number, b: number) => number>> = {
  prod: (a, b) => a * b,
  // the later of equal ones, zeros too; NaN stays
  max: (a, b) => (a <= b || b !== b ? b : a),
  logsumexp: addExponentials,
};

function run({ shape, data, dtype }: HostTensor, y: HostTensor, op: CumulativeOp, p: CumulativeParams): void {
  const { outer, n, inner } = blocksAround(shape, p.axis);
  const stride = p.reverse ? -inner : inner;
  const of = op === "prod" && (dtype === "i32" || dtype === "u32") ? Math.imul : combine[op];
  for (let o = 0; o < outer * inner; o++) {
    let at = (Math.floor(o / inner) * n + (p.reverse ? n - 1 : 0)) * inner + (o % inner);
    let total = data[at]!;
    for (let r = 0; r < n; r++, at += stride) y.data[at] = total = r === 0 ? total : of(total, data[at]!);
  }
}

function cumulativePrimitive(
  name: string,
  op: CumulativeOp,
  types: readonly DType[],
  gradient: (call: VjpCall<"x", never, "y", CumulativeParams>, grad: Tensor) => Tensor,
  noGradCheck?: string,
): CumulativePrimitive {
  const one = (title: string, shape: Shape, axis: number, reverse = false): CumulativePrimitive["cases"][number] => ({
    name: title,
    inputs: { x: shape },
    params: { axis, reverse },
    ...(noGradCheck && { noGradCheck }),
  });
  return definePrimitive({
    name,
    inputs: ["x"],
    outputs: ["y"],
    infer({ x }, _p: CumulativeParams) {
      requireDType(name, "x", x.dtype, types);
      return { y: { shape: x.shape, dtype: x.dtype } };
    },
    cpu: ({ x }, { y }, p) => run(x, y, op, p),
    webgpu: ({ x }, { axis, reverse }, caps) =>
      x.dtype === "f64"
        ? undefined
        : kernel.program({ op, type: x.dtype as CumsumType, ...blocksAround(x.shape, axis), reverse }, caps),
    vjp: (call) => ({ x: call.grad.y && gradient(call, call.grad.y) }),
    cases: [
      one("one element", [1], 0),
      one("rows of 7", [3, 7], 1),
      one("columns from the end", [9, 5], 0, true),
      one("middle", [2, 5, 3], 1),
      ...(op === "prod" ? [] : [one("rows of 1031", [2, 1031], 1), one("rows of 300 from the end", [2, 300], 1, true)]),
    ],
    cost: ({ x }) => ({ flops: sizeOf(x.shape), bytes: 8 * sizeOf(x.shape) }),
  });
}

/**
 * gₓ[i] = Σ g[r]·y[r]/x[i] over all r that x[i] is a factor of. At a line's first 0 the sum is taken with that 0
 * replaced by 1; what comes after it has no gradient. Where a tape listens, {@link cumprodGradient}.
 */
export const cumprodPrimitive: CumulativePrimitive = cumulativePrimitive(
  "cumprod",
  "prod",
  numericDTypes,
  ({ x: { x }, y: { y }, p }, grad) => {
    if (activeTapes().length > 0) return cumprodGradient(x, grad, p);
    const zero = eq(x, 0);
    const zeros = cumsum(cast(zero, "i32"), p.axis, { reverse: p.reverse });
    const first = and(zero, eq(zeros, 1));
    const back = (term: Tensor): Tensor => cumsum(term, p.axis, { reverse: !p.reverse });
    const without = apply(cumprodPrimitive, { x: where(first, 1, x) }, p).y;
    return where(first, back(mul(grad, without)), where(gt(zeros, 0), 0, div(back(mul(grad, y)), x)));
  },
);

/** The product of what comes before each element along an axis of at least one. */
export function productBefore(x: Tensor, p: CumulativeParams): Tensor {
  const n = x.shape[p.axis]!;
  const y = apply(cumprodPrimitive, { x }, p).y;
  const one = onesLike(slice(x, p.axis, 0, 1));
  return concat(p.reverse ? [slice(y, p.axis, 1, n), one] : [one, slice(y, p.axis, 0, n - 1)], p.axis);
}

/**
 * The gradient of a running product in sums and products only, right at zeros however often it is differentiated:
 * gₓ[i] = (x[0]·…·x[i − 1])·s[i] with s[i] = g[i] + x[i + 1]·s[i + 1], in log₂ n rounds that double what s[i] reaches.
 */
function cumprodGradient(x: Tensor, grad: Tensor, { axis, reverse }: CumulativeParams): Tensor {
  const n = x.shape[axis]!;
  const inOrder = (t: Tensor): Tensor => (reverse ? flip(t, axis) : t);
  const part = (t: Tensor, start: number, end: number): Tensor => slice(t, axis, start, end);
  const ordered = inOrder(x);
  let s = inOrder(grad);
  let factor = part(ordered, Math.min(1, n), n); // of i: x[i + 1]·…·x[i + reach], where there are as many
  for (let reach = 1; reach < n; reach *= 2) {
    const more = n - reach;
    s = concat([add(part(s, 0, more), mul(factor, part(s, reach, n))), part(s, more, n)], axis);
    const left = Math.max(0, more - reach);
    factor = mul(part(factor, 0, left), part(factor, more - left, more));
  }
  return n === 0 ? s : inOrder(mul(productBefore(ordered, { axis, reverse: false }), s));
}

/** The gradient goes to where the maximum was found last. */
export const cummaxPrimitive: CumulativePrimitive = cumulativePrimitive(
  "cummax",
  "max",
  numericDTypes,
  ({ x: { x }, y: { y }, p }, grad) => scatterAdd(grad, p.axis, lastMaximum(x, y, p), x.shape[p.axis]!),
);

/**
 * gₓ[i] = Σ g[r]·e^(x[i] − y[r]) over all r that x[i] is a term of: two log-sum-exps from the other end, one of the
 * positive and one of the negative gradients.
 */
export const logcumsumexpPrimitive: CumulativePrimitive = cumulativePrimitive(
  "logcumsumexp",
  "logsumexp",
  computeDTypes,
  ({ x: { x }, y: { y }, p }, grad) => {
    const part = (size: Tensor, taken: Tensor): Tensor => {
      const terms = where(taken, sub(log(where(taken, size, 1)), y), -Infinity);
      return exp(add(apply(logcumsumexpPrimitive, { x: terms }, { ...p, reverse: !p.reverse }).y, x));
    };
    // NaN belongs to one of the two, so that it is not lost
    return sub(part(grad, or(gt(grad, 0), isNaN(grad))), part(neg(grad), lt(grad, 0)));
  },
);

/** The parameters of a running op over x, its arguments checked. */
function paramsOf(op: string, x: Tensor, axis: number, options: CumulativeOptions): CumulativeParams {
  checkOptions<CumulativeOptions>(op, options, { reverse: "boolean" });
  const { reverse = false } = options;
  return { axis: axisOf(op, axis, x.shape.length), reverse };
}

/** Where each running maximum was found: the last place of equal ones, from the first NaN on that of the last NaN. */
function lastMaximum(x: Tensor, y: Tensor, p: CumulativeParams): Tensor {
  const n = x.shape[p.axis]!;
  const shape = x.shape.map((_, axis) => (axis === p.axis ? n : 1));
  const place = reshape(arange(0, n, 1, { dtype: "i32", device: x.device }), shape);
  const found = or(eq(x, y), isNaN(x));
  const found0 = where(found, p.reverse ? sub(n - 1, place) : place, 0);
  const last = apply(cummaxPrimitive, { x: found0 }, p).y;
  return p.reverse ? sub(n - 1, last) : last;
}

/**
 * Running product along an axis: y[r] = x[0]·…·x[r]. Its gradient is right where elements are 0.
 *
 * @param x f32, f64, i32 or u32, any shape; integers wrap around
 * @param axis negative ones count from the end
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes; ShapeError when there is no such axis; ConfigError for other options
 * @example
 * cumprod(tensor([1, 2, 3]), 0);                       // [1, 2, 6]
 * cumprod(tensor([1, 2, 3]), 0, { reverse: true });    // [6, 6, 3]
 */
export function cumprod(x: Tensor, axis: number, options: CumulativeOptions = {}): Tensor {
  requireArity("cumprod", arguments, 3);
  requireTensors("cumprod", { x });
  return apply(cumprodPrimitive, { x }, paramsOf("cumprod", x, axis, options)).y;
}

/** Values and where they are in the input. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  /** i32; has no gradient */
  readonly indices: Tensor;
}

/**
 * Largest element so far along an axis, and where it is: of equal ones the one met last, as in PyTorch. From the first NaN
 * on all are NaN.
 *
 * @param x f32, f64, i32 or u32, any shape
 * @param axis negative ones count from the end
 * @returns `values` of x's shape and dtype, `indices` (i32) of x's shape
 * @throws DTypeError for other dtypes; ShapeError when there is no such axis; ConfigError for other options
 * @example
 * cummax(tensor([1, 3, 2, 3]), 0).indices;             // [0, 1, 1, 3]
 */
export function cummax(x: Tensor, axis: number, options: CumulativeOptions = {}): ValuesAndIndices {
  requireArity("cummax", arguments, 3);
  requireTensors("cummax", { x });
  const p = paramsOf("cummax", x, axis, options);
  return tidy(() => {
    const values = apply(cummaxPrimitive, { x }, p).y;
    return { values, indices: lastMaximum(x, values, p) };
  });
}

/**
 * Logarithm of the running sum of exponentials along an axis: y[r] = log(e^x[0] + … + e^x[r]), without overflow.
 *
 * @param x f32 or f64, any shape
 * @param axis negative ones count from the end
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes; ShapeError when there is no such axis; ConfigError for other options
 * @example
 * logcumsumexp(tensor([0, 0, 0]), 0);                      // [0, 0.6931, 1.0986]
 * logcumsumexp(tensor([0, 0, 0]), 0, { reverse: true });   // [1.0986, 0.6931, 0]
 */
export function logcumsumexp(x: Tensor, axis: number, options: CumulativeOptions = {}): Tensor {
  requireArity("logcumsumexp", arguments, 3);
  requireFloats("logcumsumexp", { x });
  return apply(logcumsumexpPrimitive, { x }, paramsOf("logcumsumexp", x, axis, options)).y;
}
