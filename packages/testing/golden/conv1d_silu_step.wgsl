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

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
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
// no line of its own; SHA-256 043cfaeb192bb0b2a706aba7bff62ad2fa044eca85eef76c109922dd5d0cdb64

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":false,"stateLength":4}
// no line of its own; SHA-256 02529069200155dfcf197cd32b23d36e54a8b189d28e428d971264dac10a3397

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":true,"stateLength":3}
// no line of its own; SHA-256 5ef964d5e5560ab76b6f4b744cfc129042f7278e8298339b5ab709579ee1cd08

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":true,"stateLength":4}
// no line of its own; SHA-256 b587ac3e0b1d73029c7d05961731521640f2b2e531cc06140c2be23770753574

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":true,"stateLength":9}
// no line of its own; SHA-256 d59b9bff656a0d0cbbff996af05fa4cf23fe5282f2daa8030aea8e35d90c556d
