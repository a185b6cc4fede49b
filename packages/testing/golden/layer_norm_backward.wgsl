// ---- layer_norm_backward {"threads":1,"vec":4,"keep":0,"whole":false,"bias":false}
// layer_norm_backward
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

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let group_index = row % u.groups;
  let base = row * u.units;
  let center = mean[row];
  let r = rstd[row];
  var sum = 0.0;
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  let m0 = row_sum(sum, lane) / f32(u.cols);
  let m1 = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
  }
}

// ---- layer_norm_backward {"threads":128,"vec":1,"keep":1,"whole":false,"bias":true}
// layer_norm_backward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> partWeight: array<f32>;
@group(0) @binding(8) var<storage, read_write> partBias: array<f32>;

const THREADS = 128u;
var<workgroup> row_lanes: array<f32, 128>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
  var w_0 = f32();
  var sum_weight_0 = f32();
  var sum_bias_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    w_0 = weight[j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let center = mean[row];
  let r = rstd[row];
  var sum = 0.0;
  var products = 0.0;
  var x_in_0 = f32();
  var g_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
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
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
    partBias[first_part + j] = sum_bias_0;
  }
}

// ---- layer_norm_backward {"threads":128,"vec":1,"subgroup":32,"keep":1,"whole":false,"bias":true}
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> partWeight: array<f32>;
@group(0) @binding(8) var<storage, read_write> partBias: array<f32>;

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

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
  var w_0 = f32();
  var sum_weight_0 = f32();
  var sum_bias_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    w_0 = weight[j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let center = mean[row];
  let r = rstd[row];
  var sum = 0.0;
  var products = 0.0;
  var x_in_0 = f32();
  var g_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
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
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
    partBias[first_part + j] = sum_bias_0;
  }
}

// ---- layer_norm_backward {"threads":128,"vec":4,"keep":2,"whole":false,"bias":true}
// layer_norm_backward
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
var<workgroup> row_lanes: array<f32, 128>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
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

// ---- layer_norm_backward {"threads":128,"vec":4,"subgroup":32,"keep":2,"whole":false,"bias":true}
// no line of its own; SHA-256 7bc65f0933385a0e3ed7905497079d8959a058342576075ec2e225b92f38595f

// ---- layer_norm_backward {"threads":4,"vec":1,"subgroup":4,"keep":0,"whole":false,"bias":false}
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let group_index = row % u.groups;
  let base = row * u.units;
  let center = mean[row];
  let r = rstd[row];
  var sum = 0.0;
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  let m0 = row_sum(sum, lane) / f32(u.cols);
  let m1 = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
  }
}

// ---- layer_norm_backward {"threads":4,"vec":1,"subgroup":4,"keep":1,"whole":false,"bias":true}
// no line of its own; SHA-256 c8c1350e1e36cfb1892ba475502735867c140e5587e90375ede315ba81df355a

// ---- layer_norm_backward {"threads":4,"vec":4,"subgroup":4,"keep":1,"whole":false,"bias":true}
// no line of its own; SHA-256 e6586ffad6d50fed16a6448d7ba66996f5704ba69e1dcfdb72bff32c410cee6b

// ---- layer_norm_backward {"threads":4,"vec":4,"subgroup":4,"keep":4,"whole":true,"bias":true}
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

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
  var w_0 = vec4f();
  var sum_weight_0 = vec4f();
  var sum_bias_0 = vec4f();
  var w_1 = vec4f();
  var sum_weight_1 = vec4f();
  var sum_bias_1 = vec4f();
  var w_2 = vec4f();
  var sum_weight_2 = vec4f();
  var sum_bias_2 = vec4f();
  var w_3 = vec4f();
  var sum_weight_3 = vec4f();
  var sum_bias_3 = vec4f();
  {
    let j = lane + 0u * THREADS;
    w_0 = weight[j];
  }
  {
    let j = lane + 1u * THREADS;
    w_1 = weight[j];
  }
  {
    let j = lane + 2u * THREADS;
    w_2 = weight[j];
  }
  {
    let j = lane + 3u * THREADS;
    w_3 = weight[j];
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
  var x_in_2 = vec4f();
  var g_2 = vec4f();
  var x_in_3 = vec4f();
  var g_3 = vec4f();
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[i];
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    x_in_2 = x[i];
    g_2 = gradY[i];
  }
  {
    let j = lane + 3u * THREADS;
    let i = base + j;
    x_in_3 = x[i];
    g_3 = gradY[i];
  }
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    let w = w_2;
    let x_in = x_in_2;
    let g = g_2;
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  {
    let j = lane + 3u * THREADS;
    let i = base + j;
    let w = w_3;
    let x_in = x_in_3;
    let g = g_3;
    let q = w * g;
    sum += total(q);
    products += total(q * (x_in - center));
  }
  let m0 = row_sum(sum, lane) / f32(u.cols);
  let m1 = row_sum(products, lane) * r / f32(u.cols);
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
    sum_weight_0 += g * (x_in - center) * r;
    sum_bias_0 += g;
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
    sum_weight_1 += g * (x_in - center) * r;
    sum_bias_1 += g;
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    let w = w_2;
    let x_in = x_in_2;
    let g = g_2;
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
    sum_weight_2 += g * (x_in - center) * r;
    sum_bias_2 += g;
  }
  {
    let j = lane + 3u * THREADS;
    let i = base + j;
    let w = w_3;
    let x_in = x_in_3;
    let g = g_3;
    gradX[i] = r * (w * g - m0 - (x_in - center) * (r * m1));
    sum_weight_3 += g * (x_in - center) * r;
    sum_bias_3 += g;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
    partBias[first_part + j] = sum_bias_0;
  }
  {
    let j = lane + 1u * THREADS;
    partWeight[first_part + j] = sum_weight_1;
    partBias[first_part + j] = sum_bias_1;
  }
  {
    let j = lane + 2u * THREADS;
    partWeight[first_part + j] = sum_weight_2;
    partBias[first_part + j] = sum_bias_2;
  }
  {
    let j = lane + 3u * THREADS;
    partWeight[first_part + j] = sum_weight_3;
    partBias[first_part + j] = sum_bias_3;
  }
}

// ---- layer_norm_backward {"threads":64,"vec":1,"keep":1,"whole":false,"bias":false}
// no line of its own; SHA-256 6cf84bf2295b1ed12d0e39e9f23e54fdf0a201104f4b527d5b3c1bfb31602103

// ---- layer_norm_backward {"threads":64,"vec":1,"keep":1,"whole":false,"bias":true}
// no line of its own; SHA-256 1c5dead9bf7f67ec62338fed86c7aa654f21eea7639ecd1e6f00630326fdc654

// ---- layer_norm_backward {"threads":64,"vec":1,"subgroup":32,"keep":1,"whole":false,"bias":false}
// no line of its own; SHA-256 5cec631a8e8ad780a72b4d0c6bd800a427accaeca2582f83155f74ce95522e45

// ---- layer_norm_backward {"threads":64,"vec":1,"subgroup":32,"keep":1,"whole":false,"bias":true}
// no line of its own; SHA-256 403a8ff08bcdbe658dd8955bb43d1d1e0144031c4db13821f01ea2639e880361

// ---- layer_norm_backward {"threads":64,"vec":4,"keep":1,"whole":false,"bias":true}
// no line of its own; SHA-256 f81c5dda53507aa222986d035cab019534250c576c4cb4df5aca24b995a48116

// ---- layer_norm_backward {"threads":64,"vec":4,"subgroup":32,"keep":1,"whole":false,"bias":true}
// no line of its own; SHA-256 e3035286b4297bebff8bc268d1b911e567f7b64a4e3853b2a8f794a572b78083

// ---- layer_norm_backward {"threads":8,"vec":1,"subgroup":8,"keep":0,"whole":false,"bias":false}
// no line of its own; SHA-256 487324a96fab6aca8b0e749534104f3c1836e115e57b332fd24083e54502a747

// ---- layer_norm_backward {"threads":8,"vec":1,"subgroup":8,"keep":1,"whole":false,"bias":true}
// no line of its own; SHA-256 232a852bd610ea372fbabd3fcc1568a5fd386c1bbd1d233a95e20bc14bc02bb9

// ---- layer_norm_backward {"threads":8,"vec":1,"subgroup":8,"keep":8,"whole":false,"bias":false}
// no line of its own; SHA-256 504c8355a8fedfca9755e31011bdc765dee34512fa4d86638cc5bd60cf597d34

// ---- layer_norm_backward {"threads":8,"vec":4,"subgroup":8,"keep":2,"whole":true,"bias":true}
// no line of its own; SHA-256 85a816105b5f10f96cfcd589348d1e2f72407945f925a90b1464ab3740ff9347
