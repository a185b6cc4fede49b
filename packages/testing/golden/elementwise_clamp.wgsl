// Canonical configuration: primitive clamp, case "clamp bench", adapter nvidia.
// elementwise_clamp {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"},{"name":"c","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"min_nan(max_nan(a, b), c)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_clamp
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> c: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;

fn any_nan(a: f32, b: f32) -> bool { return max(bitcast<u32>(a) & 0x7fffffffu, bitcast<u32>(b) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn max_nan(a: f32, b: f32) -> f32 { return or_nan(or_word(max(a, b), bitcast<u32>(a) & bitcast<u32>(b), a == b), any_nan(a, b)); }
fn min_nan(a: f32, b: f32) -> f32 { return or_nan(or_word(min(a, b), (bitcast<u32>(a) & bitcast<u32>(b)) | ((bitcast<u32>(a) | bitcast<u32>(b)) & 0x80000000u), a == b), any_nan(a, b)); }
fn expression(a: f32, b: f32, c: f32) -> f32 {
  return f32(min_nan(max_nan(a, b), c));
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
