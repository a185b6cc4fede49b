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

// ---- conv1d_silu_parts_backward {"width":1,"bias":true,"lanes":64}
// no line of its own; SHA-256 60734c5183efc553cda8058580a10a8e21b100711bcc56107da65fa8ab65dc9f

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
// no line of its own; SHA-256 3affb9e1af9c75b7946e3188e50c461e53002fb7404d4f91dcb4070e76449ea1

// ---- conv1d_silu_parts_backward {"width":2,"bias":false,"lanes":64}
// no line of its own; SHA-256 6389357d4bb7de28830a1b4209ba6a0d6c1d0d740b690ede2afd59b8f1c9f1b6

// ---- conv1d_silu_parts_backward {"width":3,"bias":true,"lanes":16}
// no line of its own; SHA-256 adda2600250fd8c1198a35a6af8f81a37eed7587b09b62f7cbdf231f54d3ae0d

// ---- conv1d_silu_parts_backward {"width":3,"bias":true,"lanes":1}
// no line of its own; SHA-256 679d62d1854a0ffb2e2243de5920180d8c63260d5e3e03bf51955a510c674f73

// ---- conv1d_silu_parts_backward {"width":3,"bias":true,"lanes":64}
// no line of its own; SHA-256 8ec1f3bd99876a8dc4545b9295d0eb42b086a68524b15a512e2b5a2693e725d3

// ---- conv1d_silu_parts_backward {"width":4,"bias":false,"lanes":16}
// no line of its own; SHA-256 033c66914227e670bdfe078bf8e9a462691efc67a99b8e505a687b9844c806c4

// ---- conv1d_silu_parts_backward {"width":4,"bias":false,"lanes":1}
// no line of its own; SHA-256 7be716282ace780444524e7394a582e170821a0b07de3e051905f0da21f2a0af

// ---- conv1d_silu_parts_backward {"width":4,"bias":false,"lanes":64}
// no line of its own; SHA-256 0f60c5eeb769bcedfe4885302861b49b5247cd3f6db162a8333fd38b9c189c36

// ---- conv1d_silu_parts_backward {"width":4,"bias":true,"lanes":16}
// no line of its own; SHA-256 56cfb683feea7cd0cf0acc4442e48f6b04cdc5852fea89dc9a314bb1f7258333

// ---- conv1d_silu_parts_backward {"width":4,"bias":true,"lanes":1}
// no line of its own; SHA-256 39b9b5c1e2bdfb7860ac0e7455442e9febdcb2a008d03bd0ec1f5e1f1efde943

// ---- conv1d_silu_parts_backward {"width":4,"bias":true,"lanes":64}
// no line of its own; SHA-256 e8e8d8a1fa5513301c8d102c14129c7aa63ba00504ac817386e97a27e9aea6ff

// ---- conv1d_silu_parts_backward {"width":7,"bias":true,"lanes":16}
// no line of its own; SHA-256 f1f7c2e9032cbb449bcfe4eb27db825adf79c3a882c5ce99d8b55ef455dd90ad

// ---- conv1d_silu_parts_backward {"width":7,"bias":true,"lanes":1}
// no line of its own; SHA-256 a7b2cac409e21b09b4a22ae5eb09e9a8a838dcfd287f0cb1be6d4ad2cc12e84d

// ---- conv1d_silu_parts_backward {"width":7,"bias":true,"lanes":64}
// no line of its own; SHA-256 3cf001f3d186c95e9cd218b11569f3f8d35fd45141eb9f42a1bd32e927492cd3
