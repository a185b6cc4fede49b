// Canonical configuration: primitive gather, case "targets", adapter nvidia.
// gather {"index":"i32","vec":1,"part":false,"missing":2143289344}
// gather
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let outer = index / u.inner / u.m;
  let wanted = u32(ids[index]);
  if (wanted >= u.n) {
    y[index] = u32(2143289344u);
    return;
  }
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];
}
