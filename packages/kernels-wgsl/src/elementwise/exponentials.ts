// exp, log and powers over the whole range of f32. WGSL's builtins are indeterminate for special values and allow
// errors that grow with the argument (3 + 2|x| units in the last place of exp, an absolute 2^-21 of log near 1). These
// split the argument by its exponent as an integer and use a series for the rest. Special values go by words; results
// below 2^-126 are 0.
import type { FunctionTable } from "./function-tables.ts";

/** `exp_full`, `log_full`, `log1p`, `power` and what they are made of. */
export const exponentialFunctions: FunctionTable = {
  /** e^r for |r| ≤ ln 2 / 2: the polynomial of degree 6 with the least relative error, 3e-9 before rounding. */
  exp_near: {
    wgsl: `fn exp_near(r: f32) -> f32 {
  return 1.0 + (r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467)))));
}`,
  },
  /** e^r − 1 by the same polynomial without its 1. */
  expm1_near: {
    wgsl: `fn expm1_near(r: f32) -> f32 {
  return r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467))));
}`,
  },
  /**
   * e^x for x from −87.3 to 89, as 2^n · e^r with n whole; relative error near 1e-7. A sum with 1.5 · 2^23 rounds to n,
   * whose bits are then its last, to be added to an exponent: conversions take eight times as long as sums on some
   * GPUs. The or, which changes nothing, keeps compilers from cancelling the sum.
   */
  exp_bounded: {
    uses: ["exp_near"],
    wgsl: `fn exp_bounded(x: f32) -> f32 {
  let bits = bitcast<u32>(x * 1.44269504 + 12582912.0);
  let n = bitcast<f32>(bits | 0x4b000000u) - 12582912.0;
  let r = (x - n * 0.693359375) + n * 2.12194440e-4;
  return bitcast<f32>(bitcast<u32>(exp_near(r)) + (bits << 23u));
}`,
  },
  /** e^x over the whole range. */
  exp_full: {
    uses: ["exp_bounded", "is_nan", "or_nan", "or_word"],
    wgsl: `fn exp_full(x: f32) -> f32 {
  let finite = exp_bounded(clamp(x, -87.5, 89.0));
  return or_nan(or_word(or_word(finite, 0u, x < -87.33654), 0x7f800000u, x > 88.72283), is_nan(x));
}`,
  },
  /** e^x for x ≤ 0, any number for NaN; relative error near 1e-7 for every x, where that of the builtin grows with |x|. */
  exp_falling: {
    uses: ["exp_bounded"],
    wgsl: `fn exp_falling(x: f32) -> f32 { return select(0.0, exp_bounded(max(x, -87.3)), x > -87.3); }`,
  },
  /** e^x for x ≤ 0, NaN for NaN. */
  exp_negative: {
    uses: ["exp_falling", "is_nan", "or_nan"],
    wgsl: `fn exp_negative(x: f32) -> f32 { return or_nan(exp_falling(x), is_nan(x)); }`,
  },
  /** 2 · atanh(s) for |s| ≤ 1/3; log(m) with s = (m - 1) / (m + 1) */
  twice_atanh: {
    wgsl: `fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}`,
  },
  /** Natural logarithm, relative error near 1e-7: 0 gives -∞, x < 0 NaN. Subnormal numbers are read as integers. */
  log_full: {
    uses: ["or_nan", "or_word", "twice_atanh"],
    wgsl: `fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}`,
  },
  /** log(1 + x) for x from -1/4 to 1, exact to rounding near 0. */
  log1p_near: {
    uses: ["twice_atanh"],
    wgsl: `fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }`,
  },
  /** log(1 + x), exact to rounding near 0. */
  log1p: {
    uses: ["log1p_near", "log_full"],
    wgsl: `fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}`,
  },
  /**
   * x^y as C and PyTorch have it: x^0 and 1^y are 1, even for NaN; a negative x takes the sign that a whole y gives,
   * and has no power that is not whole. Computed as 2^(y · log2 |x|), relative error near 1e-7 · (1 + |y · log2 m|)
   * with m from √½ to √2 the fraction of |x|. Subnormal x count as 0.
   * Every exponent beyond 1e30 does the same to every x but ±1. The whole part of y · log2 |x| comes off before what is
   * small is added.
   */
  power: {
    uses: ["any_nan", "exp_near", "or_nan", "or_word", "twice_atanh"],
    wgsl: `fn power(x: f32, y: f32) -> f32 {
  let size = bitcast<u32>(x) & 0x7fffffffu;
  let exponent = clamp(y, -1e30, 1e30);
  let shifted = bitcast<i32>(size) - 0x3f3504f3;
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let large_part = exponent * f32(shifted >> 23u);
  let small_part = exponent * (1.44269504 * twice_atanh(m / (m + 2.0)));
  let n = round(clamp(large_part + small_part, -300.0, 300.0));
  let rest = (large_part - n) + small_part + fma(exponent, f32(shifted >> 23u), -large_part);
  let finite = bitcast<f32>(bitcast<i32>(exp_near(rest * 0.69314718)) + (i32(n) << 23u));
  let inside = or_word(or_word(finite, 0u, (n + 126.0) + rest < 0.0), 0x7f800000u, (n - 128.0) + rest >= 0.0);
  let inverse = bitcast<i32>(y) < 0;
  let of_infinite = or_word(inside, select(0x7f800000u, 0u, inverse), size == 0x7f800000u);
  let magnitude = or_word(of_infinite, select(0u, 0x7f800000u, inverse), size < 0x00800000u);
  let whole = floor(exponent) == exponent;
  let odd = whole & (floor(0.5 * exponent) * 2.0 != exponent);
  let negative = bitcast<u32>(x) != size;
  let signed = bitcast<f32>(bitcast<u32>(magnitude) | select(0u, 0x80000000u, negative & odd));
  let ordinary = (size >= 0x00800000u) & (size < 0x7f800000u);
  let value = or_nan(signed, (negative & ordinary & !whole) | any_nan(x, y));
  return or_word(value, 0x3f800000u, (bitcast<u32>(x) == 0x3f800000u) | ((bitcast<u32>(y) & 0x7fffffffu) == 0u));
}`,
  },
};
