// Canonical configuration: primitive isNaN, case "isNaN bench", adapter nvidia.
// elementwise_isNaN {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"bool","previous":false}],"scalars":[],"statements":[],"result":{"y":"is_nan(a)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_isNaN
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<u32>>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn expression(a: f32) -> bool {
  return bool(is_nan(a));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let value_x = expression(a_4.x);
    let value_y = expression(a_4.y);
    let value_z = expression(a_4.z);
    let value_w = expression(a_4.w);
    y[index] = vec4<u32>(select(0u, 1u, value_x), select(0u, 1u, value_y), select(0u, 1u, value_z), select(0u, 1u, value_w));
  }
}
