// Whether any or all elements along axes are true.
import { checkOptions } from "../errors.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { tidy } from "../memory/scope.ts";
import { axesOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { eq, gt, not } from "./elementwise.ts";
import { type ReduceOptions, sum } from "./sum.ts";
import { requireArity } from "../arguments/require.ts";

/** How many elements are true, as u32. */
function count(
  op: string,
  x: Tensor,
  axes: number | readonly number[] | undefined,
  options: ReduceOptions,
  negated: boolean,
): Tensor {
  checkOptions(op, options, { keepDims: "boolean" });
  requireTensors(op, { x });
  const over = axesOf(op, axes, x.shape.length);
  const flags = cast(x, "bool");
  return sum(cast(negated ? not(flags) : flags, "u32"), over, { keepDims: options.keepDims ?? false });
}

/**
 * Whether any element over axes is true: not 0. NaN is true.
 *
 * @param x any dtype and shape
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns bool, x's shape without `axes` (or with size 1 there: `keepDims`); of nothing false
 * @throws ShapeError when there are no such axes
 * @example
 * any(tensor([[0, 1], [0, 0]]), 1);   // [true, false]
 */
export function any(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  requireArity("any", arguments, 3);
  return tidy(() => gt(count("any", x, axes, options, false), 0));
}

/**
 * Whether all elements over axes are true: not 0. NaN is true.
 *
 * @param x any dtype and shape
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns bool, x's shape without `axes` (or with size 1 there: `keepDims`); of nothing true
 * @throws ShapeError when there are no such axes
 * @example
 * all(tensor([[1, 2], [0, 3]]), 1);   // [true, false]
 */
export function all(x: Tensor, axes?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  requireArity("all", arguments, 3);
  return tidy(() => eq(count("all", x, axes, options, true), 0));
}
