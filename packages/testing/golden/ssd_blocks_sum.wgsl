// Canonical configuration: primitive ssd_backward, case "130m", adapter nvidia.
// ssd_blocks_sum {}
// ssd_blocks_sum
struct Uniforms {
  blocks: u32,
  block_stride: u32,
  count: u32,
  batch_start: u32,
  l: u32,
  width: u32,
  sums_batch: u32,
  sums_token: u32,
  sums_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.count) { return; }
  var sum = 0.0;
  for (var block = 0u; block < u.blocks; block++) { sum += parts[block * u.block_stride + index]; }
  let batch = u.batch_start + index / u.width / u.l;
  sums[u.sums_offset + batch * u.sums_batch + (index / u.width % u.l) * u.sums_token + index % u.width] = sum;
}
