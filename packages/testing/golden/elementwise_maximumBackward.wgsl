// Canonical configuration: primitive maximumBackward, case "maximumBackward bench", adapter nvidia.
// elementwise_maximumBackward {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"},{"name":"c","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"select(select(c, c * 0.5, equal(a, b)), 0.0, less(a, b))"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_maximumBackward
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> c: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;

fn any_nan(a: f32, b: f32) -> bool { return max(bitcast<u32>(a) & 0x7fffffffu, bitcast<u32>(b) & 0x7fffffffu) > 0x7f800000u; }
fn equal(a: f32, b: f32) -> bool { return !any_nan(a, b) & (a == b); }
fn less(a: f32, b: f32) -> bool { return !any_nan(a, b) & (a < b); }
fn expression(a: f32, b: f32, c: f32) -> f32 {
  return f32(select(select(c, c * 0.5, equal(a, b)), 0.0, less(a, b)));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let b_4 = b[index];
    let c_4 = c[index];
    let value_x = expression(a_4.x, b_4.x, c_4.x);
    let value_y = expression(a_4.y, b_4.y, c_4.y);
    let value_z = expression(a_4.z, b_4.z, c_4.z);
    let value_w = expression(a_4.w, b_4.w, c_4.w);
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}
