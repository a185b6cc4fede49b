// Canonical configuration: primitive ssd_backward, case "one above a chunk", adapter nvidia.
// ssd_gate_backward {}
// ssd_gate_backward
struct Uniforms {
  count: u32,
  l: u32,
  width: u32,
  gradY_batch: u32,
  gradY_token: u32,
  gradY_offset: u32,
  z_batch: u32,
  z_token: u32,
  z_offset: u32,
  gradZ_batch: u32,
  gradZ_token: u32,
  gradZ_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> gradY: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read_write> scanned: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradZ: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn exp_near(r: f32) -> f32 {
  return 1.0 + (r + r * r * (0.49999994 + r * (0.1666652 + r * (0.041668393 + r * (0.0083687808 + r * 0.0013814467)))));
}
fn exp_bounded(x: f32) -> f32 {
  let bits = bitcast<u32>(x * 1.44269504 + 12582912.0);
  let n = bitcast<f32>(bits | 0x4b000000u) - 12582912.0;
  let r = (x - n * 0.693359375) + n * 2.12194440e-4;
  return bitcast<f32>(bitcast<u32>(exp_near(r)) + (bits << 23u));
}
fn exp_falling(x: f32) -> f32 { return select(0.0, exp_bounded(max(x, -87.3)), x > -87.3); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp_falling(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.count) { return; }
  let own = index % u.width;
  let token = index / u.width % u.l;
  let batch = index / u.width / u.l;
  let arrived = gradY[u.gradY_offset + batch * u.gradY_batch + (token) * u.gradY_token + own];
  let gate = z[u.z_offset + batch * u.z_batch + (token) * u.z_token + own];
  gradZ[u.gradZ_offset + batch * u.gradZ_batch + (token) * u.gradZ_token + own] = arrived * scanned[index] * silu_gradient(gate);
  scanned[index] = arrived * silu(gate);
}
