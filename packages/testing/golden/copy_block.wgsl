// Canonical configuration: primitive concat2, case "x, B and C of a mixer", adapter nvidia.
// copy_block {"vec":4,"pad":false}
// copy_block
struct Uniforms {
  count: u32,
  columns: u32,
  pitch: u32,
  offset: u32,
  fill: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<u32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let row = index / u.columns;
  y[row * u.pitch + u.offset + index % u.columns] = x[index];
}
