// Exponentials, logarithms and trigonometric functions beyond exp, log, sin and cos (unary.ts), and the inverse of erf:
// rows and their functions.
import {
  exponentialFunctions,
  hyperbolicFunctions,
  inverseTrigonometricFunctions,
  trigonometricFunctions,
} from "@x/kernels-wgsl";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { add, div, maximum, mul, neg, sub } from "./arithmetic.ts";
import { clamp } from "./comparison.ts";
import { binary, defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";
import { defineFunction } from "./define-function.ts";
import { erfinvOf } from "./numbers.ts";
import { abs, exp, rsqrt, square } from "./unary.ts";

const scalar = true;
const angles = [trigonometricFunctions, inverseTrigonometricFunctions];
const hyperbolics = [exponentialFunctions, hyperbolicFunctions];
/** where arc sines and their kind are smooth */
const inner = [-0.9, 0.9] as const;
/** the largest f32 */
const largest = 3.4028234663852886e38;

/** Primitive of {@link exp2}. */
export const exp2Primitive: ElementwisePrimitive = defineFunction(
  "exp2",
  (a) => 2 ** a,
  "exp2_full",
  ({ y, grad }) => mul(grad, mul(y, Math.LN2)),
  { functions: hyperbolics },
);
/** Primitive of {@link log2}. */
export const log2Primitive: ElementwisePrimitive = defineFunction(
  "log2",
  Math.log2,
  "log2_full",
  ({ a, grad }) => mul(div(grad, a), Math.LOG2E),
  { domain: [0.3, 3], functions: hyperbolics },
);
/** Primitive of {@link expm1}. */
export const expm1Primitive: ElementwisePrimitive = defineFunction(
  "expm1",
  Math.expm1,
  "expm1",
  ({ y, grad }) => mul(grad, add(y, 1)),
  { functions: hyperbolics },
);
/** Primitive of {@link log1p}. */
export const log1pPrimitive: ElementwisePrimitive = defineFunction(
  "log1p",
  Math.log1p,
  "log1p_full",
  ({ a, grad }) => div(grad, add(a, 1)),
  { domain: [-0.7, 3], functions: hyperbolics },
);
/** Primitive of {@link tan}. */
export const tanPrimitive: ElementwisePrimitive = defineFunction(
  "tan",
  Math.tan,
  "tan_full",
  ({ y, grad }) => mul(grad, add(square(y), 1)),
  { domain: [-1.3, 1.3], scalar, functions: angles },
);
/** Primitive of {@link asin}. */
export const asinPrimitive: ElementwisePrimitive = defineFunction(
  "asin",
  Math.asin,
  "asin_full",
  ({ a, grad }) => mul(grad, rsqrt(sub(1, square(a)))),
  { domain: inner, scalar, functions: angles },
);
/** Primitive of {@link acos}. */
export const acosPrimitive: ElementwisePrimitive = defineFunction(
  "acos",
  Math.acos,
  "acos_full",
  ({ a, grad }) => neg(mul(grad, rsqrt(sub(1, square(a))))),
  { domain: inner, scalar, functions: angles },
);
/** Primitive of {@link atan}. */
export const atanPrimitive: ElementwisePrimitive = defineFunction(
  "atan",
  Math.atan,
  "atan_full",
  ({ a, grad }) => div(grad, add(square(a), 1)),
  { scalar, functions: angles },
);
/** Primitive of {@link erfinv}. */
export const erfinvPrimitive: ElementwisePrimitive = defineFunction(
  "erfinv",
  erfinvOf,
  "erfinv_full",
  ({ y, grad }) => mul(grad, mul(exp(square(y)), Math.sqrt(Math.PI) / 2)),
  { domain: inner, scalar, functions: hyperbolics },
);
/** Primitive of {@link atan2}. */
export const atan2Primitive: ElementwisePrimitive = defineElementwise({
  name: "atan2",
  arity: 2,
  js: Math.atan2,
  wgsl: "atan2_full(a, b)",
  functions: angles,
  scalar,
  domain: [0.3, 3],
  derivatives: [
    ({ a, b, grad }) => mul(grad, overSquares(b, a)),
    ({ a, b, grad }) => neg(mul(grad, overSquares(a, b))),
  ],
});

/** x / (x² + y²), both divided by the larger first, so that no square leaves the range of f32. */
function overSquares(x: Tensor, y: Tensor): Tensor {
  const size = clamp(maximum(abs(x), abs(y)), 2 ** -126, largest);
  const [u, v] = [div(x, size), div(y, size)];
  return div(div(u, add(square(u), square(v))), size);
}

/**
 * 2ˣ; whole powers are exact, ∞ from 128 on.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * exp2(tensor([3, -1]));   // [8, 0.5]
 */
export const exp2: (x: Tensor) => Tensor = unary(exp2Primitive);
/**
 * Logarithm to base 2; those of powers of two are exact. −∞ at 0, NaN below.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * log2(tensor([8, 0.5]));   // [3, -1]
 */
export const log2: (x: Tensor) => Tensor = unary(log2Primitive);
/**
 * eˣ − 1 with all digits, also next to 0.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * expm1(tensor([1e-8]));   // [1e-8]
 */
export const expm1: (x: Tensor) => Tensor = unary(expm1Primitive);
/**
 * log(1 + x) with all digits, also next to 0; −∞ at −1, NaN below.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * log1p(tensor([1e-8]));   // [1e-8]
 */
export const log1p: (x: Tensor) => Tensor = unary(log1pPrimitive);
/**
 * Tangent of radians, with all digits for every finite x; NaN for others.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * tan(tensor([Math.PI / 4]));   // [1]
 */
export const tan: (x: Tensor) => Tensor = unary(tanPrimitive);
/**
 * Arc sine, from −π/2 to π/2; NaN outside of [−1, 1].
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * asin(tensor([1, 2]));   // [1.5708, NaN]
 */
export const asin: (x: Tensor) => Tensor = unary(asinPrimitive);
/**
 * Arc cosine, from 0 to π; NaN outside of [−1, 1].
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * acos(tensor([1, -1]));   // [0, 3.1416]
 */
export const acos: (x: Tensor) => Tensor = unary(acosPrimitive);
/**
 * Arc tangent, from −π/2 to π/2.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * atan(tensor([1, Infinity]));   // [0.7854, 1.5708]
 */
export const atan: (x: Tensor) => Tensor = unary(atanPrimitive);
/**
 * The angle of the point (x, y), from −π to π; signs of zeros count, as in C.
 *
 * @param y f32 or f64; shapes broadcast
 * @param x a tensor of y's dtype, or a number
 * @returns the broadcast shape, y's dtype
 * @throws DTypeError for other or differing dtypes; ShapeError when shapes do not broadcast
 * @example
 * atan2(tensor([1, -1]), -1);   // [2.3562, -2.3562]
 */
export const atan2: (y: TensorLike, x: TensorLike) => Tensor = binary(atan2Primitive);
/**
 * Inverse of erf; ±∞ at ±1, NaN beyond. √2·erfinv(2u − 1) of a uniform u is normal.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * erfinv(tensor([0, 0.5]));   // [0, 0.4769]
 */
export const erfinv: (x: Tensor) => Tensor = unary(erfinvPrimitive);
