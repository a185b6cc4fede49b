// ---- conv1d_silu_parts_backward {"width":1,"bias":true,"lanes":16}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = f32();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += parts[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  if (column >= 1u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 1u + column / u.channels] = sum; }
}

// ---- conv1d_silu_parts_backward {"width":1,"bias":true,"lanes":1}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.units + column]; }
  if (column >= 1u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 1u + column / u.channels] = sum; }
}

// ---- conv1d_silu_parts_backward {"width":2,"bias":false,"lanes":16}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = f32();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += parts[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  gradWeight[(column % u.channels) * 2u + column / u.channels] = sum;
}

// ---- conv1d_silu_parts_backward {"width":2,"bias":false,"lanes":1}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.units + column]; }
  gradWeight[(column % u.channels) * 2u + column / u.channels] = sum;
}

// ---- conv1d_silu_parts_backward {"width":3,"bias":true,"lanes":16}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = f32();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += parts[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  if (column >= 3u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 3u + column / u.channels] = sum; }
}

// ---- conv1d_silu_parts_backward {"width":3,"bias":true,"lanes":1}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.units + column]; }
  if (column >= 3u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 3u + column / u.channels] = sum; }
}

// ---- conv1d_silu_parts_backward {"width":4,"bias":false,"lanes":16}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = f32();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += parts[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  gradWeight[(column % u.channels) * 4u + column / u.channels] = sum;
}

// ---- conv1d_silu_parts_backward {"width":4,"bias":false,"lanes":1}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.units + column]; }
  gradWeight[(column % u.channels) * 4u + column / u.channels] = sum;
}

// ---- conv1d_silu_parts_backward {"width":4,"bias":true,"lanes":16}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = f32();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += parts[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  if (column >= 4u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 4u + column / u.channels] = sum; }
}

// ---- conv1d_silu_parts_backward {"width":4,"bias":true,"lanes":1}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.units + column]; }
  if (column >= 4u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 4u + column / u.channels] = sum; }
}

// ---- conv1d_silu_parts_backward {"width":7,"bias":true,"lanes":16}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = f32();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += parts[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  if (column >= 7u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 7u + column / u.channels] = sum; }
}

// ---- conv1d_silu_parts_backward {"width":7,"bias":true,"lanes":1}
// conv1d_silu_parts_backward
struct Uniforms {
  blocks: u32,
  units: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradWeight: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradBias: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.units + column]; }
  if (column >= 7u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 7u + column / u.channels] = sum; }
}
