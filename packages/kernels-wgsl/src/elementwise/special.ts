// NaN, infinities and signs as words. WGSL lets a compiler assume that neither NaN nor infinity exists, so no comparison of floats can be trusted to find them, and no constant expression
// may make one. These functions look at the bits, and put special results together from words that are chosen at run time.

/** A function that kernels may call by name. */
export interface WgslFunction {
  /** names of functions of the table that the text calls */
  readonly uses?: readonly string[];
  readonly wgsl: string;
}

export const specialFunctions: Readonly<Record<string, WgslFunction>> = {
  is_nan: { wgsl: `fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }` },
  is_infinite: { wgsl: `fn is_infinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u; }` },
  is_finite: { wgsl: `fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }` },
  /** `value`, or the f32 whose bits are `word` where `holds`. */
  or_word: {
    wgsl: `fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }`,
  },
  /** `value`, or NaN where `holds`. */
  or_nan: { uses: ["or_word"], wgsl: `fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }` },
  /** The larger of two; NaN when either is. */
  max_nan: { uses: ["is_nan", "or_nan"], wgsl: `fn max_nan(a: f32, b: f32) -> f32 { return or_nan(max(a, b), is_nan(a) || is_nan(b)); }` },
  /** The smaller of two; NaN when either is. */
  min_nan: { uses: ["is_nan", "or_nan"], wgsl: `fn min_nan(a: f32, b: f32) -> f32 { return or_nan(min(a, b), is_nan(a) || is_nan(b)); }` },
};
