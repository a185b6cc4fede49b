// Canonical configuration: primitive sin, case "sin bench", adapter nvidia.
// elementwise_sin {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"sin_near(a)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn two_over_pi(i: u32) -> u32 {\n  let low = select(select(0u, 0xa2f9836eu, i == 1u), select(0x4e441529u, 0xfc2757d1u, i == 3u), i > 1u);\n  return select(low, select(select(0xf534ddc0u, 0xdb629599u, i == 5u), 0x3c439041u, i > 5u), i > 3u);\n}\nfn reduce_angle(x: f32) -> vec2f {\n  let word = bitcast<u32>(x) & 0x7fffffffu;\n  let m = (word & 0x7fffffu) | 0x800000u;\n  let start = clamp(word >> 23u, 120u, 254u) - 120u;\n  let first = start >> 5u;\n  let shift = start & 31u;\n  let next = two_over_pi(first + 1u);\n  let w0 = (two_over_pi(first) << shift) | ((next >> 1u) >> (31u - shift));\n  let w1 = (next << shift) | ((two_over_pi(first + 2u) >> 1u) >> (31u - shift));\n  let turns = m * w0 + ((m * (w1 >> 24u)) >> 8u) + (((m >> 8u) * ((w1 >> 8u) & 0xffffu)) >> 16u);\n  return vec2f(f32(bitcast<i32>(turns << 2u)) * 3.6572952e-10, f32(((turns + 0x20000000u) >> 30u) & 3u));\n}\nfn sin_quarter(x: f32, quarter: i32) -> f32 {\n  var k = round(x * 0.63661977);\n  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;\n  if (!(abs(x) <= 8.0)) {\n    let reduced = reduce_angle(x);\n    r = select(reduced.x, -reduced.x, x < 0.0);\n    k = select(reduced.y, -reduced.y, x < 0.0);\n  }\n  let square = r * r;\n  let sine = r + r * square * (-1.6666654611e-1 + square * (8.3321608736e-3 - square * 1.9515295891e-4));\n  let cosine = 1.0 - 0.5 * square + square * square * (4.166664568298827e-2 + square * (-1.388731625493765e-3 + square * 2.443315711809948e-5));\n  let q = (i32(k) + quarter) & 3;\n  let value = select(sine, cosine, (q & 1) == 1);\n  return or_nan(select(value, -value, q >= 2), !is_finite(x));\n}\nfn sin_near(x: f32) -> f32 { return or_word(sin_quarter(x, 0), bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x39000000u); }\n"}
// elementwise_sin
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn two_over_pi(i: u32) -> u32 {
  let low = select(select(0u, 0xa2f9836eu, i == 1u), select(0x4e441529u, 0xfc2757d1u, i == 3u), i > 1u);
  return select(low, select(select(0xf534ddc0u, 0xdb629599u, i == 5u), 0x3c439041u, i > 5u), i > 3u);
}
fn reduce_angle(x: f32) -> vec2f {
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let next = two_over_pi(first + 1u);
  let w0 = (two_over_pi(first) << shift) | ((next >> 1u) >> (31u - shift));
  let w1 = (next << shift) | ((two_over_pi(first + 2u) >> 1u) >> (31u - shift));
  let turns = m * w0 + ((m * (w1 >> 24u)) >> 8u) + (((m >> 8u) * ((w1 >> 8u) & 0xffffu)) >> 16u);
  return vec2f(f32(bitcast<i32>(turns << 2u)) * 3.6572952e-10, f32(((turns + 0x20000000u) >> 30u) & 3u));
}
fn sin_quarter(x: f32, quarter: i32) -> f32 {
  var k = round(x * 0.63661977);
  var r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  if (!(abs(x) <= 8.0)) {
    let reduced = reduce_angle(x);
    r = select(reduced.x, -reduced.x, x < 0.0);
    k = select(reduced.y, -reduced.y, x < 0.0);
  }
  let square = r * r;
  let sine = r + r * square * (-1.6666654611e-1 + square * (8.3321608736e-3 - square * 1.9515295891e-4));
  let cosine = 1.0 - 0.5 * square + square * square * (4.166664568298827e-2 + square * (-1.388731625493765e-3 + square * 2.443315711809948e-5));
  let q = (i32(k) + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return or_nan(select(value, -value, q >= 2), !is_finite(x));
}
fn sin_near(x: f32) -> f32 { return or_word(sin_quarter(x, 0), bitcast<u32>(x), (bitcast<u32>(x) & 0x7fffffffu) < 0x39000000u); }
fn expression(a: f32) -> f32 {
  return f32(sin_near(a));
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
