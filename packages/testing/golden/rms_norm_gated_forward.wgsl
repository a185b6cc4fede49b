// Canonical configuration: primitive rms_norm_gated, case "130m", adapter nvidia.
// rms_norm_gated_forward {"threads":128,"vec":4,"subgroup":32,"held":3,"whole":true,"gate":"input"}
// rms_norm_gated_forward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  eps: f32,
  z_pitch: u32,
  z_offset: u32,
  y_pitch: u32,
  y_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;

const THREADS = 128u;
var<workgroup> row_parts: array<f32, 8>;
var<private> row_turn = 0u;

fn row_sum(value: f32, lane: u32) -> f32 {
  let part = subgroupAdd(value);
  row_turn = 4u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 4u; i++) { result = result + row_parts[row_turn + i]; }
  return result;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

fn sigmoid(z: vec4f) -> vec4f {
  let e = exp(-abs(z));
  return select(e, vec4f(1.0), z >= vec4f(0.0)) / (1.0 + e);
}
fn silu(z: vec4f) -> vec4f { return z * sigmoid(z); }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let base = row * u.units;
  let own_token = row / u.groups;
  let base_z = u.z_offset / 4u + own_token * u.z_pitch + group_index * u.units;
  let base_y = u.y_offset / 4u + own_token * u.y_pitch + group_index * u.units;
  var squares = 0.0;
  var gated_0 = vec4f();
  var gated_1 = vec4f();
  var gated_2 = vec4f();
  {
    let j = lane + 0u * THREADS;
    let x_in = x[base + j];
    let gated = x_in * silu(z[base_z + j]);
    gated_0 = gated;
    squares += total(gated * gated);
  }
  {
    let j = lane + 1u * THREADS;
    let x_in = x[base + j];
    let gated = x_in * silu(z[base_z + j]);
    gated_1 = gated;
    squares += total(gated * gated);
  }
  {
    let j = lane + 2u * THREADS;
    let x_in = x[base + j];
    let gated = x_in * silu(z[base_z + j]);
    gated_2 = gated;
    squares += total(gated * gated);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  {
    let j = lane + 0u * THREADS;
    let gated = gated_0;
    y[base_y + j] = gated * (r * weight[channel + j]);
  }
  {
    let j = lane + 1u * THREADS;
    let gated = gated_1;
    y[base_y + j] = gated * (r * weight[channel + j]);
  }
  {
    let j = lane + 2u * THREADS;
    let gated = gated_2;
    y[base_y + j] = gated * (r * weight[channel + j]);
  }
  if (lane == 0u) { rstd[row] = r; }
}
