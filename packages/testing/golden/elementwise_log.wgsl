// Canonical configuration: primitive log, case "log bench", adapter nvidia.
// elementwise_log {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"log_full(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn twice_atanh(s: f32) -> f32 {\n  let z = s * s;\n  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));\n}\nfn log_full(x: f32) -> f32 {\n  let word = bitcast<u32>(x);\n  let tiny = word < 0x00800000u;\n  let normal = select(word, bitcast<u32>(f32(word)), tiny);\n  let shifted = bitcast<i32>(normal) - 0x3f3504f3;\n  let e = f32((shifted >> 23u) - select(0, 149, tiny));\n  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;\n  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));\n  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);\n  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));\n}\n"}
// elementwise_log
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
fn expression(a: f32) -> f32 {
  return f32(log_full(a));
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
