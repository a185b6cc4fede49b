// ---- conv1d_silu_step {"width":1,"activation":"silu","bias":true,"stateLength":1}
// conv1d_silu_step
struct Uniforms {
  size: u32,
  channels: u32,
  pitch: u32,
  start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> newState: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.size) {
    return;
  }
  let channel = index % u.channels;
  let now = x[index / u.channels * u.pitch + u.start + channel];
  var sum = bias[channel];
  newState[index * 1u + 0u] = now;
  sum += weight[channel * 1u + 0u] * now;
  y[index] = silu(sum);
}

// ---- conv1d_silu_step {"width":2,"activation":"none","bias":false,"stateLength":1}
// conv1d_silu_step
struct Uniforms {
  size: u32,
  channels: u32,
  pitch: u32,
  start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> newState: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.size) {
    return;
  }
  let channel = index % u.channels;
  let now = x[index / u.channels * u.pitch + u.start + channel];
  var sum = 0.0;
  sum += weight[channel * 2u] * state[index * 1u];
  newState[index * 1u + 0u] = now;
  sum += weight[channel * 2u + 1u] * now;
  y[index] = sum;
}

// ---- conv1d_silu_step {"width":3,"activation":"none","bias":true,"stateLength":3}
// conv1d_silu_step
struct Uniforms {
  size: u32,
  channels: u32,
  pitch: u32,
  start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> newState: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.size) {
    return;
  }
  let channel = index % u.channels;
  let now = x[index / u.channels * u.pitch + u.start + channel];
  var sum = bias[channel];
  for (var k = 1u; k < 3u; k++) {
    let value = state[index * 3u + k];
    newState[index * 3u + k - 1u] = value;
    sum += weight[channel * 3u + k - 1u] * value;
  }
  newState[index * 3u + 2u] = now;
  sum += weight[channel * 3u + 2u] * now;
  y[index] = sum;
}

// ---- conv1d_silu_step {"width":3,"activation":"silu","bias":false,"stateLength":3}
// no line of its own; SHA-256 2631d2ea1852f8427baf45203feabf2c1d8d5540a2fdd0a6a235bf1ab39ca611

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":false,"stateLength":4}
// no line of its own; SHA-256 2c432146107ce1c58e9ecf668de1aacc8868f1d209fb3b0b8ba9a95e513453af

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":true,"stateLength":3}
// no line of its own; SHA-256 79883317e2a6bf655390ca8cd92e4a592d7d4f36f013bcbcf51fd4b8b097ef7e

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":true,"stateLength":4}
// no line of its own; SHA-256 b862fb13c2a55e39d121fb2bbe3c7ea6019cd612da81a182e3f8a3c9063b8891

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":true,"stateLength":9}
// no line of its own; SHA-256 5bb0eaf13e56683ffa9811a9ec4a85df984c130a9e3d13bfbc6d77b197fb37cc
