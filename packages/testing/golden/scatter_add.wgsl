// Canonical configuration: primitive scatter_add, case "gradient of targets", adapter nvidia.
// scatter_add {"type":"f32","index":"i32","vec":1,"part":false}
// scatter_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let wanted = index / u.inner % u.n;
  let outer = index / u.inner / u.n;
  var total = f32();
  for (var j = 0u; j < u.m; j++) {
    let at = (outer * u.m + j) * u.inner + index % u.inner;
    if (u32(ids[at]) == wanted) { total += x[at]; }
  }
  y[index] = total;
}
