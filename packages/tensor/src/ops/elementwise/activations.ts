// Activation functions: rows and their functions.
import { activationTables } from "@x/kernels-wgsl";
import { requireFloats } from "../../arguments/require-tensors.ts";
import { tidy } from "../../memory/scope.ts";
import type { Tensor } from "../../tensor.ts";
import { add, mul, neg, sub } from "./arithmetic.ts";
import { le, where } from "./comparison.ts";
import { exp, square } from "./unary.ts";
import { defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";
import { erfOf, sigmoidOf, softplusOf } from "./numbers.ts";
import { requireArity } from "../../arguments/require.ts";

/** Primitive of {@link tanh}. */
export const tanhPrimitive: ElementwisePrimitive = defineElementwise({
  name: "tanh",
  arity: 1,
  js: Math.tanh,
  wgsl: "tanh_safe(a)",
  functions: activationTables,
  derivatives: [({ y, grad }) => mul(grad, sub(1, square(y)))],
});
/** Primitive of {@link sigmoid}. */
export const sigmoidPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sigmoid",
  arity: 1,
  js: sigmoidOf,
  wgsl: "sigmoid(a)",
  functions: activationTables,
  derivatives: [({ y, grad }) => mul(grad, mul(y, sub(1, y)))],
});
/** Primitive of {@link silu}. */
export const siluPrimitive: ElementwisePrimitive = defineElementwise({
  name: "silu",
  arity: 1,
  js: (a) => a * sigmoidOf(a),
  wgsl: "silu(a)",
  functions: activationTables,
  derivatives: [
    ({ a, grad }) => {
      const s = sigmoid(a);
      return mul(grad, mul(s, add(1, mul(a, sub(1, s)))));
    },
  ],
});
/** Primitive of {@link softplus}. */
export const softplusPrimitive: ElementwisePrimitive = defineElementwise({
  name: "softplus",
  arity: 1,
  js: softplusOf,
  wgsl: "softplus(a)",
  functions: activationTables,
  derivatives: [({ a, grad }) => mul(grad, sigmoid(a))],
});
/** Primitive of {@link relu}. */
export const reluPrimitive: ElementwisePrimitive = defineElementwise({
  name: "relu",
  arity: 1,
  js: (a) => (a <= 0 ? 0 : a),
  wgsl: "relu(a)",
  derivatives: [({ y, grad }) => where(le(y, 0), 0, grad)],
});
/** Primitive of {@link erf}. */
export const erfPrimitive: ElementwisePrimitive = defineElementwise({
  name: "erf",
  arity: 1,
  js: erfOf,
  wgsl: "erf(a)",
  functions: activationTables,
  derivatives: [({ a, grad }) => mul(grad, mul(exp(neg(square(a))), 2 / Math.sqrt(Math.PI)))],
});
/**
 * Hyperbolic tangent.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * tanh(tensor([0, 1])); // [0, 0.76159]
 */
export const tanh: (x: Tensor) => Tensor = unary(tanhPrimitive);
/**
 * 1/(1 + e⁻ˣ), without overflow.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * sigmoid(tensor([0, 2])); // [0.5, 0.8808]
 */
export const sigmoid: (x: Tensor) => Tensor = unary(sigmoidPrimitive);
/**
 * x·sigmoid(x); NaN at −∞, as in PyTorch.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * silu(tensor([0, 2])); // [0, 1.7616]
 */
export const silu: (x: Tensor) => Tensor = unary(siluPrimitive);
/**
 * log(1 + eˣ), computed as max(x, 0) + log(1 + e^−|x|): no overflow for any x.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * softplus(tensor([0, 100])); // [0.69315, 100]
 */
export const softplus: (x: Tensor) => Tensor = unary(softplusPrimitive);
/**
 * max(x, 0), NaN for NaN; gradient 0 at 0.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * relu(tensor([-1, 2])); // [0, 2]
 */
export const relu: (x: Tensor) => Tensor = unary(reluPrimitive);
/**
 * Gauss error function.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * erf(tensor([0, 1])); // [0, 0.8427]
 */
export const erf: (x: Tensor) => Tensor = unary(erfPrimitive);
/**
 * x·Φ(x) with Φ the normal distribution, by {@link erf}.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * geluErf(tensor([-1, 1])); // [-0.15866, 0.84134]
 */
export function geluErf(x: Tensor): Tensor {
  requireArity("geluErf", arguments, 1);
  requireFloats("geluErf", { x });
  return tidy(() => mul(mul(x, 0.5), add(1, erf(mul(x, Math.SQRT1_2)))));
}
/**
 * The tanh approximation of {@link geluErf}: 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * geluTanh(tensor([-1, 1])); // [-0.15881, 0.84119]
 */
export function geluTanh(x: Tensor): Tensor {
  requireArity("geluTanh", arguments, 1);
  requireFloats("geluTanh", { x });
  return tidy(() => {
    const inner = mul(add(x, mul(mul(x, square(x)), 0.044715)), Math.sqrt(2 / Math.PI));
    return mul(mul(x, 0.5), add(1, tanh(inner)));
  });
}
