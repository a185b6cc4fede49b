// Canonical configuration: primitive scatter, case "long rows", adapter nvidia.
// scatter_write {}
// scatter_write
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> winners: array<u32>;
@group(0) @binding(3) var<storage, read> elements: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let winner = winners[index];
  var word = x[index];
  if (winner > 0u) { word = elements[(index / u.inner / u.n * u.m + winner - 1u) * u.inner + index % u.inner]; }
  y[index] = word;
}
