// Canonical configuration: primitive scatter, case "long rows", adapter nvidia.
// scatter_claim {"index":"i32"}
// scatter_claim
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> winners: array<atomic<u32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let wanted = u32(ids[index]); // a negative i32 becomes a large u32
  if (wanted >= u.n) { return; }
  let outer = index / u.inner / u.m;
  atomicMax(&winners[(outer * u.n + wanted) * u.inner + index % u.inner], index / u.inner % u.m + 1u);
}
