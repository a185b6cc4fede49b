// Elementwise ops of one operand: rows (name, JavaScript, WGSL, derivative) and the functions they stand for.
import { type DType, numeric } from "../../dtype.ts";
import type { Tensor } from "../../tensor.ts";
import { add, div, le, mul, neg, sub, where } from "./binary.ts";
import { defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";
import { erfOf, sigmoidOf, softplusOf } from "./numbers.ts";
import { requireFloats } from "../../require-tensors.ts";
import { tidy } from "../../scope.ts";

/** The derivative of steps: none flows back. */
const flat = (): undefined => undefined;

export const absPrimitive: ElementwisePrimitive = defineElementwise({
  name: "abs",
  arity: 1,
  types: ["f32", "f64", "i32"],
  js: Math.abs,
  wgsl: "abs(a)",
  derivatives: [({ a, grad }) => mul(grad, sign(a))],
});
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
export const floorPrimitive: ElementwisePrimitive = defineElementwise({
  name: "floor",
  arity: 1,
  js: Math.floor,
  wgsl: "floor(a)",
  derivatives: [flat],
  noGradCheck: "flat, with jumps",
});
export const squarePrimitive: ElementwisePrimitive = defineElementwise({
  name: "square",
  arity: 1,
  types: numeric,
  js: (a) => a * a,
  jsInteger: (a) => Math.imul(a, a),
  wgsl: "a * a",
  derivatives: [({ a, grad }) => mul(grad, mul(a, 2))],
});
export const recipPrimitive: ElementwisePrimitive = defineElementwise({
  name: "recip",
  arity: 1,
  js: (a) => 1 / a,
  wgsl: "1.0 / a",
  domain: [0.3, 3],
  derivatives: [({ y, grad }) => neg(mul(grad, square(y)))],
});
export const expPrimitive: ElementwisePrimitive = defineElementwise({
  name: "exp",
  arity: 1,
  js: Math.exp,
  wgsl: "exp_full(a)",
  derivatives: [({ y, grad }) => mul(grad, y)],
});
export const sqrtPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sqrt",
  arity: 1,
  js: Math.sqrt,
  wgsl: "sqrt(a)",
  domain: [0.3, 3],
  derivatives: [({ y, grad }) => div(grad, mul(y, 2))],
});
export const rsqrtPrimitive: ElementwisePrimitive = defineElementwise({
  name: "rsqrt",
  arity: 1,
  js: (a) => 1 / Math.sqrt(a),
  wgsl: "inverseSqrt(a)",
  domain: [0.3, 3],
  derivatives: [({ y, grad }) => mul(mul(grad, -0.5), mul(square(y), y))],
});
export const sinPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sin",
  arity: 1,
  js: Math.sin,
  wgsl: "sin_near(a)",
  derivatives: [({ a, grad }) => mul(grad, cos(a))],
});
export const cosPrimitive: ElementwisePrimitive = defineElementwise({
  name: "cos",
  arity: 1,
  js: Math.cos,
  wgsl: "cos_near(a)",
  derivatives: [({ a, grad }) => neg(mul(grad, sin(a)))],
});
export const tanhPrimitive: ElementwisePrimitive = defineElementwise({
  name: "tanh",
  arity: 1,
  js: Math.tanh,
  wgsl: "tanh_safe(a)",
  derivatives: [({ y, grad }) => mul(grad, sub(1, square(y)))],
});
export const sigmoidPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sigmoid",
  arity: 1,
  js: sigmoidOf,
  wgsl: "sigmoid(a)",
  derivatives: [({ y, grad }) => mul(grad, mul(y, sub(1, y)))],
});
export const siluPrimitive: ElementwisePrimitive = defineElementwise({
  name: "silu",
  arity: 1,
  js: (a) => a * sigmoidOf(a),
  wgsl: "silu(a)",
  derivatives: [
    ({ a, grad }) => {
      const s = sigmoid(a);
      return mul(grad, mul(s, add(1, mul(a, sub(1, s)))));
    },
  ],
});
export const softplusPrimitive: ElementwisePrimitive = defineElementwise({
  name: "softplus",
  arity: 1,
  js: softplusOf,
  wgsl: "softplus(a)",
  derivatives: [({ a, grad }) => mul(grad, sigmoid(a))],
});
export const reluPrimitive: ElementwisePrimitive = defineElementwise({
  name: "relu",
  arity: 1,
  js: (a) => (a <= 0 ? 0 : a),
  wgsl: "relu(a)",
  derivatives: [({ y, grad }) => where(le(y, 0), 0, grad)],
});
export const erfPrimitive: ElementwisePrimitive = defineElementwise({
  name: "erf",
  arity: 1,
  js: erfOf,
  wgsl: "erf(a)",
  derivatives: [({ a, grad }) => mul(grad, mul(exp(neg(square(a))), 2 / Math.sqrt(Math.PI)))],
});
const comparable: readonly DType[] = [...numeric, "bool"];
export const isNaNPrimitive: ElementwisePrimitive = defineElementwise({
  name: "isNaN",
  arity: 1,
  types: comparable,
  result: "bool",
  js: (a) => (a !== a ? 1 : 0),
  wgsl: "a != a",
  float: "is_nan(a)",
});
export const isInfPrimitive: ElementwisePrimitive = defineElementwise({
  name: "isInf",
  arity: 1,
  types: comparable,
  result: "bool",
  js: (a) => (a === Infinity || a === -Infinity ? 1 : 0),
  wgsl: "a != a",
  float: "is_infinite(a)",
});
export const isFinitePrimitive: ElementwisePrimitive = defineElementwise({
  name: "isFinite",
  arity: 1,
  types: comparable,
  result: "bool",
  js: (a) => (Number.isFinite(a) ? 1 : 0),
  wgsl: "a == a",
  float: "is_finite(a)",
});

/** |x|; gradient 0 at 0. */
export const abs: (x: Tensor) => Tensor = unary(absPrimitive);
/** −1, 0 or 1; 0 for NaN, as in PyTorch. Its gradient is 0. */
export const sign: (x: Tensor) => Tensor = unary(signPrimitive);
/** Largest whole number not above x. Its gradient is 0. */
export const floor: (x: Tensor) => Tensor = unary(floorPrimitive);
/** x² */
export const square: (x: Tensor) => Tensor = unary(squarePrimitive);
/** 1/x; ±∞ at ±0. */
export const recip: (x: Tensor) => Tensor = unary(recipPrimitive);
/** eˣ; ∞ above 88.72. */
export const exp: (x: Tensor) => Tensor = unary(expPrimitive);
/** √x; NaN below 0. Its gradient at 0 is ∞. */
export const sqrt: (x: Tensor) => Tensor = unary(sqrtPrimitive);
/** 1/√x; ∞ at 0, NaN below. */
export const rsqrt: (x: Tensor) => Tensor = unary(rsqrtPrimitive);
/** Sine of radians: absolute error below 1e-6 and a value in [−1, 1] for every finite f32; NaN for others. */
export const sin: (x: Tensor) => Tensor = unary(sinPrimitive);
/** Cosine of radians: absolute error below 1e-6 and a value in [−1, 1] for every finite f32; NaN for others. */
export const cos: (x: Tensor) => Tensor = unary(cosPrimitive);
/** Hyperbolic tangent. */
export const tanh: (x: Tensor) => Tensor = unary(tanhPrimitive);
/** 1/(1 + e⁻ˣ), without overflow. */
export const sigmoid: (x: Tensor) => Tensor = unary(sigmoidPrimitive);
/** x·sigmoid(x); NaN at −∞, as in PyTorch. */
export const silu: (x: Tensor) => Tensor = unary(siluPrimitive);
/** log(1 + eˣ), computed as max(x, 0) + log(1 + e^−|x|): no overflow for any x. */
export const softplus: (x: Tensor) => Tensor = unary(softplusPrimitive);
/** max(x, 0), NaN for NaN; gradient 0 at 0. */
export const relu: (x: Tensor) => Tensor = unary(reluPrimitive);
/** Gauss error function. */
export const erf: (x: Tensor) => Tensor = unary(erfPrimitive);
/**
 * Whether each element is NaN, as bool. Numbers of integer types never are. `ne(x, x)` says the same.
 * @example
 * isNaN(tensor([1, NaN, Infinity])); // [0, 1, 0]
 */
export const isNaN: (x: Tensor) => Tensor = unary(isNaNPrimitive);
/**
 * Whether each element is ∞ or −∞, as bool.
 * @example
 * isInf(tensor([1, NaN, -Infinity])); // [0, 0, 1]
 */
export const isInf: (x: Tensor) => Tensor = unary(isInfPrimitive);
/**
 * Whether each element is neither NaN nor infinite, as bool.
 * @example
 * isFinite(tensor([1, NaN, Infinity])); // [1, 0, 0]
 */
export const isFinite: (x: Tensor) => Tensor = unary(isFinitePrimitive);

/** x·Φ(x) with Φ the normal distribution, by {@link erf}. */
export function geluErf(x: Tensor): Tensor {
  requireFloats("geluErf", { x });
  return tidy(() => mul(mul(x, 0.5), add(1, erf(mul(x, Math.SQRT1_2)))));
}

/** The tanh approximation of {@link geluErf}: 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
export function geluTanh(x: Tensor): Tensor {
  requireFloats("geluTanh", { x });
  return tidy(() => {
    const inner = mul(add(x, mul(mul(x, square(x)), 0.044715)), Math.sqrt(2 / Math.PI));
    return mul(mul(x, 0.5), add(1, tanh(inner)));
  });
}
