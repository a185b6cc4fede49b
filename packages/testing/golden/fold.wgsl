// Canonical configuration: primitive fold, case "one window", adapter nvidia.
// fold {"type":"f32"}
// fold
struct Uniforms {
  count: u32,
  n0: u32,
  n1: u32,
  size0: u32,
  size1: u32,
  count0: u32,
  count1: u32,
  stride0: u32,
  stride1: u32,
  dilation0: u32,
  dilation1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn window_at(position: u32, offset: u32, stride: u32, count: u32) -> u32 {
  if (offset > position || (position - offset) % stride != 0u) { return count; }
  return min((position - offset) / stride, count);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.n1;
  let row = index / u.n1 % u.n0;
  let outer = index / u.n1 / u.n0;
  var total = f32();
  for (var a = 0u; a < u.size0; a++) {
    let window0 = window_at(row, a * u.dilation0, u.stride0, u.count0);
    if (window0 >= u.count0) { continue; }
    for (var b = 0u; b < u.size1; b++) {
      let window1 = window_at(column, b * u.dilation1, u.stride1, u.count1);
      if (window1 < u.count1) {
        total += x[(((outer * u.size0 + a) * u.size1 + b) * u.count0 + window0) * u.count1 + window1];
      }
    }
  }
  y[index] = total;
}
