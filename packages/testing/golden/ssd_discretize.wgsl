// Canonical configuration: primitive ssd, case "130m", adapter nvidia.
// ssd_discretize {"q":64,"dtBias":true,"seqIdx":false}
// ssd_discretize
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  dt_batch: u32,
  dt_token: u32,
  dt_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dt: array<f32>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read> dtBias: array<f32>;
@group(0) @binding(4) var<storage, read_write> steps: array<vec4f>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn keep_nan(value: f32, source: f32) -> f32 { return or_nan(value, is_nan(source)); }
fn exp_near(r: f32) -> f32 {
  return 1.0 + (r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467)))));
}
fn exp_bounded(x: f32) -> f32 {
  let bits = bitcast<u32>(x * 1.44269504 + 12582912.0);
  let n = bitcast<f32>(bits | 0x4b000000u) - 12582912.0;
  let r = (x - n * 0.693359375) + n * 2.12194440e-4;
  return bitcast<f32>(bitcast<u32>(exp_near(r)) + (bits << 23u));
}
fn exp_falling(x: f32) -> f32 { return select(0.0, exp_bounded(max(x, -87.3)), x > -87.3); }
fn exp_negative(x: f32) -> f32 { return or_nan(exp_falling(x), is_nan(x)); }
fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}

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

var<workgroup> tokens: array<vec2f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) i: u32) {
  let head = group_id.y;
  let cell = group_id.z;
  let batch = u.batch_start + cell / u.c;
  let t = (cell % u.c) * 64u + i;
  var step = vec2f(0.0);
  var ends = false;
  if (t < u.l) {
    step = step_size(dt[u.dt_offset + batch * u.dt_batch + (t) * u.dt_token + head] + dtBias[head]);
  }
  let own = log_decay(step.x, keep_nan(max(A[head], -3.0e38), A[head]));
  if (t < u.l) { step.x = keep_nan(step.x, own); }
  let whole = round(own * 512.0) / 512.0;
  tokens[i] = select(vec2f(whole, own - whole), vec2f(-128.0, 0.0), ends || own < -87.3);
  workgroupBarrier();
  var sums = vec2f(0.0);
  for (var j = 0u; j <= i; j++) { sums += tokens[j]; }
  steps[(cell * u.h + head) * 64u + i] = vec4f(step.x, sums, step.y);
}
