// ---- rms_norm_backward {"threads":1,"vec":1,"keep":0,"whole":false,"residual":false}
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
@group(0) @binding(5) var<storage, read_write> gradX: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }

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

// ---- rms_norm_backward {"threads":1,"vec":1,"keep":0,"whole":false,"residual":true}
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

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }

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

// ---- rms_norm_backward {"threads":64,"vec":1,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 d69e9e71da09393e2eacb3e73a2f3e0c229d3b1b163763c64fbdf491c842a05d

// ---- rms_norm_backward {"threads":64,"vec":4,"keep":1,"whole":false,"residual":false}
// no line of its own; SHA-256 5f28c40fbc09edbb2075df53a1dd37237474e17b985bc7700cd9fefa52b599a3

// ---- rms_norm_backward {"threads":64,"vec":4,"keep":1,"whole":false,"residual":true}
// no line of its own; SHA-256 a55185bd73cd5964660b581e846157776bb8a6dbe31e62638246e3d7f967d781
