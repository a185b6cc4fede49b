// Random tensors of each distribution, drawn on their device. Draws on the host are in numbers/host-random.ts.
import { requireTensors } from "../arguments/require-tensors.ts";
import { requireArity, requireOptions } from "../arguments/require.ts";
import { describeValue } from "@x/base";
import { uniformRange } from "../numbers/host-random.ts";
import { type DType, isFloat, requireDType } from "../numbers/dtype.ts";
import { ConfigError, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { checkShape, type Shape, sameShape } from "../shape.ts";
import { checkInteger, keyWords, type RandomKey } from "../numbers/threefry.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { checkTensorOptions, tensor, type TensorOptions } from "./creation.ts";
import { mul } from "./elementwise.ts";
import { tidy } from "../memory/scope.ts";
import { type RandomDraw, randomPrimitive, rangeOf } from "./random-primitive.ts";

const distributions: readonly RandomDraw["distribution"][] = ["uniform", "normal", "integer", "bernoulli"];

/** Seed and stream of a draw, and where the tensor goes. */
export interface RandomOptions extends RandomKey, TensorOptions {}

const randomOptions = { seed: true, stream: true, dtype: true, device: true } as const;

/**
 * The key of a draw as a tensor, u32 [4]. A captured step takes it as an input to draw new numbers every time.
 *
 * @param options `offset`: counters to skip; a draw of n elements uses ⌈n / 2⌉
 * @throws ConfigError for a seed, stream or offset that is no whole number
 * @example
 * randomFromKey(randomKey({ seed: 1, stream: 0 }), [2, 3], { distribution: "uniform", low: 0, high: 1 });
 */
export function randomKey(
  source: RandomKey,
  options: { readonly offset?: number } & Pick<TensorOptions, "device"> = {},
): Tensor {
  requireArity("randomKey", arguments, 2);
  requireOptions("randomKey", source);
  checkTensorOptions<typeof options>("randomKey", options, { offset: true, device: true });
  const { offset = 0, ...rest } = options;
  checkInteger("offset", offset);
  const [key0, key1] = keyWords(source);
  return tensor([key0, key1, offset >>> 0, Math.floor(offset / 2 ** 32)], { dtype: "u32", ...rest });
}

/**
 * Random numbers of a key that is a tensor; see {@link randomKey}.
 *
 * @param key `[4]`, u32
 * @param shape of the result
 * @param draw the distribution and its parameters
 * @returns a tensor of `shape`, f32, i32 or u32 as the distribution has it
 * @throws ConfigError for another distribution or parameters out of range; ShapeError, DTypeError for another key
 * @example
 * randomFromKey(randomKey({ seed: 1, stream: 0 }), [4], { distribution: "normal", mean: 0, std: 1 });
 */
export function randomFromKey(key: Tensor, shape: Shape, draw: RandomDraw): Tensor {
  requireArity("randomFromKey", arguments, 3);
  requireTensors("randomFromKey", { key });
  requireOptions("randomFromKey", draw, "draw");
  if (!distributions.includes(draw.distribution)) {
    throw new ConfigError(
      `randomFromKey: draw.distribution must be one of ${distributions.join(", ")}; got ${describeValue(draw.distribution)}.`,
      { op: "randomFromKey", got: draw },
    );
  }
  if (draw.distribution === "uniform") {
    const { low, high, most } = rangeOf(draw);
    // half the range is finite where the range is not, and doubling is exact
    if (!Number.isFinite(Math.fround(high - low)))
      return tidy(() => mul(randomFromKey(key, shape, { ...draw, low: low / 2, high: high / 2, most: most / 2 }), 2));
  }
  requireDType("randomFromKey", "key", key.dtype, ["u32"]);
  if (!sameShape(key.shape, [4]))
    throw ShapeError.must("randomFromKey", "key", "be [4], as randomKey makes it", key.shape);
  return apply(randomPrimitive, { key }, { shape, draw }).y;
}

function drawn(
  op: string,
  shape: Shape,
  draw: RandomDraw,
  { seed, stream = 0, dtype, device }: RandomOptions,
  natural: DType,
): Tensor {
  checkShape(op, shape);
  return tidy(() =>
    cast(randomFromKey(randomKey({ seed, stream }, device ? { device } : {}), shape, draw), dtype ?? natural),
  );
}

function requireFloat(op: string, dtype: DType = "f32"): void {
  if (!isFloat(dtype)) requireDType(op, "dtype", dtype, ["f32", "f64", "f16", "bf16"]);
}

/**
 * Uniform random numbers in [low, high): low + (high − low)·u, u a multiple of 2⁻²⁴; never `high` itself, also where
 * that would round to it, in the dtype asked for. For [0, 1) the bits are the same on every device.
 *
 * @param options `seed` and `stream` (default 0) choose the numbers; `low` (0), `high` (1), `dtype` (f32), `device`
 * @throws ConfigError for a seed that is no integer from 0 to 2⁵³ − 1, and unless low < high, both finite, with a
 *   number of the dtype between them
 * @example
 * randomUniform([2, 3], { seed: 1 });
 */
export function randomUniform(
  shape: Shape,
  options: RandomOptions & { readonly low?: number; readonly high?: number },
): Tensor {
  requireArity("randomUniform", arguments, 2);
  requireOptions("randomUniform", options);
  checkTensorOptions<typeof options>("randomUniform", options, { ...randomOptions, low: true, high: true });
  const { low = 0, high = 1 } = options;
  requireFloat("randomUniform", options.dtype);
  const range = uniformRange("randomUniform", low, high, options.dtype);
  return drawn("randomUniform", shape, { distribution: "uniform", ...range }, options, "f32");
}

/**
 * Normal random numbers by Box–Muller from the bits that {@link randomUniform} would use; devices agree within
 * rounding.
 *
 * @param options `seed` and `stream` (default 0) choose the numbers; `mean` (0), `std` (1), `dtype` (f32), `device`
 * @throws ConfigError for a negative std, and for a mean or std that is not finite
 * @example
 * randomNormal([768, 768], { seed: 1, std: 0.02 });
 */
export function randomNormal(
  shape: Shape,
  options: RandomOptions & { readonly mean?: number; readonly std?: number },
): Tensor {
  requireArity("randomNormal", arguments, 2);
  requireOptions("randomNormal", options);
  checkTensorOptions<typeof options>("randomNormal", options, { ...randomOptions, mean: true, std: true });
  const { mean = 0, std = 1 } = options;
  if (!Number.isFinite(mean)) throw ConfigError.must("randomNormal", "mean", "be a finite number", mean);
  if (!(Number.isFinite(std) && std >= 0))
    throw ConfigError.must("randomNormal", "std", "be a finite number of at least 0", std);
  requireFloat("randomNormal", options.dtype);
  return drawn("randomNormal", shape, { distribution: "normal", mean, std }, options, "f32");
}

/**
 * Random integers in [low, high), the same on every device. The bias is below (high − low) / 2³².
 *
 * @param options `low` (0), `high`, `seed`, `stream` (0), `dtype` (i32 or u32; default i32), `device`
 * @throws ConfigError unless low < high and both fit the dtype
 * @example
 * randomInt([4, 128], { seed: 1, high: 50288 });
 */
export function randomInt(
  shape: Shape,
  options: RandomOptions & { readonly low?: number; readonly high: number },
): Tensor {
  requireArity("randomInt", arguments, 2);
  requireOptions("randomInt", options);
  checkTensorOptions<typeof options>("randomInt", options, { ...randomOptions, low: true, high: true });
  const { low = 0, high, dtype = "i32" } = options;
  requireDType("randomInt", "dtype", dtype, ["i32", "u32"]);
  const [least, most] = dtype === "i32" ? [-(2 ** 31), 2 ** 31] : [0, 2 ** 32];
  if (
    !Number.isInteger(low) ||
    !Number.isInteger(high) ||
    low < least ||
    high > most ||
    high <= low ||
    high - low >= 2 ** 32
  ) {
    throw new ConfigError(
      `randomInt: integers low < high within ${dtype} and less than 2^32 apart must be given; got low ${low}, high ${high}.`,
      {
        field: "high",
        got: [low, high],
      },
    );
  }
  return drawn(
    "randomInt",
    shape,
    { distribution: "integer", low, high, type: dtype as "i32" | "u32" },
    options,
    dtype,
  );
}

/**
 * True with probability `probability`, the same on every device.
 *
 * @returns bool
 * @throws ConfigError unless 0 ≤ probability ≤ 1
 * @example
 * bernoulli([8], 0.5, { seed: 1 });
 */
export function bernoulli(
  shape: Shape,
  probability: number,
  options: RandomKey & Pick<TensorOptions, "device">,
): Tensor {
  requireArity("bernoulli", arguments, 3);
  requireOptions("bernoulli", options);
  checkTensorOptions<typeof options>("bernoulli", options, { seed: true, stream: true, device: true });
  checkProbability("bernoulli", probability);
  return drawn("bernoulli", shape, { distribution: "bernoulli", probability, value: 1, type: "u32" }, options, "bool");
}

/**
 * What to multiply activations with: 1/(1 − rate) where they are kept, 0 with probability `rate`.
 *
 * @param rate share that is dropped, 0 ≤ rate ≤ 1; 1 keeps nothing
 * @throws ConfigError for another rate
 * @returns a tensor of `shape` (`[…]`), f32 or the given dtype
 * @example
 * const y = mul(x, dropoutMask(x.shape, 0.1, { seed: 1, stream: 17, device: x.device }));
 */
export function dropoutMask(shape: Shape, rate: number, options: RandomOptions): Tensor {
  requireArity("dropoutMask", arguments, 3);
  requireOptions("dropoutMask", options);
  checkTensorOptions<RandomOptions>("dropoutMask", options, randomOptions);
  checkProbability("dropoutMask", rate);
  return drawn(
    "dropoutMask",
    shape,
    { distribution: "bernoulli", probability: 1 - rate, value: rate === 1 ? 0 : 1 / (1 - rate), type: "f32" },
    options,
    "f32",
  );
}

function checkProbability(op: string, probability: number): void {
  if (typeof probability === "number" && probability >= 0 && probability <= 1) return;
  throw new ConfigError(`${op}: a probability must lie in [0, 1]; got ${describeValue(probability)}.`, {
    field: "probability",
    got: probability,
  });
}
