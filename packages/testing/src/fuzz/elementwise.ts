// What elementwise ops must give, in plain Math on doubles by PyTorch's conventions, and how far a device may be off. Independent of the ops' own rows: keep it so.
import type { DType } from "@x/tensor";

/** An elementwise op as it should be. */
export interface ElementOracle {
  /** what it takes; default floats */
  readonly types?: readonly DType[];
  readonly result?: DType;
  /** the op on doubles */
  readonly of: (a: number, b: number, c: number) => number;
  /** allowed error of a float result in f32, absolute; default 0: exact but for the rounding to f32 */
  readonly allow?: (y: number, a: number, b: number) => number;
}

const ulp = 2 ** -23;
const relative =
  (ulps: number) =>
  (y: number): number =>
    ulps * ulp * Math.abs(y);
const numeric: readonly DType[] = ["f32", "i32", "u32"];
const signed: readonly DType[] = ["f32", "i32"];
const any: readonly DType[] = ["f32", "i32", "u32", "bool"];
const truth = (holds: boolean): number => (holds ? 1 : 0);

/** erf by its Maclaurin series in doubles below 2.5, by the asymptotic continued fraction of erfc (Lentz) above. */
function erf(x: number): number {
  const t = Math.abs(x);
  if (Number.isNaN(x) || t > 9) return Number.isNaN(x) ? NaN : Math.sign(x);
  if (t < 2.5) {
    let [total, power] = [0, x];
    for (let n = 0; n < 120; n++) {
      total += power / (2 * n + 1);
      power *= -(x * x) / (n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  let tail = t;
  for (let k = 80; k > 0; k--) tail = t + k / 2 / tail;
  return Math.sign(x) * (1 - Math.exp(-t * t) / (Math.sqrt(Math.PI) * tail));
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** aᵇ of C99 and PyTorch: 1^y and x^0 are 1 also for NaN, (−1)^±∞ is 1. */
function power(a: number, b: number): number {
  if (a === 1 || b === 0) return 1;
  return a === -1 && (b === Infinity || b === -Infinity) ? 1 : Math.pow(a, b);
}

/** Rounding of x·log₂a before the exponential multiplies: the error that PyTorch's float pow does not have and WGSL's may. */
const powerError = (y: number, a: number, b: number): number =>
  Math.abs(y) * (16 + 4 * Math.abs(b * Math.log(Math.abs(a)))) * ulp || 0;

export const elementOracles: Readonly<Record<string, ElementOracle>> = {
  add: { types: numeric, of: (a, b) => a + b },
  sub: { types: numeric, of: (a, b) => a - b },
  mul: { types: numeric, of: (a, b) => a * b },
  square: { types: numeric, of: (a) => a * a },
  div: { of: (a, b) => a / b, allow: relative(3) },
  pow: { of: power, allow: powerError },
  maximum: { types: numeric, of: (a, b) => Math.max(a, b) },
  minimum: { types: numeric, of: (a, b) => Math.min(a, b) },
  eq: { types: any, result: "bool", of: (a, b) => truth(a === b) },
  ne: { types: any, result: "bool", of: (a, b) => truth(a !== b) },
  lt: { types: numeric, result: "bool", of: (a, b) => truth(a < b) },
  le: { types: numeric, result: "bool", of: (a, b) => truth(a <= b) },
  gt: { types: numeric, result: "bool", of: (a, b) => truth(a > b) },
  ge: { types: numeric, result: "bool", of: (a, b) => truth(a >= b) },
  and: { types: ["bool"], of: (a, b) => a & b },
  or: { types: ["bool"], of: (a, b) => a | b },
  not: { types: ["bool"], of: (a) => 1 - a },
  isNaN: { types: any, result: "bool", of: (a) => truth(Number.isNaN(a)) },
  isInf: { types: any, result: "bool", of: (a) => truth(Math.abs(a) === Infinity) },
  isFinite: { types: any, result: "bool", of: (a) => truth(Number.isFinite(a)) },
  where: { types: any, of: (a, b, c) => (a !== 0 ? b : c) },
  clamp: { types: numeric, of: (a, b, c) => Math.min(Math.max(a, b), c) },
  neg: { types: signed, of: (a) => -a },
  abs: { types: signed, of: (a) => Math.abs(a) },
  sign: { types: signed, of: (a) => (a > 0 ? 1 : a < 0 ? -1 : 0) },
  floor: { of: (a) => Math.floor(a) },
  recip: { of: (a) => 1 / a, allow: relative(3) },
  exp: { of: (a) => Math.exp(a), allow: (y, a) => (4 + 2 * Math.min(105, Math.abs(a))) * ulp * y },
  log: { of: (a) => Math.log(a), allow: (y) => 2 ** -21 + 4 * ulp * Math.abs(y) },
  sqrt: { of: (a) => Math.sqrt(a), allow: relative(4) },
  rsqrt: { of: (a) => 1 / Math.sqrt(a), allow: relative(4) },
  sin: { of: (a) => Math.sin(a), allow: () => 1e-6 },
  cos: { of: (a) => Math.cos(a), allow: () => 1e-6 },
  tanh: { of: (a) => Math.tanh(a), allow: (y) => 2e-7 + 8 * ulp * Math.abs(y) },
  sigmoid: { of: sigmoid, allow: (y, a) => (8 + 2 * Math.min(105, Math.abs(a))) * ulp * y },
  // x·sigmoid(x) is NaN at −∞, as in PyTorch; a sigmoid below the normal numbers may be 0
  silu: {
    of: (a) => a * sigmoid(a),
    allow: (y, a) => (8 + 2 * Math.min(105, Math.abs(a))) * ulp * Math.abs(y) + Math.min(105, Math.abs(a)) * 2 ** -126,
  },
  softplus: {
    of: (a) => (a > 0 ? a + Math.log1p(Math.exp(-a)) : Math.log1p(Math.exp(a))),
    allow: (y, a) => (8 + 2 * Math.min(105, Math.abs(a))) * ulp * y,
  },
  relu: { of: (a) => (Number.isNaN(a) ? NaN : Math.max(a, 0)) },
  erf: { of: erf, allow: () => 1e-6 },
};

/** The op on integers, exactly, modulo 2³². */
export function wrapped(name: string, of: ElementOracle["of"], dtype: DType, a: number, b: number, c: number): number {
  const exact =
    name === "mul" ? BigInt(a) * BigInt(b) : name === "square" ? BigInt(a) * BigInt(a) : BigInt(of(a, b, c));
  return Number(dtype === "u32" ? BigInt.asUintN(32, exact) : BigInt.asIntN(32, exact));
}

/** Primitives that no program has, with the reason. */
export const notFuzzed: Readonly<Record<string, string>> = {
  random: "its bits are compared with the host's in ops-random.test.ts, its ends in uniform-range.gpu.test.ts",
  dequantize: "packed weights: quantize.test.ts compares them with the numbers they were made of",
  quantized_linear: "packed weights: quantize.test.ts compares it with the product of what they stand for",
  share: "part of the gradient of maximum and minimum, not exported as a function",
};
