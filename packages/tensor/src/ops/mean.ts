// Means and variances over any axes.
import { opScope } from "../memory/op-scope.ts";
import { apply } from "../apply.ts";
import { requireDType } from "../numbers/dtype.ts";
import { checkOptions, ConfigError, ShapeError } from "../errors.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { requireFloats, requireTensors } from "../arguments/require-tensors.ts";
import { rootOf } from "./norm.ts";
import { tidy } from "../memory/scope.ts";
import { axesOf, reducedShape, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { full } from "./creation.ts";
import { div, mul, square, sub } from "./elementwise.ts";
import { type ReduceOptions, spread, sum } from "./sum.ts";
import {
  cases,
  inferReduction,
  reduceCost,
  reducedCount,
  type ReduceParams,
  sumHost,
  sumProgram,
  sumWasmProgram,
} from "./sum-kernels.ts";
import { requireArity } from "../arguments/require.ts";

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
 * Mean over axes.
 *
 * @param x f32 or f64
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); the mean of nothing is NaN
 * @throws ShapeError for axes that x has not; DTypeError for another dtype
 * @example
 * mean(tensor([[1, 2], [3, 4]]), -1);   // [1.5, 3.5]
 */
export function mean(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  requireArity("mean", arguments, 3);
  checkOptions("mean", options, { keepDims: "boolean" });
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
  /**
   * Subtracted from the count: 1 (default) for the unbiased estimate, 0 for the variance of the elements themselves.
   */
  readonly correction?: number;
}

/**
 * Variance over axes, Σ (x − mean)² / (count − correction), in two passes, the mean being corrected by what rounding
 * has left of it: no cancellation of large squares.
 *
 * @param x f32 or f64
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); with no more elements than `correction` the
 *   divisor is 0, as in PyTorch: NaN for one element
 * @throws ConfigError when `correction` is no finite number
 * @example
 * variance(tensor([1, 2, 3, 4]));   // 5/3
 */
export function variance(x: Tensor, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor {
  requireArity("variance", arguments, 3);
  checkOptions("variance", options, { correction: true, keepDims: "boolean" });
  requireFloats("variance", { x });
  const { correction = 1, keepDims = false } = options;
  const over = axesOf("variance", axes, x.shape.length);
  if (!Number.isFinite(correction)) {
    throw ConfigError.must("variance", "correction", "be a finite number", correction);
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

/**
 * Standard deviation over axes, the root of {@link variance}. Its gradient where it is 0 is 0, as in PyTorch.
 *
 * @param x f32 or f64, any shape
 * @param axes axis or axes, negative ones from the end; absent: all
 * @param options `correction`: subtracted from the count, default 1
 * @returns x's shape without `axes` (or with size 1 there: `keepDims`); NaN for no more elements than `correction`
 * @throws ConfigError when `correction` is no finite number; DTypeError for other dtypes; ShapeError when there are no
 *   such axes
 * @example
 * std(tensor([1, 2, 3, 4]), 0, { correction: 0 });   // 1.118
 */
export function std(x: Tensor, axes?: number | readonly number[], options: VarianceOptions = {}): Tensor {
  requireArity("std", arguments, 3);
  checkOptions("std", options, { correction: true, keepDims: "boolean" });
  requireFloats("std", { x });
  return opScope("std", { x }, () => rootOf(variance(x, axes, options)));
}
