// Elementwise ops in the fuzz: of which types they are drawn, and how far a device may be off what ../elementwise-oracle.ts says.
import type { DType } from "@x/tensor";
import type { OracleOp } from "../elementwise-oracle.ts";

/** How an elementwise op is drawn and judged. */
export interface ElementOp {
  /** what it takes; default floats */
  readonly types?: readonly DType[];
  readonly result?: DType;
  /** of integers, refuses 0 as its second operand */
  readonly divides?: true;
  /** what it gives, where the oracle does not know it: its limits are numbers, not tensors */
  readonly of?: OracleOp["f"];
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

/** Rounding of x·log₂a before the exponential multiplies: the error that PyTorch's float pow does not have and WGSL's may. */
const powerError = (y: number, a: number, b: number): number =>
  Math.abs(y) * (16 + 4 * Math.abs(b * Math.log(Math.abs(a)))) * ulp || 0;

export const elementOps: Readonly<Record<string, ElementOp>> = {
  add: { types: numeric },
  sub: { types: numeric },
  mul: { types: numeric },
  square: { types: numeric },
  div: { allow: relative(3) },
  pow: { allow: powerError },
  maximum: { types: numeric },
  minimum: { types: numeric },
  eq: { types: any, result: "bool" },
  ne: { types: any, result: "bool" },
  lt: { types: numeric, result: "bool" },
  le: { types: numeric, result: "bool" },
  gt: { types: numeric, result: "bool" },
  ge: { types: numeric, result: "bool" },
  and: { types: ["bool"] },
  or: { types: ["bool"] },
  not: { types: ["bool"] },
  isNaN: { types: any, result: "bool" },
  isInf: { types: any, result: "bool" },
  isFinite: { types: any, result: "bool" },
  where: { types: any },
  clamp: { types: numeric, of: (a, b, c) => Math.min(Math.max(a, b), c) },
  neg: { types: signed },
  abs: { types: signed },
  sign: { types: signed },
  floor: {},
  recip: { allow: relative(3) },
  exp: { allow: (y, a) => (4 + 2 * Math.min(105, Math.abs(a))) * ulp * y },
  log: { allow: (y) => 2 ** -21 + 4 * ulp * Math.abs(y) },
  sqrt: { allow: relative(4) },
  rsqrt: { allow: relative(4) },
  sin: { allow: () => 1e-6 },
  cos: { allow: () => 1e-6 },
  tanh: { allow: (y) => 2e-7 + 8 * ulp * Math.abs(y) },
  sigmoid: { allow: (y, a) => (8 + 2 * Math.min(105, Math.abs(a))) * ulp * y },
  // x·sigmoid(x) is NaN at −∞, as in PyTorch; a sigmoid below the normal numbers may be 0
  silu: {
    allow: (y, a) => (8 + 2 * Math.min(105, Math.abs(a))) * ulp * Math.abs(y) + Math.min(105, Math.abs(a)) * 2 ** -126,
  },
  softplus: {
    allow: (y, a) => (8 + 2 * Math.min(105, Math.abs(a))) * ulp * y,
  },
  relu: {},
  erf: { allow: () => 1e-6 },
  ceil: {},
  round: {},
  trunc: {},
  exp2: { allow: relative(4) },
  log2: { allow: relative(4) },
  expm1: { allow: relative(4) },
  log1p: { allow: relative(4) },
  tan: { allow: relative(6) },
  asin: { allow: relative(6) },
  acos: { allow: relative(6) },
  atan: { allow: relative(6) },
  sinh: { allow: relative(6) },
  cosh: { allow: relative(6) },
  asinh: { allow: relative(6) },
  acosh: { allow: relative(6) },
  atanh: { allow: relative(6) },
  erfinv: { allow: relative(8) },
  atan2: { allow: relative(6) },
  fmod: { types: numeric, divides: true },
  remainder: { types: numeric, divides: true, allow: relative(1) },
  floorDivide: { types: numeric, divides: true, allow: relative(1) },
};

/** The op on integers, exactly, modulo 2³². */
export function wrapped(name: string, of: OracleOp["f"], dtype: DType, a: number, b: number, c: number): number {
  const exact =
    name === "mul" ? BigInt(a) * BigInt(b) : name === "square" ? BigInt(a) * BigInt(a) : BigInt(of(a, b, c));
  return Number(dtype === "u32" ? BigInt.asUintN(32, exact) : BigInt.asIntN(32, exact));
}

/** Primitives that no program has, with the reason. */
export const notFuzzed: Readonly<Record<string, string>> = {
  check_ids: "a copy that raises: ids.gpu.test.ts of nn looks at every range",
  random: "its bits are compared with the host's in ops-random.test.ts, its ends in uniform-range.gpu.test.ts",
  dequantize: "packed weights: quantize.test.ts compares them with the numbers they were made of",
  normed_linear: "what plans make of a norm and a product: norms-in-products.gpu.test.ts compares it with both",
  normed_quantized_linear: "packed weights, as quantized_linear",
  quantized_linear: "packed weights: quantize.test.ts compares it with the product of the numbers that they encode",
  maximumBackward: "part of the gradient of maximum and minimum, not exported as a function",
};
