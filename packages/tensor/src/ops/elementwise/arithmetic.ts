// Arithmetic of two operands, with the neg and log of its gradients: rows and their functions.
import { exponentialFunctions } from "@x/kernels-wgsl";
import { apply } from "../../apply.ts";
import { numericDTypes } from "../../numbers/dtype.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { and, eq, ge, where } from "./comparison.ts";
import { binary, defineElementwise, type ElementwisePrimitive, quotient, unary } from "./define.ts";
import { powOf } from "./numbers.ts";

/** The derivative of what is flat: none flows back. */
const flat = (): undefined => undefined;

/** Primitive of {@link add}. */
export const addPrimitive: ElementwisePrimitive = defineElementwise({
  name: "add",
  arity: 2,
  types: numericDTypes,
  js: (a, b) => a + b,
  wgsl: "a + b",
  derivatives: [({ grad }) => grad, ({ grad }) => grad],
});
/** Primitive of {@link neg}. */
export const negPrimitive: ElementwisePrimitive = defineElementwise({
  name: "neg",
  arity: 1,
  types: ["f32", "f64", "i32"],
  js: (a) => -a,
  wgsl: "-a",
  derivatives: [({ grad }) => neg(grad)],
});
/** Primitive of {@link sub}. */
export const subPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sub",
  arity: 2,
  types: numericDTypes,
  js: (a, b) => a - b,
  wgsl: "a - b",
  derivatives: [({ grad }) => grad, ({ grad }) => neg(grad)],
});
/** Primitive of {@link mul}. */
export const mulPrimitive: ElementwisePrimitive = defineElementwise({
  name: "mul",
  arity: 2,
  types: numericDTypes,
  js: (a, b) => a * b,
  jsInteger: Math.imul,
  wgsl: "a * b",
  derivatives: [({ b, grad }) => mul(grad, b), ({ a, grad }) => mul(grad, a)],
});
/** Primitive of {@link div}. */
export const divPrimitive: ElementwisePrimitive = defineElementwise({
  name: "div",
  arity: 2,
  types: ["f32", "f64"],
  js: (a, b) => a / b,
  wgsl: "a / b",
  float: "quotient(a, b)",
  domain: [0.3, 3],
  derivatives: [({ b, grad }) => div(grad, b), ({ b, y, grad }) => neg(div(mul(grad, y), b))],
});
/** Primitive of {@link log}. */
export const logPrimitive: ElementwisePrimitive = defineElementwise({
  name: "log",
  arity: 1,
  js: Math.log,
  wgsl: "log_full(a)",
  functions: [exponentialFunctions],
  domain: [0.3, 3],
  derivatives: [({ a, grad }) => div(grad, a)],
});
/** Primitive of {@link pow}. */
export const powPrimitive: ElementwisePrimitive = defineElementwise({
  name: "pow",
  arity: 2,
  js: powOf,
  wgsl: "power(a, b)",
  functions: [exponentialFunctions],
  domain: [0.3, 3],
  // x^0 is flat also where x^(0 − 1) is infinite, and so is 0^y for y ≥ 0 though log(0) is.
  derivatives: [
    ({ a, b, grad }) => where(eq(b, 0), 0, mul(grad, mul(b, pow(a, sub(b, 1))))),
    ({ a, b, y, grad }) => mul(grad, where(and(eq(a, 0), ge(b, 0)), 0, mul(y, log(a)))),
  ],
});
/** Primitive of {@link maximum}. */
export const maximumPrimitive: ElementwisePrimitive = defineElementwise({
  name: "maximum",
  arity: 2,
  types: numericDTypes,
  js: (a, b) => Math.max(a, b),
  wgsl: "max(a, b)",
  float: "max_nan(a, b)",
  derivatives: [({ a, b, grad }) => maximumBackward(a, b, grad), ({ a, b, grad }) => maximumBackward(b, a, grad)],
});
/** Primitive of {@link minimum}. */
export const minimumPrimitive: ElementwisePrimitive = defineElementwise({
  name: "minimum",
  arity: 2,
  types: numericDTypes,
  js: (a, b) => Math.min(a, b),
  wgsl: "min(a, b)",
  float: "min_nan(a, b)",
  derivatives: [({ a, b, grad }) => maximumBackward(b, a, grad), ({ a, b, grad }) => maximumBackward(a, b, grad)],
});
/**
 * What maximum passes on of the gradient c to its first operand: all where a > b, half where they are equal, all of it
 * to both where one is NaN.
 */
export const maximumBackwardPrimitive: ElementwisePrimitive = defineElementwise({
  name: "maximumBackward",
  arity: 3,
  js: (a, b, c) => (a < b ? 0 : a === b ? c / 2 : c),
  wgsl: "select(select(c, c * 0.5, equal(a, b)), 0.0, less(a, b))",
  noGradCheck: "flat, with jumps",
  derivatives: [flat, flat, ({ a, b, grad }) => maximumBackward(a, b, grad)],
});
/**
 * a + b
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, of their dtype
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers or a number that an integer dtype cannot hold
 * @example
 * add(tensor([1, 2]), tensor([[10], [20]])); // [[11, 12], [21, 22]]
 */
export const add: (a: TensorLike, b: TensorLike) => Tensor = binary(addPrimitive);
/**
 * a − b
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, of their dtype
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers or a number that an integer dtype cannot hold
 * @example
 * sub(tensor([5, 7]), 2); // [3, 5]
 */
export const sub: (a: TensorLike, b: TensorLike) => Tensor = binary(subPrimitive);
/**
 * −x
 *
 * @param x `[…]`, f32, f64 or i32
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * neg(tensor([1, -2])); // [-1, 2]
 */
export const neg: (x: Tensor) => Tensor = unary(negPrimitive);
/**
 * a·b
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, of their dtype
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers or a number that an integer dtype cannot hold
 * @example
 * mul(tensor([1, 2, 3]), 2); // [2, 4, 6]
 */
export const mul: (a: TensorLike, b: TensorLike) => Tensor = binary(mulPrimitive);
/**
 * a/b; ±∞ where b is 0, NaN for 0/0. Of i32 and u32 the quotient in f32 (true division).
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, of their dtype (f32 for integers)
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers or a number that an integer dtype cannot hold
 * @example
 * div(tensor([1, 2]), tensor([4, 0])); // [0.25, Infinity]
 */
export const div: (a: TensorLike, b: TensorLike) => Tensor = quotient(divPrimitive);
/**
 * Natural logarithm; −∞ at 0, NaN below.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * log(tensor([1, 10])); // [0, 2.3026]
 */
export const log: (x: Tensor) => Tensor = unary(logPrimitive);
/**
 * aᵇ; a negative a has whole powers only (NaN for others). x⁰ and 1ʸ are 1, even for NaN.
 *
 * @param a `[…]`, f32 or f64; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, of their dtype
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers or a number that an integer dtype cannot hold
 * @example
 * pow(tensor([2, 3]), 2); // [4, 9]
 */
export const pow: (a: TensorLike, b: TensorLike) => Tensor = binary(powPrimitive);
/**
 * The larger of two, NaN where either is; equal operands share the gradient.
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, of their dtype
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers or a number that an integer dtype cannot hold
 * @example
 * maximum(tensor([1, 5]), 3); // [3, 5]
 */
export const maximum: (a: TensorLike, b: TensorLike) => Tensor = binary(maximumPrimitive);
/**
 * The smaller of two, NaN where either is; equal operands share the gradient.
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, of their dtype
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers or a number that an integer dtype cannot hold
 * @example
 * minimum(tensor([1, 5]), 3); // [1, 3]
 */
export const minimum: (a: TensorLike, b: TensorLike) => Tensor = binary(minimumPrimitive);
const maximumBackward = (a: Tensor, b: Tensor, c: Tensor): Tensor =>
  apply(maximumBackwardPrimitive, { a, b, c }, undefined).y;
