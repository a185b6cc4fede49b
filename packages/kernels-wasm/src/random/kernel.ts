// Random numbers of a key and a counter (Threefry-2x32, 20 rounds), four counters at a time: the bits are the same on
// every device.
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { ptr, u32 } from "../params.ts";

/** What is drawn; `count` elements. */
export type RandomWasmSpec = { readonly count: number } &
  /** min(low + (high − low)·u, most): the sum may round to high */
  (
    | { readonly distribution: "uniform"; readonly low: number; readonly high: number; readonly most: number }
    | { readonly distribution: "normal"; readonly mean: number; readonly std: number }
    | { readonly distribution: "integer"; readonly low: number; readonly high: number }
    | {
        readonly distribution: "bernoulli";
        readonly probability: number;
        readonly value: number;
        readonly type: "f32" | "u32";
      }
  );

interface Config {
  readonly distribution: RandomWasmSpec["distribution"];
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** `c0` and `c1` become `x` and `y`, random bits. */
const threefry = `
    let key2 = (key0 ^ key1) ^ 0x1bd11bda;
    var x = c0 + key0;
    var y = c1 + key1;
    ${[0, 1, 2, 3, 4]
      .map(
        (group) => `
    ${rotations[group % 2]!.map((by) => `x = x + y; y = ((y << ${by}) | (y >> ${32 - by})) ^ x;`).join(" ")}
    x = x + key${(group + 1) % 3};
    y = y + key${(group + 2) % 3} + ${group + 1};`,
      )
      .join("")}`;

const unit = (bits: string): string => `vec4f(${bits} >> 8) * 5.9604644775390625e-8`;

/** Elements of the first and of the second word, as vec4f, from the bits `first` and `second`. */
const drawn: Readonly<Record<Config["distribution"], string>> = {
  uniform: ["x", "y"]
    .map((bits, i) => `let ${"ab"[i]} = min(${unit(bits)} * as_vec4f(second) + as_vec4f(first), as_vec4f(third));`)
    .join(" "),
  normal: `
    let radius = sqrt(log(1.0 - ${unit("x")}) * -2.0) * as_vec4f(second);
    let angle = ${unit("y")} * 6.283185307179586;
    let a = radius * cos_near(angle) + as_vec4f(first);
    let b = radius * sin_near(angle) + as_vec4f(first);`,
  integer: "let a = as_vec4f(mul_high(x, second) + first); let b = as_vec4f(mul_high(y, second) + first);",
  bernoulli: `
    let a = as_vec4f(unless(first, (x >> 8) >= second));
    let b = as_vec4f(unless(first, (y >> 8) >= second));`,
};

const randomKernel = defineWasmKernel({
  name: "random",
  params: {
    ...ptr("key", "to"),
    ...u32("count", "firstBits", "secondBits", "thirdBits", "begin", "end"),
  },
  body: ({ distribution }: Config) => `
  let key0 = vec4u(load_u32(key));
  let key1 = vec4u(load_u32(key + 4));
  let low = vec4u(load_u32(key + 8));
  let high = vec4u(load_u32(key + 12));
  let first = vec4u(firstBits);
  let second = vec4u(secondBits);
  let third = vec4u(thirdBits);
  for (var i = begin; i < end; i += 1) {
    let c0 = low + as_vec4u(vec4i(0, 1, 2, 3)) + i * 4;
    let c1 = high - as_vec4u(c0 < low);
    ${threefry}
    ${drawn[distribution]}
    store4(to + i * 32, shuffle(a, b, 0, 4, 1, 5));
    if (i * 8 + 4 < count) { store4(to + i * 32 + 16, shuffle(a, b, 2, 6, 3, 7)); }
  }`,
});

const words = new DataView(new ArrayBuffer(4));

function bitsOf(value: number): number {
  words.setFloat32(0, value);
  return words.getUint32(0);
}

/** The numbers that a distribution depends on, as bits. */
function parameters(spec: RandomWasmSpec): readonly [first: number, second: number, third?: number] {
  switch (spec.distribution) {
    case "uniform":
      return [bitsOf(spec.low), bitsOf(spec.high - spec.low), bitsOf(spec.most)];
    case "normal":
      return [bitsOf(spec.mean), bitsOf(spec.std)];
    case "integer":
      return [spec.low >>> 0, (spec.high - spec.low) >>> 0];
    case "bernoulli":
      return [spec.type === "f32" ? bitsOf(spec.value) : spec.value, Math.ceil(spec.probability * 2 ** 24)];
  }
}

/**
 * y = `count` random elements of key, u32 [4]: two key words, then the counter to start from, low word first. Elements
 * 2i and 2i + 1 come from counter + i.
 */
export const randomWasm: { program(spec: RandomWasmSpec): WasmProgram } = {
  program(spec) {
    const [firstBits, secondBits, thirdBits = 0] = parameters(spec);
    const call = wasmCall(
      randomKernel,
      { distribution: spec.distribution },
      { to: "y", count: spec.count, firstBits, secondBits, thirdBits },
      { count: Math.ceil(spec.count / 8), grain: 64 },
    );
    return wasmProgram([call]);
  },
};
