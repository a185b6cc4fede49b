// Canonical configuration: primitive ssd_backward, case "one above a chunk", adapter nvidia.
// ssd_skip_backward {"q":64}
// ssd_skip_backward
struct Uniforms {
  rows: u32,
  l: u32,
  c: u32,
  width: u32,
  gradY_batch: u32,
  gradY_token: u32,
  gradY_offset: u32,
  x_batch: u32,
  x_token: u32,
  x_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> gradY: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.rows * u.width) { return; }
  let row = index / u.width;
  let first = (row % u.c) * 64u;
  let end = min(first + 64u, u.l);
  var sum = 0.0;
  for (var t = first; t < end; t++) {
    let own = index % u.width;
    sum += gradY[u.gradY_offset + row / u.c * u.gradY_batch + (t) * u.gradY_token + own] * x[u.x_offset + row / u.c * u.x_batch + (t) * u.x_token + own];
  }
  partials[index] = sum;
}
