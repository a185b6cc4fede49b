// Initializers: how a parameter's first values are drawn. On the host, from a key alone, so that one seed gives the same weights on
// every device and in whatever order modules are built.
import {
  DTypeError,
  hostArray,
  hostNormal,
  hostUniform,
  placeIn,
  type RandomKey,
  requireArity,
  requireFunction,
  requireNumber,
  type Shape,
  sizeOf,
  strict,
  uniformRange,
} from "@x/tensor/core";

/** Draws the values of a parameter: one per element, row-major. The same shape and key give the same values. */
export type Initializer = (shape: Shape, key: RandomKey) => Float32Array;

/** An initializer that refuses arguments beyond its two. */
function initializer(draw: Initializer): Initializer {
  return strict("init", (shape: Shape, key: RandomKey) => draw(shape, key));
}

/**
 * Every element `value`.
 *
 * @returns an initializer of any shape, f32
 * @example
 * const bias = new Linear(2, 3, { init: constantInit(0.5) }).weight.value; // [3, 2], all 0.5
 */
export function constantInit(value: number): Initializer {
  requireArity("constantInit", arguments, 1);
  requireNumber("constantInit", "value", value, "a number", () => true);
  return initializer((shape) => (hostArray("f32", sizeOf(shape), "constantInit") as Float32Array).fill(value));
}

/** Zeros. */
export const zerosInit: Initializer = constantInit(0);

/** Ones. */
export const onesInit: Initializer = constantInit(1);

/**
 * Uniform in [low, high), never high itself.
 *
 * @throws ConfigError unless low < high, both finite in f32
 * @example
 * const values = uniformInit(-0.1, 0.1)([2, 3], { seed: 0, stream: 0 }); // 6 numbers
 */
export function uniformInit(low: number, high: number): Initializer {
  requireArity("uniformInit", arguments, 2);
  requireNumber("uniformInit", "low", low);
  requireNumber("uniformInit", "high", high);
  const range = { low, high, most: uniformRange("uniformInit", low, high).most };
  return mapInit(
    (shape, key) => hostUniform(key, sizeOf(shape)),
    (unit) => placeIn(range, unit),
  );
}

/**
 * Normal, N(mean, std²).
 *
 * @throws ConfigError unless `mean` is finite and `std` a finite number of at least 0
 * @example
 * const values = normalInit(0, 0.02)([4, 8], { seed: 0, stream: 0 }); // 32 numbers
 */
export function normalInit(mean: number, std: number): Initializer {
  requireArity("normalInit", arguments, 2);
  requireNumber("normalInit", "mean", mean);
  requireNumber("normalInit", "std", std, "a finite number of at least 0", (value) => value >= 0 && value < Infinity);
  return mapInit(
    (shape, key) => hostNormal(key, sizeOf(shape)),
    (v) => mean + std * v,
  );
}

/**
 * Kaiming uniform: `U(−b, b)` with `b = √(6 / ((1 + a²)·fanIn))`, whose standard deviation is `b/√3`.
 * With the default a = √5 it is `U(±1/√fanIn)`, PyTorch's default for linear and convolution weights.
 *
 * Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015.
 *
 * @param a slope of the leaky rectifier that the formula was derived for
 * @param fanIn inputs of one output; default: the product of all axes of the shape but the first
 * @example
 * const values = kaimingUniformInit()([3, 4], { seed: 0, stream: 0 }); // 12 numbers in (−0.5, 0.5)
 */
export function kaimingUniformInit(a: number = Math.sqrt(5), fanIn?: number): Initializer {
  requireArity("kaimingUniformInit", arguments, 2);
  requireNumber("kaimingUniformInit", "a", a);
  if (fanIn !== undefined)
    requireNumber("kaimingUniformInit", "fanIn", fanIn, "a number above 0", (value) => value > 0);
  return initializer((shape, key) => {
    const bound = Math.sqrt(6 / ((1 + a * a) * (fanIn ?? sizeOf(shape.slice(1)))));
    return uniformInit(-bound, bound)(shape, key);
  });
}

/**
 * Another initializer's values times `factor`, e.g. 1/√(2L) for projections into the residual stream.
 *
 * @throws an error that names `init` when it is not a function
 * @example
 * const values = scaledInit(onesInit, 0.5)([2], { seed: 0, stream: 0 }); // [0.5, 0.5]
 */
export function scaledInit(init: Initializer, factor: number): Initializer {
  requireArity("scaledInit", arguments, 2);
  requireNumber("scaledInit", "factor", factor);
  return mapInit(init, (value) => value * factor);
}

/**
 * Another initializer's values, each replaced by `fn` of it; computed in f64, rounded to f32.
 *
 * @throws DTypeError when `init` returns anything but a Float32Array; an error that names `init` or `fn` when it is not a function
 * @example
 * const decays = mapInit(uniformInit(1, 16), Math.log); // as A_log of Mamba-2
 */
export function mapInit(init: Initializer, fn: (value: number) => number): Initializer {
  requireArity("mapInit", arguments, 2);
  requireFunction("mapInit", "init", init);
  requireFunction("mapInit", "fn", fn);
  return initializer((shape, key) => {
    const values: unknown = init(shape, key);
    if (!(values instanceof Float32Array))
      throw DTypeError.must("mapInit", "init", "return a Float32Array of values", values);
    return values.map(fn);
  });
}

/**
 * Values computed from their row-major index, without randomness.
 *
 * @throws an error that names `fn` when it is not a function
 * @example
 * const values = valuesInit((i) => i)([2, 2], { seed: 0, stream: 0 }); // [0, 1, 2, 3]
 */
export function valuesInit(fn: (index: number) => number): Initializer {
  requireArity("valuesInit", arguments, 1);
  requireFunction("valuesInit", "fn", fn);
  return initializer((shape) => Float32Array.from({ length: sizeOf(shape) }, (_, i) => fn(i)));
}
