// ---- index_links {"index":"i32"}
// index_links
struct Uniforms {
  m: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> links: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.m) { return; }
  let wanted = ids[index];
  var next = index + 1u;
  while (next < u.m) {
    if (ids[next] == wanted) { break; }
    next++;
  }
  var earlier = 0u;
  while (earlier < index) {
    if (ids[earlier] == wanted) { break; }
    earlier++;
  }
  links[index] = next | select(0u, 0x80000000u, earlier < index);
}

// ---- index_links {"index":"u32"}
// index_links
struct Uniforms {
  m: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read_write> links: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.m) { return; }
  let wanted = ids[index];
  var next = index + 1u;
  while (next < u.m) {
    if (ids[next] == wanted) { break; }
    next++;
  }
  var earlier = 0u;
  while (earlier < index) {
    if (ids[earlier] == wanted) { break; }
    earlier++;
  }
  links[index] = next | select(0u, 0x80000000u, earlier < index);
}
