// Canonical configuration: primitive erf, case "erf bench", adapter nvidia.
// elementwise_erf {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"erf(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn erf(x: f32) -> f32 {\n  let a = min(abs(x), 4.0);\n  let square = a * a;\n  let series = 1.1283792 * x * (1.0 + square * (-0.33333333 + square * (0.1 + square * (-0.023809524 + square * (0.0046296296 - square * 0.00075757576)))));\n  let t = 1.0 / (1.0 + 0.3275911 * a);\n  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-square);\n  return or_nan(select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 0.5), is_nan(x));\n}\n"}
// elementwise_erf
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn erf(x: f32) -> f32 {
  let a = min(abs(x), 4.0);
  let square = a * a;
  let series = 1.1283792 * x * (1.0 + square * (-0.33333333 + square * (0.1 + square * (-0.023809524 + square * (0.0046296296 - square * 0.00075757576)))));
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-square);
  return or_nan(select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 0.5), is_nan(x));
}
fn expression(a: f32) -> f32 {
  return f32(erf(a));
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
