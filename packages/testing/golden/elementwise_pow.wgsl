// Canonical configuration: primitive pow, case "pow bench", adapter nvidia.
// elementwise_pow {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"power(a, b)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn exp_near(r: f32) -> f32 {\n  return 1.0 + (r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467)))));\n}\nfn twice_atanh(s: f32) -> f32 {\n  let z = s * s;\n  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));\n}\nfn power(x: f32, y: f32) -> f32 {\n  let size = bitcast<u32>(x) & 0x7fffffffu;\n  let exponent = clamp(y, -1e30, 1e30);\n  let shifted = bitcast<i32>(size) - 0x3f3504f3;\n  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;\n  let large_part = exponent * f32(shifted >> 23u);\n  let small_part = exponent * (1.44269504 * twice_atanh(m / (m + 2.0)));\n  let n = round(clamp(large_part + small_part, -300.0, 300.0));\n  let rest = (large_part - n) + small_part + fma(exponent, f32(shifted >> 23u), -large_part);\n  let finite = bitcast<f32>(bitcast<i32>(exp_near(rest * 0.69314718)) + (i32(n) << 23u));\n  let inside = or_word(or_word(finite, 0u, (n + 126.0) + rest < 0.0), 0x7f800000u, (n - 128.0) + rest >= 0.0);\n  let inverse = bitcast<i32>(y) < 0;\n  let of_infinite = or_word(inside, select(0x7f800000u, 0u, inverse), size == 0x7f800000u);\n  let magnitude = or_word(of_infinite, select(0u, 0x7f800000u, inverse), size < 0x00800000u);\n  let whole = floor(exponent) == exponent;\n  let odd = whole & (floor(0.5 * exponent) * 2.0 != exponent);\n  let negative = bitcast<u32>(x) != size;\n  let signed = bitcast<f32>(bitcast<u32>(magnitude) | select(0u, 0x80000000u, negative & odd));\n  let ordinary = (size >= 0x00800000u) & (size < 0x7f800000u);\n  let value = or_nan(signed, (negative & ordinary & !whole) | any_nan(x, y));\n  return or_word(value, 0x3f800000u, (bitcast<u32>(x) == 0x3f800000u) | ((bitcast<u32>(y) & 0x7fffffffu) == 0u));\n}\n"}
// elementwise_pow
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn any_nan(a: f32, b: f32) -> bool { return max(bitcast<u32>(a) & 0x7fffffffu, bitcast<u32>(b) & 0x7fffffffu) > 0x7f800000u; }
fn exp_near(r: f32) -> f32 {
  return 1.0 + (r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467)))));
}
fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn power(x: f32, y: f32) -> f32 {
  let size = bitcast<u32>(x) & 0x7fffffffu;
  let exponent = clamp(y, -1e30, 1e30);
  let shifted = bitcast<i32>(size) - 0x3f3504f3;
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let large_part = exponent * f32(shifted >> 23u);
  let small_part = exponent * (1.44269504 * twice_atanh(m / (m + 2.0)));
  let n = round(clamp(large_part + small_part, -300.0, 300.0));
  let rest = (large_part - n) + small_part + fma(exponent, f32(shifted >> 23u), -large_part);
  let finite = bitcast<f32>(bitcast<i32>(exp_near(rest * 0.69314718)) + (i32(n) << 23u));
  let inside = or_word(or_word(finite, 0u, (n + 126.0) + rest < 0.0), 0x7f800000u, (n - 128.0) + rest >= 0.0);
  let inverse = bitcast<i32>(y) < 0;
  let of_infinite = or_word(inside, select(0x7f800000u, 0u, inverse), size == 0x7f800000u);
  let magnitude = or_word(of_infinite, select(0u, 0x7f800000u, inverse), size < 0x00800000u);
  let whole = floor(exponent) == exponent;
  let odd = whole & (floor(0.5 * exponent) * 2.0 != exponent);
  let negative = bitcast<u32>(x) != size;
  let signed = bitcast<f32>(bitcast<u32>(magnitude) | select(0u, 0x80000000u, negative & odd));
  let ordinary = (size >= 0x00800000u) & (size < 0x7f800000u);
  let value = or_nan(signed, (negative & ordinary & !whole) | any_nan(x, y));
  return or_word(value, 0x3f800000u, (bitcast<u32>(x) == 0x3f800000u) | ((bitcast<u32>(y) & 0x7fffffffu) == 0u));
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(power(a, b));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let b_4 = b[index];
    let value_x = expression(a_4.x, b_4.x);
    let value_y = expression(a_4.y, b_4.y);
    let value_z = expression(a_4.z, b_4.z);
    let value_w = expression(a_4.w, b_4.w);
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}
