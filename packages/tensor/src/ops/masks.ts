// Masks: triangles, filling where a condition holds, one-hot vectors.
import { checkIds } from "./check-ids.ts";
import { opScope } from "../memory/op-scope.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import { checkDType, type DType, requireDType } from "../numbers/dtype.ts";
import { requireArity, requireCount } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { tidy } from "../memory/scope.ts";
import { broadcastShapes, sameShape, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { arange } from "./creation.ts";
import { eq, ge, le, sub, where } from "./elementwise.ts";
import { reshape, unsqueeze } from "./reshape.ts";

function triangle(op: "tril" | "triu", x: Tensor, diagonal: number): Tensor {
  requireTensors(op, { x });
  requireCount(op, "diagonal", diagonal, -(2 ** 30), 2 ** 30);
  if (x.shape.length < 2)
    throw new ShapeError(`${op}: x must have two axes or more; got ${showShape(x.shape)}.`, { op, got: x.shape });
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  return opScope(op, { x }, () => {
    const row = reshape(arange(0, rows, 1, { dtype: "i32", device: x.device }), [rows, 1]);
    const above = sub(arange(0, columns, 1, { dtype: "i32", device: x.device }), row);
    return where((op === "tril" ? le : ge)(above, diagonal), x, 0);
  });
}

/**
 * Lower triangle of matrices: zeros where column − row is larger than `diagonal`.
 *
 * @param x […, m, n], f32, f64, i32, u32 or bool
 * @param diagonal the last diagonal kept: 0 (default) the main one, above it positive
 * @returns x's shape and dtype
 * @throws ShapeError when x has less than two axes; ConfigError when `diagonal` is no whole number
 * @example
 * tril(tensor([[1, 2], [3, 4]]));   // [[1, 0], [3, 4]]
 */
export function tril(x: Tensor, diagonal: number = 0): Tensor {
  requireArity("tril", arguments, 2);
  return triangle("tril", x, diagonal);
}

/**
 * Upper triangle of matrices: zeros where column − row is smaller than `diagonal`.
 *
 * @param x […, m, n], f32, f64, i32, u32 or bool
 * @param diagonal the first diagonal kept: 0 (default) the main one, above it positive
 * @returns x's shape and dtype
 * @throws ShapeError when x has less than two axes; ConfigError when `diagonal` is no whole number
 * @example
 * triu(tensor([[1, 2], [3, 4]]), 1);   // [[0, 2], [0, 0]]
 */
export function triu(x: Tensor, diagonal: number = 0): Tensor {
  requireArity("triu", arguments, 2);
  return triangle("triu", x, diagonal);
}

/**
 * x with `value` where the mask is true; no gradient flows there.
 *
 * @param x f32, f64, i32, u32 or bool, any shape
 * @param mask bool, of a shape that broadcasts to x's
 * @param value a number that x's dtype can hold
 * @returns x's shape and dtype
 * @throws ShapeError when the mask does not fit; DTypeError when it is not bool, or for a value that x's dtype cannot
 *   hold
 * @example
 * maskedFill(tensor([1, 2]), tensor([true, false]), -Infinity);   // [-Infinity, 2]
 */
export function maskedFill(x: Tensor, mask: Tensor, value: number): Tensor {
  requireArity("maskedFill", arguments, 3);
  requireTensors("maskedFill", { x, mask });
  requireDType("maskedFill", "mask", mask.dtype, ["bool"]);
  return opScope("maskedFill", { x, mask }, () => {
    if (!sameShape(broadcastShapes("where", x.shape, mask.shape), x.shape))
      throw new ShapeError(
        `maskedFill: mask must broadcast to x's shape ${showShape(x.shape)}; got ${showShape(mask.shape)}.`,
        { op: "maskedFill", shapes: { x: x.shape, mask: mask.shape } },
      );
    return where(mask, value, x);
  });
}

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** default f32 */
  readonly dtype?: DType;
}

/**
 * Vectors of zeros with a 1 at each id: y[…, k] = 1 where k = ids[…].
 *
 * @param ids i32 or u32, any shape, each in [0, classes): the CPU raises about others at once, a GPU at the next read
 * @param classes length of the vectors
 * @returns ids' shape with an axis of `classes` behind it, of `dtype`; has no gradient
 * @throws DTypeError for other ids; ShapeError for an id outside of the range; ConfigError when `classes` is no whole number of at least 0
 * @example
 * oneHot(tensor([2, 0], { dtype: "i32" }), 3);   // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(ids: Tensor, classes: number, options: OneHotOptions = {}): Tensor {
  requireArity("oneHot", arguments, 3);
  checkOptions("oneHot", options, { dtype: true });
  requireTensors("oneHot", { ids });
  const { dtype = "f32" } = options;
  checkDType("oneHot", dtype);
  requireDType("oneHot", "ids", ids.dtype, ["i32", "u32"]);
  requireCount("oneHot", "classes", classes, 0, 2 ** 31 - 1);
  return tidy(() =>
    cast(
      eq(
        unsqueeze(checkIds("oneHot", ids, { size: classes }), -1),
        arange(0, classes, 1, { dtype: ids.dtype, device: ids.device }),
      ),
      dtype,
    ),
  );
}
