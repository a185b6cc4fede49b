// Canonical configuration: primitive projected_conv1d, case "130m", adapter nvidia.
// copy_split {"vec":4,"parts":2,"gap":1}
// copy_split
struct Uniforms {
  count: u32,
  pitch: u32,
  gap: u32,
  end0: u32,
  end1: u32,
  end2: u32,
  end3: u32,
  end4: u32,
  end5: u32,
  end6: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> y0: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> y1: array<vec4<u32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let row = index / u.pitch;
  let column = index % u.pitch;
  if (column < u.end0) {
    y0[row * (u.end0 - 0u) + column - 0u] = x[index + row * u.gap];
  } else if (column < u.end1) {
    y1[row * (u.end1 - u.end0) + column - u.end0] = x[index + row * u.gap + u.gap];
  }
}
