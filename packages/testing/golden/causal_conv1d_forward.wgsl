// Canonical configuration: primitive causal_conv1d, case "130m", adapter nvidia.
// causal_conv1d_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// causal_conv1d_forward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y0: array<vec4f>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
  let b = id.z;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
  }
  var x1 = vec4f();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
  }
  var x2 = vec4f();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
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
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    let next1 = x[(b * u.length + min(now1, u.length - 1u)) * u.pitch + column];
    let next2 = x[(b * u.length + min(now2, u.length - 1u)) * u.pitch + column];
    let next3 = x[(b * u.length + min(now3, u.length - 1u)) * u.pitch + column];
    let next4 = x[(b * u.length + min(now4, u.length - 1u)) * u.pitch + column];
    let next5 = x[(b * u.length + min(now5, u.length - 1u)) * u.pitch + column];
    let next6 = x[(b * u.length + min(now6, u.length - 1u)) * u.pitch + column];
    let next7 = x[(b * u.length + min(now7, u.length - 1u)) * u.pitch + column];
    {
      let x3 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now1 < end) {
      let x3 = next1;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now1) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now2 < end) {
      let x3 = next2;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now2) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now3 < end) {
      let x3 = next3;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now3) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now4 < end) {
      let x3 = next4;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now4) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now5 < end) {
      let x3 = next5;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now5) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now6 < end) {
      let x3 = next6;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now6) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
    if (now7 < end) {
      let x3 = next7;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now7) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}
