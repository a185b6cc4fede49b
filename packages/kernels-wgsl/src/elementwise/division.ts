// Remainders and quotients that are exact for every f32 and integer: the remainder of a long division of the mantissas,
// since x − y · trunc(x / y) loses all its digits for large quotients.
import type { FunctionTable } from "./function-tables.ts";

/** Exact remainders and floored quotients (`fmod_full`, `remainder_full`, `floor_divide_full`, …). */
export const divisionFunctions: FunctionTable = {
  /**
   * The exact remainder of C's fmod, with the sign of x: eight bits of the quotient at a time. NaN for an infinite x or
   * y = 0; x for an infinite y.
   */
  fmod_full: {
    uses: ["any_nan", "or_nan", "with_sign"],
    wgsl: `fn fmod_full(x: f32, y: f32) -> f32 {
  let word_x = bitcast<u32>(x) & 0x7fffffffu;
  let word_y = bitcast<u32>(y) & 0x7fffffffu;
  let undefined = (word_x >= 0x7f800000u) | (word_y == 0u) | any_nan(x, y);
  let exponent_x = max(word_x >> 23u, 1u);
  let exponent_y = max(word_y >> 23u, 1u);
  let divisor = max((word_y & 0x7fffffu) | select(0u, 0x800000u, word_y >= 0x800000u), 1u);
  var rest = (word_x & 0x7fffffu) | select(0u, 0x800000u, word_x >= 0x800000u);
  var left = select(0u, exponent_x - min(exponent_x, exponent_y), word_x >= word_y);
  rest = rest % divisor;
  while (left > 0u) {
    let bits = min(left, 8u);
    rest = (rest << bits) % divisor;
    left -= bits;
  }
  // rest · 2^(exponent_y − 150), by its exponent; what is below 2^-126 is 0
  let whole = bitcast<u32>(f32(rest)) + (exponent_y << 23u);
  let scaled = select(0u, whole - 0x4b000000u, (rest > 0u) & (whole >= 0x4b800000u));
  let magnitude = select(scaled, word_x, word_x < word_y);
  return or_nan(with_sign(bitcast<f32>(magnitude), x), undefined);
}`,
  },
  /** Remainder with the sign of y, as Python and torch.remainder have it. */
  remainder_full: {
    uses: ["fmod_full"],
    wgsl: `fn remainder_full(x: f32, y: f32) -> f32 {
  let rest = fmod_full(x, y);
  let moves = ((bitcast<u32>(rest) & 0x7fffffffu) != 0u) & ((bitcast<u32>(rest) ^ bitcast<u32>(y)) >= 0x80000000u);
  return select(rest, rest + y, moves);
}`,
  },
  /** ⌊x / y⌋ by the exact remainder; x / y where y is 0. */
  floor_divide_full: {
    uses: ["fmod_full", "quotient", "with_sign"],
    wgsl: `fn floor_divide_full(x: f32, y: f32) -> f32 {
  let rest = fmod_full(x, y);
  let moves = ((bitcast<u32>(rest) & 0x7fffffffu) != 0u) & ((bitcast<u32>(rest) ^ bitcast<u32>(y)) >= 0x80000000u);
  let near = round(quotient(x - rest, y) - select(0.0, 1.0, moves));
  let plain = quotient(x, y);
  let value = select(near, with_sign(0.0, plain), near == 0.0);
  return select(value, plain, (bitcast<u32>(y) & 0x7fffffffu) == 0u);
}`,
  },
  /** Quotient rounded down; the operator / rounds towards 0. */
  floor_div_i32: {
    wgsl: `fn floor_div_i32(x: i32, y: i32) -> i32 {
  let quotient = x / y;
  return quotient - select(0, 1, (x % y != 0) && ((x < 0) != (y < 0)));
}`,
  },
  /** Remainder with the sign of y. */
  floor_mod_i32: {
    wgsl: `fn floor_mod_i32(x: i32, y: i32) -> i32 {
  let remainder = x % y;
  return remainder + select(0, y, (remainder != 0) && ((remainder < 0) != (y < 0)));
}`,
  },
};
