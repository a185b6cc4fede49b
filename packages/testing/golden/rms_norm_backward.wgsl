// ---- rms_norm_backward {"threads":1,"vec":4,"keep":0,"whole":false,"residual":false}
// rms_norm_backward
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
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradX: array<vec4f>;

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
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    gradX[i] = r * (w * g - x_in * (r * m));
  }
}

// ---- rms_norm_backward {"threads":1,"vec":4,"keep":0,"whole":false,"residual":true}
// rms_norm_backward
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
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradResidual: array<vec4f>;
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
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    let passed = gradResidual[i];
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    let passed = gradResidual[i];
    gradX[i] = passed + r * (w * g - x_in * (r * m));
  }
}

// ---- rms_norm_backward {"threads":128,"vec":1,"keep":1,"whole":false,"residual":true}
// rms_norm_backward
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
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read> gradResidual: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> partWeight: array<f32>;

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
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    w_0 = weight[j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = f32();
  var g_0 = f32();
  var passed_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
    passed_0 = gradResidual[i];
  }
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_0 += g * x_in * r;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
  }
}

// ---- rms_norm_backward {"threads":128,"vec":1,"subgroup":32,"keep":1,"whole":false,"residual":true}
// rms_norm_backward
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
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read> gradResidual: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> partWeight: array<f32>;

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
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    w_0 = weight[j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = f32();
  var g_0 = f32();
  var passed_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
    passed_0 = gradResidual[i];
  }
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_0 += g * x_in * r;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
  }
}

// ---- rms_norm_backward {"threads":128,"vec":4,"keep":2,"whole":false,"residual":true}
// rms_norm_backward
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
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradResidual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partWeight: array<vec4f>;

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
  var w_1 = vec4f();
  var sum_weight_1 = vec4f();
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
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = vec4f();
  var g_0 = vec4f();
  var passed_0 = vec4f();
  var x_in_1 = vec4f();
  var g_1 = vec4f();
  var passed_1 = vec4f();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
    passed_0 = gradResidual[i];
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[i];
    passed_1 = gradResidual[i];
  }
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    products += total(w * g * x_in);
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let passed = passed_1;
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_0 += g * x_in * r;
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let passed = passed_1;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_1 += g * x_in * r;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    partWeight[first_part + j] = sum_weight_1;
  }
}

// ---- rms_norm_backward {"threads":128,"vec":4,"subgroup":32,"keep":2,"whole":false,"residual":true}
// no line of its own; SHA-256 b94141e0cfc21c50beda3452a9024da98ccfd3294b890b7b188b02a3758655ec

// ---- rms_norm_backward {"threads":4,"vec":1,"subgroup":4,"keep":0,"whole":false,"residual":false}
// rms_norm_backward
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
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradX: array<f32>;

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
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[j];
    let x_in = x[i];
    let g = gradY[i];
    gradX[i] = r * (w * g - x_in * (r * m));
  }
}

// ---- rms_norm_backward {"threads":4,"vec":1,"subgroup":4,"keep":0,"whole":false,"residual":true}
// no line of its own; SHA-256 839e27fc7cbb5116a995e9357be7d898d5f5734d3b3724e3eb460b8832e365ed

// ---- rms_norm_backward {"threads":4,"vec":1,"subgroup":4,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 15ef5570407c9ab3ab5e15e76178f809186dffedf2baf17e542641ed3e3aa5f0

// ---- rms_norm_backward {"threads":4,"vec":4,"subgroup":4,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 8aad9a469c9abc5c3192bea8b1eec811f6c32cbf064d6e05d126958af2364062

// ---- rms_norm_backward {"threads":4,"vec":4,"subgroup":4,"keep":2,"whole":false,"residual":true}
// no line of its own; SHA-256 2eacd28a5cc7e896c327c73777e55e8aff57e8df1d0437135be93a755811e4a1

// ---- rms_norm_backward {"threads":4,"vec":4,"subgroup":4,"keep":4,"whole":true,"residual":true}
// rms_norm_backward
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
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradResidual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partWeight: array<vec4f>;

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
  var w_1 = vec4f();
  var sum_weight_1 = vec4f();
  var w_2 = vec4f();
  var sum_weight_2 = vec4f();
  var w_3 = vec4f();
  var sum_weight_3 = vec4f();
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
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = vec4f();
  var g_0 = vec4f();
  var passed_0 = vec4f();
  var x_in_1 = vec4f();
  var g_1 = vec4f();
  var passed_1 = vec4f();
  var x_in_2 = vec4f();
  var g_2 = vec4f();
  var passed_2 = vec4f();
  var x_in_3 = vec4f();
  var g_3 = vec4f();
  var passed_3 = vec4f();
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
    passed_0 = gradResidual[i];
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[i];
    passed_1 = gradResidual[i];
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    x_in_2 = x[i];
    g_2 = gradY[i];
    passed_2 = gradResidual[i];
  }
  {
    let j = lane + 3u * THREADS;
    let i = base + j;
    x_in_3 = x[i];
    g_3 = gradY[i];
    passed_3 = gradResidual[i];
  }
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    products += total(w * g * x_in);
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let passed = passed_1;
    products += total(w * g * x_in);
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    let w = w_2;
    let x_in = x_in_2;
    let g = g_2;
    let passed = passed_2;
    products += total(w * g * x_in);
  }
  {
    let j = lane + 3u * THREADS;
    let i = base + j;
    let w = w_3;
    let x_in = x_in_3;
    let g = g_3;
    let passed = passed_3;
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let passed = passed_0;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_0 += g * x_in * r;
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let passed = passed_1;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_1 += g * x_in * r;
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    let w = w_2;
    let x_in = x_in_2;
    let g = g_2;
    let passed = passed_2;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_2 += g * x_in * r;
  }
  {
    let j = lane + 3u * THREADS;
    let i = base + j;
    let w = w_3;
    let x_in = x_in_3;
    let g = g_3;
    let passed = passed_3;
    gradX[i] = passed + r * (w * g - x_in * (r * m));
    sum_weight_3 += g * x_in * r;
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
  {
    let j = lane + 3u * THREADS;
    partWeight[first_part + j] = sum_weight_3;
  }
}

// ---- rms_norm_backward {"threads":64,"vec":1,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 d69e9e71da09393e2eacb3e73a2f3e0c229d3b1b163763c64fbdf491c842a05d

// ---- rms_norm_backward {"threads":64,"vec":1,"subgroup":32,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 f1bf87af00ce91b749232617af59d00fbbcedfedb0800a3a18684e82fd900116

// ---- rms_norm_backward {"threads":64,"vec":4,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 5f28c40fbc09edbb2075df53a1dd37237474e17b985bc7700cd9fefa52b599a3

// ---- rms_norm_backward {"threads":64,"vec":4,"keep":1,"whole":false,"residual":true}
// no line of its own; SHA-256 a55185bd73cd5964660b581e846157776bb8a6dbe31e62638246e3d7f967d781

// ---- rms_norm_backward {"threads":64,"vec":4,"subgroup":32,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 d3a3c8f469d34e8a678be26f2c0cb2ae1e0dcfc64d2f00d163795a26292bcdcf

// ---- rms_norm_backward {"threads":64,"vec":4,"subgroup":32,"keep":1,"whole":false,"residual":true}
// no line of its own; SHA-256 38bcdc3a8ca0e1b2e511d9f5dae4b7f290add9471ccf6db19aa7f84e52bd738e

// ---- rms_norm_backward {"threads":8,"vec":1,"subgroup":8,"keep":0,"whole":false,"residual":true}
// no line of its own; SHA-256 21be70fecc01854b91b3698fd6424cf7ac67ca263972116cc981273751736f43

// ---- rms_norm_backward {"threads":8,"vec":1,"subgroup":8,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 25ab40cf471aa29f18b4b7f22526f1a084584790a548524612eb5c507b48e1c0

// ---- rms_norm_backward {"threads":8,"vec":1,"subgroup":8,"keep":8,"whole":false,"residual":false}
// no line of its own; SHA-256 445fbba0569fb9782e2c4a13ff0518c33f0a3e600402029fc5c8a226d018a3fc

// ---- rms_norm_backward {"threads":8,"vec":4,"subgroup":8,"keep":1,"whole":false,"residual":true}
// no line of its own; SHA-256 7a7f677880b7a5bdfb35880c14f3a61d9d585dd9b765159ae691efa6ab2761a5

// ---- rms_norm_backward {"threads":8,"vec":4,"subgroup":8,"keep":2,"whole":true,"residual":true}
// no line of its own; SHA-256 c2c1a3035d32d6a88094aac6abf774d168c5602e304d0befa200b524c1bb1c51
