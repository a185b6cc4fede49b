// Canonical configuration: primitive attention_backward, case "b1 h8 l2048 a64", adapter nvidia.
// attention_queries {"sees":"causal"}
// attention_queries
struct Uniforms {
  count: u32,
  heads: u32,
  l: u32,
  m: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logSum: array<f32>;
@group(0) @binding(2) var<storage, read> delta: array<f32>;
@group(0) @binding(3) var<storage, read_write> queries: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index < u.count) {
    let limits = vec2u(0u, u.m - u.l + index / u.heads % u.l + 1u);
    queries[index] = vec4f(logSum[index], delta[index], f32(limits.x), f32(limits.y));
  }
}
