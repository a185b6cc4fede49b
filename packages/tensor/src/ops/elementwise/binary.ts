// Elementwise ops of two and three operands, comparisons and logic, and the neg and log of their gradients: rows and the functions they stand for.
import { requireTensors } from "../../require-tensors.ts";
import { type DType, numeric, requireDType } from "../../dtype.ts";
import { apply } from "../../apply.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { binary, comparison, defineElementwise, type ElementwisePrimitive, quotient, unary } from "./define.ts";
import { powOf } from "./numbers.ts";
import { asTensor, checkOperand, clampLimits } from "./promotion.ts";

const flag = (holds: boolean): number => (holds ? 1 : 0);
const comparable: readonly DType[] = [...numeric, "bool"];
/** The derivative with respect to what only chooses: none flows back. */
const flat = (): undefined => undefined;

export const addPrimitive: ElementwisePrimitive = defineElementwise({
  name: "add",
  arity: 2,
  types: numeric,
  js: (a, b) => a + b,
  wgsl: "a + b",
  derivatives: [({ grad }) => grad, ({ grad }) => grad],
});
export const negPrimitive: ElementwisePrimitive = defineElementwise({
  name: "neg",
  arity: 1,
  types: ["f32", "f64", "i32"],
  js: (a) => -a,
  wgsl: "-a",
  derivatives: [({ grad }) => neg(grad)],
});
export const subPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sub",
  arity: 2,
  types: numeric,
  js: (a, b) => a - b,
  wgsl: "a - b",
  derivatives: [({ grad }) => grad, ({ grad }) => neg(grad)],
});
export const mulPrimitive: ElementwisePrimitive = defineElementwise({
  name: "mul",
  arity: 2,
  types: numeric,
  js: (a, b) => a * b,
  jsInteger: Math.imul,
  wgsl: "a * b",
  derivatives: [({ b, grad }) => mul(grad, b), ({ a, grad }) => mul(grad, a)],
});
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
export const logPrimitive: ElementwisePrimitive = defineElementwise({
  name: "log",
  arity: 1,
  js: Math.log,
  wgsl: "log_full(a)",
  domain: [0.3, 3],
  derivatives: [({ a, grad }) => div(grad, a)],
});
export const powPrimitive: ElementwisePrimitive = defineElementwise({
  name: "pow",
  arity: 2,
  js: powOf,
  wgsl: "power(a, b)",
  domain: [0.3, 3],
  // x^0 is flat also where x^(0 − 1) is infinite, and so is 0^y for y ≥ 0 though log(0) is.
  derivatives: [
    ({ a, b, grad }) => where(eq(b, 0), 0, mul(grad, mul(b, pow(a, sub(b, 1))))),
    ({ a, b, y, grad }) => mul(grad, where(and(eq(a, 0), ge(b, 0)), 0, mul(y, log(a)))),
  ],
});
export const maximumPrimitive: ElementwisePrimitive = defineElementwise({
  name: "maximum",
  arity: 2,
  types: numeric,
  js: (a, b) => Math.max(a, b),
  wgsl: "max(a, b)",
  float: "max_nan(a, b)",
  derivatives: [({ a, b, grad }) => share(a, b, grad), ({ a, b, grad }) => share(b, a, grad)],
});
export const minimumPrimitive: ElementwisePrimitive = defineElementwise({
  name: "minimum",
  arity: 2,
  types: numeric,
  js: (a, b) => Math.min(a, b),
  wgsl: "min(a, b)",
  float: "min_nan(a, b)",
  derivatives: [({ a, b, grad }) => share(b, a, grad), ({ a, b, grad }) => share(a, b, grad)],
});
/** What maximum passes on of the gradient c to its first operand: all where a > b, half where they are equal, all of it to both where one is NaN. */
export const sharePrimitive: ElementwisePrimitive = defineElementwise({
  name: "share",
  arity: 3,
  js: (a, b, c) => (a < b ? 0 : a === b ? c / 2 : c),
  wgsl: "select(select(c, c * 0.5, equal(a, b)), 0.0, less(a, b))",
  noGradCheck: "flat, with jumps",
  derivatives: [flat, flat, ({ a, b, grad }) => share(a, b, grad)],
});
export const eqPrimitive: ElementwisePrimitive = defineElementwise({
  name: "eq",
  arity: 2,
  types: comparable,
  result: "bool",
  js: (a, b) => flag(a === b),
  wgsl: "a == b",
  float: "equal(a, b)",
});
export const nePrimitive: ElementwisePrimitive = defineElementwise({
  name: "ne",
  arity: 2,
  types: comparable,
  result: "bool",
  js: (a, b) => flag(a !== b),
  wgsl: "a != b",
  float: "differ(a, b)",
});
export const ltPrimitive: ElementwisePrimitive = defineElementwise({
  name: "lt",
  arity: 2,
  types: numeric,
  result: "bool",
  js: (a, b) => flag(a < b),
  wgsl: "a < b",
  float: "less(a, b)",
});
export const lePrimitive: ElementwisePrimitive = defineElementwise({
  name: "le",
  arity: 2,
  types: numeric,
  result: "bool",
  js: (a, b) => flag(a <= b),
  wgsl: "a <= b",
  float: "at_most(a, b)",
});
export const gtPrimitive: ElementwisePrimitive = defineElementwise({
  name: "gt",
  arity: 2,
  types: numeric,
  result: "bool",
  js: (a, b) => flag(a > b),
  wgsl: "a > b",
  float: "less(b, a)",
});
export const gePrimitive: ElementwisePrimitive = defineElementwise({
  name: "ge",
  arity: 2,
  types: numeric,
  result: "bool",
  js: (a, b) => flag(a >= b),
  wgsl: "a >= b",
  float: "at_most(b, a)",
});
export const andPrimitive: ElementwisePrimitive = defineElementwise({
  name: "and",
  arity: 2,
  types: ["bool"],
  js: (a, b) => a & b,
  wgsl: "a && b",
});
export const orPrimitive: ElementwisePrimitive = defineElementwise({
  name: "or",
  arity: 2,
  types: ["bool"],
  js: (a, b) => a | b,
  wgsl: "a || b",
});
export const notPrimitive: ElementwisePrimitive = defineElementwise({
  name: "not",
  arity: 1,
  types: ["bool"],
  js: (a) => 1 - a,
  wgsl: "!a",
});
export const wherePrimitive: ElementwisePrimitive = defineElementwise({
  name: "where",
  arity: 3,
  types: comparable,
  js: (a, b, c) => (a !== 0 ? b : c),
  wgsl: "select(c, b, a)",
  derivatives: [flat, ({ a, grad }) => where(a, grad, 0), ({ a, grad }) => where(a, 0, grad)],
});
export const clampPrimitive: ElementwisePrimitive = defineElementwise({
  name: "clamp",
  arity: 3,
  types: numeric,
  js: (a, b, c) => Math.min(Math.max(a, b), c),
  wgsl: "min(max(a, b), c)",
  float: "min_nan(max_nan(a, b), c)",
  derivatives: [
    ({ a, b, c, grad }) => where(and(ge(a, b), le(a, c)), grad, 0),
    ({ a, b, c, grad }) => where(and(lt(b, c), lt(a, b)), grad, 0),
    ({ a, b, c, grad }) => where(or(gt(a, c), lt(c, b)), grad, 0),
  ],
});

/** a + b */
export const add: (a: TensorLike, b: TensorLike) => Tensor = binary(addPrimitive);
/** a − b */
export const sub: (a: TensorLike, b: TensorLike) => Tensor = binary(subPrimitive);
/** −x */
export const neg: (x: Tensor) => Tensor = unary(negPrimitive);
/** a·b */
export const mul: (a: TensorLike, b: TensorLike) => Tensor = binary(mulPrimitive);
/** a/b; ±∞ where b is 0, NaN for 0/0. Of i32 and u32 the quotient in f32 (true division). */
export const div: (a: TensorLike, b: TensorLike) => Tensor = quotient(divPrimitive);
/** Natural logarithm; −∞ at 0, NaN below. */
export const log: (x: Tensor) => Tensor = unary(logPrimitive);
/** aᵇ; a negative a has whole powers only (NaN for others). x⁰ and 1ʸ are 1, even for NaN. */
export const pow: (a: TensorLike, b: TensorLike) => Tensor = binary(powPrimitive);
/** The larger of two, NaN where either is; equal operands share the gradient. */
export const maximum: (a: TensorLike, b: TensorLike) => Tensor = binary(maximumPrimitive);
/** The smaller of two, NaN where either is; equal operands share the gradient. */
export const minimum: (a: TensorLike, b: TensorLike) => Tensor = binary(minimumPrimitive);
const share = (a: Tensor, b: Tensor, c: Tensor): Tensor => apply(sharePrimitive, { a, b, c }, undefined).y;
const comparisons: Readonly<Record<string, ElementwisePrimitive>> = {
  eq: eqPrimitive,
  ne: nePrimitive,
  lt: ltPrimitive,
  le: lePrimitive,
  gt: gtPrimitive,
  ge: gePrimitive,
};
const comparisonOf = (name: string): ElementwisePrimitive => comparisons[name]!;
/** a = b, compared exactly: a number that an integer tensor cannot hold (0.5, 3e9, NaN) equals none of its elements. */
export const eq: (a: TensorLike, b: TensorLike) => Tensor = comparison(eqPrimitive, comparisonOf);
/** a ≠ b */
export const ne: (a: TensorLike, b: TensorLike) => Tensor = comparison(nePrimitive, comparisonOf);
/** a < b */
export const lt: (a: TensorLike, b: TensorLike) => Tensor = comparison(ltPrimitive, comparisonOf);
/** a ≤ b */
export const le: (a: TensorLike, b: TensorLike) => Tensor = comparison(lePrimitive, comparisonOf);
/** a > b */
export const gt: (a: TensorLike, b: TensorLike) => Tensor = comparison(gtPrimitive, comparisonOf);
/** a ≥ b */
export const ge: (a: TensorLike, b: TensorLike) => Tensor = comparison(gePrimitive, comparisonOf);
/** Both hold (bool). */
export const and: (a: TensorLike, b: TensorLike) => Tensor = binary(andPrimitive);
/** Either holds (bool). */
export const or: (a: TensorLike, b: TensorLike) => Tensor = binary(orPrimitive);
/** Does not hold (bool). */
export const not: (x: Tensor) => Tensor = unary(notPrimitive);

/** `b` where the condition holds, `c` elsewhere; the three broadcast together. */
export function where(condition: Tensor, b: TensorLike, c: TensorLike): Tensor {
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
 * x limited to [low, high], NaN for NaN; gradient 1 inside and on the limits, 0 outside and for NaN. An infinite limit does not limit.
 *
 * @param x f32, f64, i32 or u32
 * @throws DTypeError when x has integers and a finite limit is none that they can have
 * @example
 * clamp(tensor([-3, 5], { dtype: "i32" }), -Infinity, 2);   // [-3, 2]
 */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  requireTensors("clamp", { x });
  requireDType("clamp", "x", x.dtype, numeric);
  const [lo, hi] = clampLimits("clamp", x.dtype, low, high);
  return apply(
    clampPrimitive,
    { a: x, b: asTensor("clamp", "low", lo, x), c: asTensor("clamp", "high", hi, x) },
    undefined,
  ).y;
}
