// The formulas that prefill and decode share, as WGSL: step size, decay, and the weight of the skip connection.

/** Uniforms that {@link discretizeFunctions} read. `lo` and `hi`: dt_limit. */
export const discretizeUniforms = { softplus: "u32", lo: "f32", hi: "f32" } as const;
export type DiscretizeUniform = keyof typeof discretizeUniforms;

/**
 * WGSL: `step_size(raw)` = (dt, d dt/d raw) with dt = clamp(softplus(raw), lo, hi), softplus(v) = max(v, 0) +
 * log1p(e^−|v|); and `log_decay(dt, rate)` = dt·rate, at most 0. e^−200 is 0 in f32: the lower bound keeps differences
 * of sums finite. NaN stays NaN, and a step of ∞ is one where `hi` is no limit.
 */
export const discretizeFunctions = `
fn step_size(raw: f32) -> vec2f {
  var size = raw;
  var slope = 1.0;
  if (u.softplus != 0u) {
    let e = exp_negative(-abs(raw));
    size = max(raw, 0.0) + log1p(e);
    slope = select(e, 1.0, raw >= 0.0) / (1.0 + e);
  }
  let endless = bitcast<u32>(raw) == 0x7f800000u && u.hi > 3.4e38;
  slope = keep_nan(select(0.0, slope, endless || (size >= u.lo && size <= u.hi)), raw);
  return vec2f(or_word(clamp(size, u.lo, u.hi), bitcast<u32>(raw), endless || is_nan(raw)), slope);
}

fn log_decay(size: f32, rate: f32) -> f32 {
  return keep_nan(clamp(size * rate, -200.0, 0.0), size * rate);
}
`;

/**
 * WGSL: `decay_parts(x)` = (a, b), exp(min(x, 0)) = a + b with a of 12 bits: where x > -0.34, the two say more than one
 * number. A state that is multiplied by one decay again and again would gather the rounding of that decay, each time in
 * one direction. b is positive, so that an infinite state stays one; where x is 0, a is 1 and b vanishes beside it.
 */
export const decayParts = `
fn decay_parts(x: f32) -> vec2f {
  let less = expm1_near(clamp(x, -0.34, 0.0));
  let whole = select(exp_negative(min(x, 0.0)), 1.0 + less, x > -0.34);
  let a = bitcast<f32>((max(bitcast<u32>(whole), 1u) - 1u) & 0xfffff000u);
  let b = select(whole - a, less - (a - 1.0), x > -0.34);
  return vec2f(keep_nan(select(a, 1.0, x >= 0.0), x), select(b, 1e-30, x >= 0.0));
}
`;

/** WGSL: a decay rate A, bounded so that its product with dt = 0 is 0 even for −∞. */
export const finiteRate = (rate: string): string => `keep_nan(max(${rate}, -3.0e38), ${rate})`;

/**
 * WGSL functions by name: e(cs) of README.md (3), where cs comes in two parts, whole numbers of 2^−9 and the rest. e^−104 is
 * 0 in f32, and exp gets no argument below it.
 */
export const sumFunctions = {
  decay_of_sum: `fn decay_of_sum(parts: vec2f) -> f32 {
  let sum = parts.x + parts.y;
  return select(0.0, exp(clamp(sum, -104.0, 0.0)), sum > -104.0);
}
`,
  decays_of_sums: `fn decays_of_sums(whole: vec4f, rest: vec4f) -> vec4f {
  let sum = whole + rest;
  return select(vec4f(), exp(clamp(sum, vec4f(-104.0), vec4f())), sum > vec4f(-104.0));
}
`,
} as const;

/** WGSL: e^x is 0 in f32 below this log decay, so no state passes such a token. */
export const minLogDecay = "-87.3";

/** Uniforms of the layout of D: [h] or [h, p]. */
export const skipUniforms = { d_head: "u32", d_channel: "u32" } as const;
export type SkipUniform = keyof typeof skipUniforms;

/** WGSL: D of a head and channel. */
export const skipWeight = (head: string, channel: string): string => `D[${head} * u.d_head + ${channel} * u.d_channel]`;
