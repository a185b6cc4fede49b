// Canonical configuration: primitive dequantize, case "a projection", adapter nvidia.
// dequantize {"bits":8}
// dequantize
struct Uniforms {
  count: u32,
  groupVectors: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> packed: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

fn int8_vector(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.count) { return; }
  y[index] = int8_vector(packed[index]) * scales[index / u.groupVectors];
}
