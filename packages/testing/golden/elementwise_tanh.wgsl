// Canonical configuration: primitive tanh, case "tanh bench", adapter nvidia.
// elementwise_tanh {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"tanh_safe(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn tanh_safe(x: f32) -> f32 {\n  let square = x * x;\n  let series = x * (1.0 + square * (-0.33333333 + square * (0.13333333 + square * (-0.053968254 + square * (0.021869489 - square * 0.0088632355)))));\n  let far = 1.0 - 2.0 / (exp(2.0 * min(abs(x), 10.0)) + 1.0);\n  return or_nan(select(select(far, -far, x < 0.0), series, abs(x) < 0.4), is_nan(x));\n}\n"}
// elementwise_tanh
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn tanh_safe(x: f32) -> f32 {
  let square = x * x;
  let series = x * (1.0 + square * (-0.33333333 + square * (0.13333333 + square * (-0.053968254 + square * (0.021869489 - square * 0.0088632355)))));
  let far = 1.0 - 2.0 / (exp(2.0 * min(abs(x), 10.0)) + 1.0);
  return or_nan(select(select(far, -far, x < 0.0), series, abs(x) < 0.4), is_nan(x));
}
fn expression(a: f32) -> f32 {
  return f32(tanh_safe(a));
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
