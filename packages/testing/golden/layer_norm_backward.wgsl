// Canonical configuration: primitive layer_norm_backward, case "130m", adapter nvidia.
// layer_norm_backward {"threads":128,"vec":4,"subgroup":32,"keep":2,"whole":false,"bias":true}
// layer_norm_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partWeight: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> partBias: array<vec4f>;

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

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
  var w_0 = vec4f();
  var sum_weight_0 = vec4f();
  var sum_bias_0 = vec4f();
  var w_1 = vec4f();
  var sum_weight_1 = vec4f();
  var sum_bias_1 = vec4f();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    w_0 = weight[j];
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    w_1 = weight[j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let center = mean[row];
  let r = rstd[row];
  var sum = 0.0;
  var products = 0.0;
  var x_in_0 = vec4f();
  var g_0 = vec4f();
  var x_in_1 = vec4f();
  var g_1 = vec4f();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[i];
  }
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  let m0 = row_sum(sum, lane) / f32(u.cols);
  let m1 = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
    sum_weight_0 += g * (x_in - center) * r;
    sum_bias_0 += g;
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
    sum_weight_1 += g * (x_in - center) * r;
    sum_bias_1 += g;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
    partBias[first_part + j] = sum_bias_0;
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    partWeight[first_part + j] = sum_weight_1;
    partBias[first_part + j] = sum_bias_1;
  }
}
