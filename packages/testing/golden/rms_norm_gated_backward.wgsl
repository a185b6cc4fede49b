// Canonical configuration: primitive rms_norm_gated_backward, case "130m", adapter nvidia.
// rms_norm_gated_backward {"threads":128,"vec":4,"subgroup":32,"keep":3,"whole":true,"gate":"input"}
// rms_norm_gated_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  z_pitch: u32,
  z_offset: u32,
  gradY_pitch: u32,
  gradY_offset: u32,
  gradZ_pitch: u32,
  gradZ_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradZ: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> partWeight: array<vec4f>;

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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
  var w_0 = vec4f();
  var sum_weight_0 = vec4f();
  var w_1 = vec4f();
  var sum_weight_1 = vec4f();
  var w_2 = vec4f();
  var sum_weight_2 = vec4f();
  {
    let j = lane + 0u * THREADS;
    w_0 = weight[group_index * u.units + j];
  }
  {
    let j = lane + 1u * THREADS;
    w_1 = weight[group_index * u.units + j];
  }
  {
    let j = lane + 2u * THREADS;
    w_2 = weight[group_index * u.units + j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let own_token = row / u.groups;
  let base_z = u.z_offset / 4u + own_token * u.z_pitch + group_index * u.units;
  let base_gradY = u.gradY_offset / 4u + own_token * u.gradY_pitch + group_index * u.units;
  let base_gradZ = u.gradZ_offset / 4u + own_token * u.gradZ_pitch + group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = vec4f();
  var g_0 = vec4f();
  var z_in_0 = vec4f();
  var x_in_1 = vec4f();
  var g_1 = vec4f();
  var z_in_1 = vec4f();
  var x_in_2 = vec4f();
  var g_2 = vec4f();
  var z_in_2 = vec4f();
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[base_gradY + j];
    z_in_0 = z[base_z + j];
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[base_gradY + j];
    z_in_1 = z[base_z + j];
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    x_in_2 = x[i];
    g_2 = gradY[base_gradY + j];
    z_in_2 = z[base_z + j];
  }
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let z_in = z_in_0;
    products += total(w * g * x_in * silu(z_in));
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let z_in = z_in_1;
    products += total(w * g * x_in * silu(z_in));
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    let w = w_2;
    let x_in = x_in_2;
    let g = g_2;
    let z_in = z_in_2;
    products += total(w * g * x_in * silu(z_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let z_in = z_in_0;
    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[base_gradZ + j] = grad_gate;
    sum_weight_0 += g * x_in * gate * r;
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let z_in = z_in_1;
    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[base_gradZ + j] = grad_gate;
    sum_weight_1 += g * x_in * gate * r;
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    let w = w_2;
    let x_in = x_in_2;
    let g = g_2;
    let z_in = z_in_2;
    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[base_gradZ + j] = grad_gate;
    sum_weight_2 += g * x_in * gate * r;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
  }
  {
    let j = lane + 1u * THREADS;
    partWeight[first_part + j] = sum_weight_1;
  }
  {
    let j = lane + 2u * THREADS;
    partWeight[first_part + j] = sum_weight_2;
  }
}
