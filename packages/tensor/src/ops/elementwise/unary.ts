// Elementwise ops of one operand: rows (name, JavaScript, WGSL, derivative) and their functions.
import { exponentialFunctions } from "@x/kernels-wgsl";
import { numericDTypes } from "../../numbers/dtype.ts";
import type { Tensor } from "../../tensor.ts";
import { div, mul, neg } from "./arithmetic.ts";
import { defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";

/** The derivative of what is flat: none flows back. */
const flat = (): undefined => undefined;

/** Primitive of {@link abs}. */
export const absPrimitive: ElementwisePrimitive = defineElementwise({
  name: "abs",
  arity: 1,
  types: ["f32", "f64", "i32"],
  js: Math.abs,
  wgsl: "abs(a)",
  derivatives: [({ a, grad }) => mul(grad, sign(a))],
});
/** Primitive of {@link sign}. */
export const signPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sign",
  arity: 1,
  types: ["f32", "f64", "i32"],
  js: (a) => (a > 0 ? 1 : a < 0 ? -1 : 0),
  wgsl: "sign(a)",
  float: "sign_of(a)",
  derivatives: [flat],
  noGradCheck: "flat, with a jump at 0",
});
/** Primitive of {@link floor}. */
export const floorPrimitive: ElementwisePrimitive = defineElementwise({
  name: "floor",
  arity: 1,
  js: Math.floor,
  wgsl: "floor(a)",
  derivatives: [flat],
  noGradCheck: "flat, with jumps",
});
/** Primitive of {@link square}. */
export const squarePrimitive: ElementwisePrimitive = defineElementwise({
  name: "square",
  arity: 1,
  types: numericDTypes,
  js: (a) => a * a,
  jsInteger: (a) => Math.imul(a, a),
  wgsl: "a * a",
  derivatives: [({ a, grad }) => mul(grad, mul(a, 2))],
});
/** Primitive of {@link recip}. */
export const recipPrimitive: ElementwisePrimitive = defineElementwise({
  name: "recip",
  arity: 1,
  js: (a) => 1 / a,
  wgsl: "1.0 / a",
  domain: [0.3, 3],
  derivatives: [({ y, grad }) => neg(mul(grad, square(y)))],
});
/** Primitive of {@link exp}. */
export const expPrimitive: ElementwisePrimitive = defineElementwise({
  name: "exp",
  arity: 1,
  js: Math.exp,
  wgsl: "exp_full(a)",
  functions: [exponentialFunctions],
  derivatives: [({ y, grad }) => mul(grad, y)],
});
/** Primitive of {@link sqrt}. */
export const sqrtPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sqrt",
  arity: 1,
  js: Math.sqrt,
  wgsl: "sqrt(a)",
  domain: [0.3, 3],
  derivatives: [({ y, grad }) => div(grad, mul(y, 2))],
});
/** Primitive of {@link rsqrt}. */
export const rsqrtPrimitive: ElementwisePrimitive = defineElementwise({
  name: "rsqrt",
  arity: 1,
  js: (a) => 1 / Math.sqrt(a),
  wgsl: "inverseSqrt(a)",
  domain: [0.3, 3],
  derivatives: [({ y, grad }) => mul(mul(grad, -0.5), mul(square(y), y))],
});
/**
 * |x|; gradient 0 at 0.
 *
 * @param x `[…]`, f32, f64 or i32
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * abs(tensor([-1, 2])); // [1, 2]
 */
export const abs: (x: Tensor) => Tensor = unary(absPrimitive);
/**
 * −1, 0 or 1; 0 for NaN, as in PyTorch. Its gradient is 0.
 *
 * @param x `[…]`, f32, f64 or i32
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * sign(tensor([-3, 0, 2])); // [-1, 0, 1]
 */
export const sign: (x: Tensor) => Tensor = unary(signPrimitive);
/**
 * Largest whole number not above x. Its gradient is 0.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * floor(tensor([1.7, -0.2])); // [1, -1]
 */
export const floor: (x: Tensor) => Tensor = unary(floorPrimitive);
/**
 * x²
 *
 * @param x `[…]`, f32, f64, i32 or u32
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * square(tensor([3, -2])); // [9, 4]
 */
export const square: (x: Tensor) => Tensor = unary(squarePrimitive);
/**
 * 1/x; ±∞ at ±0.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * recip(tensor([2, -4])); // [0.5, -0.25]
 */
export const recip: (x: Tensor) => Tensor = unary(recipPrimitive);
/**
 * eˣ; ∞ above 88.72.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * exp(tensor([0, 1])); // [1, 2.7183]
 */
export const exp: (x: Tensor) => Tensor = unary(expPrimitive);
/**
 * √x; NaN below 0. Its gradient at 0 is ∞.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * sqrt(tensor([4, 2])); // [2, 1.4142]
 */
export const sqrt: (x: Tensor) => Tensor = unary(sqrtPrimitive);
/**
 * 1/√x; ∞ at 0, NaN below.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * rsqrt(tensor([4, 0.25])); // [0.5, 2]
 */
export const rsqrt: (x: Tensor) => Tensor = unary(rsqrtPrimitive);
