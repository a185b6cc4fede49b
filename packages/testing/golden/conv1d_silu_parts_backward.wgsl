// ---- conv1d_silu_parts_backward {"width":1,"bias":true}
// conv1d_silu_parts_backward
struct Uniforms {
  parts: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / u.channels;
  let channel = index % u.channels;
  if (row >= 2u) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += parts[(part * 2u + row) * u.channels + channel];
  }
  if (row == 1u) {
    gradBias[channel] = sum;
  } else {
    gradWeight[channel * 1u + row] = sum;
  }
}

// ---- conv1d_silu_parts_backward {"width":2,"bias":false}
// conv1d_silu_parts_backward
struct Uniforms {
  parts: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / u.channels;
  let channel = index % u.channels;
  if (row >= 2u) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += parts[(part * 2u + row) * u.channels + channel];
  }
  gradWeight[channel * 2u + row] = sum;
}

// ---- conv1d_silu_parts_backward {"width":3,"bias":true}
// conv1d_silu_parts_backward
struct Uniforms {
  parts: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / u.channels;
  let channel = index % u.channels;
  if (row >= 4u) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += parts[(part * 4u + row) * u.channels + channel];
  }
  if (row == 3u) {
    gradBias[channel] = sum;
  } else {
    gradWeight[channel * 3u + row] = sum;
  }
}

// ---- conv1d_silu_parts_backward {"width":4,"bias":false}
// conv1d_silu_parts_backward
struct Uniforms {
  parts: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / u.channels;
  let channel = index % u.channels;
  if (row >= 4u) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += parts[(part * 4u + row) * u.channels + channel];
  }
  gradWeight[channel * 4u + row] = sum;
}

// ---- conv1d_silu_parts_backward {"width":4,"bias":true}
// conv1d_silu_parts_backward
struct Uniforms {
  parts: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / u.channels;
  let channel = index % u.channels;
  if (row >= 5u) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < u.parts; part++) {
    sum += parts[(part * 5u + row) * u.channels + channel];
  }
  if (row == 4u) {
    gradBias[channel] = sum;
  } else {
    gradWeight[channel * 4u + row] = sum;
  }
}
