// Canonical configuration: primitive atan2, case "atan2 bench", adapter nvidia.
// elementwise_atan2 {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"atan2_full(a, b)"},"rank":0,"lanes":4,"workgroupSize":256,"functions":"fn atan_positive(a: f32) -> f32 {\n  let high = a > 2.41421356;\n  let middle = (a > 0.41421356) & !high;\n  let t = select(select(a, (a - 1.0) / (a + 1.0), middle), -1.0 / max(a, 1.0), high);\n  let z = t * t;\n  let p = t + t * z * (-0.333329491539 + z * (0.199777106478 + z * (-0.138776856032 + z * 8.05374449538e-2)));\n  return select(select(0.0, 0.785398163, middle), 1.57079633, high) + p;\n}\nfn atan2_full(y: f32, x: f32) -> f32 {\n  let word_y = bitcast<u32>(y) & 0x7fffffffu;\n  let word_x = bitcast<u32>(x) & 0x7fffffffu;\n  let least = min(word_y, word_x);\n  let most = max(word_y, word_x);\n  // The smaller over the larger, as words: 0 where the smaller is 0 or the larger alone is infinite, 1 where both are.\n  let ordinary = (least >= 0x00800000u) & (most < 0x7f800000u);\n  let ratio = quotient(bitcast<f32>(select(0u, least, ordinary)), bitcast<f32>(select(0x3f800000u, most, ordinary)));\n  let t = or_word(ratio, 0x3f800000u, least == 0x7f800000u);\n  let octant = atan_positive(t);\n  let quadrant = select(octant, 1.57079633 - octant, word_y > word_x);\n  let half = select(quadrant, 3.14159265 - quadrant, bitcast<u32>(x) != word_x);\n  return or_nan(with_sign(half, y), any_nan(y, x));\n}\n"}
// elementwise_atan2
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
fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}
fn with_sign(y: f32, x: f32) -> f32 { return bitcast<f32>((bitcast<u32>(y) & 0x7fffffffu) | (bitcast<u32>(x) & 0x80000000u)); }
fn atan_positive(a: f32) -> f32 {
  let high = a > 2.41421356;
  let middle = (a > 0.41421356) & !high;
  let t = select(select(a, (a - 1.0) / (a + 1.0), middle), -1.0 / max(a, 1.0), high);
  let z = t * t;
  let p = t + t * z * (-0.333329491539 + z * (0.199777106478 + z * (-0.138776856032 + z * 8.05374449538e-2)));
  return select(select(0.0, 0.785398163, middle), 1.57079633, high) + p;
}
fn atan2_full(y: f32, x: f32) -> f32 {
  let word_y = bitcast<u32>(y) & 0x7fffffffu;
  let word_x = bitcast<u32>(x) & 0x7fffffffu;
  let least = min(word_y, word_x);
  let most = max(word_y, word_x);
  // The smaller over the larger, as words: 0 where the smaller is 0 or the larger alone is infinite, 1 where both are.
  let ordinary = (least >= 0x00800000u) & (most < 0x7f800000u);
  let ratio = quotient(bitcast<f32>(select(0u, least, ordinary)), bitcast<f32>(select(0x3f800000u, most, ordinary)));
  let t = or_word(ratio, 0x3f800000u, least == 0x7f800000u);
  let octant = atan_positive(t);
  let quadrant = select(octant, 1.57079633 - octant, word_y > word_x);
  let half = select(quadrant, 3.14159265 - quadrant, bitcast<u32>(x) != word_x);
  return or_nan(with_sign(half, y), any_nan(y, x));
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(atan2_full(a, b));
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
