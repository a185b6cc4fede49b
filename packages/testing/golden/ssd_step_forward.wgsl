// Canonical configuration: primitive ssd_step, case "130m", adapter nvidia.
// ssd_step_forward {"D":true,"z":false,"dtBias":false,"prepared":true}
// ssd_step_forward
struct Uniforms {
  b: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  d_head: u32,
  d_channel: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> prepared: array<vec4f>;
@group(0) @binding(4) var<storage, read> B: array<f32>;
@group(0) @binding(5) var<storage, read> C: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> newState: array<f32>;


var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 4u + lid / 16u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let key = (slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = prepared[slot];
    let input = step.x * x[row];
    for (var k = lid % 16u; k < u.n; k += 16u) {
      let held = state[row * u.n + k];
      let value = fma(held, step.y, fma(held, step.z, input * B[key + k]));
      newState[row * u.n + k] = value;
      sum += value * C[key + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * x[row];
    y[row] = scanned;
  }
}
