// Canonical configuration: primitive index_add, case "gradient of an embedding of bytes", adapter nvidia.
// zero {"vec":4}
// zero
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<u32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) { y[index] = vec4<u32>(0u); }
}
