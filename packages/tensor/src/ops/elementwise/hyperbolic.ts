// Hyperbolic functions beyond tanh (unary.ts): rows and their functions.
import { exponentialFunctions, hyperbolicFunctions } from "@x/kernels-wgsl";
import type { Tensor } from "../../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { type ElementwisePrimitive, unary } from "./define.ts";
import { defineFunction } from "./define-function.ts";
import { rsqrt, square } from "./unary.ts";

const scalar = true;
const hyperbolics = [exponentialFunctions, hyperbolicFunctions];

/** Primitive of {@link sinh}. */
export const sinhPrimitive: ElementwisePrimitive = defineFunction(
  "sinh",
  Math.sinh,
  "sinh_full",
  ({ a, grad }) => mul(grad, cosh(a)),
  { scalar, functions: hyperbolics },
);
/** Primitive of {@link cosh}. */
export const coshPrimitive: ElementwisePrimitive = defineFunction(
  "cosh",
  Math.cosh,
  "cosh_full",
  ({ a, grad }) => mul(grad, sinh(a)),
  { scalar, functions: hyperbolics },
);
/** Primitive of {@link asinh}. */
export const asinhPrimitive: ElementwisePrimitive = defineFunction(
  "asinh",
  Math.asinh,
  "asinh_full",
  ({ a, grad }) => mul(grad, rsqrt(add(square(a), 1))),
  { scalar, functions: hyperbolics },
);
/** Primitive of {@link acosh}. */
export const acoshPrimitive: ElementwisePrimitive = defineFunction(
  "acosh",
  Math.acosh,
  "acosh_full",
  ({ a, grad }) => mul(grad, rsqrt(sub(square(a), 1))),
  { domain: [1.2, 4], scalar, functions: hyperbolics },
);
/** Primitive of {@link atanh}. */
export const atanhPrimitive: ElementwisePrimitive = defineFunction(
  "atanh",
  Math.atanh,
  "atanh_full",
  ({ a, grad }) => div(grad, sub(1, square(a))),
  { domain: [-0.9, 0.9], scalar, functions: hyperbolics },
);

/**
 * Hyperbolic sine, (eˣ − e⁻ˣ)/2.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * sinh(tensor([0, 1]));   // [0, 1.1752]
 */
export const sinh: (x: Tensor) => Tensor = unary(sinhPrimitive);
/**
 * Hyperbolic cosine, (eˣ + e⁻ˣ)/2.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * cosh(tensor([0, 1]));   // [1, 1.5431]
 */
export const cosh: (x: Tensor) => Tensor = unary(coshPrimitive);
/**
 * Inverse of {@link sinh}, log(x + √(x² + 1)).
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * asinh(tensor([0, 1]));   // [0, 0.8814]
 */
export const asinh: (x: Tensor) => Tensor = unary(asinhPrimitive);
/**
 * Inverse of {@link cosh}, log(x + √(x² − 1)); NaN below 1.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * acosh(tensor([1, 2]));   // [0, 1.317]
 */
export const acosh: (x: Tensor) => Tensor = unary(acoshPrimitive);
/**
 * Inverse of tanh, ½·log((1 + x)/(1 − x)); ±∞ at ±1, NaN beyond.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * atanh(tensor([0.5, 1]));   // [0.5493, Infinity]
 */
export const atanh: (x: Tensor) => Tensor = unary(atanhPrimitive);
