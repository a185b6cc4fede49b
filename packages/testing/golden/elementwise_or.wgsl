// Canonical configuration: primitive or, case "or bench", adapter nvidia.
// elementwise_or {"inputs":[{"name":"a","type":"bool","access":"dense"},{"name":"b","type":"bool","access":"dense"}],"outputs":[{"name":"y","type":"bool","previous":false}],"scalars":[],"statements":[],"result":{"y":"a || b"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_or
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<u32>>;

fn expression(a: bool, b: bool) -> bool {
  return bool(a || b);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let b_4 = b[index];
    let value_x = expression(a_4.x != 0u, b_4.x != 0u);
    let value_y = expression(a_4.y != 0u, b_4.y != 0u);
    let value_z = expression(a_4.z != 0u, b_4.z != 0u);
    let value_w = expression(a_4.w != 0u, b_4.w != 0u);
    y[index] = vec4<u32>(select(0u, 1u, value_x), select(0u, 1u, value_y), select(0u, 1u, value_z), select(0u, 1u, value_w));
  }
}
