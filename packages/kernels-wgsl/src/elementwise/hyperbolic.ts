// Hyperbolic functions and their inverses, 2^x, log2, log(1 + x), e^x − 1 and the inverse of erf over the whole range
// of f32: relative errors of a few units in the last place, also next to 0. Special values go by words; results below
// 2^-126 are 0.
import type { FunctionTable } from "./function-tables.ts";

/** Functions next to the exponentials, whose table they need: `exp2_full`, `log2_full`, `expm1`, hyperbolic functions and their inverses, `erfinv_full`. */
export const hyperbolicFunctions: FunctionTable = {
  /** 2^x = 2^n · 2^r with n whole, |r| ≤ ½. */
  exp2_full: {
    uses: ["exp_near", "is_nan", "or_nan", "or_word"],
    wgsl: `fn exp2_full(x: f32) -> f32 {
  let t = clamp(x, -127.0, 128.0);
  let n = round(t);
  let finite = bitcast<f32>(bitcast<i32>(exp_near((t - n) * 0.69314718)) + (i32(n) << 23u));
  return or_nan(or_word(or_word(finite, 0u, x < -126.0), 0x7f800000u, x >= 128.0), is_nan(x));
}`,
  },
  /**
   * log2(x): the exponent is added exactly, so powers of two have whole logarithms. Special values as log_full has
   * them.
   */
  log2_full: {
    uses: ["or_nan", "or_word", "twice_atanh"],
    wgsl: `fn log2_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e + 1.44269504 * twice_atanh(m / (m + 2.0));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}`,
  },
  /** log(1 + x): −∞ at −1, NaN below. */
  log1p_full: {
    uses: ["is_nan", "log1p_near", "log_full", "or_nan", "or_word"],
    wgsl: `fn log1p_full(x: f32) -> f32 {
  let near = (x >= -0.5) & (x <= 1.0);
  let value = select(log_full(1.0 + x), log1p_near(select(0.0, x, near)), near);
  return or_nan(or_word(value, bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x33000000u), is_nan(x));
}`,
  },
  /** e^x − 1 = 2^n · (e^r − 1) + (2^n − 1); e^r − 1 by the polynomial of exp_near without its 1. */
  expm1: {
    uses: ["exp_full", "expm1_near", "is_nan", "or_nan", "or_word"],
    wgsl: `fn expm1(x: f32) -> f32 {
  let t = clamp(x, -30.0, 80.0);
  let n = round(t * 1.44269504);
  let r = (t - n * 0.693359375) + n * 2.12194440e-4;
  let p = expm1_near(r);
  let scale = bitcast<f32>((i32(n) + 127) << 23u);
  let value = select(scale * p + (scale - 1.0), exp_full(x), x > 80.0);
  return or_nan(or_word(value, bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x33000000u), is_nan(x));
}`,
  },
  /** e^a / 2 = (w / 2) · w with w = e^(a/2), where e^a may overflow. w is halved as a word: no compiler squares it first. */
  half_exp: {
    uses: ["exp_full"],
    wgsl: `fn half_exp(a: f32) -> f32 {
  let w = exp_full(0.5 * a);
  return bitcast<f32>(bitcast<u32>(w) - 0x00800000u) * w;
}`,
  },
  /** (e^a − e^−a) / 2 by e^a − 1; e^a / 2 for large a. */
  sinh_full: {
    uses: ["expm1", "half_exp", "is_nan", "or_nan", "with_sign"],
    wgsl: `fn sinh_full(x: f32) -> f32 {
  let a = abs(x);
  let t = expm1(min(a, 80.0));
  return or_nan(with_sign(select(0.5 * (t + t / (t + 1.0)), half_exp(a), a > 40.0), x), is_nan(x));
}`,
  },
  cosh_full: {
    uses: ["exp_full", "half_exp", "is_nan", "or_nan"],
    wgsl: `fn cosh_full(x: f32) -> f32 {
  let a = abs(x);
  let e = exp_full(min(a, 80.0));
  return or_nan(select(0.5 * e + 0.5 / e, half_exp(a), a > 40.0), is_nan(x));
}`,
  },
  /** log(a + √(a² + 1)) = log1p(a + a² / (1 + √(a² + 1))); log 2a for large a. */
  asinh_full: {
    uses: ["is_nan", "log1p_full", "log_full", "or_nan", "with_sign"],
    wgsl: `fn asinh_full(x: f32) -> f32 {
  let a = abs(x);
  let b = min(a, 8192.0);
  let near = log1p_full(b + b * b / (1.0 + sqrt(b * b + 1.0)));
  return or_nan(with_sign(select(near, log_full(a) + 0.69314718, a > 8192.0), x), is_nan(x));
}`,
  },
  /** log1p(t + √(t·(t + 2))) with t = x − 1; log 2x for large x; NaN below 1. */
  acosh_full: {
    uses: ["is_nan", "log1p_full", "log_full", "or_nan"],
    wgsl: `fn acosh_full(x: f32) -> f32 {
  let t = clamp(x - 1.0, 0.0, 8192.0);
  let near = log1p_full(t + sqrt(t * (t + 2.0)));
  return or_nan(select(near, log_full(x) + 0.69314718, x > 8192.0), is_nan(x) | (x < 1.0));
}`,
  },
  /** ½ · log((1 + x) / (1 − x)); ±∞ at ±1, NaN beyond. */
  atanh_full: {
    uses: ["is_nan", "log_full", "or_nan", "or_word", "twice_atanh", "with_sign"],
    wgsl: `fn atanh_full(x: f32) -> f32 {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let a = min(abs(x), 0.99999994);
  let near = 0.5 * twice_atanh(min(a, 0.33333333));
  let value = select(0.5 * log_full((1.0 + a) / (1.0 - a)), near, a <= 0.33333333);
  return or_nan(with_sign(or_word(value, 0x7f800000u, word == 0x3f800000u), x), word > 0x3f800000u);
}`,
  },
  /** Inverse of erf: polynomials of w = −log(1 − x²) (Giles, 2010); ±∞ at ±1, NaN beyond. */
  erfinv_full: {
    uses: ["log_full", "or_nan", "or_word", "with_sign"],
    wgsl: `fn erfinv_full(x: f32) -> f32 {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let a = min(abs(x), 0.99999994);
  let w = -log_full((1.0 - a) * (1.0 + a));
  let c = min(w, 5.0) - 2.5;
  let centre = 1.50140941 + c * (0.246640727 + c * (-0.00417768164 + c * (-0.00125372503 + c * (2.1858087e-4 + c * (-4.39150654e-6 + c * (-3.5233877e-6 + c * (3.43273939e-7 + c * 2.81022636e-8)))))));
  let t = sqrt(max(w, 5.0)) - 3.0;
  let tail = 2.83297682 + t * (1.00167406 + t * (0.00943887047 + t * (-0.0076224613 + t * (0.00573950773 + t * (-0.00367342844 + t * (0.00134934322 + t * (1.00950558e-4 - t * 2.00214257e-4)))))));
  let value = select(centre, tail, w >= 5.0) * a;
  return or_nan(with_sign(or_word(value, 0x7f800000u, word == 0x3f800000u), x), word > 0x3f800000u);
}`,
  },
};
