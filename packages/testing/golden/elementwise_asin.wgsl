// Canonical configuration: primitive asin, case "asin bench", adapter nvidia.
// elementwise_asin {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"asin_full(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn asin_near(a: f32, z: f32) -> f32 {\n  return a + a * z * (0.16666752422 + z * (7.4953002686e-2 + z * (4.5470025998e-2 + z * (2.4181311049e-2 + z * 4.2163199048e-2))));\n}\nfn asin_full(x: f32) -> f32 {\n  let a = min(abs(x), 1.0);\n  let far = a > 0.5;\n  let z = select(a * a, 0.5 - 0.5 * a, far);\n  let near = asin_near(select(a, sqrt(z), far), z);\n  return or_nan(with_sign(select(near, 1.57079633 - 2.0 * near, far), x), (bitcast<u32>(x) & 0x7fffffffu) > 0x3f800000u);\n}\n"}
// elementwise_asin
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn with_sign(y: f32, x: f32) -> f32 { return bitcast<f32>((bitcast<u32>(y) & 0x7fffffffu) | (bitcast<u32>(x) & 0x80000000u)); }
fn asin_near(a: f32, z: f32) -> f32 {
  return a + a * z * (0.16666752422 + z * (7.4953002686e-2 + z * (4.5470025998e-2 + z * (2.4181311049e-2 + z * 4.2163199048e-2))));
}
fn asin_full(x: f32) -> f32 {
  let a = min(abs(x), 1.0);
  let far = a > 0.5;
  let z = select(a * a, 0.5 - 0.5 * a, far);
  let near = asin_near(select(a, sqrt(z), far), z);
  return or_nan(with_sign(select(near, 1.57079633 - 2.0 * near, far), x), (bitcast<u32>(x) & 0x7fffffffu) > 0x3f800000u);
}
fn expression(a: f32) -> f32 {
  return f32(asin_full(a));
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
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}
