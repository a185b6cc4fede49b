// Random tensors, drawn on their device from a key: same key, same random words, whatever the device (normals agree
// within rounding). Draws on the host are in host-random.ts.
import { requireOptions } from "../require.ts";
import { randomWasm } from "@x/kernels-wasm";
import { type Caps, type Program, random as kernel, type RandomSpec } from "@x/kernels-wgsl";
import { describeValue } from "@x/base";
import { placeIn, uniformRange, type UniformRange } from "../host-random.ts";
import { type DType, isFloat, requireDType } from "../dtype.ts";
import { ConfigError, ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { checkShape, type Shape, showShape, sizeOf } from "../shape.ts";
import { checkInteger, keyWords, type RandomKey, threefry2x32, uniformFromBits } from "../threefry.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { checkTensorOptions, tensor, type TensorOptions } from "./creation.ts";
import { mul } from "./elementwise.ts";
import { tidy } from "../scope.ts";

/** What to draw; `type` of integers and coin flips is the dtype of the result. */
export type RandomDraw =
  /** [low, high); no number above `most`, by default the largest f32 below high */
  | { readonly distribution: "uniform"; readonly low: number; readonly high: number; readonly most?: number }
  | { readonly distribution: "normal"; readonly mean: number; readonly std: number }
  | { readonly distribution: "integer"; readonly low: number; readonly high: number; readonly type: "i32" | "u32" }
  | {
      readonly distribution: "bernoulli";
      readonly probability: number;
      readonly value: number;
      readonly type: "f32" | "u32";
    };

const distributions: readonly RandomDraw["distribution"][] = ["uniform", "normal", "integer", "bernoulli"];

/** Shape and distribution of a random tensor. */
export interface RandomParams {
  readonly shape: Shape;
  readonly draw: RandomDraw;
}

type UniformDraw = Extract<RandomDraw, { distribution: "uniform" }>;

/** The ends of a uniform draw. */
function rangeOf(draw: UniformDraw): UniformRange {
  const range = uniformRange("random", draw.low, draw.high);
  return draw.most === undefined ? range : { ...range, most: draw.most };
}

/** What a kernel draws: the draw with its defaults. */
function kernelSpec({ shape, draw }: RandomParams): RandomSpec {
  const count = sizeOf(shape);
  return draw.distribution === "uniform" ? { distribution: "uniform", ...rangeOf(draw), count } : { ...draw, count };
}

/** Writes two elements drawn from the two words of one counter. */
function drawPair(draw: RandomSpec, bits: readonly [number, number], out: [number, number]): void {
  for (let i = 0; i < 2; i++) {
    if (draw.distribution === "uniform") out[i] = placeIn(draw, uniformFromBits(bits[i]!));
    else if (draw.distribution === "integer")
      out[i] = draw.low + Math.floor((bits[i]! * ((draw.high - draw.low) >>> 0)) / 2 ** 32);
    else if (draw.distribution === "bernoulli")
      out[i] = bits[i]! >>> 8 < Math.ceil(draw.probability * 2 ** 24) ? draw.value : 0;
  }
  if (draw.distribution !== "normal") return;
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFromBits(bits[0])));
  const angle = 2 * Math.PI * uniformFromBits(bits[1]);
  out[0] = draw.mean + draw.std * radius * Math.cos(angle);
  out[1] = draw.mean + draw.std * radius * Math.sin(angle);
}

function programOf(p: RandomParams, caps: Caps): Program {
  return kernel.program(kernelSpec(p), caps);
}

const key = { shape: [4], dtype: "u32", fill: { values: [1, 2, 3, 4] } } as const;
const noGradCheck = "integers in: there is nothing to differentiate";

/**
 * y = random numbers of a key. `key` is u32 [4]: two key words (`keyWords` makes them of a seed and a stream), then the
 * counter to start from, low word first. Elements 2i and 2i + 1 come from counter + i.
 */
export const randomPrimitive: Primitive<"key", never, "y", RandomParams> = definePrimitive({
  name: "random",
  inputs: ["key"],
  outputs: ["y"],
  infer(x, p: RandomParams) {
    requireDType("random", "key", x.key.dtype, ["u32"]);
    if (sizeOf(x.key.shape) !== 4) {
      throw new ShapeError(`random: key must have 4 words; got ${showShape(x.key.shape)}.`, {
        op: "random",
        expected: [4],
        got: x.key.shape,
      });
    }
    checkShape("random", p.shape);
    if (p.draw.distribution === "uniform") {
      const { low, high } = rangeOf(p.draw);
      if (!Number.isFinite(Math.fround(high - low))) {
        throw new ConfigError(
          `random: high − low must be finite in f32; got low ${low}, high ${high}. Draw with randomFromKey, or half the range times 2.`,
          { field: "high", got: [low, high] },
        );
      }
    }
    return { y: { shape: p.shape, dtype: "type" in p.draw ? p.draw.type : "f32" } };
  },
  cpu(x, { y }, p) {
    const [key0, key1, low, high] = x.key.data as unknown as [number, number, number, number];
    const pair: [number, number] = [0, 0];
    const spec = kernelSpec(p);
    for (let i = 0; i < y.data.length; i += 2) {
      const counter = low + i / 2;
      drawPair(spec, threefry2x32(key0, key1, counter >>> 0, (high + (counter >= 2 ** 32 ? 1 : 0)) >>> 0), pair);
      y.data[i] = pair[0];
      if (i + 1 < y.data.length) y.data[i + 1] = pair[1];
    }
  },
  webgpu: (_x, p, caps) => programOf(p, caps),
  wasm: (_x, p) => randomWasm.program(kernelSpec(p)),
  vjp: () => ({}),
  cases: [
    {
      name: "uniform",
      inputs: { key },
      params: { shape: [129], draw: { distribution: "uniform", low: 0, high: 1 } },
      noGradCheck,
    },
    {
      name: "uniform in a range",
      inputs: { key },
      params: { shape: [3, 5], draw: { distribution: "uniform", low: -2, high: 6 } },
      noGradCheck,
    },
    {
      name: "uniform of two numbers",
      inputs: { key },
      params: { shape: [67], draw: { distribution: "uniform", low: 1, high: 1 + 2 ** -22 } },
      noGradCheck,
    },
    {
      name: "normal",
      inputs: { key },
      params: { shape: [1031], draw: { distribution: "normal", mean: 1, std: 2 } },
      noGradCheck,
    },
    {
      name: "integers",
      inputs: { key },
      params: { shape: [67], draw: { distribution: "integer", low: -3, high: 50288, type: "i32" } },
      noGradCheck,
    },
    {
      name: "carry into the high word",
      inputs: { key: { ...key, fill: { values: [5, 6, 4294967290, 0] } } },
      params: { shape: [33], draw: { distribution: "integer", low: 0, high: 4294967295, type: "u32" } },
      noGradCheck,
    },
    {
      name: "mask",
      inputs: { key },
      params: { shape: [1], draw: { distribution: "bernoulli", probability: 0.9, value: 1.25, type: "f32" } },
      noGradCheck,
    },
    {
      name: "coin flips",
      inputs: { key },
      params: { shape: [65], draw: { distribution: "bernoulli", probability: 0.3, value: 1, type: "u32" } },
      noGradCheck,
    },
    {
      name: "weight",
      inputs: { key },
      params: { shape: [3072, 768], draw: { distribution: "normal", mean: 0, std: 0.02 } },
      bench: true,
    },
  ],
  cost: (_x, p) => ({ flops: 60 * sizeOf(p.shape), bytes: 4 * sizeOf(p.shape) }),
});

/** Seed and stream of a draw, and where the tensor goes. */
export interface RandomOptions extends RandomKey, TensorOptions {}

const randomOptions = { seed: true, stream: true, dtype: true, device: true } as const;

/**
 * The key of a draw as a tensor, u32 [4]. A captured step takes it as an input to draw new numbers every time.
 *
 * @param offset counters to skip; a draw of n elements uses ⌈n / 2⌉
 * @throws ConfigError for a seed, stream or offset that is no whole number
 * @example
 * randomFromKey(randomKey({ seed: 1, stream: 0 }), [2, 3], { distribution: "uniform", low: 0, high: 1 });
 */
export function randomKey(
  source: RandomKey,
  options: { readonly offset?: number } & Pick<TensorOptions, "device"> = {},
): Tensor {
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
 * @param keyTensor `[4]`, u32
 * @param shape of the result
 * @param draw the distribution and its parameters
 * @returns a tensor of `shape`, f32, i32 or u32 as the distribution has it
 * @throws ConfigError for another distribution or parameters out of range; ShapeError, DTypeError for another key
 * @example
 * randomFromKey(randomKey({ seed: 1, stream: 0 }), [4], { distribution: "normal", mean: 0, std: 1 });
 */
export function randomFromKey(keyTensor: Tensor, shape: Shape, draw: RandomDraw): Tensor {
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
      return tidy(() =>
        mul(randomFromKey(keyTensor, shape, { ...draw, low: low / 2, high: high / 2, most: most / 2 }), 2),
      );
  }
  return apply(randomPrimitive, { key: keyTensor }, { shape, draw }).y;
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
  requireOptions("randomNormal", options);
  checkTensorOptions<typeof options>("randomNormal", options, { ...randomOptions, mean: true, std: true });
  const { mean = 0, std = 1 } = options;
  if (!Number.isFinite(mean))
    throw new ConfigError(`randomNormal: mean must be a finite number; got ${describeValue(mean)}.`, {
      field: "mean",
      got: mean,
    });
  if (!(Number.isFinite(std) && std >= 0))
    throw new ConfigError(`randomNormal: std must be a finite number of at least 0; got ${describeValue(std)}.`, {
      field: "std",
      got: std,
    });
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
  requireOptions("bernoulli", options);
  checkTensorOptions<typeof options>("bernoulli", options, { seed: true, stream: true, device: true });
  checkProbability("bernoulli", probability);
  return drawn("bernoulli", shape, { distribution: "bernoulli", probability, value: 1, type: "u32" }, options, "bool");
}

/**
 * What to multiply activations with: 1/(1 − rate) where they are kept, 0 with probability `rate`.
 *
 * @param rate share that is dropped, 0 ≤ rate < 1
 * @throws ConfigError for another rate
 * @returns a tensor of `shape` (`[…]`), f32 or the given dtype
 * @example
 * const y = mul(x, dropoutMask(x.shape, 0.1, { seed: 1, stream: 17, device: x.device }));
 */
export function dropoutMask(shape: Shape, rate: number, options: RandomOptions): Tensor {
  requireOptions("dropoutMask", options);
  checkTensorOptions<RandomOptions>("dropoutMask", options, randomOptions);
  checkProbability("dropoutMask", rate);
  if (rate === 1)
    throw new ConfigError("dropoutMask: rate must be below 1; got 1, which keeps nothing.", {
      field: "rate",
      got: rate,
    });
  return drawn(
    "dropoutMask",
    shape,
    { distribution: "bernoulli", probability: 1 - rate, value: 1 / (1 - rate), type: "f32" },
    options,
    "f32",
  );
}

function checkProbability(op: string, probability: number): void {
  if (probability >= 0 && probability <= 1) return;
  throw new ConfigError(`${op}: a probability must lie in [0, 1]; got ${describeValue(probability)}.`, {
    field: "probability",
    got: probability,
  });
}
