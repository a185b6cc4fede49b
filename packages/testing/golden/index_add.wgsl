// ---- index_add {"type":"f32","index":"i32","vec":1}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read> links: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let column = index % u.inner;
  let wanted = u32(ids[j]); // a negative i32 becomes a large u32
  if (links[j] >= 0x80000000u || wanted >= u.n) { return; }
  var total = f32();
  var place = j;
  while (place < u.m) {
    total += x[(outer * u.m + place) * u.inner + column];
    place = links[place] & 0x7fffffffu;
  }
  y[(outer * u.n + wanted) * u.inner + column] = total;
}

// ---- index_add {"type":"f32","index":"i32","vec":4}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read> links: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let column = index % u.inner;
  let wanted = u32(ids[j]); // a negative i32 becomes a large u32
  if (links[j] >= 0x80000000u || wanted >= u.n) { return; }
  var total = vec4<f32>();
  var place = j;
  while (place < u.m) {
    total += x[(outer * u.m + place) * u.inner + column];
    place = links[place] & 0x7fffffffu;
  }
  y[(outer * u.n + wanted) * u.inner + column] = total;
}

// ---- index_add {"type":"f32","index":"u32","vec":4}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> ids: array<u32>;
@group(0) @binding(3) var<storage, read> links: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let j = index / u.inner % u.m;
  let outer = index / u.inner / u.m;
  let column = index % u.inner;
  let wanted = u32(ids[j]); // a negative i32 becomes a large u32
  if (links[j] >= 0x80000000u || wanted >= u.n) { return; }
  var total = vec4<f32>();
  var place = j;
  while (place < u.m) {
    total += x[(outer * u.m + place) * u.inner + column];
    place = links[place] & 0x7fffffffu;
  }
  y[(outer * u.n + wanted) * u.inner + column] = total;
}
