// What kind of number each element is: rows and their functions.
import { type DType, numericDTypes } from "../../numbers/dtype.ts";
import type { Tensor } from "../../tensor.ts";
import { defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";

const comparable: readonly DType[] = [...numericDTypes, "bool"];

/** Primitive of {@link isNaN}. */
export const isNaNPrimitive: ElementwisePrimitive = defineElementwise({
  name: "isNaN",
  arity: 1,
  types: comparable,
  result: "bool",
  js: (a) => (a !== a ? 1 : 0),
  wgsl: "a != a",
  float: "is_nan(a)",
});
/** Primitive of {@link isInf}. */
export const isInfPrimitive: ElementwisePrimitive = defineElementwise({
  name: "isInf",
  arity: 1,
  types: comparable,
  result: "bool",
  js: (a) => (a === Infinity || a === -Infinity ? 1 : 0),
  wgsl: "a != a",
  float: "is_infinite(a)",
});
/** Primitive of {@link isFinite}. */
export const isFinitePrimitive: ElementwisePrimitive = defineElementwise({
  name: "isFinite",
  arity: 1,
  types: comparable,
  result: "bool",
  js: (a) => (Number.isFinite(a) ? 1 : 0),
  wgsl: "a == a",
  float: "is_finite(a)",
});
/**
 * Whether each element is NaN, as bool. Numbers of integer types never are. `ne(x, x)` says the same.
 *
 * @param x `[…]`, f32, f64, i32, u32 or bool
 * @returns x's shape, bool
 * @throws DTypeError for halves
 * @example
 * isNaN(tensor([1, NaN, Infinity])); // [0, 1, 0]
 */
export const isNaN: (x: Tensor) => Tensor = unary(isNaNPrimitive);
/**
 * Whether each element is ∞ or −∞, as bool.
 *
 * @param x `[…]`, f32, f64, i32, u32 or bool
 * @returns x's shape, bool
 * @throws DTypeError for halves
 * @example
 * isInf(tensor([1, NaN, -Infinity])); // [0, 0, 1]
 */
export const isInf: (x: Tensor) => Tensor = unary(isInfPrimitive);
/**
 * Whether each element is neither NaN nor infinite, as bool.
 *
 * @param x `[…]`, f32, f64, i32, u32 or bool
 * @returns x's shape, bool
 * @throws DTypeError for halves
 * @example
 * isFinite(tensor([1, NaN, Infinity])); // [1, 0, 0]
 */
export const isFinite: (x: Tensor) => Tensor = unary(isFinitePrimitive);
