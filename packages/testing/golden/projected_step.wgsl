// Canonical configuration: primitive projected_step, case "130m", adapter nvidia.
// projected_step {"heads":24,"state":128,"width":4,"bias":true,"gated":true,"dtBias":true,"skips":24,"threads":256,"lanes":32,"passes":1,"subgroup":32}
// projected_step
enable subgroups;
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

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn keep_nan(value: f32, source: f32) -> f32 { return or_nan(value, is_nan(source)); }
fn expm1_near(r: f32) -> f32 {
  return r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467))));
}
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
fn sigmoid(x: f32) -> f32 {
  let e = exp_falling(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }

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

fn decay_parts(x: f32) -> vec2f {
  let less = expm1_near(clamp(x, -0.34, 0.0));
  let whole = select(exp_negative(min(x, 0.0)), 1.0 + less, x > -0.34);
  let a = bitcast<f32>((max(bitcast<u32>(whole), 1u) - 1u) & 0xfffff000u);
  let b = select(whole - a, less - (a - 1.0), x > -0.34);
  return vec2f(keep_nan(select(a, 1.0, x >= 0.0), x), select(b, 1e-30, x >= 0.0));
}

const heads = 24u;
const columns = 128u;
// B, then C, of the group, and the head's x, convolved
var<workgroup> keys: array<f32, 256>;
var<workgroup> inputs: array<f32, 8>;

// A channel of [x | B | C] after the convolution. 'keeps': writes its window.
fn convolved(batch: u32, channel: u32, keeps: bool) -> f32 {
  let channels = heads * u.p + 2u * u.g * columns;
  let index = batch * channels + channel;
  let now = projected[batch * u.pitch + u.start + heads * u.p + channel];
  var sum = bias[channel];
  let held1 = conv[index * 4u + 1u];
  let held2 = conv[index * 4u + 2u];
  let held3 = conv[index * 4u + 3u];
  sum += weight[channel * 4u + 0u] * held1;
  sum += weight[channel * 4u + 1u] * held2;
  sum += weight[channel * 4u + 2u] * held3;
  if (keeps) {
    newConv[index * 4u + 0u] = held1;
    newConv[index * 4u + 1u] = held2;
    newConv[index * 4u + 2u] = held3;
    newConv[index * 4u + 3u] = now;
  }
  sum += weight[channel * 4u + 3u] * now;
  return silu(sum);
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let parts = (u.p + 7u) / 8u;
  let item = group_id.y * groups.x + group_id.x;
  let slot = item / parts;
  let exists = slot < u.b * heads;
  let batch = select(0u, slot / heads, exists);
  let head = slot % heads;
  let first = item % parts * 8u;
  let own = lid / 32u;
  let lane = lid % 32u;
  let perGroup = heads / u.g;
  let projection = batch * u.pitch + u.start;
  // The way to memory is long: what depends on nothing is asked for first.
  let column0 = lane + 0u;
  let column1 = lane + 32u;
  let column2 = lane + 64u;
  let column3 = lane + 96u;
  let channel0 = first + (own + 0u);
  let row0 = slot * u.p + channel0;
  let held0_0 = state[min(row0, u.b * heads * u.p - 1u) * columns + column0];
  let held0_1 = state[min(row0, u.b * heads * u.p - 1u) * columns + column1];
  let held0_2 = state[min(row0, u.b * heads * u.p - 1u) * columns + column2];
  let held0_3 = state[min(row0, u.b * heads * u.p - 1u) * columns + column3];
  let gate0 = projected[projection + head * u.p + min(channel0, u.p - 1u)];
  let raw = projected[projection + 2u * heads * u.p + 2u * u.g * columns + head] + dtBias[(head) / 4u][(head) % 4u];
  if (exists) {
    let key = heads * u.p + head / perGroup * columns;
    let keeps = head % perGroup == 0u && first == 0u;
    for (var i = lid; i < 2u * columns; i += 256u) {
      keys[i] = convolved(batch, key + i / columns * u.g * columns + i % columns, keeps);
    }
    if (lid < 8u && first + lid < u.p) {
      inputs[lid] = convolved(batch, head * u.p + first + lid, true);
    }
  }
  let size = step_size(raw).x;
  let kept = decay_parts(log_decay(size, keep_nan(-exp(min(aLog[(head) / 4u][(head) % 4u], 88.0)), aLog[(head) / 4u][(head) % 4u])));
  workgroupBarrier();
  var sum0 = 0.0;
  if (exists && channel0 < u.p) {
  let input = size * inputs[(own + 0u)];
  let value0 = fma(held0_0, kept.x, fma(held0_0, kept.y, input * keys[column0]));
  newState[row0 * columns + column0] = value0;
  sum0 += value0 * keys[columns + column0];
  let value1 = fma(held0_1, kept.x, fma(held0_1, kept.y, input * keys[column1]));
  newState[row0 * columns + column1] = value1;
  sum0 += value1 * keys[columns + column1];
  let value2 = fma(held0_2, kept.x, fma(held0_2, kept.y, input * keys[column2]));
  newState[row0 * columns + column2] = value2;
  sum0 += value2 * keys[columns + column2];
  let value3 = fma(held0_3, kept.x, fma(held0_3, kept.y, input * keys[column3]));
  newState[row0 * columns + column3] = value3;
  sum0 += value3 * keys[columns + column3];
  }
  sum0 = subgroupAdd(sum0);
  if (exists && lane == 0u) {
  if (channel0 < u.p) {
  let channel = channel0;
  let x = inputs[(own + 0u)];
  let sum = sum0;
  let scanned = sum + D[(head * u.d_head + channel * u.d_channel) / 4u][(head * u.d_head + channel * u.d_channel) % 4u] * x;
  y[row0] = scanned * silu(gate0);
  }
  }
}
