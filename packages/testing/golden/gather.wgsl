// ---- gather {"index":"i32","vec":1,"part":false}
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
  let wanted = u32(clamp(ids[index], 0, i32(u.n) - 1));
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];
}

// ---- gather {"index":"u32","vec":1,"part":false}
// gather
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> ids: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let outer = index / u.inner / u.m;
  let wanted = min(ids[index], u.n - 1u);
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];
}
