// Functions of vectors that kernels and elementwise expressions call by name, as kernel text. Given scalars they compute one lane.
// Accuracies are relative to the exact value unless they say otherwise; README.md has the measured ones.
import { type FunctionNode, parseFunctions } from "./language/parse.ts";

const library = `
// e^r for |r| ≤ ln 2 / 2: the polynomial of degree 6 with the least relative error, 3e-9 before rounding
fn exp_near(r: vec4f) -> vec4f {
  return fma(fma(fma(fma(fma(1.3814467e-3, r, 8.3687808e-3), r, 4.1668393e-2), r, 0.1666652), r, 0.49999994), r * r, r) + 1.0;
}

// e^x to 1e-7: x = n·ln 2 + r, and exp_near(r). The magic addend rounds to a whole n whose bits, with the exponent's bias, are the low
// bits of q. 0 below −87.3; infinite from 88.4 on, a little before f32 ends. Every instruction used is a single one on x86.
fn exp(x: vec4f) -> vec4f {
  let t = min(max(x, -87.4), 89.0);
  let q = fma(t, 1.44269504, 12583039.0);
  let n = q - 12583039.0;
  let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, t));
  let p = exp_near(r);
  let scale = as_vec4f(as_vec4i(q) << 23);
  return unless(p * scale, x < -87.3);
}

// 2·atanh(s) − 2s for |s| ≤ 1/3
fn atanh_rest(s: vec4f) -> vec4f {
  let z = s * s;
  let p = fma(fma(fma(fma(fma(fma(0.15384615, z, 0.18181818), z, 0.22222222), z, 0.28571429), z, 0.4), z, 0.66666667), z, 0.0);
  return s * p;
}

// log(1 + x) for 0 ≤ x ≤ 1, to 1e-7
fn log1p_unit(x: vec4f) -> vec4f {
  let s = x / (x + 2.0);
  return fma(2.0, s, atanh_rest(s));
}

// Natural logarithm, to 1e-7. Subnormal numbers count as 0, whose logarithm is −∞.
fn log(x: vec4f) -> vec4f {
  let bits = as_vec4i(x);
  let shifted = bits - 0x3f3504f3;
  let e = vec4f(shifted >> 23);
  let m = as_vec4f((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let s = m / (m + 2.0);
  let value = fma(e, 0.693359375, fma(e, -2.12194440e-4, fma(2.0, s, atanh_rest(s))));
  let defined = select(value, as_vec4f(vec4i(0x7fc00000)), x < 0.0);
  let positive = select(defined, as_vec4f(vec4i(0xff800000)), abs(x) < 1.17549435e-38);
  return select(x, positive, x <= 3.4028235e38);
}

fn sigmoid(x: vec4f) -> vec4f { return 1.0 / (1.0 + exp(-x)); }
fn silu(x: vec4f) -> vec4f { return x / (1.0 + exp(-x)); }
fn silu_gradient(x: vec4f) -> vec4f {
  let e = exp(min(-x, 80.0));
  let s = 1.0 / (1.0 + e);
  // 1 − s without its cancellation
  return s * fma(x, e * s, 1.0);
}
fn softplus(x: vec4f) -> vec4f { return max(x, 0.0) + log1p_unit(exp(-abs(x))); }
fn decay(x: vec4f) -> vec4f { return exp(min(x, 0.0)); }

// tanh to 2e-7: a polynomial (Cephes) below 0.625
fn tanh_safe(x: vec4f) -> vec4f {
  let z = x * x;
  let near = fma(fma(fma(fma(fma(-5.70498872745e-3, z, 2.06390887954e-2), z, -5.37397155531e-2), z, 1.33314422036e-1), z, -3.33332819422e-1), z * x, x);
  let far = 1.0 - 2.0 / (exp(2.0 * abs(x)) + 1.0);
  return select(select(far, -far, x < 0.0), near, abs(x) < 0.625);
}

// Error function: its series below 1, relative error 3e-7; above, 1 − erfc by Abramowitz and Stegun 7.1.26, absolute error 3e-7.
fn erf(x: vec4f) -> vec4f {
  let a = min(abs(x), 4.0);
  let z = a * a;
  let p = fma(fma(fma(fma(-1.4503853e-7, z, 1.4589169e-6), z, -1.3227513e-5), z, 1.0683761e-4), z, -7.5757576e-4);
  let series = 1.1283792 * x * fma(fma(fma(fma(fma(p, z, 4.6296296e-3), z, -2.3809524e-2), z, 0.1), z, -0.33333333), z, 1.0);
  let t = 1.0 / fma(0.3275911, a, 1.0);
  let tail = t * fma(t, fma(t, fma(t, fma(t, 1.061405429, -1.453152027), 1.421413741), -0.284496736), 0.254829592) * exp(-z);
  return select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 1.0);
}
fn gelu(x: vec4f) -> vec4f { return 0.5 * x * (1.0 + erf(0.70710678 * x)); }

// sin(x + quarter·π/2): x less multiples of π/2 in three parts (Cody and Waite), then Cephes' polynomials; absolute error 2e-7 up to |x| = 8000.
fn sin_quarter(x: vec4f, quarter: vec4i) -> vec4f {
  let k = round(x * 0.63661977);
  let r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  let z = r * r;
  let sine = fma(r * z, fma(z, fma(z, -1.9515295891e-4, 8.3321608736e-3), -1.6666654611e-1), r);
  let cosine = fma(z * z, fma(z, fma(z, 2.443315711809948e-5, -1.388731625493765e-3), 4.166664568298827e-2), fma(z, -0.5, 1.0));
  let q = (vec4i(k) + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return select(value, -value, q >= 2);
}
fn sin_near(x: vec4f) -> vec4f { return sin_quarter(x, 0); }
fn cos_near(x: vec4f) -> vec4f { return sin_quarter(x, 1); }

// ln(m·2^e) in doubles for m in [√½, √2): the series of 2·atanh(s), s = (m − 1)/(m + 1); error 1e-11
fn log_double(m: vec2d, e: vec2d) -> vec2d {
  let s = (m - 1.0) / (m + 1.0);
  let z = s * s;
  let rest = z * (0.3333333333333333 + z * (0.2 + z * (0.14285714285714285 + z * (0.1111111111111111 + z * (0.09090909090909091 + z * 0.07692307692307693)))));
  return e * 0.6931471805599453 + 2.0 * s + 2.0 * s * rest;
}
// t less the whole multiple k of ln 2, as f32 after the subtraction; magic: 1.5·2^52 rounds to whole numbers
fn whole_twos(t: vec2d) -> vec2d { return (t * 1.4426950408889634 + 6755399441055744.0) - 6755399441055744.0; }

// x^y = 2^k·e^r for finite y, with y·ln x = k·ln 2 + r in doubles, so that the error stays 1e-7 however large the exponent. Negative x have whole y, as in JavaScript, else the result
// is NaN. Subnormal x count as 0, results below 2^−126 are 0.
fn pow(x: vec4f, y: vec4f) -> vec4f {
  let a = abs(x);
  let shifted = as_vec4i(a) - 0x3f3504f3;
  let e = vec4f(shifted >> 23);
  let m = as_vec4f((shifted & 0x7fffff) + 0x3f3504f3);
  let low = low_doubles(y) * log_double(low_doubles(m), low_doubles(e));
  let high = high_doubles(y) * log_double(high_doubles(m), high_doubles(e));
  let lowTwos = whole_twos(low);
  let highTwos = whole_twos(high);
  let k = join_doubles(lowTwos, highTwos);
  let r = join_doubles(low - lowTwos * 0.6931471805599453, high - highTwos * 0.6931471805599453);
  let p = exp_near(r);
  // Two factors: 2^128 alone is no f32.
  let half = vec4i(min(max(k, -252.0), 256.0)) >> 1;
  let rest = vec4i(min(max(k, -252.0), 256.0)) - half;
  let finite = unless(p * as_vec4f((half + 127) << 23) * as_vec4f((rest + 127) << 23), k < -126.0);
  let infinity = as_vec4f(vec4i(0x7f800000));
  let zero = select(select(vec4f(0.0), 1.0, y == 0.0), infinity, y < 0.0);
  let size = select(select(finite, zero, a < 1.17549435e-38), select(infinity, vec4f(0.0), y < 0.0), a > 3.4028235e38);
  let whole = floor(y) == y;
  let odd = whole && (floor(y * 0.5) != y * 0.5);
  let signed = select(select(size, as_vec4f(vec4i(0x7fc00000)), !whole), -size, odd);
  let value = select(size, signed, x < 0.0);
  return select(select(value, x * y, (x != x) || (y != y)), 1.0, y == 0.0);
}

// f16 and bf16 in the low halves of four lanes as f32, by integers: exact, subnormal numbers too.
fn widen_bf16(bits: vec4i) -> vec4f { return as_vec4f(bits << 16); }
fn widen_f16(bits: vec4i) -> vec4f {
  let magnitude = bits & 0x7fff;
  let sign = (bits & 0x8000) << 16;
  // Exponents move from a bias of 15 to one of 127; the largest means infinity or NaN in both types; the smallest is a fraction of 2^−24.
  let moved = (magnitude << 13) + as_vec4i(select(as_vec4f(vec4i(0x38000000)), as_vec4f(vec4i(0x70000000)), magnitude > 0x7bff));
  let fraction = vec4f(magnitude) * 5.9604644775390625e-8;
  return as_vec4f(as_vec4i(select(as_vec4f(moved), fraction, magnitude < 0x400)) | sign);
}

fn clamp(x: vec4f, low: vec4f, high: vec4f) -> vec4f { return min(max(x, low), high); }
fn inverseSqrt(x: vec4f) -> vec4f { return 1.0 / sqrt(x); }
fn sign(x: vec4f) -> vec4f { return select(select(x, -1.0, x < 0.0), 1.0, x > 0.0); }

// The four lanes added, always in this order.
fn sum4(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn max4(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

// The first count (1 to 3) lanes of v, the others 0 (or "rest").
fn first_lanes(v: vec4f, count: u32, rest: vec4f) -> vec4f { return select(rest, v, vec4i(0, 1, 2, 3) < vec4i(i32(count))); }
fn store_first(p: ptr, v: vec4f, count: u32) {
  store(p, v.x);
  if (count > 1) { store(p + 4, v.y); }
  if (count > 2) { store(p + 8, v.z); }
}
`;

let parsed: ReadonlyMap<string, FunctionNode> | undefined;

function functions(): ReadonlyMap<string, FunctionNode> {
  return (parsed ??= new Map(parseFunctions(library).map((node) => [node.name, node])));
}

/** A function that every kernel text may call. */
export function libraryFunction(name: string): FunctionNode | undefined {
  return functions().get(name);
}
