// Elementwise ops of two and three operands, comparisons and logic: rows and the functions they stand for.
import { type DType, numeric } from "../../dtype.ts";
import { apply } from "../../primitive.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { asTensor, binary, defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";
import { log, neg } from "./unary.ts";
import { tidy } from "../../scope.ts";

const flag = (holds: boolean): number => (holds ? 1 : 0);
const comparable: readonly DType[] = [...numeric, "bool"];
const half = (x: number, y: number): number => (x > y ? 1 : x === y ? 0.5 : 0);

export const addPrimitive: ElementwisePrimitive = defineElementwise({
  name: "add", arity: 2, types: numeric, js: (a, b) => a + b, wgsl: "a + b", derivatives: [({ grad }) => grad, ({ grad }) => grad],
});
export const subPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sub", arity: 2, types: numeric, js: (a, b) => a - b, wgsl: "a - b", derivatives: [({ grad }) => grad, ({ grad }) => neg(grad)],
});
export const mulPrimitive: ElementwisePrimitive = defineElementwise({
  name: "mul", arity: 2, types: numeric, js: (a, b) => a * b, wgsl: "a * b",
  derivatives: [({ b, grad }) => mul(grad, b), ({ a, grad }) => mul(grad, a)],
});
export const divPrimitive: ElementwisePrimitive = defineElementwise({
  name: "div", arity: 2, types: ["f32", "f64"], js: (a, b) => a / b, wgsl: "a / b", domain: [0.3, 3],
  derivatives: [({ b, grad }) => div(grad, b), ({ b, y, grad }) => neg(div(mul(grad, y), b))],
});
export const powPrimitive: ElementwisePrimitive = defineElementwise({
  name: "pow", arity: 2, js: Math.pow, wgsl: "pow(a, b)", domain: [0.3, 3],
  derivatives: [({ a, b, grad }) => mul(grad, mul(b, pow(a, sub(b, 1)))), ({ a, y, grad }) => mul(grad, mul(y, log(a)))],
});
export const maximumPrimitive: ElementwisePrimitive = defineElementwise({
  name: "maximum", arity: 2, types: numeric, js: (a, b) => Math.max(a, b), wgsl: "max(a, b)",
  derivatives: [({ a, b, grad }) => mul(grad, share(a, b)), ({ a, b, grad }) => mul(grad, share(b, a))],
});
export const minimumPrimitive: ElementwisePrimitive = defineElementwise({
  name: "minimum", arity: 2, types: numeric, js: (a, b) => Math.min(a, b), wgsl: "min(a, b)",
  derivatives: [({ a, b, grad }) => mul(grad, share(b, a)), ({ a, b, grad }) => mul(grad, share(a, b))],
});
/** What maximum passes on to its first operand: 1 where a > b, one half where they are equal. */
export const sharePrimitive: ElementwisePrimitive = defineElementwise({
  name: "share", arity: 2, js: half, wgsl: "select(select(0.0, 0.5, a == b), 1.0, a > b)", noGradCheck: "flat, with jumps",
  derivatives: [({ grad }) => mul(grad, 0), ({ grad }) => mul(grad, 0)],
});
export const eqPrimitive: ElementwisePrimitive = defineElementwise({
  name: "eq", arity: 2, types: comparable, result: "bool", js: (a, b) => flag(a === b), wgsl: "a == b",
});
export const nePrimitive: ElementwisePrimitive = defineElementwise({
  name: "ne", arity: 2, types: comparable, result: "bool", js: (a, b) => flag(a !== b), wgsl: "a != b",
});
export const ltPrimitive: ElementwisePrimitive = defineElementwise({
  name: "lt", arity: 2, types: numeric, result: "bool", js: (a, b) => flag(a < b), wgsl: "a < b",
});
export const lePrimitive: ElementwisePrimitive = defineElementwise({
  name: "le", arity: 2, types: numeric, result: "bool", js: (a, b) => flag(a <= b), wgsl: "a <= b",
});
export const gtPrimitive: ElementwisePrimitive = defineElementwise({
  name: "gt", arity: 2, types: numeric, result: "bool", js: (a, b) => flag(a > b), wgsl: "a > b",
});
export const gePrimitive: ElementwisePrimitive = defineElementwise({
  name: "ge", arity: 2, types: numeric, result: "bool", js: (a, b) => flag(a >= b), wgsl: "a >= b",
});
export const andPrimitive: ElementwisePrimitive = defineElementwise({
  name: "and", arity: 2, types: ["bool"], js: (a, b) => a & b, wgsl: "a && b",
});
export const orPrimitive: ElementwisePrimitive = defineElementwise({
  name: "or", arity: 2, types: ["bool"], js: (a, b) => a | b, wgsl: "a || b",
});
export const notPrimitive: ElementwisePrimitive = defineElementwise({ name: "not", arity: 1, types: ["bool"], js: (a) => 1 - a, wgsl: "!a" });
export const wherePrimitive: ElementwisePrimitive = defineElementwise({
  name: "where", arity: 3, types: comparable, js: (a, b, c) => (a !== 0 ? b : c), wgsl: "select(c, b, a)",
  derivatives: [
    ({ grad }) => grad,
    ({ a, grad }) => where(a, grad, 0),
    ({ a, grad }) => where(a, 0, grad),
  ],
});

/** a + b */
export const add: (a: TensorLike, b: TensorLike) => Tensor = binary(addPrimitive);
/** a − b */
export const sub: (a: TensorLike, b: TensorLike) => Tensor = binary(subPrimitive);
/** a·b */
export const mul: (a: TensorLike, b: TensorLike) => Tensor = binary(mulPrimitive);
/** a/b; b must not be 0. */
export const div: (a: TensorLike, b: TensorLike) => Tensor = binary(divPrimitive);
/** aᵇ; a must be above 0 (WGSL computes 2^(b·log₂ a)). */
export const pow: (a: TensorLike, b: TensorLike) => Tensor = binary(powPrimitive);
/** The larger of two; equal operands share the gradient. */
export const maximum: (a: TensorLike, b: TensorLike) => Tensor = binary(maximumPrimitive);
/** The smaller of two; equal operands share the gradient. */
export const minimum: (a: TensorLike, b: TensorLike) => Tensor = binary(minimumPrimitive);
const share: (a: TensorLike, b: TensorLike) => Tensor = binary(sharePrimitive);
/** a = b */
export const eq: (a: TensorLike, b: TensorLike) => Tensor = binary(eqPrimitive);
/** a ≠ b */
export const ne: (a: TensorLike, b: TensorLike) => Tensor = binary(nePrimitive);
/** a < b */
export const lt: (a: TensorLike, b: TensorLike) => Tensor = binary(ltPrimitive);
/** a ≤ b */
export const le: (a: TensorLike, b: TensorLike) => Tensor = binary(lePrimitive);
/** a > b */
export const gt: (a: TensorLike, b: TensorLike) => Tensor = binary(gtPrimitive);
/** a ≥ b */
export const ge: (a: TensorLike, b: TensorLike) => Tensor = binary(gePrimitive);
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
  return apply(wherePrimitive, { a: condition, b: asTensor(b, like), c: asTensor(c, like) }, undefined).y;
}

const largestF32 = 3.4028234663852886e38;

/** x limited to [low, high]; gradient 1 inside and on the limits, 0 outside. Infinite limits are fine. */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  const [lo, hi] = [Math.max(low, -largestF32), Math.min(high, largestF32)];
  return tidy(() => where(lt(x, lo), lo, where(gt(x, hi), hi, x)));
}
