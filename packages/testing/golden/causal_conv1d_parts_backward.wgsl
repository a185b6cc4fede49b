// Canonical configuration: primitive causal_conv1d_backward, case "130m", adapter nvidia.
// causal_conv1d_parts_backward {"width":4,"bias":true,"lanes":64}
// causal_conv1d_parts_backward
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
  let column = group.x * 4u + local % 4u;
  var sum = f32();
  if (column < u.units) {
    for (var start = local / 4u; start < u.blocks; start += 4096u) {
      var run = f32();
      for (var block = start; block < min(start + 4096u, u.blocks); block += 64u) { run += parts[block * u.units + column]; }
      sum += run;
    }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 4u || column >= u.units) { return; }
  for (var lane = 1u; lane < 64u; lane++) { sum += sums[local + lane * 4u]; }
  if (column >= 4u * u.channels) { gradBias[column % u.channels] = sum; } else { gradWeight[(column % u.channels) * 4u + column / u.channels] = sum; }
}
