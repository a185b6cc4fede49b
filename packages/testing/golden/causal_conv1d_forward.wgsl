// Canonical configuration: primitive causal_conv1d, case "130m", adapter nvidia.
// causal_conv1d_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"ahead":8}
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
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn exp_near(r: f32) -> f32 {
  return 1.0 + (r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467)))));
}
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn exp_negative(x: f32) -> f32 {
  let t = max(x, -87.3);
  let n = round(t * 1.44269504);
  let r = (t - n * 0.693359375) + n * 2.12194440e-4;
  let value = bitcast<f32>(bitcast<i32>(exp_near(r)) + (i32(n) << 23u));
  return or_nan(select(0.0, value, x > -87.3), is_nan(x));
}
fn sigmoid(x: f32) -> f32 {
  let e = exp_negative(-abs(x));
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
  let weight0 = vec4f(weight[channel * 16u + 0u + 0u * 4u], weight[channel * 16u + 0u + 1u * 4u], weight[channel * 16u + 0u + 2u * 4u], weight[channel * 16u + 0u + 3u * 4u]);
  let weight1 = vec4f(weight[channel * 16u + 1u + 0u * 4u], weight[channel * 16u + 1u + 1u * 4u], weight[channel * 16u + 1u + 2u * 4u], weight[channel * 16u + 1u + 3u * 4u]);
  let weight2 = vec4f(weight[channel * 16u + 2u + 0u * 4u], weight[channel * 16u + 2u + 1u * 4u], weight[channel * 16u + 2u + 2u * 4u], weight[channel * 16u + 2u + 3u * 4u]);
  let weight3 = vec4f(weight[channel * 16u + 3u + 0u * 4u], weight[channel * 16u + 3u + 1u * 4u], weight[channel * 16u + 3u + 2u * 4u], weight[channel * 16u + 3u + 3u * 4u]);
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
  for (var t = first; t < end; t += 8u) {
    let now0 = t;
    let now1 = t + 1u;
    let now2 = t + 2u;
    let now3 = t + 3u;
    let now4 = t + 4u;
    let now5 = t + 5u;
    let now6 = t + 6u;
    let now7 = t + 7u;
    let next0 = x[x_start + (now0) * u.x_token];
    let next1 = x[x_start + (min(now1, u.length - 1u)) * u.x_token];
    let next2 = x[x_start + (min(now2, u.length - 1u)) * u.x_token];
    let next3 = x[x_start + (min(now3, u.length - 1u)) * u.x_token];
    let next4 = x[x_start + (min(now4, u.length - 1u)) * u.x_token];
    let next5 = x[x_start + (min(now5, u.length - 1u)) * u.x_token];
    let next6 = x[x_start + (min(now6, u.length - 1u)) * u.x_token];
    let next7 = x[x_start + (min(now7, u.length - 1u)) * u.x_token];
    {
      let x3 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now0) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now1 < end) {
      let x3 = next1;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now1) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now2 < end) {
      let x3 = next2;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now2) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now3 < end) {
      let x3 = next3;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now3) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now4 < end) {
      let x3 = next4;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now4) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now5 < end) {
      let x3 = next5;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now5) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now6 < end) {
      let x3 = next6;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now6) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now7 < end) {
      let x3 = next7;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y[y_start + (now7) * u.y_token] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}
