// Canonical configuration: primitive causal_conv1d_backward, case "130m", adapter nvidia.
// causal_conv1d_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"ahead":2}
// causal_conv1d_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  x_batch: u32,
  x_token: u32,
  x_offset: u32,
  gradY_batch: u32,
  gradY_token: u32,
  gradY_offset: u32,
  gradX_batch: u32,
  gradX_token: u32,
  gradX_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> parts: array<vec4f>;

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
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp_falling(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let x_start = u.x_offset / 4u + b * u.x_batch + channel;
  let gradY_start = u.gradY_offset / 4u + b * u.gradY_batch + channel;
  let gradX_start = u.gradX_offset / 4u + b * u.gradX_batch + channel;
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
  var grad0 = vec4f();
  var grad1 = vec4f();
  var grad2 = vec4f();
  var grad3 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  var gradWeight2 = vec4f();
  var gradWeight3 = vec4f();
  var gradBias = vec4f();
  var x_after0 = vec4f();
  var gradY_after0 = vec4f();
  var x_after1 = vec4f();
  var gradY_after1 = vec4f();
  x_after0 = x[x_start + (min(first + 0u, u.length - 1u)) * u.x_token];
  gradY_after0 = gradY[gradY_start + (min(first + 0u, u.length - 1u)) * u.gradY_token];
  x_after1 = x[x_start + (min(first + 1u, u.length - 1u)) * u.x_token];
  gradY_after1 = gradY[gradY_start + (min(first + 1u, u.length - 1u)) * u.gradY_token];
  for (var t = first; t < end + 3u; t += 2u) {
    let now0 = t + 0u;
    let now1 = t + 1u;
    let x_now0 = x_after0;
    let gradY_now0 = gradY_after0;
    let x_now1 = x_after1;
    let gradY_now1 = gradY_after1;
    if (t + 2u < end + 3u) {
      x_after0 = x[x_start + (min(t + 2u + 0u, u.length - 1u)) * u.x_token];
      gradY_after0 = gradY[gradY_start + (min(t + 2u + 0u, u.length - 1u)) * u.gradY_token];
      x_after1 = x[x_start + (min(t + 2u + 1u, u.length - 1u)) * u.x_token];
      gradY_after1 = gradY[gradY_start + (min(t + 2u + 1u, u.length - 1u)) * u.gradY_token];
    }
    if (now0 < end + 3u) {
      let inside = now0 < u.length;
      let x3 = x_now0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(vec4f(), gradY_now0 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now0 >= first + 3u) {
        gradX[gradX_start + (now0 - 3u) * u.gradX_token] = reached;
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
      let x3 = x_now1;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(vec4f(), gradY_now1 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now1 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now1 >= first + 3u) {
        gradX[gradX_start + (now1 - 3u) * u.gradX_token] = reached;
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
  parts[(part * 5u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.channels + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.channels + channel] = gradBias;
}
