// ---- column_sum {"vec":1}
// column_sum
struct Uniforms {
  blocks: u32,
  units: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += part[block * u.units + column]; }
  y[column] = sum;
}

// ---- column_sum {"vec":4}
// column_sum
struct Uniforms {
  blocks: u32,
  units: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> part: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = vec4f();
  for (var block = 0u; block < u.blocks; block++) { sum += part[block * u.units + column]; }
  y[column] = sum;
}
