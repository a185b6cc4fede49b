// ---- elementwise_cos {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"cos_near(a)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cos
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn high_product(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let second = (a & 0xffffu) * (b >> 16u) + (first & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u);
}
fn reduce_angle(x: f32) -> vec2f {
  var digits = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let d1 = digits[first + 1u];
  let d2 = digits[first + 2u];
  let w0 = (digits[first] << shift) | ((d1 >> 1u) >> (31u - shift));
  let w1 = (d1 << shift) | ((d2 >> 1u) >> (31u - shift));
  let w2 = (d2 << shift) | ((digits[first + 3u] >> 1u) >> (31u - shift));
  // The product modulo 2^96 without its lowest word: two bits of k, then 62 of the fraction.
  let p1 = m * w1 + high_product(m, w2);
  let p0 = m * w0 + high_product(m, w1) + select(0u, 1u, p1 < m * w1);
  let fraction = bitcast<i32>((p0 << 2u) | (p1 >> 30u));
  let k = ((p0 + 0x20000000u) >> 30u) & 3u;
  return vec2f((f32(fraction) + f32(p1 << 2u) * 2.3283064e-10) * 3.6572952e-10, f32(k));
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
fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }
fn expression(a: f32) -> f32 {
  return f32(cos_near(a));
}
fn element(i: u32) -> f32 {
  return expression(a[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_cos {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"cos_near(a)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_cos
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn high_product(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let second = (a & 0xffffu) * (b >> 16u) + (first & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u);
}
fn reduce_angle(x: f32) -> vec2f {
  var digits = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let d1 = digits[first + 1u];
  let d2 = digits[first + 2u];
  let w0 = (digits[first] << shift) | ((d1 >> 1u) >> (31u - shift));
  let w1 = (d1 << shift) | ((d2 >> 1u) >> (31u - shift));
  let w2 = (d2 << shift) | ((digits[first + 3u] >> 1u) >> (31u - shift));
  // The product modulo 2^96 without its lowest word: two bits of k, then 62 of the fraction.
  let p1 = m * w1 + high_product(m, w2);
  let p0 = m * w0 + high_product(m, w1) + select(0u, 1u, p1 < m * w1);
  let fraction = bitcast<i32>((p0 << 2u) | (p1 >> 30u));
  let k = ((p0 + 0x20000000u) >> 30u) & 3u;
  return vec2f((f32(fraction) + f32(p1 << 2u) * 2.3283064e-10) * 3.6572952e-10, f32(k));
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
fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }
fn expression(a: f32) -> f32 {
  return f32(cos_near(a));
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

// ---- elementwise_cos {"inputs":[{"name":"a","type":"f32","access":"scalar"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"cos_near(a)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cos
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn high_product(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let second = (a & 0xffffu) * (b >> 16u) + (first & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u);
}
fn reduce_angle(x: f32) -> vec2f {
  var digits = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
  let word = bitcast<u32>(x) & 0x7fffffffu;
  let m = (word & 0x7fffffu) | 0x800000u;
  let start = clamp(word >> 23u, 120u, 254u) - 120u;
  let first = start >> 5u;
  let shift = start & 31u;
  let d1 = digits[first + 1u];
  let d2 = digits[first + 2u];
  let w0 = (digits[first] << shift) | ((d1 >> 1u) >> (31u - shift));
  let w1 = (d1 << shift) | ((d2 >> 1u) >> (31u - shift));
  let w2 = (d2 << shift) | ((digits[first + 3u] >> 1u) >> (31u - shift));
  // The product modulo 2^96 without its lowest word: two bits of k, then 62 of the fraction.
  let p1 = m * w1 + high_product(m, w2);
  let p0 = m * w0 + high_product(m, w1) + select(0u, 1u, p1 < m * w1);
  let fraction = bitcast<i32>((p0 << 2u) | (p1 >> 30u));
  let k = ((p0 + 0x20000000u) >> 30u) & 3u;
  return vec2f((f32(fraction) + f32(p1 << 2u) * 2.3283064e-10) * 3.6572952e-10, f32(k));
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
fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }
fn expression(a: f32) -> f32 {
  return f32(cos_near(a));
}
fn element(i: u32) -> f32 {
  return expression(a[0u]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}
