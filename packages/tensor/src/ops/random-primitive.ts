// The primitive that draws random tensors from a key: same key, same random words, whatever the device (normals agree
// within rounding).
import { randomWasm } from "@x/kernels-wasm";
import { type Caps, type Program, random as kernel, type RandomSpec } from "@x/kernels-wgsl";
import { placeIn, uniformRange, type UniformRange } from "../numbers/host-random.ts";
import { requireDType } from "../numbers/dtype.ts";
import { ConfigError, ShapeError } from "../errors.ts";
import { type Case, type CaseInput, definePrimitive, type Primitive } from "../primitive.ts";
import { checkShape, type Shape, sizeOf } from "../shape.ts";
import { threefry2x32, uniformFromBits } from "../numbers/threefry.ts";

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

/** Shape and distribution of a random tensor. */
export interface RandomParams {
  readonly shape: Shape;
  readonly draw: RandomDraw;
}

type UniformDraw = Extract<RandomDraw, { distribution: "uniform" }>;

/** The ends of a uniform draw. */
export function rangeOf(draw: UniformDraw): UniformRange {
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

const drawn = (
  name: string,
  shape: Shape,
  draw: RandomDraw,
  from: CaseInput = key,
): Case<"key", never, RandomParams> => ({
  name,
  inputs: { key: from },
  params: { shape, draw },
  noGradCheck: "integers in: there is nothing to differentiate",
});

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
      throw ShapeError.must("random", "key", "have 4 words", x.key.shape, [4]);
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
    drawn("uniform", [129], { distribution: "uniform", low: 0, high: 1 }),
    drawn("uniform in a range", [3, 5], { distribution: "uniform", low: -2, high: 6 }),
    drawn("uniform of two numbers", [67], { distribution: "uniform", low: 1, high: 1 + 2 ** -22 }),
    drawn("normal", [1031], { distribution: "normal", mean: 1, std: 2 }),
    drawn("integers", [67], { distribution: "integer", low: -3, high: 50288, type: "i32" }),
    drawn(
      "carry into the high word",
      [33],
      { distribution: "integer", low: 0, high: 4294967295, type: "u32" },
      { ...key, fill: { values: [5, 6, 4294967290, 0] } },
    ),
    drawn("mask", [1], { distribution: "bernoulli", probability: 0.9, value: 1.25, type: "f32" }),
    drawn("coin flips", [65], { distribution: "bernoulli", probability: 0.3, value: 1, type: "u32" }),
    { ...drawn("weight", [3072, 768], { distribution: "normal", mean: 0, std: 0.02 }), bench: true },
  ],
  cost: (_x, p) => ({ flops: 60 * sizeOf(p.shape), bytes: 4 * sizeOf(p.shape) }),
});
