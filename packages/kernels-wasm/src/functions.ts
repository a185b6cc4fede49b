// Functions of vectors that kernels and elementwise expressions call by name, as kernel text. Given scalars they
// compute one lane. Accuracies are relative to the exact value unless they say otherwise; README.md has the measured
// ones.
import { parseFunctions } from "./language/parse.ts";
import type { FunctionNode } from "./language/syntax.ts";

// An array, so that what is said of a function is no part of what pages load.
const library = [
  // e^r − 1 and e^r for |r| ≤ ln 2 / 2: the polynomial of degree 6 with the least relative error, 3e-9 before rounding
  `fn expm1_near(r: vec4f) -> vec4f {
  return fma(fma(fma(fma(fma(1.3814467e-3, r, 8.3687808e-3), r, 4.1668393e-2), r, 0.1666652), r, 0.49999994), r * r, r);
}
fn exp_near(r: vec4f) -> vec4f { return expm1_near(r) + 1.0; }`,

  // e^x to 1e-7: x = n·ln 2 + r, and exp_near(r). The magic addend rounds to a whole n whose bits, with the exponent's bias, are the low
  // bits of q. Every instruction used is a single one on x86. Where a lane is beyond ±87, 2^n is no number of f32, and all go by exp_far.
  `fn exp(x: vec4f) -> vec4f {
  let q = fma(x, 1.44269504, 12583039.0);
  let n = q - 12583039.0;
  let p = exp_near(fma(n, 2.12194440e-4, fma(n, -0.693359375, x)));
  var y = p * as_vec4f(as_vec4i(q) << 23);
  if (any(abs(x) > 87.0)) { y = exp_far(x); }
  return y;
}`,

  // e^x by two factors that make 2^n together: subnormal results, the last binade, 0, ∞ and NaN. What ends as 0 is 0 before it is scaled: processors take long to underflow.
  `fn exp_far(x: vec4f) -> vec4f {
  let t = min(max(x, -105.0), 90.0);
  let n = round(t * 1.44269504);
  let p = exp_near(fma(n, 2.12194440e-4, fma(n, -0.693359375, t)));
  return times_power_of_two(unless(p, x < -104.0), vec4i(n));
}
fn times_power_of_two(p: vec4f, n: vec4i) -> vec4f {
  let half = n >> 1;
  return p * as_vec4f((half + 127) << 23) * as_vec4f((n - half + 127) << 23);
}
fn exp_full(x: vec4f) -> vec4f { return exp(x); }`,

  // 2·atanh(s) − 2s for |s| ≤ 1/3
  `fn atanh_rest(s: vec4f) -> vec4f {
  let z = s * s;
  let p = fma(fma(fma(fma(fma(fma(0.15384615, z, 0.18181818), z, 0.22222222), z, 0.28571429), z, 0.4), z, 0.66666667), z, 0.0);
  return s * p;
}`,

  // log(1 + x) for 0 ≤ x ≤ 1, to 1e-7
  `fn log1p_unit(x: vec4f) -> vec4f {
  let s = x / (x + 2.0);
  return fma(2.0, s, atanh_rest(s));
}`,

  // Natural logarithm, to 1e-7: 0 gives −∞, x < 0 NaN.
  `fn log(x: vec4f) -> vec4f {
  var normal = x;
  var e = vec4f(0.0);
  if (any(x < 1.17549435e-38)) {
    let tiny = x < 1.17549435e-38;
    normal = select(x, x * 8388608.0, tiny);
    e = select(e, -23.0, tiny);
  }
  let shifted = as_vec4i(normal) - 0x3f3504f3;
  e = e + vec4f(shifted >> 23);
  let m = as_vec4f((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let s = m / (m + 2.0);
  let value = fma(e, 0.693359375, fma(e, -2.12194440e-4, fma(2.0, s, atanh_rest(s))));
  let defined = select(value, as_vec4f(vec4i(0x7fc00000)), x < 0.0);
  let positive = select(defined, as_vec4f(vec4i(0xff800000)), x == 0.0);
  return select(x, positive, x <= 3.4028235e38);
}
fn log_full(x: vec4f) -> vec4f { return log(x); }`,

  // 2^x by whole and fractional part of x, and log2 with the exponent added exactly: powers of two and their logarithms are whole.
  `fn exp2_full(x: vec4f) -> vec4f {
  let t = min(max(x, -152.0), 130.0);
  let n = round(t);
  return times_power_of_two(unless(exp_near((t - n) * 0.69314718), x < -151.0), vec4i(n));
}
fn log2_full(x: vec4f) -> vec4f {
  let tiny = x < 1.17549435e-38;
  let shifted = as_vec4i(select(x, x * 8388608.0, tiny)) - 0x3f3504f3;
  let e = vec4f(shifted >> 23) + select(vec4f(0.0), -23.0, tiny);
  let m = as_vec4f((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let s = m / (m + 2.0);
  let value = fma(1.44269504, fma(2.0, s, atanh_rest(s)), e);
  let defined = select(value, as_vec4f(vec4i(0x7fc00000)), x < 0.0);
  let positive = select(defined, as_vec4f(vec4i(0xff800000)), x == 0.0);
  return select(x, positive, x <= 3.4028235e38);
}`,

  // log(1 + x) from the series next to 0; e^x − 1 = 2^n·(e^r − 1) + (2^n − 1)
  `fn log1p_full(x: vec4f) -> vec4f {
  let value = select(log(1.0 + x), log1p_unit(x), (x >= -0.5) && (x <= 1.0));
  return select(value, x, abs(x) < 6e-8);
}
fn expm1(x: vec4f) -> vec4f {
  let t = min(max(x, -30.0), 80.0);
  let n = round(t * 1.44269504);
  let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, t));
  let p = expm1_near(r);
  let scale = as_vec4f((vec4i(n) + 127) << 23);
  let value = select(fma(scale, p, scale - 1.0), exp(x), x > 80.0);
  return select(select(value, x, abs(x) < 6e-8), x, x != x);
}`,

  // silu_gradient: 1 − s without its cancellation
  `fn sigmoid(x: vec4f) -> vec4f { return 1.0 / (1.0 + exp(-x)); }
fn silu(x: vec4f) -> vec4f { return x / (1.0 + exp(-x)); }
fn silu_gradient(x: vec4f) -> vec4f {
  let e = exp(min(-x, 80.0));
  let s = 1.0 / (1.0 + e);
  return s * fma(x, e * s, 1.0);
}
fn softplus(x: vec4f) -> vec4f { return max(x, 0.0) + log1p_unit(exp(-abs(x))); }
fn decay(x: vec4f) -> vec4f { return exp(min(x, 0.0)); }`,

  // tanh to 2e-7, of |x| and with the sign of x: a polynomial (Cephes) below 0.625
  `fn tanh_safe(x: vec4f) -> vec4f {
  let a = abs(x);
  let z = x * x;
  let near = fma(fma(fma(fma(fma(-5.70498872745e-3, z, 2.06390887954e-2), z, -5.37397155531e-2), z, 1.33314422036e-1), z, -3.33332819422e-1), z * a, a);
  let far = 1.0 - 2.0 / (exp(2.0 * a) + 1.0);
  return as_vec4f(as_vec4i(select(far, near, a < 0.625)) | (as_vec4i(x) & 0x80000000));
}`,

  // Error function: its series below 1, relative error 3e-7; above, 1 − erfc by Abramowitz and Stegun 7.1.26, absolute error 3e-7.
  `fn erf(x: vec4f) -> vec4f {
  let a = min(abs(x), 4.0);
  let z = a * a;
  let p = fma(fma(fma(fma(-1.4503853e-7, z, 1.4589169e-6), z, -1.3227513e-5), z, 1.0683761e-4), z, -7.5757576e-4);
  let series = 1.1283792 * x * fma(fma(fma(fma(fma(p, z, 4.6296296e-3), z, -2.3809524e-2), z, 0.1), z, -0.33333333), z, 1.0);
  let t = 1.0 / fma(0.3275911, a, 1.0);
  let tail = t * fma(t, fma(t, fma(t, fma(t, 1.061405429, -1.453152027), 1.421413741), -0.284496736), 0.254829592) * exp(-z);
  return select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 1.0);
}
fn gelu(x: vec4f) -> vec4f { return 0.5 * x * (1.0 + erf(0.70710678 * x)); }`,

  // |x| = k·π/2 + r, beyond what f32 can subtract (Payne and Hanek): |x| = m·2^e times those bits of 2/π that contribute less than 4 to the product, 96 of them; the words of 2/π
  // follow one of zeros. A shift by s bits that differs from lane to lane is a product with 2^s. See kernels-wgsl/src/elementwise/trigonometry.ts.
  `fn two_over_pi(i: vec4i) -> vec4u {
  let low = select(select(vec4u(0), 0xa2f9836e, i == 1), select(vec4u(0x4e441529), 0xfc2757d1, i == 3), i > 1);
  let high = select(select(vec4u(0xf534ddc0), 0xdb629599, i == 5), select(vec4u(0x3c439041), 0xfe5163ab, i == 7), i > 5);
  return select(low, high, i > 3);
}`,

  // sin(x + quarter·π/2) to 2e-7 for every finite x: x less multiples of π/2 in three parts (Cody and Waite) up to |x| = 8000, beyond in integers; then Cephes' polynomials.
  `fn sin_quarter(x: vec4f, quarter: vec4i) -> vec4f {
  let k = round(x * 0.63661977);
  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  var turns = vec4i(k);
  if (any(abs(x) > 8000.0)) {
    let size = as_vec4i(abs(x));
    let m = as_vec4u((size & 0x7fffff) | 0x800000);
    let start = max((size >> 23) - 120, 0);
    let first = start >> 5;
    let power = vec4u(as_vec4f(((start & 31) + 127) << 23));
    let d1 = two_over_pi(first + 1);
    let d2 = two_over_pi(first + 2);
    let w0 = two_over_pi(first) * power + mul_high(d1, power);
    let w1 = d1 * power + mul_high(d2, power);
    let w2 = d2 * power + mul_high(two_over_pi(first + 3), power);
    let low = m * w1 + mul_high(m, w2);
    let carry = select(vec4u(0), 1, low < m * w1);
    let high = m * w0 + mul_high(m, w1) + carry;
    let fraction = as_vec4i((high << 2) | (low >> 30));
    let reduced = fma(vec4f(low << 2), 2.3283064e-10, vec4f(fraction)) * 3.6572952e-10;
    let quarters = as_vec4i((high + 0x20000000) >> 30);
    let far = abs(x) > 8000.0;
    let finite = select(as_vec4f(vec4i(0x7fc00000)), reduced, size < 0x7f800000);
    r = select(r, select(finite, -finite, x < 0.0), far);
    turns = as_vec4i(select(as_vec4f(turns), as_vec4f(select(quarters, -quarters, x < 0.0)), far));
  }
  let z = r * r;
  let sine = fma(r * z, fma(z, fma(z, -1.9515295891e-4, 8.3321608736e-3), -1.6666654611e-1), r);
  let cosine = fma(z * z, fma(z, fma(z, 2.443315711809948e-5, -1.388731625493765e-3), 4.166664568298827e-2), fma(z, -0.5, 1.0));
  let q = (turns + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return select(value, -value, q >= 2);
}
fn sin_near(x: vec4f) -> vec4f { return select(sin_quarter(x, 0), x, x == 0.0); }
fn cos_near(x: vec4f) -> vec4f { return sin_quarter(x, 1); }`,

  // ln(m·2^e) in doubles for m in [√½, √2): the series of 2·atanh(s), s = (m − 1)/(m + 1); error 1e-11
  `fn log_double(m: vec2d, e: vec2d) -> vec2d {
  let s = (m - 1.0) / (m + 1.0);
  let z = s * s;
  let rest = z * (0.3333333333333333 + z * (0.2 + z * (0.14285714285714285 + z * (0.1111111111111111 + z * (0.09090909090909091 + z * 0.07692307692307693)))));
  return e * 0.6931471805599453 + 2.0 * s + 2.0 * s * rest;
}`,
  // t less the whole multiple k of ln 2, as f32 after the subtraction; magic: 1.5·2^52 rounds to whole numbers
  `fn whole_twos(t: vec2d) -> vec2d { return (t * 1.4426950408889634 + 6755399441055744.0) - 6755399441055744.0; }`,

  // x^y = 2^k·e^r with y·ln x = k·ln 2 + r in doubles, so that the error stays 1e-7 however large the exponent. As C and PyTorch have it: x^0 and 1^y are 1, even for NaN; negative x
  // have whole powers only, else the result is NaN. `bounded`: every exponent beyond 1e30 does the same to every x but ±1; NaN stays.
  `fn power(x: vec4f, y: vec4f) -> vec4f {
  let a = abs(x);
  let bounded = vec4f(min(max(y, -1e30), 1e30));
  let tiny = a < 1.17549435e-38;
  let shifted = as_vec4i(select(a, a * 8388608.0, tiny)) - 0x3f3504f3;
  let e = vec4f(shifted >> 23) + select(vec4f(0.0), -23.0, tiny);
  let m = as_vec4f((shifted & 0x7fffff) + 0x3f3504f3);
  let low = low_doubles(bounded) * log_double(low_doubles(m), low_doubles(e));
  let high = high_doubles(bounded) * log_double(high_doubles(m), high_doubles(e));
  let lowTwos = whole_twos(low);
  let highTwos = whole_twos(high);
  let k = join_doubles(lowTwos, highTwos);
  let r = join_doubles(low - lowTwos * 0.6931471805599453, high - highTwos * 0.6931471805599453);
  let finite = times_power_of_two(exp_near(r), vec4i(min(max(k, -152.0), 130.0)));
  let infinity = as_vec4f(vec4i(0x7f800000));
  let inside = select(select(finite, vec4f(0.0), k < -152.0), infinity, k > 130.0);
  let zero = select(vec4f(0.0), infinity, bounded < 0.0);
  let size = select(select(inside, zero, a == 0.0), select(infinity, vec4f(0.0), bounded < 0.0), a > 3.4028235e38);
  let whole = floor(bounded) == bounded;
  let odd = whole && (floor(bounded * 0.5) * 2.0 != bounded);
  let negative = as_vec4i(x) < 0;
  let signed = as_vec4f(as_vec4i(size) | (as_vec4i(negative && odd) & 0x80000000));
  let undefined = negative && !whole && (a > 0.0) && (a <= 3.4028235e38);
  let value = select(signed, as_vec4f(vec4i(0x7fc00000)), undefined || (x != x) || (bounded != bounded));
  return select(value, 1.0, (x == 1.0) || (bounded == 0.0));
}`,

  // f16 and bf16 in the low halves of four lanes as f32, by integers: exact, subnormal numbers too. Exponents of f16 move from a bias of 15 to one of 127; the largest means infinity
  // or NaN in both types; the smallest is a fraction of 2^−24.
  `fn widen_bf16(bits: vec4i) -> vec4f { return as_vec4f(bits << 16); }
fn widen_f16(bits: vec4i) -> vec4f {
  let magnitude = bits & 0x7fff;
  let sign = (bits & 0x8000) << 16;
  let moved = (magnitude << 13) + as_vec4i(select(as_vec4f(vec4i(0x38000000)), as_vec4f(vec4i(0x70000000)), magnitude > 0x7bff));
  let fraction = vec4f(magnitude) * 5.9604644775390625e-8;
  return as_vec4f(as_vec4i(select(as_vec4f(moved), fraction, magnitude < 0x400)) | sign);
}`,

  `fn clamp(x: vec4f, low: vec4f, high: vec4f) -> vec4f { return min(max(x, low), high); }
fn inverseSqrt(x: vec4f) -> vec4f { return 1.0 / sqrt(x); }
fn sign_of(x: vec4f) -> vec4f { return select(select(vec4f(0.0), -1.0, x < 0.0), 1.0, x > 0.0); }
fn relu(x: vec4f) -> vec4f { return select(x, vec4f(0.0), x <= 0.0); }`,

  // What WGSL needs functions for, since it may assume that there is no NaN; here the instructions do what IEEE 754 says.
  `fn is_nan(x: vec4f) -> vec4b { return x != x; }
fn is_infinite(x: vec4f) -> vec4b { return abs(x) > 3.4028235e38; }
fn is_finite(x: vec4f) -> vec4b { return abs(x) <= 3.4028235e38; }
fn equal(a: vec4f, b: vec4f) -> vec4b { return a == b; }
fn differ(a: vec4f, b: vec4f) -> vec4b { return a != b; }
fn less(a: vec4f, b: vec4f) -> vec4b { return a < b; }
fn at_most(a: vec4f, b: vec4f) -> vec4b { return a <= b; }
fn f32_of_u32(x: vec4u) -> vec4f { return vec4f(x); }
fn to_i32(x: vec4f) -> vec4i { return vec4i(x); }
fn to_u32(x: vec4f) -> vec4u { return vec4u(x); }
fn to_bool(x: vec4f) -> vec4b { return x != 0.0; }`,

  // The four lanes added, always in this order.
  `fn sum4(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }`,
  // sum4 of each, in its order
  `fn sums4(a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> vec4f {
  let ab = shuffle(a, b, 0, 2, 4, 6) + shuffle(a, b, 1, 3, 5, 7);
  let cd = shuffle(c, d, 0, 2, 4, 6) + shuffle(c, d, 1, 3, 5, 7);
  return shuffle(ab, cd, 0, 2, 4, 6) + shuffle(ab, cd, 1, 3, 5, 7);
}
fn max4(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }`,

  // The first count (1 to 3) lanes of v, the others 0 (or "rest").
  `fn first_lanes(v: vec4f, count: u32, rest: vec4f) -> vec4f { return select(rest, v, vec4i(0, 1, 2, 3) < vec4i(i32(count))); }
fn store_first(p: ptr, v: vec4f, count: u32) {
  store(p, v.x);
  if (count > 1) { store(p + 4, v.y); }
  if (count > 2) { store(p + 8, v.z); }
}`,
].join("\n");

let parsed: ReadonlyMap<string, FunctionNode> | undefined;

function functions(): ReadonlyMap<string, FunctionNode> {
  return (parsed ??= new Map(parseFunctions(library).map((node) => [node.name, node])));
}

/** A function that every kernel text may call. */
export function libraryFunction(name: string): FunctionNode | undefined {
  return functions().get(name);
}
