// Canonical configuration: primitive projected_step, case "130m", adapter nvidia.
// ssd_step_forward {"D":true,"z":true,"dtBias":true,"prepared":false,"projected":true}
// ssd_step_forward
struct Uniforms {
  b: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  d_head: u32,
  d_channel: u32,
  pitch: u32,
  z_start: u32,
  dt_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> convolved: array<f32>;
@group(0) @binding(3) var<storage, read> projected: array<f32>;
@group(0) @binding(4) var<storage, read> aLog: array<f32>;
@group(0) @binding(5) var<storage, read> dtBias: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> newState: array<f32>;

fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn step_size(raw: f32) -> vec2f {
  var size = raw;
  var slope = 1.0;
  if (u.softplus != 0u) {
    let e = exp(-abs(raw));
    size = max(raw, 0.0) + log1p(e);
    slope = select(e, 1.0, raw >= 0.0) / (1.0 + e);
  }
  slope = select(0.0, slope, size >= u.lo && size <= u.hi);
  return vec2f(clamp(size, u.lo, u.hi), slope);
}

fn log_decay(size: f32, rate: f32) -> f32 {
  return clamp(size * rate, -200.0, 0.0);
}

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  let size = step_size(projected[slot / u.h * u.pitch + u.dt_start + head] + dtBias[head]).x;
  return vec2f(size, decay(log_decay(size, -exp(min(aLog[head], 88.0)))));
}

var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 4u + lid / 16u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let own = row + slot / u.h * 2u * u.g * u.n;
    let key = (slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = step_of(slot);
    let input = step.x * convolved[own];
    for (var k = lid % 16u; k < u.n; k += 16u) {
      let value = step.y * state[row * u.n + k] + input * convolved[key + k];
      newState[row * u.n + k] = value;
      sum += value * convolved[key + u.g * u.n + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * convolved[own];
    y[row] = scanned * silu(projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p)]);
  }
}
