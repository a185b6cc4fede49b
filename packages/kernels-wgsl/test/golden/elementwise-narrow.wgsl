// elementwise_narrow
struct Uniforms {
  count: u32,
  scale: f32,
  size_1: u32,
  column_offset: u32,
  column_stride_0: u32,
  column_stride_1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;
@group(0) @binding(4) var<storage, read_write> z: array<f32>;

fn f16_value(half: u32) -> f32 {
  let sign = (half & 0x8000u) << 16u;
  let magnitude = half & 0x7fffu;
  if (magnitude < 0x400u) { return select(1.0, -1.0, sign != 0u) * f32(magnitude) * 5.9604645e-8; }
  let exponent = select(0x38000000u, 0x70000000u, magnitude >= 0x7c00u);
  return bitcast<f32>(sign | ((magnitude << 13u) + exponent));
}
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return (bits >> 16u) | 0x40u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}
struct Result {
  y: f32,
  z: f32,
}
fn expression(a: f32, column: bool, z_old: f32) -> Result {
  let scale = u.scale;
  let t = a * scale;
  return Result(f32(select(t, 0.0, column)), f32(z_old + t));
}
fn element(i: u32) -> Result {
  let c1 = i % u.size_1;
  let c0 = i / u.size_1;
  let column_at = u.column_offset + c0 * u.column_stride_0 + c1 * u.column_stride_1;
  return expression(f16_value((a[i >> 1u] >> ((i & 1u) << 4u)) & 0xffffu), column[column_at] != 0u, z[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  let i = index * 2u;
  if (i < u.count) {
    let both = i + 1u < u.count;
    let low = element(i);
    let high = element(select(i, i + 1u, both));
    y[index] = bf16_bits(low.y) | (select(0u, bf16_bits(high.y), both) << 16u);
    z[i] = low.z;
    if (both) { z[i + 1u] = high.z; }
  }
}
