// NaN, infinities and signs as words. WGSL lets a compiler assume that neither NaN nor infinity exists, so no
// comparison of floats can be trusted to find them, and no constant expression may make one. These functions look at
// the bits, and put special results together from words that are chosen at run time.

import type { FunctionTable } from "./function-tables.ts";

export const specialFunctions: FunctionTable = {
  is_nan: { wgsl: `fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }` },
  is_infinite: { wgsl: `fn is_infinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u; }` },
  is_finite: { wgsl: `fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }` },
  /** `value`, or the f32 whose bits are `word` where `holds`. */
  or_word: {
    wgsl: `fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }`,
  },
  /** `value`, or NaN where `holds`. */
  or_nan: {
    uses: ["or_word"],
    wgsl: `fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }`,
  },
  /** `value`, or NaN where its `source` is: for values that min, max or clamp have bounded. */
  keep_nan: {
    uses: ["is_nan", "or_nan"],
    wgsl: `fn keep_nan(value: f32, source: f32) -> f32 { return or_nan(value, is_nan(source)); }`,
  },
  /** Whether one of two is NaN. */
  any_nan: {
    wgsl: `fn any_nan(a: f32, b: f32) -> bool { return max(bitcast<u32>(a) & 0x7fffffffu, bitcast<u32>(b) & 0x7fffffffu) > 0x7f800000u; }`,
  },
  /** The larger of two; NaN when either is, 0 of both zeros: equal numbers differ in the sign of 0 alone. */
  max_nan: {
    uses: ["any_nan", "or_nan", "or_word"],
    wgsl: `fn max_nan(a: f32, b: f32) -> f32 { return or_nan(or_word(max(a, b), bitcast<u32>(a) & bitcast<u32>(b), a == b), any_nan(a, b)); }`,
  },
  /** The smaller of two; NaN when either is, -0 of both zeros. */
  min_nan: {
    uses: ["any_nan", "or_nan", "or_word"],
    wgsl: `fn min_nan(a: f32, b: f32) -> f32 { return or_nan(or_word(min(a, b), (bitcast<u32>(a) & bitcast<u32>(b)) | ((bitcast<u32>(a) | bitcast<u32>(b)) & 0x80000000u), a == b), any_nan(a, b)); }`,
  },
  /**
   * Comparisons as IEEE 754 has them: false with a NaN, but for "differ". The operators & and | of bools ask for no
   * branch.
   */
  equal: { uses: ["any_nan"], wgsl: `fn equal(a: f32, b: f32) -> bool { return !any_nan(a, b) & (a == b); }` },
  differ: { uses: ["any_nan"], wgsl: `fn differ(a: f32, b: f32) -> bool { return any_nan(a, b) | (a != b); }` },
  less: { uses: ["any_nan"], wgsl: `fn less(a: f32, b: f32) -> bool { return !any_nan(a, b) & (a < b); }` },
  at_most: { uses: ["any_nan"], wgsl: `fn at_most(a: f32, b: f32) -> bool { return !any_nan(a, b) & (a <= b); }` },
  /**
   * a / b. WGSL promises nothing for |b| beyond 2^126, where some devices multiply with a reciprocal that has become 0:
   * there b comes two powers of two nearer, as a word.
   */
  quotient: {
    wgsl: `fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}`,
  },
  /** 1, 0 or -1; 0 for NaN, as in PyTorch. */
  sign_of: {
    uses: ["is_nan", "or_word"],
    wgsl: `fn sign_of(x: f32) -> f32 { return or_word(sign(x), 0u, (x == 0.0) | is_nan(x)); }`,
  },
  /** max(x, 0), NaN for NaN: words from -0 to -∞ become 0. */
  relu: {
    uses: ["or_word"],
    wgsl: `fn relu(x: f32) -> f32 { return or_word(x, 0u, (bitcast<u32>(x) - 0x80000000u) <= 0x7f800000u); }`,
  },
  /** Whole part as an integer; NaN gives 0, what is out of range the end of the range. */
  to_i32: {
    uses: ["is_nan"],
    wgsl: `fn to_i32(x: f32) -> i32 {
  let inside = i32(clamp(x, -2147483648.0, 2147483520.0));
  let above = select(inside, 0x7fffffff, x >= 2147483648.0);
  return select(above, 0, is_nan(x));
}`,
  },
  to_u32: {
    uses: ["is_nan"],
    wgsl: `fn to_u32(x: f32) -> u32 {
  let inside = u32(clamp(x, 0.0, 4294967040.0));
  let above = select(inside, 0xffffffffu, x >= 4294967296.0);
  return select(above, 0u, is_nan(x));
}`,
  },
  /**
   * u32 as the nearest f32: its halves are exact, and only their sum is rounded. WGSL leaves open how f32(x) rounds
   * what f32 cannot hold.
   */
  f32_of_u32: { wgsl: `fn f32_of_u32(x: u32) -> f32 { return fma(f32(x >> 16u), 65536.0, f32(x & 0xffffu)); }` },
  /** Anything but 0 is true. */
  to_bool: { wgsl: `fn to_bool(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) != 0u; }` },
  /** |y| with the sign of x. */
  with_sign: {
    wgsl: `fn with_sign(y: f32, x: f32) -> f32 { return bitcast<f32>((bitcast<u32>(y) & 0x7fffffffu) | (bitcast<u32>(x) & 0x80000000u)); }`,
  },
};
