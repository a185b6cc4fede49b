// Canonical configuration: primitive index_add, case "gradient of an embedding of bytes", adapter nvidia.
// index_order {"index":"i32","ranked":true,"flat":false}
// index_order
struct Uniforms {
  m: u32,
  n: u32,
  lines: u32,
  size: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> order: array<u32>;
@group(0) @binding(3) var<storage, read_write> keys: array<u32>;

fn key_at(i: u32) -> u32 { return min(u32(ids[i]), u.n); }

var<workgroup> ranks: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (group.x + group.y * groups.x) * 16u + local / 16u;
  let own = key_at(min(index, u.m - 1u));
  var rank = 0u;
  for (var i = local % 16u; i < u.m; i += 16u) {
    let other = key_at(i);
    rank += select(0u, 1u, other < own || (other == own && i < index));
  }
  ranks[local] = rank;
  workgroupBarrier();
  if (local % 16u > 0u || index >= u.m) { return; }
  for (var lane = 1u; lane < 16u; lane++) { rank += ranks[local + lane]; }
  order[rank] = index;
  keys[rank] = own;
}
