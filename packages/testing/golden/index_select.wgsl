// Canonical configuration: primitive index_select, case "tokens", adapter nvidia.
// index_select {"index":"i32","vec":4,"part":true,"missing":2143289344}
// index_select
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
  first: u32,
  rows: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<u32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let wanted = u32(ids[j]);
  if (wanted >= u.n) {
    if (u.first == 0u) { y[index] = vec4<u32>(2143289344u); }
    return;
  }
  if (wanted < u.first || wanted - u.first >= u.rows) { return; }
  y[index] = x[(outer * u.n + wanted - u.first) * u.inner + index % u.inner];
}
