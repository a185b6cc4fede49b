// Canonical configuration: primitive layer_norm_backward, case "130m", adapter nvidia.
// column_sum {"vec":4,"lanes":64}
// column_sum
struct Uniforms {
  blocks: u32,
  units: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> part: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

var<workgroup> sums: array<vec4f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 4u + local % 4u;
  var sum = vec4f();
  if (column < u.units) {
    for (var start = local / 4u; start < u.blocks; start += 4096u) {
      var run = vec4f();
      for (var block = start; block < min(start + 4096u, u.blocks); block += 64u) { run += part[block * u.units + column]; }
      sum += run;
    }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 4u || column >= u.units) { return; }
  for (var lane = 1u; lane < 64u; lane++) { sum += sums[local + lane * 4u]; }
  y[column] = sum;
}
