// Canonical configuration: primitive broadcast, case "spread gradient", adapter nvidia.
// elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"splat"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":2,"lanes":4,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<u32>>;

fn expression(x: u32) -> u32 {
  return u32(x);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let i = index * 4u;
    let c1 = i % u.size_1;
    let c0 = i / u.size_1;
    let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1;
    let value_x = expression(x[x_at]);
    let value_y = expression(x[x_at]);
    let value_z = expression(x[x_at]);
    let value_w = expression(x[x_at]);
    y[index] = vec4<u32>(value_x, value_y, value_z, value_w);
  }
}
