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

/** y with erf(y) = x by the secant between two ends, halved where it stalls. */
function inverseErf(x: number): number {
  if (Math.abs(x) >= 1 || x === 0) return Math.abs(x) === 1 ? x * Infinity : x === 0 ? x : NaN;
  if (Math.abs(x) < 1e-6) return (x * Math.sqrt(Math.PI)) / 2;
  let [low, high] = [0, 6];
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (erf(middle) < Math.abs(x)) low = middle;
    else high = middle;
    if (middle === low && middle === high) break;
  }
  return Math.sign(x) * low;
}

/** The nearest whole number; of two, the even one. */
function halfEven(x: number): number {
  const nearest = Math.round(x);
  return Math.abs(x - Math.trunc(x)) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

/** a − b·⌊a/b⌋ from the remainder of the truncated division. */
function floorMod(a: number, b: number): number {
  const rest = a % b;
  return rest === 0 || rest > 0 === b > 0 ? rest : rest + b;
}

function floorQuotient(a: number, b: number): number {
  if (b === 0) return a / b;
  if (!Number.isFinite(a) || Number.isNaN(b)) return NaN;
  const exact = (a - floorMod(a, b)) / b;
  return Number.isFinite(b) ? Math.round(exact) : a === 0 || a > 0 === b > 0 ? 0 : -1;
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
  ceil: { of: (a) => Math.ceil(a) },
  round: { of: halfEven },
  trunc: { of: (a) => Math.trunc(a) },
  exp2: { of: (a) => 2 ** a, allow: relative(4) },
  log2: { of: (a) => Math.log2(a), allow: relative(4) },
  expm1: { of: (a) => Math.expm1(a), allow: relative(4) },
  log1p: { of: (a) => Math.log1p(a), allow: relative(4) },
  tan: { of: (a) => Math.tan(a), allow: relative(6) },
  asin: { of: (a) => Math.asin(a), allow: relative(6) },
  acos: { of: (a) => Math.acos(a), allow: relative(6) },
  atan: { of: (a) => Math.atan(a), allow: relative(6) },
  sinh: { of: (a) => Math.sinh(a), allow: relative(6) },
  cosh: { of: (a) => Math.cosh(a), allow: relative(6) },
  asinh: { of: (a) => Math.asinh(a), allow: relative(6) },
  acosh: { of: (a) => Math.acosh(a), allow: relative(6) },
  atanh: { of: (a) => Math.atanh(a), allow: relative(6) },
  erfinv: { of: inverseErf, allow: relative(8) },
  atan2: { of: (a, b) => Math.atan2(a, b), allow: relative(6) },
  // exact, of integers 0 where the divisor is 0
  fmod: { types: numeric, of: (a, b) => a % b },
  remainder: { types: numeric, of: floorMod, allow: relative(1) },
  floorDivide: { types: numeric, of: floorQuotient, allow: relative(1) },
};

/** What integers give for a division by 0: 0. */
const whole = (value: number): bigint => (Number.isFinite(value) ? BigInt(value) : 0n);

/** The op on integers, exactly, modulo 2³². */
export function wrapped(name: string, of: ElementOracle["of"], dtype: DType, a: number, b: number, c: number): number {
  const exact = name === "mul" ? BigInt(a) * BigInt(b) : name === "square" ? BigInt(a) * BigInt(a) : whole(of(a, b, c));
  return Number(dtype === "u32" ? BigInt.asUintN(32, exact) : BigInt.asIntN(32, exact));
}

/** Primitives that no program has, with the reason. */
export const notFuzzed: Readonly<Record<string, string>> = {
  random: "its bits are compared with the host's in ops-random.test.ts, its ends in uniform-range.gpu.test.ts",
  dequantize: "packed weights: quantize.test.ts compares them with the numbers they were made of",
  quantized_linear: "packed weights: quantize.test.ts compares it with the product of what they stand for",
  share: "part of the gradient of maximum and minimum, not exported as a function",
};
