// Canonical configuration: primitive adamw, case "130m embedding", adapter nvidia.
// adamw_update {"vec":4,"scaled":true}
// adamw_update
struct Uniforms {
  units: u32,
  decayUnits: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> param: array<vec4f>;
@group(0) @binding(2) var<storage, read> grad: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(5) var<storage, read> hyper: array<f32>;
@group(0) @binding(6) var<storage, read> gradScale: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.units) { return; }
  let lr = hyper[0];
  let beta1 = hyper[1];
  let beta2 = hyper[2];
  let g = grad[index] * (hyper[7] * gradScale[0]);
  let mean = beta1 * m[index] + (1.0 - beta1) * g;
  let square = beta2 * v[index] + (1.0 - beta2) * g * g;
  m[index] = mean;
  v[index] = square;
  let kept = param[index] * select(1.0, 1.0 - lr * hyper[4], index < u.decayUnits);
  let root = sqrt(square) * inverseSqrt(hyper[6]) + hyper[3];
  let change = (lr / hyper[5]) * mean / root;
  param[index] = kept - select(change, vec4f(), root == vec4f()); // with eps 0 and no gradient ever: 0 / 0
}
