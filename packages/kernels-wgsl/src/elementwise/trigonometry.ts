// Sine and cosine of every f32. The argument less its multiples of π/2 decides the result, and |x| up to 3e38 has far
// more of them than f32 has digits: beyond |x| = 8 the reduction is done in integers, which no compiler reassociates
// (Payne and Hanek, 1983).
import type { FunctionTable } from "./function-tables.ts";

/** `sin_near` and `cos_near`, with their reduction of angles. */
export const trigonometricFunctions: FunctionTable = {
  /** The bits of 2/π by words, after one of zeros; chosen without memory, which software adapters read lane by lane. */
  two_over_pi: {
    wgsl: `fn two_over_pi(i: u32) -> u32 {
  let low = select(select(0u, 0xa2f9836eu, i == 1u), select(0x4e441529u, 0xfc2757d1u, i == 3u), i > 1u);
  return select(low, select(select(0xf534ddc0u, 0xdb629599u, i == 5u), 0x3c439041u, i > 5u), i > 3u);
}`,
  },
  /**
   * |x| = k · π/2 + r as (r, k modulo 4) for finite |x| ≥ 8, |r| ≤ π/4. With |x| = m · 2^e, m whole, x · 2/π modulo 4 is m times those bits of 2/π that contribute less than 4 to
   * the product. 56 of them are taken and the product's upper word is kept, two bits of k and 30 of the fraction: with
   * what is cut off r errs by less than 1e-8.
   */
  reduce_angle: {
    uses: ["two_over_pi"],
    wgsl: `fn reduce_angle(x: f32) -> vec2f {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let next = two_over_pi(first + 1u);
  let w0 = (two_over_pi(first) << shift) | ((next >> 1u) >> (31u - shift));
  let w1 = (next << shift) | ((two_over_pi(first + 2u) >> 1u) >> (31u - shift));
  let turns = m * w0 + ((m * (w1 >> 24u)) >> 8u) + (((m >> 8u) * ((w1 >> 8u) & 0xffffu)) >> 16u);
  return vec2f(f32(bitcast<i32>(turns << 2u)) * 3.6572952e-10, f32(((turns + 0x20000000u) >> 30u) & 3u));
}`,
  },
  /**
   * sin(x + quarter·π/2), absolute error near 1e-7 for every finite x; NaN for others. Up to |x| = 8 multiples of π/2
   * are subtracted in three parts (Cody and Waite); were a compiler to join them, the error would stay below 1e-6. Then
   * the polynomials of Cephes' sinf and cosf.
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
