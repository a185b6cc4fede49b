// Sine and cosine: rows and their functions. Apart from other rows, whose pages then hold no reduction of angles.
import { trigonometricFunctions } from "@x/kernels-wgsl";
import type { Tensor } from "../../tensor.ts";
import { mul, neg } from "./arithmetic.ts";
import { defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";

/** Primitive of {@link sin}. */
export const sinPrimitive: ElementwisePrimitive = defineElementwise({
  name: "sin",
  arity: 1,
  js: Math.sin,
  wgsl: "sin_near(a)",
  functions: [trigonometricFunctions],
  derivatives: [({ a, grad }) => mul(grad, cos(a))],
});

/** Primitive of {@link cos}. */
export const cosPrimitive: ElementwisePrimitive = defineElementwise({
  name: "cos",
  arity: 1,
  js: Math.cos,
  wgsl: "cos_near(a)",
  functions: [trigonometricFunctions],
  derivatives: [({ a, grad }) => neg(mul(grad, sin(a)))],
});

/**
 * Sine of radians: absolute error below 1e-6 and a value in [−1, 1] for every finite f32; NaN for others.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * sin(tensor([0, 1])); // [0, 0.84147]
 */
export const sin: (x: Tensor) => Tensor = unary(sinPrimitive);
/**
 * Cosine of radians: absolute error below 1e-6 and a value in [−1, 1] for every finite f32; NaN for others.
 *
 * @param x `[…]`, f32 or f64
 * @returns x's shape and dtype
 * @throws DTypeError for another dtype
 * @example
 * cos(tensor([0, 1])); // [1, 0.5403]
 */
export const cos: (x: Tensor) => Tensor = unary(cosPrimitive);
