// Sine and cosine of every f32. The argument less its multiples of π/2 decides the result, and |x| up to 3e38 has far more of them than f32 has digits: beyond |x| = 8 the reduction is
// done in integers, which no compiler reassociates (Payne and Hanek, 1983).
import type { WgslFunction } from "./special.ts";

export const trigonometricFunctions: Readonly<Record<string, WgslFunction>> = {
  /** The upper 32 bits of a · b, by halves. */
  high_product: {
    wgsl: `fn high_product(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let second = (a & 0xffffu) * (b >> 16u) + (first & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u);
}`,
  },
  /**
   * |x| = k · π/2 + r as (r, k modulo 4) for finite |x| ≥ 8, |r| ≤ π/4. With |x| = m · 2^e, m whole, x · 2/π modulo 4 is m times those bits of 2/π that stand for less than 4 in
   * the product. 96 of them are taken: what is cut off is below 2^-70, where the nearest f32 to a multiple of π/2 is 2^-30 away. The bits of 2/π follow a word of zeros.
   */
  reduce_angle: {
    uses: ["high_product"],
    wgsl: `fn reduce_angle(x: f32) -> vec2f {
  var digits = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let d1 = digits[first + 1u];
  let d2 = digits[first + 2u];
  let w0 = (digits[first] << shift) | ((d1 >> 1u) >> (31u - shift));
  let w1 = (d1 << shift) | ((d2 >> 1u) >> (31u - shift));
  let w2 = (d2 << shift) | ((digits[first + 3u] >> 1u) >> (31u - shift));
  // The product modulo 2^96 without its lowest word: two bits of k, then 62 of the fraction.
  let p1 = m * w1 + high_product(m, w2);
  let p0 = m * w0 + high_product(m, w1) + select(0u, 1u, p1 < m * w1);
  let fraction = bitcast<i32>((p0 << 2u) | (p1 >> 30u));
  let k = ((p0 + 0x20000000u) >> 30u) & 3u;
  return vec2f((f32(fraction) + f32(p1 << 2u) * 2.3283064e-10) * 3.6572952e-10, f32(k));
}`,
  },
  /**
   * sin(x + quarter·π/2), absolute error near 1e-7 for every finite x; NaN for others. Up to |x| = 8 multiples of π/2 are subtracted in three parts (Cody and Waite); were a compiler to
   * join them, the error would stay below 1e-6. Then the polynomials of Cephes' sinf and cosf.
   */
  sin_quarter: {
    uses: ["is_finite", "or_nan", "reduce_angle"],
    wgsl: `fn sin_quarter(x: f32, quarter: i32) -> f32 {
  var k = round(x * 0.63661977);
  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  if (!(abs(x) <= 8.0)) {
    let reduced = reduce_angle(x);
    r = select(reduced.x, -reduced.x, x < 0.0);
    k = select(reduced.y, -reduced.y, x < 0.0);
  }
  let square = r * r;
  let sine = r + r * square * (-1.6666654611e-1 + square * (8.3321608736e-3 - square * 1.9515295891e-4));
  let cosine = 1.0 - 0.5 * square + square * square * (4.166664568298827e-2 + square * (-1.388731625493765e-3 + square * 2.443315711809948e-5));
  let q = (i32(k) + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return or_nan(select(value, -value, q >= 2), !is_finite(x));
}`,
  },
  /** The sine of a number as small as this is the number, zeros with their sign. */
  sin_near: {
    uses: ["or_word", "sin_quarter"],
    wgsl: `fn sin_near(x: f32) -> f32 { return or_word(sin_quarter(x, 0), bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x39000000u); }`,
  },
  cos_near: { uses: ["sin_quarter"], wgsl: `fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }` },
};
