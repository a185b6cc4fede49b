// What every elementwise op gives, in doubles and with PyTorch's conventions, written without a look at the ops: the oracle of their special values.

import { erf, roundEven, erfinv, pythonMod, floorDivide, power } from "./oracle-maths.ts";

/** An op on numbers; a bool is 0 or 1. */
export interface OracleOp {
  readonly arity: 1 | 2 | 3;
  readonly f: (a: number, b: number, c: number) => number;
  /** gradients of the result with respect to each operand, times `g`; absent: the op has none */
  readonly gradients?: readonly ((g: number, a: number, b: number, c: number) => number)[];
  /** operands that are bool rather than f32 */
  readonly bools?: readonly number[];
  readonly result?: "bool";
  /** largest error relative to the result; default 1e-6 on the CPU, 3e-5 on WebGPU */
  readonly relative?: number;
  /** an absolute error that is allowed besides */
  readonly absolute?: number;
  /** the same for gradients, per unit of the gradient that arrives */
  readonly gradientError?: { readonly relative?: number; readonly absolute?: number };
  /** PyTorch leaves the sign of a zero open, or has both */
  readonly eitherZero?: true;
}

const flag = (holds: boolean): number => (holds ? 1 : 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => (x > 30 ? x : Math.log1p(Math.exp(x)));

const normalCdf = (x: number): number => 0.5 * (1 + erf(x * Math.SQRT1_2));
const geluInner = (x: number): number => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const signOf = (x: number): number => (x > 0 ? 1 : x < 0 ? -1 : 0);
/** −0 is less than 0, as IEEE 754's maximum and minimum have it. */
const below = (a: number, b: number): boolean => a < b || (a === b && Object.is(a, -0));
const maximum = (a: number, b: number): number => (Number.isNaN(a) || Number.isNaN(b) ? NaN : below(a, b) ? b : a);
const minimum = (a: number, b: number): number => (Number.isNaN(a) || Number.isNaN(b) ? NaN : below(a, b) ? a : b);
const none = [(): number => 0];
/** Gradients round where PyTorch's formulas in f32 do: what overflows on the way is infinite. */
const r = Math.fround;

/** By the names of the exported functions. */
export const elementwiseOracle: Readonly<Record<string, OracleOp>> = {
  neg: { arity: 1, f: (a) => -a, gradients: [(g) => -g] },
  abs: { arity: 1, f: (a) => Math.abs(a), gradients: [(g, a) => g * signOf(a)] },
  sign: { arity: 1, f: signOf, gradients: none },
  floor: { arity: 1, f: (a) => Math.floor(a), gradients: none },
  square: { arity: 1, f: (a) => a * a, gradients: [(g, a) => g * r(2 * a)] },
  recip: { arity: 1, f: (a) => 1 / a, gradients: [(g, a) => -g * r(r(1 / a) ** 2)] },
  exp: { arity: 1, f: (a) => Math.exp(a), gradients: [(g, a) => g * r(Math.exp(a))] },
  log: { arity: 1, f: (a) => Math.log(a), gradients: [(g, a) => g / a] },
  sqrt: { arity: 1, f: (a) => Math.sqrt(a), gradients: [(g, a) => g / r(2 * Math.sqrt(a))] },
  rsqrt: { arity: 1, f: (a) => 1 / Math.sqrt(a), gradients: [(g, a) => -0.5 * g * r(r(1 / Math.sqrt(a)) ** 3)] },
  sin: {
    arity: 1,
    f: (a) => Math.sin(a),
    gradients: [(g, a) => g * Math.cos(a)],
    absolute: 1e-6,
    gradientError: { absolute: 1e-6 },
  },
  cos: {
    arity: 1,
    f: (a) => Math.cos(a),
    gradients: [(g, a) => -g * Math.sin(a)],
    absolute: 1e-6,
    gradientError: { absolute: 1e-6 },
  },
  tanh: {
    arity: 1,
    f: (a) => Math.tanh(a),
    gradients: [(g, a) => g * (1 - Math.tanh(a) ** 2)],
    gradientError: { absolute: 5e-7 },
  },
  sigmoid: {
    arity: 1,
    f: sigmoid,
    gradients: [(g, a) => g * sigmoid(a) * (1 - sigmoid(a))],
    absolute: 2 ** -126,
    gradientError: { absolute: 2e-7 },
  },
  silu: {
    arity: 1,
    f: (a) => a * sigmoid(a),
    gradients: [(g, a) => g * sigmoid(a) * (1 + a * (1 - sigmoid(a)))],
    absolute: 1e-36,
    gradientError: { absolute: 1e-6 },
  },
  softplus: { arity: 1, f: softplus, gradients: [(g, a) => g * sigmoid(a)], gradientError: { absolute: 2 ** -126 } },
  relu: { arity: 1, f: (a) => maximum(a, 0), gradients: [(g, a) => (a <= 0 ? 0 : g)] },
  erf: {
    arity: 1,
    f: erf,
    gradients: [(g, a) => (g * 2 * Math.exp(-a * a)) / Math.sqrt(Math.PI)],
    absolute: 3e-7,
    gradientError: { relative: 3e-5 },
  },
  ceil: { arity: 1, f: (a) => Math.ceil(a), gradients: none },
  round: { arity: 1, f: roundEven, gradients: none },
  trunc: { arity: 1, f: (a) => Math.trunc(a), gradients: none },
  exp2: { arity: 1, f: (a) => 2 ** a, gradients: [(g, a) => g * r(r(2 ** a) * Math.LN2)] },
  log2: { arity: 1, f: (a) => Math.log2(a), gradients: [(g, a) => r(g / a) * Math.LOG2E] },
  expm1: {
    arity: 1,
    f: (a) => Math.expm1(a),
    gradients: [(g, a) => g * r(r(Math.expm1(a)) + 1)],
    gradientError: { absolute: 2e-7 },
  },
  log1p: { arity: 1, f: (a) => Math.log1p(a), gradients: [(g, a) => g / r(a + 1)] },
  tan: { arity: 1, f: (a) => Math.tan(a), gradients: [(g, a) => g * r(r(r(Math.tan(a)) ** 2) + 1)] },
  asin: { arity: 1, f: (a) => Math.asin(a), gradients: [(g, a) => g / Math.sqrt(r(1 - r(a * a)))] },
  acos: { arity: 1, f: (a) => Math.acos(a), gradients: [(g, a) => -g / Math.sqrt(r(1 - r(a * a)))] },
  atan: { arity: 1, f: (a) => Math.atan(a), gradients: [(g, a) => g / r(r(a * a) + 1)] },
  sinh: { arity: 1, f: (a) => Math.sinh(a), gradients: [(g, a) => g * r(Math.cosh(a))] },
  cosh: { arity: 1, f: (a) => Math.cosh(a), gradients: [(g, a) => g * r(Math.sinh(a))] },
  asinh: { arity: 1, f: (a) => Math.asinh(a), gradients: [(g, a) => g / Math.sqrt(r(r(a * a) + 1))] },
  acosh: { arity: 1, f: (a) => Math.acosh(a), gradients: [(g, a) => g / Math.sqrt(r(r(a * a) - 1))] },
  atanh: { arity: 1, f: (a) => Math.atanh(a), gradients: [(g, a) => g / r(1 - r(a * a))] },
  erfinv: {
    arity: 1,
    f: erfinv,
    gradients: [(g, a) => (g * Math.sqrt(Math.PI) * r(Math.exp(r(r(erfinv(a)) ** 2)))) / 2],
  },
  atan2: {
    arity: 2,
    f: (a, b) => Math.atan2(a, b),
    gradients: [(g, a, b) => (g * b) / (a * a + b * b), (g, a, b) => (-g * a) / (a * a + b * b)],
    gradientError: { absolute: 2 ** -126 },
  },
  fmod: {
    arity: 2,
    f: (a, b) => a % b,
    gradients: [(g) => g, (g, a, b) => -g * r(Number.isNaN(a % b) ? a / b : Math.round((a - (a % b)) / b))],
  },
  remainder: {
    arity: 2,
    f: pythonMod,
    gradients: [(g) => g, (g, a, b) => -g * r(floorDivide(a, b))],
  },
  floorDivide: { arity: 2, f: floorDivide, gradients: [() => 0, () => 0] },
  geluErf: {
    arity: 1,
    f: (a) => a * normalCdf(a),
    gradients: [(g, a) => g * (normalCdf(a) + (a * Math.exp((-a * a) / 2)) / Math.sqrt(2 * Math.PI))],
    absolute: 1e-6,
    gradientError: { absolute: 2e-6 },
  },
  geluTanh: { arity: 1, f: (a) => 0.5 * a * (1 + Math.tanh(geluInner(a))), absolute: 1e-6 },
  isNaN: { arity: 1, f: (a) => flag(Number.isNaN(a)), result: "bool" },
  isInf: { arity: 1, f: (a) => flag(Math.abs(a) === Infinity), result: "bool" },
  isFinite: { arity: 1, f: (a) => flag(Number.isFinite(a)), result: "bool" },
  not: { arity: 1, f: (a) => 1 - a, bools: [0], result: "bool" },
  add: { arity: 2, f: (a, b) => a + b, gradients: [(g) => g, (g) => g] },
  sub: { arity: 2, f: (a, b) => a - b, gradients: [(g) => g, (g) => -g] },
  mul: { arity: 2, f: (a, b) => a * b, gradients: [(g, _a, b) => g * b, (g, a) => g * a] },
  div: { arity: 2, f: (a, b) => a / b, gradients: [(g, _a, b) => g / b, (g, a, b) => -g * r(r(a / b) / b)] },
  pow: {
    arity: 2,
    f: power,
    // b · pow(a, b − 1) may pass through numbers that WebGPU takes for 0
    gradientError: { absolute: 1e-35 },
    gradients: [
      (g, a, b) => (b === 0 ? 0 : g * r(b * r(power(a, r(b - 1))))),
      (g, a, b) => g * (a === 0 && b >= 0 ? 0 : r(r(power(a, b)) * r(Math.log(a)))),
    ],
  },
  maximum: {
    arity: 2,
    f: maximum,
    gradients: [(g, a, b) => (a < b ? 0 : a === b ? g / 2 : g), (g, a, b) => (a > b ? 0 : a === b ? g / 2 : g)],
  },
  minimum: {
    arity: 2,
    f: minimum,
    gradients: [(g, a, b) => (a > b ? 0 : a === b ? g / 2 : g), (g, a, b) => (a < b ? 0 : a === b ? g / 2 : g)],
  },
  eq: { arity: 2, f: (a, b) => flag(a === b), result: "bool" },
  ne: { arity: 2, f: (a, b) => flag(a !== b), result: "bool" },
  lt: { arity: 2, f: (a, b) => flag(a < b), result: "bool" },
  le: { arity: 2, f: (a, b) => flag(a <= b), result: "bool" },
  gt: { arity: 2, f: (a, b) => flag(a > b), result: "bool" },
  ge: { arity: 2, f: (a, b) => flag(a >= b), result: "bool" },
  and: { arity: 2, f: (a, b) => a & b, bools: [0, 1], result: "bool" },
  or: { arity: 2, f: (a, b) => a | b, bools: [0, 1], result: "bool" },
  where: {
    arity: 3,
    f: (a, b, c) => (a ? b : c),
    bools: [0],
    gradients: [none[0]!, (g, a) => (a ? g : 0), (g, a) => (a ? 0 : g)],
  },
};

/** Numbers at which floats and the functions of them are special, exact in f32. */
export const specialNumbers: readonly number[] = Array.from(
  new Float32Array([
    NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2,
    -2,
    3,
    -3,
    2 ** -149,
    -(2 ** -149),
    1e-40,
    -1e-40,
    2 ** -126,
    -(2 ** -126),
    1e-30,
    -1e-20,
    1e-7,
    -1e-7,
    1e-3,
    0.3,
    -0.62,
    0.7,
    -2.5,
    5,
    -9,
    10.5,
    16,
    -17,
    20.5,
    30,
    -30,
    80,
    -87,
    87.5,
    -87.5,
    88,
    -88,
    88.5,
    -88.5,
    88.7,
    -88.7,
    89,
    -89,
    100,
    -100,
    104,
    -104,
    1000,
    -1000,
    16777217,
    -16777215,
    1e10,
    -1e10,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    1e20,
    -1e20,
    3.4028234663852886e38,
    -3.4028234663852886e38,
  ]),
);
