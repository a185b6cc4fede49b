// Canonical configuration: primitive atan, case "atan bench", adapter nvidia.
// elementwise_atan {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"atan_full(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn atan_positive(a: f32) -> f32 {\n  let high = a > 2.41421356;\n  let middle = (a > 0.41421356) & !high;\n  let t = select(select(a, (a - 1.0) / (a + 1.0), middle), -1.0 / max(a, 1.0), high);\n  let z = t * t;\n  let p = t + t * z * (-0.333329491539 + z * (0.199777106478 + z * (-0.138776856032 + z * 8.05374449538e-2)));\n  return select(select(0.0, 0.785398163, middle), 1.57079633, high) + p;\n}\nfn atan_full(x: f32) -> f32 { return or_nan(with_sign(atan_positive(min(abs(x), 1e30)), x), is_nan(x)); }\n"}
// elementwise_atan
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn with_sign(y: f32, x: f32) -> f32 { return bitcast<f32>((bitcast<u32>(y) & 0x7fffffffu) | (bitcast<u32>(x) & 0x80000000u)); }
fn atan_positive(a: f32) -> f32 {
  let high = a > 2.41421356;
  let middle = (a > 0.41421356) & !high;
  let t = select(select(a, (a - 1.0) / (a + 1.0), middle), -1.0 / max(a, 1.0), high);
  let z = t * t;
  let p = t + t * z * (-0.333329491539 + z * (0.199777106478 + z * (-0.138776856032 + z * 8.05374449538e-2)));
  return select(select(0.0, 0.785398163, middle), 1.57079633, high) + p;
}
fn atan_full(x: f32) -> f32 { return or_nan(with_sign(atan_positive(min(abs(x), 1e30)), x), is_nan(x)); }
fn expression(a: f32) -> f32 {
  return f32(atan_full(a));
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
