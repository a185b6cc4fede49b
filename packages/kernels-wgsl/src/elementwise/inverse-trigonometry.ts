// Tangent and the inverse trigonometric functions of every f32. WGSL's builtins allow errors of thousands of units in
// the last place (tan, asin, acos) and leave special values open. Polynomials are those of Cephes' single-precision
// functions; special values go by words.
import type { FunctionTable } from "./function-tables.ts";

/** `tan_full` and the inverse trigonometric functions; they need {@link trigonometricFunctions}. */
export const inverseTrigonometricFunctions: FunctionTable = {
  /** The upper 32 of the 64 bits of a product. */
  mul_high: {
    wgsl: `fn mul_high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u);
}`,
  },
  /** As reduce_angle, with 62 bits of the fraction: r keeps its relative accuracy next to multiples of π/2. */
  reduce_angle_exact: {
    uses: ["mul_high", "two_over_pi"],
    wgsl: `fn reduce_angle_exact(x: f32) -> vec2f {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let d1 = two_over_pi(first + 1u);
  let d2 = two_over_pi(first + 2u);
  let w0 = (two_over_pi(first) << shift) | ((d1 >> 1u) >> (31u - shift));
  let w1 = (d1 << shift) | ((d2 >> 1u) >> (31u - shift));
  let w2 = (d2 << shift) | ((two_over_pi(first + 3u) >> 1u) >> (31u - shift));
  let low = m * w1 + mul_high(m, w2);
  let high = m * w0 + mul_high(m, w1) + select(0u, 1u, low < m * w1);
  let fraction = f32(bitcast<i32>((high << 2u) | (low >> 30u)));
  let r = (fraction + f32(low << 2u) * 2.3283064e-10) * 3.6572952e-10;
  return vec2f(r, f32(((high + 0x20000000u) >> 30u) & 3u));
}`,
  },
  /** Tangent, relative error near 3e-7 for every finite x; NaN for others. */
  tan_full: {
    uses: ["is_finite", "or_nan", "or_word", "reduce_angle_exact"],
    wgsl: `fn tan_full(x: f32) -> f32 {
  var k = round(x * 0.63661977);
  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  if (!(abs(x) <= 8.0)) {
    let reduced = reduce_angle_exact(x);
    r = select(reduced.x, -reduced.x, x < 0.0);
    k = select(reduced.y, -reduced.y, x < 0.0);
  }
  let z = r * r;
  let p = 0.333331568548 + z * (0.133387994085 + z * (5.34112807005e-2 + z * (2.44301354525e-2 + z * (3.11992232697e-3 + z * 9.38540185543e-3))));
  let t = r + r * z * p;
  let odd = (i32(k) & 1) == 1;
  let value = select(t, -1.0 / select(1.0, t, odd), odd);
  let small = or_word(value, bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x39000000u);
  return or_nan(small, !is_finite(x));
}`,
  },
  /** asin(a) for 0 ≤ a ≤ ½, from a and z = a². */
  asin_near: {
    wgsl: `fn asin_near(a: f32, z: f32) -> f32 {
  return a + a * z * (0.16666752422 + z * (7.4953002686e-2 + z * (4.5470025998e-2 + z * (2.4181311049e-2 + z * 4.2163199048e-2))));
}`,
  },
  /** Arc sine: beyond ½ by asin(a) = π/2 − 2·asin(√((1 − a)/2)). NaN outside of [−1, 1]. */
  asin_full: {
    uses: ["asin_near", "or_nan", "with_sign"],
    wgsl: `fn asin_full(x: f32) -> f32 {
  let a = min(abs(x), 1.0);
  let far = a > 0.5;
  let z = select(a * a, 0.5 - 0.5 * a, far);
  let near = asin_near(select(a, sqrt(z), far), z);
  return or_nan(with_sign(select(near, 1.57079633 - 2.0 * near, far), x), (bitcast<u32>(x) & 0x7fffffffu) > 0x3f800000u);
}`,
  },
  /**
   * Arc cosine: π/2 − asin(x) up to ½, beyond it twice the arc sine of √((1 − |x|)/2), from the side where the result
   * is small.
   */
  acos_full: {
    uses: ["asin_near", "or_nan", "with_sign"],
    wgsl: `fn acos_full(x: f32) -> f32 {
  let a = min(abs(x), 1.0);
  let far = a > 0.5;
  let z = select(a * a, 0.5 - 0.5 * a, far);
  let near = asin_near(select(a, sqrt(z), far), z);
  let ended = select(2.0 * near, 3.14159265 - 2.0 * near, x < 0.0);
  return or_nan(select(1.57079633 - with_sign(near, x), ended, far), (bitcast<u32>(x) & 0x7fffffffu) > 0x3f800000u);
}`,
  },
  /** atan(a) for a ≥ 0: beyond tan(π/8) and tan(3π/8) the argument moves by π/4 and π/2. */
  atan_positive: {
    wgsl: `fn atan_positive(a: f32) -> f32 {
  let high = a > 2.41421356;
  let middle = (a > 0.41421356) & !high;
  let t = select(select(a, (a - 1.0) / (a + 1.0), middle), -1.0 / max(a, 1.0), high);
  let z = t * t;
  let p = t + t * z * (-0.333329491539 + z * (0.199777106478 + z * (-0.138776856032 + z * 8.05374449538e-2)));
  return select(select(0.0, 0.785398163, middle), 1.57079633, high) + p;
}`,
  },
  atan_full: {
    uses: ["atan_positive", "is_nan", "or_nan", "with_sign"],
    wgsl: `fn atan_full(x: f32) -> f32 { return or_nan(with_sign(atan_positive(min(abs(x), 1e30)), x), is_nan(x)); }`,
  },
  /** The angle of the point (x, y) from −π to π, as C has it: signs of zeros count, both may be infinite. */
  atan2_full: {
    uses: ["any_nan", "atan_positive", "or_nan", "or_word", "quotient", "with_sign"],
    wgsl: `fn atan2_full(y: f32, x: f32) -> f32 {
  let word_y = bitcast<u32>(y) & 0x7fffffffu;
  let word_x = bitcast<u32>(x) & 0x7fffffffu;
  let least = min(word_y, word_x);
  let most = max(word_y, word_x);
  // The smaller over the larger, as words: 0 where the smaller is 0 or the larger alone is infinite, 1 where both are.
  let ordinary = (least >= 0x00800000u) & (most < 0x7f800000u);
  let ratio = quotient(bitcast<f32>(select(0u, least, ordinary)), bitcast<f32>(select(0x3f800000u, most, ordinary)));
  let t = or_word(ratio, 0x3f800000u, least == 0x7f800000u);
  let octant = atan_positive(t);
  let quadrant = select(octant, 1.57079633 - octant, word_y > word_x);
  let half = select(quadrant, 3.14159265 - quadrant, bitcast<u32>(x) != word_x);
  return or_nan(with_sign(half, y), any_nan(y, x));
}`,
  },
};
