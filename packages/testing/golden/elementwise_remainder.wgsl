// Canonical configuration: primitive remainder, case "remainder bench", adapter nvidia.
// elementwise_remainder {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"remainder_full(a, b)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn fmod_full(x: f32, y: f32) -> f32 {\n  let word_x = bitcast<u32>(x) & 0x7fffffffu;\n  let word_y = bitcast<u32>(y) & 0x7fffffffu;\n  let undefined = (word_x >= 0x7f800000u) | (word_y == 0u) | any_nan(x, y);\n  let exponent_x = max(word_x >> 23u, 1u);\n  let exponent_y = max(word_y >> 23u, 1u);\n  let divisor = max((word_y & 0x7fffffu) | select(0u, 0x800000u, word_y >= 0x800000u), 1u);\n  var rest = (word_x & 0x7fffffu) | select(0u, 0x800000u, word_x >= 0x800000u);\n  var left = select(0u, exponent_x - min(exponent_x, exponent_y), word_x >= word_y);\n  rest = rest % divisor;\n  while (left > 0u) {\n    let bits = min(left, 8u);\n    rest = (rest << bits) % divisor;\n    left -= bits;\n  }\n  // rest · 2^(exponent_y − 150), by its exponent; what is below 2^-126 is 0\n  let whole = bitcast<u32>(f32(rest)) + (exponent_y << 23u);\n  let scaled = select(0u, whole - 0x4b000000u, (rest > 0u) & (whole >= 0x4b800000u));\n  let magnitude = select(scaled, word_x, word_x < word_y);\n  return or_nan(with_sign(bitcast<f32>(magnitude), x), undefined);\n}\nfn remainder_full(x: f32, y: f32) -> f32 {\n  let rest = fmod_full(x, y);\n  let moves = ((bitcast<u32>(rest) & 0x7fffffffu) != 0u) & ((bitcast<u32>(rest) ^ bitcast<u32>(y)) >= 0x80000000u);\n  return select(rest, rest + y, moves);\n}\n"}
// elementwise_remainder
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
fn with_sign(y: f32, x: f32) -> f32 { return bitcast<f32>((bitcast<u32>(y) & 0x7fffffffu) | (bitcast<u32>(x) & 0x80000000u)); }
fn fmod_full(x: f32, y: f32) -> f32 {
  let word_x = bitcast<u32>(x) & 0x7fffffffu;
  let word_y = bitcast<u32>(y) & 0x7fffffffu;
  let undefined = (word_x >= 0x7f800000u) | (word_y == 0u) | any_nan(x, y);
  let exponent_x = max(word_x >> 23u, 1u);
  let exponent_y = max(word_y >> 23u, 1u);
  let divisor = max((word_y & 0x7fffffu) | select(0u, 0x800000u, word_y >= 0x800000u), 1u);
  var rest = (word_x & 0x7fffffu) | select(0u, 0x800000u, word_x >= 0x800000u);
  var left = select(0u, exponent_x - min(exponent_x, exponent_y), word_x >= word_y);
  rest = rest % divisor;
  while (left > 0u) {
    let bits = min(left, 8u);
    rest = (rest << bits) % divisor;
    left -= bits;
  }
  // rest · 2^(exponent_y − 150), by its exponent; what is below 2^-126 is 0
  let whole = bitcast<u32>(f32(rest)) + (exponent_y << 23u);
  let scaled = select(0u, whole - 0x4b000000u, (rest > 0u) & (whole >= 0x4b800000u));
  let magnitude = select(scaled, word_x, word_x < word_y);
  return or_nan(with_sign(bitcast<f32>(magnitude), x), undefined);
}
fn remainder_full(x: f32, y: f32) -> f32 {
  let rest = fmod_full(x, y);
  let moves = ((bitcast<u32>(rest) & 0x7fffffffu) != 0u) & ((bitcast<u32>(rest) ^ bitcast<u32>(y)) >= 0x80000000u);
  return select(rest, rest + y, moves);
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(remainder_full(a, b));
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
