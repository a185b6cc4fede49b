// Canonical configuration: primitive causal_conv1d_backward, case "130m", adapter nvidia.
// causal_conv1d_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// causal_conv1d_backward
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
@group(0) @binding(4) var<storage, read> gradY0: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> parts: array<vec4f>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}
fn arrived(place: u32, at: u32) -> vec4f {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  var grad0 = vec4f();
  var grad1 = vec4f();
  var grad2 = vec4f();
  var grad3 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  var gradWeight2 = vec4f();
  var gradWeight3 = vec4f();
  var gradBias = vec4f();
  for (var t = first; t < end + 3u; t += 4u) {
    let now0 = t;
    let now1 = t + 1u;
    let now2 = t + 2u;
    let now3 = t + 3u;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    let time1 = min(now1, u.length - 1u);
    let next1 = x[(b * u.length + time1) * u.pitch + column];
    let grad_next1 = arrived(place, (b * u.length + time1) * part_pitch + part_column);
    let time2 = min(now2, u.length - 1u);
    let next2 = x[(b * u.length + time2) * u.pitch + column];
    let grad_next2 = arrived(place, (b * u.length + time2) * part_pitch + part_column);
    let time3 = min(now3, u.length - 1u);
    let next3 = x[(b * u.length + time3) * u.pitch + column];
    let grad_next3 = arrived(place, (b * u.length + time3) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x3 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(vec4f(), grad_next0 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
    if (now1 < end + 3u) {
      let inside = now1 < u.length;
      let x3 = next1;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(vec4f(), grad_next1 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now1 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now1 >= first + 3u) {
        gradX[(b * u.length + now1 - 3u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
    if (now2 < end + 3u) {
      let inside = now2 < u.length;
      let x3 = next2;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(vec4f(), grad_next2 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now2 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now2 >= first + 3u) {
        gradX[(b * u.length + now2 - 3u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
    if (now3 < end + 3u) {
      let inside = now3 < u.length;
      let x3 = next3;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(vec4f(), grad_next3 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now3 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now3 >= first + 3u) {
        gradX[(b * u.length + now3 - 3u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.total + channel] = gradBias;
}
