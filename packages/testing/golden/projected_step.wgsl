// Canonical configuration: primitive projected_step, case "130m", adapter nvidia.
// projected_step {"heads":24,"state":128,"width":4,"bias":true,"gated":true,"dtBias":true,"skips":24}
// projected_step
struct Uniforms {
  b: u32,
  p: u32,
  g: u32,
  pitch: u32,
  start: u32,
  d_head: u32,
  d_channel: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> projected: array<f32>;
@group(0) @binding(2) var<storage, read> conv: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> state: array<f32>;
@group(0) @binding(6) var<uniform> aLog: array<vec4f, 6>;
@group(0) @binding(7) var<uniform> dtBias: array<vec4f, 6>;
@group(0) @binding(8) var<uniform> D: array<vec4f, 6>;
@group(0) @binding(9) var<storage, read_write> y: array<f32>;
@group(0) @binding(10) var<storage, read_write> newConv: array<f32>;
@group(0) @binding(11) var<storage, read_write> newState: array<f32>;

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

const heads = 24u;
const columns = 128u;
// B, then C, of the group, and the head's x, convolved
var<workgroup> keys: array<f32, 256>;
var<workgroup> inputs: array<f32, 8>;
var<workgroup> shares: array<f32, 128>;

// A channel of [x | B | C] after the convolution. `keeps`: writes its window.
fn convolved(batch: u32, channel: u32, keeps: bool) -> f32 {
  let channels = heads * u.p + 2u * u.g * columns;
  let index = batch * channels + channel;
  let now = projected[batch * u.pitch + u.start + heads * u.p + channel];
  var sum = bias[channel];
  for (var k = 1u; k < 4u; k++) {
    let value = conv[index * 4u + k];
    if (keeps) { newConv[index * 4u + k - 1u] = value; }
    sum += weight[channel * 4u + k - 1u] * value;
  }
  if (keeps) { newConv[index * 4u + 3u] = now; }
  sum += weight[channel * 4u + 3u] * now;
  return silu(sum);
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let parts = (u.p + 7u) / 8u;
  let item = group_id.y * groups.x + group_id.x;
  let slot = item / parts;
  let batch = slot / heads;
  let head = slot % heads;
  let first = item % parts * 8u;
  let exists = batch < u.b;
  let perGroup = heads / u.g;
  if (exists) {
    let key = heads * u.p + head / perGroup * columns;
    let keeps = head % perGroup == 0u && first == 0u;
    for (var i = lid; i < 2u * columns; i += 128u) {
      keys[i] = convolved(batch, key + i / columns * u.g * columns + i % columns, keeps);
    }
    if (lid < 8u && first + lid < u.p) {
      inputs[lid] = convolved(batch, head * u.p + first + lid, true);
    }
  }
  workgroupBarrier();
  let channel = first + lid / 16u;
  let valid = exists && channel < u.p;
  let row = slot * u.p + channel;
  let x = inputs[lid / 16u];
  var sum = 0.0;
  if (valid) {
    let raw = projected[batch * u.pitch + u.start + 2u * heads * u.p + 2u * u.g * columns + head] + dtBias[(head) / 4u][(head) % 4u];
    let size = step_size(raw).x;
    let kept = decay(log_decay(size, -exp(min(aLog[(head) / 4u][(head) % 4u], 88.0))));
    let input = size * x;
    for (var k = lid % 16u; k < columns; k += 16u) {
      let value = kept * state[row * columns + k] + input * keys[k];
      newState[row * columns + k] = value;
      sum += value * keys[columns + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum + D[(head * u.d_head + channel * u.d_channel) / 4u][(head * u.d_head + channel * u.d_channel) % 4u] * x;
    y[row] = scanned * silu(projected[batch * u.pitch + u.start + head * u.p + channel]);
  }
}
