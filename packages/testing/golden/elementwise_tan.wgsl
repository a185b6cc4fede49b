// Canonical configuration: primitive tan, case "tan bench", adapter nvidia.
// elementwise_tan {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"tan_full(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn mul_high(a: u32, b: u32) -> u32 {\n  let low = (a & 0xffffu) * (b & 0xffffu);\n  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);\n  let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);\n  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u);\n}\nfn two_over_pi(i: u32) -> u32 {\n  let low = select(select(0u, 0xa2f9836eu, i == 1u), select(0x4e441529u, 0xfc2757d1u, i == 3u), i > 1u);\n  return select(low, select(select(0xf534ddc0u, 0xdb629599u, i == 5u), 0x3c439041u, i > 5u), i > 3u);\n}\nfn reduce_angle_exact(x: f32) -> vec2f {\n  let word = bitcast<u32>(x) & 0x7fffffffu;\n  let m = (word & 0x7fffffu) | 0x800000u;\n  let start = clamp(word >> 23u, 120u, 254u) - 120u;\n  let first = start >> 5u;\n  let shift = start & 31u;\n  let d1 = two_over_pi(first + 1u);\n  let d2 = two_over_pi(first + 2u);\n  let w0 = (two_over_pi(first) << shift) | ((d1 >> 1u) >> (31u - shift));\n  let w1 = (d1 << shift) | ((d2 >> 1u) >> (31u - shift));\n  let w2 = (d2 << shift) | ((two_over_pi(first + 3u) >> 1u) >> (31u - shift));\n  let low = m * w1 + mul_high(m, w2);\n  let high = m * w0 + mul_high(m, w1) + select(0u, 1u, low < m * w1);\n  let fraction = f32(bitcast<i32>((high << 2u) | (low >> 30u)));\n  let r = (fraction + f32(low << 2u) * 2.3283064e-10) * 3.6572952e-10;\n  return vec2f(r, f32(((high + 0x20000000u) >> 30u) & 3u));\n}\nfn tan_full(x: f32) -> f32 {\n  var k = round(x * 0.63661977);\n  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;\n  if (!(abs(x) <= 8.0)) {\n    let reduced = reduce_angle_exact(x);\n    r = select(reduced.x, -reduced.x, x < 0.0);\n    k = select(reduced.y, -reduced.y, x < 0.0);\n  }\n  let z = r * r;\n  let p = 0.333331568548 + z * (0.133387994085 + z * (5.34112807005e-2 + z * (2.44301354525e-2 + z * (3.11992232697e-3 + z * 9.38540185543e-3))));\n  let t = r + r * z * p;\n  let odd = (i32(k) & 1) == 1;\n  let value = select(t, -1.0 / select(1.0, t, odd), odd);\n  let small = or_word(value, bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x39000000u);\n  return or_nan(small, !is_finite(x));\n}\n"}
// elementwise_tan
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn mul_high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u);
}
fn two_over_pi(i: u32) -> u32 {
  let low = select(select(0u, 0xa2f9836eu, i == 1u), select(0x4e441529u, 0xfc2757d1u, i == 3u), i > 1u);
  return select(low, select(select(0xf534ddc0u, 0xdb629599u, i == 5u), 0x3c439041u, i > 5u), i > 3u);
}
fn reduce_angle_exact(x: f32) -> vec2f {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let d1 = two_over_pi(first + 1u);
  let d2 = two_over_pi(first + 2u);
  let w0 = (two_over_pi(first) << shift) | ((d1 >> 1u) >> (31u - shift));
  let w1 = (d1 << shift) | ((d2 >> 1u) >> (31u - shift));
  let w2 = (d2 << shift) | ((two_over_pi(first + 3u) >> 1u) >> (31u - shift));
  let low = m * w1 + mul_high(m, w2);
  let high = m * w0 + mul_high(m, w1) + select(0u, 1u, low < m * w1);
  let fraction = f32(bitcast<i32>((high << 2u) | (low >> 30u)));
  let r = (fraction + f32(low << 2u) * 2.3283064e-10) * 3.6572952e-10;
  return vec2f(r, f32(((high + 0x20000000u) >> 30u) & 3u));
}
fn tan_full(x: f32) -> f32 {
  var k = round(x * 0.63661977);
  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  if (!(abs(x) <= 8.0)) {
    let reduced = reduce_angle_exact(x);
    r = select(reduced.x, -reduced.x, x < 0.0);
    k = select(reduced.y, -reduced.y, x < 0.0);
  }
  let z = r * r;
  let p = 0.333331568548 + z * (0.133387994085 + z * (5.34112807005e-2 + z * (2.44301354525e-2 + z * (3.11992232697e-3 + z * 9.38540185543e-3))));
  let t = r + r * z * p;
  let odd = (i32(k) & 1) == 1;
  let value = select(t, -1.0 / select(1.0, t, odd), odd);
  let small = or_word(value, bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x39000000u);
  return or_nan(small, !is_finite(x));
}
fn expression(a: f32) -> f32 {
  return f32(tan_full(a));
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
