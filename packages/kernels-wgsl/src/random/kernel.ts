// Random numbers from Threefry-2x32-20: element i depends on the key and on i alone, so any device and any grid draws
// the same. README.md.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";

/** Distributions that the random kernel draws from. */
export type Distribution = "uniform" | "normal" | "integer" | "bernoulli";

/** What is baked into the text. */
export interface RandomConfig {
  readonly distribution: Distribution;
  readonly type: "f32" | "i32" | "u32";
}

const WORKGROUP = 64;

/** WGSL: `threefry(key, counter)`, two random words, and `unit(word)`, a number in [0, 1). */
export const threefryFunctions: string = `fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y);
  var state = counter + key;
${Array.from({ length: 5 }, (_, group) => {
  const rotations = group % 2 === 0 ? [13, 15, 26, 6] : [17, 29, 16, 24];
  const rounds = rotations.map(
    (r) => `  state.x += state.y;\n  state.y = ((state.y << ${r}u) | (state.y >> ${32 - r}u)) ^ state.x;\n`,
  );
  return `${rounds.join("")}  state += vec2u(keys[${(group + 1) % 3}], keys[${(group + 2) % 3}] + ${group + 1}u);\n`;
}).join("")}  return state;
}

// a multiple of 2^-24 in [0, 1)
fn unit(bits: u32) -> f32 { return f32(bits >> 8u) * 5.9604644775390625e-8; }
`;

/**
 * log and sin/cos of README §2: the built-in ones may be off by 2^-11. `precise_log` of a positive f32: exponent and mantissa apart, the
 * mantissa in [0.7, 1.42) by the series of atanh. `turned` is (cos, sin) of 2π·turn, turn in [0, 1): the nearest quarter turn is exact, the
 * rest at most π/4.
 */
const boxMuller = `
fn precise_log(value: f32) -> f32 {
  let bits = bitcast<u32>(value) - 0x3f3504f3u;
  let exponent = bitcast<i32>(bits) >> 23u;
  let mantissa = bitcast<f32>((bits & 0x007fffffu) + 0x3f3504f3u);
  let s = (mantissa - 1.0) / (mantissa + 1.0);
  let q = s * s;
  let series = 2.0 * s * (1.0 + q * (0.33333334 + q * (0.2 + q * (0.14285715 + q * 0.11111111))));
  return f32(exponent) * 0.6931472 + series;
}

fn turned(turn: f32) -> vec2f {
  let quarter = floor(turn * 4.0 + 0.5);
  let angle = (turn * 4.0 - quarter) * 1.5707964;
  let q = angle * angle;
  let s = angle * (1.0 + q * (-0.16666667 + q * (8.3333333e-3 + q * (-1.9841270e-4 + q * 2.7557319e-6))));
  let c = 1.0 + q * (-0.5 + q * (4.1666667e-2 + q * (-1.3888889e-3 + q * 2.4801587e-5)));
  var result = vec2f(c, s);
  switch (u32(quarter) & 3u) {
    case 1u: { result = vec2f(-s, c); }
    case 2u: { result = vec2f(-c, -s); }
    case 3u: { result = vec2f(s, -c); }
    default: { }
  }
  return result;
}
`;

/** Upper word of a 64-bit product, from 16-bit halves. */
const multiplyHigh = `
fn multiply_high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let crossed = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (crossed >> 16u);
}
`;

/** The lines that make `first` and `second` of the two words `bits`; a and b are the distribution's parameters. */
const draws: Readonly<Record<Distribution, (type: string) => string>> = {
  uniform: () => `  let first = min(u.a + u.b * unit(bits.x), u.most);
  let second = min(u.a + u.b * unit(bits.y), u.most);`,
  normal: () => `  let square = -2.0 * precise_log(1.0 - unit(bits.x));
  let radius = select(0.0, sqrt(max(square, 1e-30)), square > 0.0);
  let pair = radius * turned(unit(bits.y));
  let first = u.a + u.b * pair.x;
  let second = u.a + u.b * pair.y;`,
  integer: (type) => `  let first = ${type}(u.low + multiply_high(bits.x, u.range));
  let second = ${type}(u.low + multiply_high(bits.y, u.range));`,
  bernoulli: (type) => `  let first = select(${type}(), ${type}(u.b), (bits.x >> 8u) < u.range);
  let second = select(${type}(), ${type}(u.b), (bits.y >> 8u) < u.range);`,
};

/** Elements 2i and 2i + 1 from counter `key[2..3] + i` under the key `key[0..1]`. */
export const randomKernel = defineKernel({
  name: "random",
  uniforms: { count: "u32", a: "f32", b: "f32", most: "f32", low: "u32", range: "u32" },
  bindings: ({ type }: RandomConfig) => ({ key: "read u32", y: `read_write ${type}` }),
  wgsl: ({
    distribution,
    type,
  }) => `${threefryFunctions}${distribution === "normal" ? boxMuller : ""}${distribution === "integer" ? multiplyHigh : ""}
${linearMain(
  WORKGROUP,
  `  if (2u * index >= u.count) { return; }
  let low = key[2] + index;
  let bits = threefry(vec2u(key[0], key[1]), vec2u(low, key[3] + select(0u, 1u, low < index)));
${draws[distribution](type)}
  y[2u * index] = first;
  if (2u * index + 1u < u.count) { y[2u * index + 1u] = second; }`,
)}`,
});

/** What to draw. */
export type RandomSpec = { readonly count: number } &
  /** min(low + (high − low)·u, most): the sum may round to high */
  (
    | { readonly distribution: "uniform"; readonly low: number; readonly high: number; readonly most: number }
    | { readonly distribution: "normal"; readonly mean: number; readonly std: number }
    | { readonly distribution: "integer"; readonly low: number; readonly high: number; readonly type: "i32" | "u32" }
    /** `value` with probability `probability`, else 0 */
    | {
        readonly distribution: "bernoulli";
        readonly probability: number;
        readonly value: number;
        readonly type: "f32" | "u32";
      }
  );

/**
 * `count` random numbers. Buffer `key` holds four u32: the two words of the key and the counter (low, high) to start
 * from.
 *
 * @returns a program over buffers `key` and `y`
 * @example
 * random.program({ distribution: "normal", mean: 0, std: 0.02, count: 4096 })
 */
function program(spec: RandomSpec, caps: Caps = baseCaps): Program {
  const { distribution, count } = spec;
  if (count === 0) return programOf([]);
  const uniforms = { count, a: 0, b: 0, most: 0, low: 0, range: 0 };
  if (spec.distribution === "uniform")
    Object.assign(uniforms, { a: spec.low, b: spec.high - spec.low, most: spec.most });
  else if (spec.distribution === "normal") Object.assign(uniforms, { a: spec.mean, b: spec.std });
  else if (spec.distribution === "integer")
    Object.assign(uniforms, { low: spec.low >>> 0, range: (spec.high - spec.low) >>> 0 });
  else Object.assign(uniforms, { b: spec.value, range: Math.ceil(spec.probability * 2 ** 24) });
  const type = "type" in spec ? spec.type : "f32";
  return programOf([
    dispatch(randomKernel, {
      config: { distribution, type },
      uniforms,
      workgroups: grid1d(Math.ceil(count / 2), WORKGROUP, caps),
    }),
  ]);
}

/**
 * Random numbers from a key, counter-based (Threefry-2x32-20): element i depends on the key and i alone, so it is the
 * same on every device. Buffers `key` (two u32 words) and `y` [count]. See {@link RandomSpec} for the distributions.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [key, y] = [runner.createBuffer(8), runner.createBuffer(16)];
 * runner.write(key, new Uint32Array([1, 2]));
 * runner.run(random.program({ distribution: "uniform", count: 4, low: 0, high: 1, most: 0.99999994 }), { key, y });
 */
export const random: {
  readonly program: (spec: RandomSpec, caps?: Caps) => Program;
} = {
  program,
};
