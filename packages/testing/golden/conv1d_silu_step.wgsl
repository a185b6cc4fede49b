// ---- conv1d_silu_step {"width":1,"activation":"silu","bias":true}
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
  for (var k = 0u; k < 0u; k++) {
    let value = state[index * 1u + k + 1u];
    newState[index * 1u + k] = value;
    sum += weight[channel * 1u + k] * value;
  }
  newState[index * 1u + 0u] = now;
  sum += weight[channel * 1u + 0u] * now;
  y[index] = silu(sum);
}

// ---- conv1d_silu_step {"width":3,"activation":"none","bias":true}
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
  for (var k = 0u; k < 2u; k++) {
    let value = state[index * 3u + k + 1u];
    newState[index * 3u + k] = value;
    sum += weight[channel * 3u + k] * value;
  }
  newState[index * 3u + 2u] = now;
  sum += weight[channel * 3u + 2u] * now;
  y[index] = sum;
}

// ---- conv1d_silu_step {"width":3,"activation":"silu","bias":false}
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
  var sum = 0.0;
  for (var k = 0u; k < 2u; k++) {
    let value = state[index * 3u + k + 1u];
    newState[index * 3u + k] = value;
    sum += weight[channel * 3u + k] * value;
  }
  newState[index * 3u + 2u] = now;
  sum += weight[channel * 3u + 2u] * now;
  y[index] = silu(sum);
}

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":false}
// no line of its own; SHA-256 ce561964bf00a209e4a713eb068c5e1b6831c0b8f35ff5bf281e166e5bb31610

// ---- conv1d_silu_step {"width":4,"activation":"silu","bias":true}
// no line of its own; SHA-256 f3e150b76ddc1e8b26aa255e6f381e4e51092368448d70717888510f16b4b691
