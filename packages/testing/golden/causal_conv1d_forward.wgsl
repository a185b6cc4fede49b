// Canonical configuration: primitive causal_conv1d, case "130m", adapter nvidia.
// causal_conv1d_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"ahead":4}
// causal_conv1d_forward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  x_batch: u32,
  x_token: u32,
  x_offset: u32,
  y_batch: u32,
  y_token: u32,
  y_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp_falling(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let x_start = u.x_offset / 4u + b * u.x_batch + channel;
  let y_start = u.y_offset / 4u + b * u.y_batch + channel;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let taps0 = weight[channel * 4u + 0u];
  let taps1 = weight[channel * 4u + 1u];
  let taps2 = weight[channel * 4u + 2u];
  let taps3 = weight[channel * 4u + 3u];
  let weight0 = vec4f(taps0[0], taps1[0], taps2[0], taps3[0]);
  let weight1 = vec4f(taps0[1], taps1[1], taps2[1], taps3[1]);
  let weight2 = vec4f(taps0[2], taps1[2], taps2[2], taps3[2]);
  let weight3 = vec4f(taps0[3], taps1[3], taps2[3], taps3[3]);
  let offset = bias[channel];
  var x0 = vec4f();
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[x_start + (first + 0u - 3u) * u.x_token];
  }
  var x1 = vec4f();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[x_start + (first + 1u - 3u) * u.x_token];
  }
  var x2 = vec4f();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[x_start + (first + 2u - 3u) * u.x_token];
  }
  var x_after0 = vec4f();
  var x_after1 = vec4f();
  var x_after2 = vec4f();
  var x_after3 = vec4f();
  x_after0 = x[x_start + (min(first + 0u, u.length - 1u)) * u.x_token];
  x_after1 = x[x_start + (min(first + 1u, u.length - 1u)) * u.x_token];
  x_after2 = x[x_start + (min(first + 2u, u.length - 1u)) * u.x_token];
  x_after3 = x[x_start + (min(first + 3u, u.length - 1u)) * u.x_token];
  for (var t = first; t < end; t += 4u) {
    let now0 = t + 0u;
    let now1 = t + 1u;
    let now2 = t + 2u;
    let now3 = t + 3u;
    let x_now0 = x_after0;
    let x_now1 = x_after1;
    let x_now2 = x_after2;
    let x_now3 = x_after3;
    if (t + 4u < end) {
      x_after0 = x[x_start + (min(t + 4u + 0u, u.length - 1u)) * u.x_token];
      x_after1 = x[x_start + (min(t + 4u + 1u, u.length - 1u)) * u.x_token];
      x_after2 = x[x_start + (min(t + 4u + 2u, u.length - 1u)) * u.x_token];
      x_after3 = x[x_start + (min(t + 4u + 3u, u.length - 1u)) * u.x_token];
    }
    if (now0 < end) {
      let x3 = x_now0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now0) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now1 < end) {
      let x3 = x_now1;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now1) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now2 < end) {
      let x3 = x_now2;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now2) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now3 < end) {
      let x3 = x_now3;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now3) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}
