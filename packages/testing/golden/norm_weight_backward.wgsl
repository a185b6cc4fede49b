// Canonical configuration: primitive layer_norm_backward, case "130m", adapter software.
// norm_weight_backward {"vec":4,"center":true,"gate":false,"bias":true}
// norm_weight_backward
struct Uniforms {
  rows: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  z_pitch: u32,
  z_offset: u32,
  gradY_pitch: u32,
  gradY_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> partWeight: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> partBias: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  let group = column / (u.units / u.groups);
  let end = min((id.y + 1u) * u.rowsPerBlock, u.rows);
  var sum_weight = vec4f();
  var sum_bias = vec4f();
  for (var row = id.y * u.rowsPerBlock; row < end; row++) {
    let i = row * u.units + column;
    let s = row * u.groups + group;
    let g = gradY[u.gradY_offset / 4u + row * u.gradY_pitch + column];
    sum_weight += g * (x[i] - mean[s]) * rstd[s];
    sum_bias += g;
  }
  partWeight[id.y * u.units + column] = sum_weight;
  partBias[id.y * u.units + column] = sum_bias;
}
