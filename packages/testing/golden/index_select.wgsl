// ---- index_select {"index":"i32","vec":1,"part":false}
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
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let wanted = u32(clamp(ids[j], 0, i32(u.n) - 1));
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];
}

// ---- index_select {"index":"i32","vec":4,"part":true}
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
  let wanted = u32(clamp(ids[j], 0, i32(u.n) - 1));
  if (wanted < u.first || wanted - u.first >= u.rows) { return; }
  y[index] = x[(outer * u.n + wanted - u.first) * u.inner + index % u.inner];
}

// ---- index_select {"index":"u32","vec":4,"part":false}
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
@group(0) @binding(2) var<storage, read> ids: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<u32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let wanted = min(ids[j], u.n - 1u);
  y[index] = x[(outer * u.n + wanted) * u.inner + index % u.inner];
}
