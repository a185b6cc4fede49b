// Norms, inner and outer products of vectors.
import { opScope } from "../memory/op-scope.ts";
import { checkOptions, ConfigError, ShapeError } from "../errors.ts";
import { requireFloats, requireTensors } from "../arguments/require-tensors.ts";
import { axesOf, showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { abs, eq, mul, ne, pow, sqrt, square, where } from "./elementwise.ts";
import { max, min } from "./extremum.ts";
import { matmul } from "./matmul.ts";
import { unsqueeze } from "./reshape.ts";
import { type ReduceOptions, sum } from "./sum.ts";
import { requireArity } from "../arguments/require.ts";

/** Options of {@link norm}. */
export interface NormOptions extends ReduceOptions {
  /** p of (Σ |x|ᵖ)^(1/p); 0 counts what is not 0, ±∞ are the largest and smallest magnitude. Default 2. */
  readonly ord?: number;
}

/**
 * f(x) for a power f below 1, with the gradient 0 at 0 where its own is infinite, and NaN from the second on, as
 * PyTorch's norms and standard deviations have them: x^1.5 has these.
 */
function flatAtZero(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const zero = eq(x, 0);
  return where(zero, pow(where(zero, x, 1), 1.5), f(where(zero, 1, x)));
}

/** √x with the gradient 0 at 0. */
export function rootOf(x: Tensor): Tensor {
  return flatAtZero(x, sqrt);
}

/**
 * Vector norm over axes, (Σ |x|ᵖ)^(1/p) with p = `ord` (torch.linalg.vector_norm). Over all axes and with p = 2 it is
 * the Frobenius norm. Its gradient where it is 0 is 0.
 *
 * @param x f32 or f64, any shape
 * @param axes axis or axes, negative ones from the end; absent: all
 * @returns x's dtype, x's shape without `axes` (or with size 1 there: `keepDims`)
 * @throws DTypeError for other dtypes; ConfigError when `ord` is no number; ShapeError when there are no such axes, or
 *   nothing whose magnitude could be the largest
 * @example
 * norm(tensor([3, 4]));   // 5
 */
export function norm(x: Tensor, axes?: number | readonly number[], options: NormOptions = {}): Tensor {
  requireArity("norm", arguments, 3);
  checkOptions("norm", options, { ord: true, keepDims: "boolean" });
  requireFloats("norm", { x });
  const { ord = 2, keepDims = false } = options;
  if (typeof ord !== "number" || Number.isNaN(ord))
    throw ConfigError.must("norm", "ord", "be a number, which may be infinite", ord);
  const over = axesOf("norm", axes, x.shape.length);
  return opScope("norm", { x }, () => {
    if (ord === Infinity) return max(abs(x), over, { keepDims });
    if (ord === -Infinity) return min(abs(x), over, { keepDims });
    if (ord === 0) return sum(cast(ne(x, 0), x.dtype), over, { keepDims });
    if (ord === 1) return sum(abs(x), over, { keepDims });
    if (ord === 2) return rootOf(sum(square(x), over, { keepDims }));
    const power = (size: Tensor): Tensor => pow(size, ord);
    const terms = ord < 1 ? flatAtZero(abs(x), power) : power(abs(x));
    // 0 to a negative power is infinite: a norm of negative p is 0 where an element is.
    const total = sum(ord < 0 ? where(eq(x, 0), Infinity, terms) : terms, over, { keepDims });
    const zero = eq(total, 0);
    return where(zero, ord > 0 ? 0 : Infinity, pow(where(zero, 1, total), 1 / ord));
  });
}

/**
 * Inner product of two vectors, Σ aᵢ·bᵢ.
 *
 * @param a [n], f32, f64, i32 or u32 (exact modulo 2³²)
 * @param b [n], a's dtype
 * @returns a scalar of a's dtype
 * @throws ShapeError unless both are vectors of one length; DTypeError when dtypes differ
 * @example
 * dot(tensor([1, 2]), tensor([3, 4]));   // 11
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  requireArity("dot", arguments, 2);
  requireTensors("dot", { a, b });
  if (a.shape.length !== 1 || b.shape.length !== 1 || a.shape[0] !== b.shape[0])
    throw new ShapeError(
      `dot: a and b must be vectors of one length; got ${showShape(a.shape)} and ${showShape(b.shape)}.`,
      {
        op: "dot",
        shapes: { a: a.shape, b: b.shape },
      },
    );
  return opScope("dot", { a, b }, () => matmul(a, b));
}

/**
 * Outer product of two vectors: y[i, j] = aᵢ·bⱼ.
 *
 * @param a [m], f32, f64, i32 or u32
 * @param b [n], a's dtype
 * @returns [m, n] of a's dtype
 * @throws ShapeError unless both are vectors; DTypeError when dtypes differ
 * @example
 * outer(tensor([1, 2]), tensor([3, 4]));   // [[3, 4], [6, 8]]
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  requireArity("outer", arguments, 2);
  requireTensors("outer", { a, b });
  if (a.shape.length !== 1 || b.shape.length !== 1)
    throw new ShapeError(`outer: a and b must be vectors; got ${showShape(a.shape)} and ${showShape(b.shape)}.`, {
      op: "outer",
      shapes: { a: a.shape, b: b.shape },
    });
  return opScope("outer", { a, b }, () => mul(unsqueeze(a, 1), unsqueeze(b, 0)));
}
