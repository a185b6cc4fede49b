// Canonical configuration: primitive sgd, case "130m embedding", adapter nvidia.
// sgd_update {"vec":4,"scaled":true,"momentum":"classic"}
// sgd_update
struct Uniforms {
  units: u32,
  decayUnits: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<vec4f>;
@group(0) @binding(2) var<storage, read> grad: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> velocity: array<vec4f>;
@group(0) @binding(4) var<storage, read> hyper: array<f32>;
@group(0) @binding(5) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units) { return; }
  let old = param[index];
  let g = grad[index] * (hyper[3] * gradScale[0]) + select(0.0, hyper[2], index < u.decayUnits) * old;
  let speed = hyper[1] * velocity[index] + hyper[4] * g;
  velocity[index] = speed;
  param[index] = old - hyper[0] * speed;
}
