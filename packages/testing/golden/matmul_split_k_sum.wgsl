// Canonical configuration: primitive matmul, case "its weight gradient", adapter nvidia.
// matmul_split_k_sum {"vector":true,"bias":false,"activation":"none"}
// matmul_split_k_sum
struct Uniforms {
  size: u32,
  n: u32,
  splits: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.size) {
    return;
  }
  var sum = vec4f();
  for (var first = 0u; first < u.splits; first += 128u) {
    var block = vec4f();
    for (var split = first; split < min(first + 128u, u.splits); split++) {
      block += parts[split * u.size + index];
    }
    sum += block;
  }
  c[index] = sum;
}
