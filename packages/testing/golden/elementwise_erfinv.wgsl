// Canonical configuration: primitive erfinv, case "erfinv bench", adapter nvidia.
// elementwise_erfinv {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"erfinv_full(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn twice_atanh(s: f32) -> f32 {\n  let z = s * s;\n  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));\n}\nfn log_full(x: f32) -> f32 {\n  let word = bitcast<u32>(x);\n  let tiny = word < 0x00800000u;\n  let normal = select(word, bitcast<u32>(f32(word)), tiny);\n  let shifted = bitcast<i32>(normal) - 0x3f3504f3;\n  let e = f32((shifted >> 23u) - select(0, 149, tiny));\n  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;\n  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));\n  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);\n  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));\n}\nfn erfinv_full(x: f32) -> f32 {\n  let word = bitcast<u32>(x) & 0x7fffffffu;\n  let a = min(abs(x), 0.99999994);\n  let w = -log_full((1.0 - a) * (1.0 + a));\n  let c = min(w, 5.0) - 2.5;\n  let centre = 1.50140941 + c * (0.246640727 + c * (-0.00417768164 + c * (-0.00125372503 + c * (2.1858087e-4 + c * (-4.39150654e-6 + c * (-3.5233877e-6 + c * (3.43273939e-7 + c * 2.81022636e-8)))))));\n  let t = sqrt(max(w, 5.0)) - 3.0;\n  let tail = 2.83297682 + t * (1.00167406 + t * (0.00943887047 + t * (-0.0076224613 + t * (0.00573950773 + t * (-0.00367342844 + t * (0.00134934322 + t * (1.00950558e-4 - t * 2.00214257e-4)))))));\n  let value = select(centre, tail, w >= 5.0) * a;\n  return or_nan(with_sign(or_word(value, 0x7f800000u, word == 0x3f800000u), x), word > 0x3f800000u);\n}\n"}
// elementwise_erfinv
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn with_sign(y: f32, x: f32) -> f32 { return bitcast<f32>((bitcast<u32>(y) & 0x7fffffffu) | (bitcast<u32>(x) & 0x80000000u)); }
fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn erfinv_full(x: f32) -> f32 {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let a = min(abs(x), 0.99999994);
  let w = -log_full((1.0 - a) * (1.0 + a));
  let c = min(w, 5.0) - 2.5;
  let centre = 1.50140941 + c * (0.246640727 + c * (-0.00417768164 + c * (-0.00125372503 + c * (2.1858087e-4 + c * (-4.39150654e-6 + c * (-3.5233877e-6 + c * (3.43273939e-7 + c * 2.81022636e-8)))))));
  let t = sqrt(max(w, 5.0)) - 3.0;
  let tail = 2.83297682 + t * (1.00167406 + t * (0.00943887047 + t * (-0.0076224613 + t * (0.00573950773 + t * (-0.00367342844 + t * (0.00134934322 + t * (1.00950558e-4 - t * 2.00214257e-4)))))));
  let value = select(centre, tail, w >= 5.0) * a;
  return or_nan(with_sign(or_word(value, 0x7f800000u, word == 0x3f800000u), x), word > 0x3f800000u);
}
fn expression(a: f32) -> f32 {
  return f32(erfinv_full(a));
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
