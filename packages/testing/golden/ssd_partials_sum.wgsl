// Canonical configuration: primitive ssd_backward, case "130m", adapter nvidia.
// ssd_partials_sum {}
// ssd_partials_sum
struct Uniforms {
  start: u32,
  rows: u32,
  width: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;


var<workgroup> shares: array<f32, 128>;

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32) {
  var sum = 0.0;
  for (var i = lid; i < u.rows * u.inner; i += 128u) {
    sum += partials[u.start + (i / u.inner) * u.width + group_id.x * u.inner + i % u.inner];
  }
  shares[lid] = sum;
  workgroupBarrier();
  for (var half = 64u; half > 0u; half /= 2u) {
    if (lid < half) { shares[lid] += shares[lid + half]; }
    workgroupBarrier();
  }
  if (lid == 0u) { sums[group_id.x] = shares[0]; }
}
