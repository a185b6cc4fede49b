// ---- ssd_skip_backward {"q":32}
// ssd_skip_backward
struct Uniforms {
  rows: u32,
  l: u32,
  c: u32,
  width: u32,
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
  let first = (row % u.c) * 32u;
  let end = min(first + 32u, u.l);
  var sum = 0.0;
  for (var t = first; t < end; t++) {
    let at = ((row / u.c) * u.l + t) * u.width + index % u.width;
    sum += gradY[at] * x[at];
  }
  partials[index] = sum;
}

// ---- ssd_skip_backward {"q":64}
// no line of its own; SHA-256 513e48118a355adbe4d0876852f682fb2383f50c9a5f1e5e4cd2eae21881ee19
