// Comparisons, logic and choices by them: rows and their functions.
import { apply } from "../../apply.ts";
import { type DType, numericDTypes, requireDType } from "../../numbers/dtype.ts";
import { requireTensors } from "../../arguments/require-tensors.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { binary, comparison, defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";
import { asTensor, checkOperand, clampLimits } from "./promotion.ts";
import { requireArity } from "../../arguments/require.ts";

const comparable: readonly DType[] = [...numericDTypes, "bool"];
/** The derivative of what is flat: none flows back. */
const flat = (): undefined => undefined;

const flag = (holds: boolean): number => (holds ? 1 : 0);
/** Primitive of {@link eq}. */
export const eqPrimitive: ElementwisePrimitive = defineElementwise({
  name: "eq",
  arity: 2,
  types: comparable,
  result: "bool",
  js: (a, b) => flag(a === b),
  wgsl: "a == b",
  float: "equal(a, b)",
});
/** Primitive of {@link ne}. */
export const nePrimitive: ElementwisePrimitive = defineElementwise({
  name: "ne",
  arity: 2,
  types: comparable,
  result: "bool",
  js: (a, b) => flag(a !== b),
  wgsl: "a != b",
  float: "differ(a, b)",
});
/** Primitive of {@link lt}. */
export const ltPrimitive: ElementwisePrimitive = defineElementwise({
  name: "lt",
  arity: 2,
  types: numericDTypes,
  result: "bool",
  js: (a, b) => flag(a < b),
  wgsl: "a < b",
  float: "less(a, b)",
});
/** Primitive of {@link le}. */
export const lePrimitive: ElementwisePrimitive = defineElementwise({
  name: "le",
  arity: 2,
  types: numericDTypes,
  result: "bool",
  js: (a, b) => flag(a <= b),
  wgsl: "a <= b",
  float: "at_most(a, b)",
});
/** Primitive of {@link gt}. */
export const gtPrimitive: ElementwisePrimitive = defineElementwise({
  name: "gt",
  arity: 2,
  types: numericDTypes,
  result: "bool",
  js: (a, b) => flag(a > b),
  wgsl: "a > b",
  float: "less(b, a)",
});
/** Primitive of {@link ge}. */
export const gePrimitive: ElementwisePrimitive = defineElementwise({
  name: "ge",
  arity: 2,
  types: numericDTypes,
  result: "bool",
  js: (a, b) => flag(a >= b),
  wgsl: "a >= b",
  float: "at_most(b, a)",
});
/** Primitive of {@link and}. */
export const andPrimitive: ElementwisePrimitive = defineElementwise({
  name: "and",
  arity: 2,
  types: ["bool"],
  js: (a, b) => a & b,
  wgsl: "a && b",
});
/** Primitive of {@link or}. */
export const orPrimitive: ElementwisePrimitive = defineElementwise({
  name: "or",
  arity: 2,
  types: ["bool"],
  js: (a, b) => a | b,
  wgsl: "a || b",
});
/** Primitive of {@link not}. */
export const notPrimitive: ElementwisePrimitive = defineElementwise({
  name: "not",
  arity: 1,
  types: ["bool"],
  js: (a) => 1 - a,
  wgsl: "!a",
});
/** Primitive of {@link where}. */
export const wherePrimitive: ElementwisePrimitive = defineElementwise({
  name: "where",
  arity: 3,
  types: comparable,
  js: (a, b, c) => (a !== 0 ? b : c),
  wgsl: "select(c, b, a)",
  derivatives: [flat, ({ a, grad }) => where(a, grad, 0), ({ a, grad }) => where(a, 0, grad)],
});
/** Primitive of {@link clamp}. */
export const clampPrimitive: ElementwisePrimitive = defineElementwise({
  name: "clamp",
  arity: 3,
  types: numericDTypes,
  js: (a, b, c) => Math.min(Math.max(a, b), c),
  wgsl: "min(max(a, b), c)",
  float: "min_nan(max_nan(a, b), c)",
  derivatives: [
    ({ a, b, c, grad }) => where(and(ge(a, b), le(a, c)), grad, 0),
    ({ a, b, c, grad }) => where(and(lt(b, c), lt(a, b)), grad, 0),
    ({ a, b, c, grad }) => where(or(gt(a, c), lt(c, b)), grad, 0),
  ],
});
const comparisons: Readonly<Record<string, ElementwisePrimitive>> = {
  eq: eqPrimitive,
  ne: nePrimitive,
  lt: ltPrimitive,
  le: lePrimitive,
  gt: gtPrimitive,
  ge: gePrimitive,
};
const comparisonOf = (name: string): ElementwisePrimitive => comparisons[name]!;
/**
 * a = b, compared exactly: a number that an integer tensor cannot hold (0.5, 3e9, NaN) equals none of its elements.
 *
 * @param a `[…]`, f32, f64, i32, u32 or bool; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers
 * @example
 * eq(tensor([1, 2]), 2); // [0, 1]
 */
export const eq: (a: TensorLike, b: TensorLike) => Tensor = comparison(eqPrimitive, comparisonOf);
/**
 * a ≠ b
 *
 * @param a `[…]`, f32, f64, i32, u32 or bool; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers
 * @example
 * ne(tensor([1, 2]), 2); // [1, 0]
 */
export const ne: (a: TensorLike, b: TensorLike) => Tensor = comparison(nePrimitive, comparisonOf);
/**
 * a < b
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers
 * @example
 * lt(tensor([1, 2, 3]), 2); // [1, 0, 0]
 */
export const lt: (a: TensorLike, b: TensorLike) => Tensor = comparison(ltPrimitive, comparisonOf);
/**
 * a ≤ b
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers
 * @example
 * le(tensor([1, 2, 3]), 2); // [1, 1, 0]
 */
export const le: (a: TensorLike, b: TensorLike) => Tensor = comparison(lePrimitive, comparisonOf);
/**
 * a > b
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers
 * @example
 * gt(tensor([1, 2, 3]), 2); // [0, 0, 1]
 */
export const gt: (a: TensorLike, b: TensorLike) => Tensor = comparison(gtPrimitive, comparisonOf);
/**
 * a ≥ b
 *
 * @param a `[…]`, f32, f64, i32 or u32; or a number
 * @param b `[…]` of a's dtype; or a number
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit, or for two numbers
 * @example
 * ge(tensor([1, 2, 3]), 2); // [0, 1, 1]
 */
export const ge: (a: TensorLike, b: TensorLike) => Tensor = comparison(gePrimitive, comparisonOf);
/**
 * Both hold (bool).
 *
 * @param a `[…]`, bool
 * @param b `[…]` of a's dtype
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit
 * @example
 * and(tensor([true, true]), tensor([true, false])); // [1, 0]
 */
export const and: (a: TensorLike, b: TensorLike) => Tensor = binary(andPrimitive);
/**
 * Either holds (bool).
 *
 * @param a `[…]`, bool
 * @param b `[…]` of a's dtype
 * @returns the shape that both broadcast to, bool
 * @throws ShapeError, DTypeError when they do not fit
 * @example
 * or(tensor([false, true]), tensor([false, false])); // [0, 1]
 */
export const or: (a: TensorLike, b: TensorLike) => Tensor = binary(orPrimitive);
/**
 * Does not hold (bool).
 *
 * @param x `[…]`, bool
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * not(tensor([true, false])); // [0, 1]
 */
export const not: (x: Tensor) => Tensor = unary(notPrimitive);
/**
 * `b` where the condition holds, `c` elsewhere; the three broadcast together.
 *
 * @param condition `[…]`, bool
 * @param b `[…]`, any dtype but halves, or a number
 * @param c `[…]` of b's dtype, or a number
 * @returns the shape that all three broadcast to
 * @throws ShapeError, DTypeError when they do not fit
 * @example
 * where(tensor([true, false]), tensor([1, 2]), 0); // [1, 0]
 */
export function where(condition: Tensor, b: TensorLike, c: TensorLike): Tensor {
  requireArity("where", arguments, 3);
  const tensors = Object.fromEntries(Object.entries({ b, c }).filter(([, value]) => typeof value === "object"));
  requireTensors("where", { condition, ...tensors });
  const like = typeof b === "number" ? c : b;
  if (typeof like === "number") throw new TypeError("where: one of the two values must be a tensor; got two numbers.");
  checkOperand("where", like === c ? "c" : "b", like);
  return apply(
    wherePrimitive,
    { a: condition, b: asTensor("where", "b", b, like), c: asTensor("where", "c", c, like) },
    undefined,
  ).y;
}
/**
 * x limited to [low, high], NaN for NaN; gradient 1 inside and on the limits, 0 outside and for NaN. An infinite limit
 * does not limit.
 *
 * @param x f32, f64, i32 or u32
 * @throws DTypeError when x has integers and a finite limit is none that they can have
 * @example
 * clamp(tensor([-3, 5], { dtype: "i32" }), -Infinity, 2);   // [-3, 2]
 */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  requireArity("clamp", arguments, 3);
  requireTensors("clamp", { x });
  requireDType("clamp", "x", x.dtype, numericDTypes);
  const [lo, hi] = clampLimits("clamp", x.dtype, low, high);
  return apply(
    clampPrimitive,
    { a: x, b: asTensor("clamp", "low", lo, x), c: asTensor("clamp", "high", hi, x) },
    undefined,
  ).y;
}
