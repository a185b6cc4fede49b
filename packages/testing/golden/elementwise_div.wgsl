// Canonical configuration: primitive div, case "div bench", adapter nvidia.
// elementwise_div {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"quotient(a, b)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_div
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(quotient(a, b));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let b_4 = b[index];
    let value_x = expression(a_4.x, b_4.x);
    let value_y = expression(a_4.y, b_4.y);
    let value_z = expression(a_4.z, b_4.z);
    let value_w = expression(a_4.w, b_4.w);
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}
