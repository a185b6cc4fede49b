// Canonical configuration: primitive prod, case "rows of an activation", adapter nvidia.
// prod {"type":"f32","threads":256,"later":false,"last":true}
// prod
struct Uniforms {
  results: u32,
  n: u32,
  inner: u32,
  segments: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const ZERO = 0x40000000u;
const INFINITE = 0x20000000u;
const NOT_A_NUMBER = 0x10000000u;
const FARTHEST = 536870912i;

fn factor_of(word: u32) -> vec4u {
  let size = word & 0x7fffffffu;
  let bits = max((size & 0x7fffffu) | select(0u, 0x800000u, size >= 0x800000u), 1u);
  let shift = countLeadingZeros(bits) - 8u; // of a subnormal number
  let mantissa = bits << shift;
  let exponent = i32(max(size >> 23u, 1u)) - 127 - i32(shift);
  let special = select(0u, ZERO, size == 0u) | select(0u, INFINITE, size == 0x7f800000u) | select(0u, NOT_A_NUMBER, size > 0x7f800000u);
  return vec4u(mantissa >> 9u, (mantissa & 0x1ffu) << 6u, special | (word & 0x80000000u), bitcast<u32>(exponent));
}

fn product_of(a: vec4u, b: vec4u) -> vec4u {
  let low_a = a.z & 0x7fffu;
  let low_b = b.z & 0x7fffu;
  // 0x2000: half of the last bit that is kept
  let p1 = a.y * low_b + low_a * b.y;
  let p2 = a.x * low_b + a.y * b.y + low_a * b.x + (p1 >> 15u) + 0x2000u;
  let p3 = a.x * b.y + a.y * b.x + (p2 >> 15u);
  let p4 = a.x * b.x + (p3 >> 15u);
  // the first bit is the 29th or the 30th of p4
  let up = p4 >> 29u;
  let left = 1u - up;
  let high = p4 >> (14u + up);
  let middle = ((p4 << left) & 0x7fffu) | ((p3 >> 14u) & left);
  let low = ((p3 << left) & 0x7fffu) | ((p2 >> 14u) & left);
  let flags = ((a.z ^ b.z) & 0x80000000u) | ((a.z | b.z) & 0x70000000u);
  let exponent = clamp(bitcast<i32>(a.w) + bitcast<i32>(b.w) + i32(up), -FARTHEST, FARTHEST);
  return vec4u(high, middle, low | flags, bitcast<u32>(exponent));
}

/** The word of the nearest f32, ties to even. */
fn word_of(p: vec4u) -> u32 {
  let exponent = bitcast<i32>(p.w);
  let bits = (p.x << 16u) | (p.y << 1u) | select(0u, 1u, (p.z & 0x7fffu) != 0u); // 31 of them; the last stands for all below
  let dropped = 7u + u32(clamp(-126 - exponent, 0, 24));
  let kept = bits >> dropped;
  let rest = bits & ((1u << dropped) - 1u);
  let half = 1u << (dropped - 1u);
  let rounded = kept + select(0u, 1u, rest > half || (rest == half && (kept & 1u) != 0u));
  var word = (u32(clamp(exponent + 126, 0, 254)) << 23u) + rounded;
  word = select(word, 0x7f800000u, exponent > 127);
  word = select(word, 0u, exponent < -150 || (p.z & ZERO) != 0u);
  word = select(word, 0x7f800000u, (p.z & INFINITE) != 0u);
  let undefined = (p.z & NOT_A_NUMBER) != 0u || (p.z & (ZERO | INFINITE)) == (ZERO | INFINITE);
  return select(word | (p.z & 0x80000000u), 0x7fc00000u, undefined);
}

var<workgroup> lane_values: array<vec4u, 256>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = group.x + group.y * groups.x;
  if (slot >= u.results) { return; }
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let base = slot / u.inner / u.segments * u.n * u.inner + slot % u.inner;
  var product = vec4u(0x4000u, 0u, 0u, 0u);
  for (var r = begin + lane; r < end; r += 256u) {
    let next = x[base + r * u.inner];
    product = product_of(product, factor_of(next));
  }
  lane_values[lane] = product;
  for (var reach = 128u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { lane_values[lane] = product_of(lane_values[lane], lane_values[lane + reach]); }
  }
  if (lane > 0u) { return; }
  product = lane_values[0];
  y[slot] = word_of(product);
}
