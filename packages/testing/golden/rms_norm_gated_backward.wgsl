// ---- rms_norm_gated_backward {"threads":1,"vec":1,"keep":0,"whole":false,"gate":"input","mlp":false}
// rms_norm_gated_backward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradZ: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }

fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, f32(1.0), z >= f32(0.0)) / (1.0 + e);
}
fn silu(z: f32) -> f32 { return z * sigmoid(z); }

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
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    let z_in = z[i];
    products += total(w * g * x_in * silu(z_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    let z_in = z[i];
    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
  }
}

// ---- rms_norm_gated_backward {"threads":1,"vec":4,"keep":0,"whole":false,"gate":"input","mlp":false}
// rms_norm_gated_backward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradZ: array<vec4f>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

fn sigmoid(z: vec4f) -> vec4f {
  let e = exp(-abs(z));
  return select(e, vec4f(1.0), z >= vec4f(0.0)) / (1.0 + e);
}
fn silu(z: vec4f) -> vec4f { return z * sigmoid(z); }

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
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    let z_in = z[i];
    products += total(w * g * x_in * silu(z_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    let z_in = z[i];
    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
  }
}

// ---- rms_norm_gated_backward {"threads":128,"vec":1,"keep":1,"whole":false,"gate":"none","mlp":false}
// rms_norm_gated_backward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(6) var<storage, read_write> partWeight: array<f32>;

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
    w_0 = weight[group_index * u.units + j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let r = rstd[row];
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
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    gradX[i] = r * (w * g - x_in * (r * m));
    sum_weight_0 += g * x_in * r;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
  }
}

// ---- rms_norm_gated_backward {"threads":128,"vec":1,"subgroup":32,"keep":1,"whole":false,"gate":"none","mlp":false}
// rms_norm_gated_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(6) var<storage, read_write> partWeight: array<f32>;

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
    w_0 = weight[group_index * u.units + j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let r = rstd[row];
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
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    gradX[i] = r * (w * g - x_in * (r * m));
    sum_weight_0 += g * x_in * r;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
  }
}

// ---- rms_norm_gated_backward {"threads":128,"vec":4,"keep":2,"whole":false,"gate":"input","mlp":true}
// rms_norm_gated_backward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
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
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    w_0 = weight[group_index * u.units + j];
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    w_1 = weight[group_index * u.units + j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = vec4f();
  var g_0 = vec4f();
  var z_in_0 = vec4f();
  var x_in_1 = vec4f();
  var g_1 = vec4f();
  var z_in_1 = vec4f();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[base_y + j];
    z_in_0 = z[base_z + j];
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[base_y + j];
    z_in_1 = z[base_z + j];
  }
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let z_in = z_in_0;
    products += total(w * g * x_in * silu(z_in));
  }
  if (lane + 1u * THREADS < u.units) {
    let j = lane + 1u * THREADS;
    let i = base + j;
    let w = w_1;
    let x_in = x_in_1;
    let g = g_1;
    let z_in = z_in_1;
    products += total(w * g * x_in * silu(z_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
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
    gradZ[base_z + j] = grad_gate;
    sum_weight_0 += g * x_in * gate * r;
  }
  if (lane + 1u * THREADS < u.units) {
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
    gradZ[base_z + j] = grad_gate;
    sum_weight_1 += g * x_in * gate * r;
  }
  let first_y = token * (u.mlp + u.groups * u.units);
  let first_z = token * (2u * u.mlp + u.groups * u.units);
  for (var j = group_index * THREADS + lane; j < u.mlp; j += u.groups * THREADS) {
    let gate_at = first_z + j;
    let value_at = gate_at + u.mlp;
    let s = sigmoid(z[gate_at]);
    let gate = z[gate_at] * s;
    let g = gradY[first_y + j];
    gradZ[gate_at] = g * z[value_at] * (s + gate * (1.0 - s));
    gradZ[value_at] = g * gate;
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

// ---- rms_norm_gated_backward {"threads":128,"vec":4,"subgroup":32,"keep":2,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 07197137f9bcdee131175084ac9928c377a697c594cbcfdcb5474a4f09fcf3d1

// ---- rms_norm_gated_backward {"threads":128,"vec":4,"subgroup":32,"keep":3,"whole":true,"gate":"input","mlp":false}
// rms_norm_gated_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
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
    g_0 = gradY[i];
    z_in_0 = z[i];
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[i];
    z_in_1 = z[i];
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    x_in_2 = x[i];
    g_2 = gradY[i];
    z_in_2 = z[i];
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
    gradZ[i] = grad_gate;
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
    gradZ[i] = grad_gate;
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
    gradZ[i] = grad_gate;
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

// ---- rms_norm_gated_backward {"threads":256,"vec":4,"keep":2,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 cde14bdb0cf0f4143e264139255266253276e1445da4a45d9456e326ad6fabb5

// ---- rms_norm_gated_backward {"threads":4,"vec":1,"subgroup":4,"keep":0,"whole":false,"gate":"input","mlp":false}
// rms_norm_gated_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradZ: array<f32>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn total(v: f32) -> f32 { return v; }

fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, f32(1.0), z >= f32(0.0)) / (1.0 + e);
}
fn silu(z: f32) -> f32 { return z * sigmoid(z); }

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
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    let z_in = z[i];
    products += total(w * g * x_in * silu(z_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    let z_in = z[i];
    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
  }
}

// ---- rms_norm_gated_backward {"threads":4,"vec":1,"subgroup":4,"keep":0,"whole":false,"gate":"none","mlp":false}
// no line of its own; SHA-256 48500b22545b54ed7298a1ead12cbf847e4a8b6102de6ae8271792cbac5c09a5

// ---- rms_norm_gated_backward {"threads":4,"vec":1,"subgroup":4,"keep":1,"whole":false,"gate":"input","mlp":false}
// rms_norm_gated_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradZ: array<f32>;
@group(0) @binding(8) var<storage, read_write> partWeight: array<f32>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn total(v: f32) -> f32 { return v; }

fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, f32(1.0), z >= f32(0.0)) / (1.0 + e);
}
fn silu(z: f32) -> f32 { return z * sigmoid(z); }

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
  var w_0 = f32();
  var sum_weight_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    w_0 = weight[group_index * u.units + j];
  }
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group_index;
  let base = row * u.units;
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = f32();
  var g_0 = f32();
  var z_in_0 = f32();
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[i];
    z_in_0 = z[i];
  }
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    let i = base + j;
    let w = w_0;
    let x_in = x_in_0;
    let g = g_0;
    let z_in = z_in_0;
    products += total(w * g * x_in * silu(z_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  if (lane + 0u * THREADS < u.units) {
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
    gradZ[i] = grad_gate;
    sum_weight_0 += g * x_in * gate * r;
  }
  }
  let first_part = (group.x * u.groups + group_index) * u.units;
  if (lane + 0u * THREADS < u.units) {
    let j = lane + 0u * THREADS;
    partWeight[first_part + j] = sum_weight_0;
  }
}

// ---- rms_norm_gated_backward {"threads":4,"vec":1,"subgroup":4,"keep":3,"whole":true,"gate":"output","mlp":true}
// rms_norm_gated_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradZ: array<f32>;
@group(0) @binding(8) var<storage, read_write> partWeight: array<f32>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn total(v: f32) -> f32 { return v; }

fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, f32(1.0), z >= f32(0.0)) / (1.0 + e);
}
fn silu(z: f32) -> f32 { return z * sigmoid(z); }

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group_index = group.y;
  var w_0 = f32();
  var sum_weight_0 = f32();
  var w_1 = f32();
  var sum_weight_1 = f32();
  var w_2 = f32();
  var sum_weight_2 = f32();
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
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  var x_in_0 = f32();
  var g_0 = f32();
  var z_in_0 = f32();
  var x_in_1 = f32();
  var g_1 = f32();
  var z_in_1 = f32();
  var x_in_2 = f32();
  var g_2 = f32();
  var z_in_2 = f32();
  {
    let j = lane + 0u * THREADS;
    let i = base + j;
    x_in_0 = x[i];
    g_0 = gradY[base_y + j];
    z_in_0 = z[base_z + j];
  }
  {
    let j = lane + 1u * THREADS;
    let i = base + j;
    x_in_1 = x[i];
    g_1 = gradY[base_y + j];
    z_in_1 = z[base_z + j];
  }
  {
    let j = lane + 2u * THREADS;
    let i = base + j;
    x_in_2 = x[i];
    g_2 = gradY[base_y + j];
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
    let q = w * g;
    let grad_gate = q * x_in * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x_in * (r * m));
    gradZ[base_z + j] = grad_gate;
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
    let q = w * g;
    let grad_gate = q * x_in * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x_in * (r * m));
    gradZ[base_z + j] = grad_gate;
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
    let q = w * g;
    let grad_gate = q * x_in * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x_in * (r * m));
    gradZ[base_z + j] = grad_gate;
    sum_weight_2 += g * x_in * gate * r;
  }
  let first_y = token * (u.mlp + u.groups * u.units);
  let first_z = token * (2u * u.mlp + u.groups * u.units);
  for (var j = group_index * THREADS + lane; j < u.mlp; j += u.groups * THREADS) {
    let gate_at = first_z + j;
    let value_at = gate_at + u.mlp;
    let s = sigmoid(z[gate_at]);
    let gate = z[gate_at] * s;
    let g = gradY[first_y + j];
    gradZ[gate_at] = g * z[value_at] * (s + gate * (1.0 - s));
    gradZ[value_at] = g * gate;
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

// ---- rms_norm_gated_backward {"threads":4,"vec":4,"subgroup":4,"keep":0,"whole":false,"gate":"input","mlp":true}
// rms_norm_gated_backward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  rowsPerBlock: u32,
  mlp: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
@group(0) @binding(5) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradZ: array<vec4f>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

fn sigmoid(z: vec4f) -> vec4f {
  let e = exp(-abs(z));
  return select(e, vec4f(1.0), z >= vec4f(0.0)) / (1.0 + e);
}
fn silu(z: vec4f) -> vec4f { return z * sigmoid(z); }

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
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[base_y + j];
    let z_in = z[base_z + j];
    products += total(w * g * x_in * silu(z_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[base_y + j];
    let z_in = z[base_z + j];
    let s = sigmoid(z_in);
    let gate = z_in * s;
    let gradV = r * (w * g - x_in * gate * (r * m));
    let grad_gate = gradV * x_in * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[base_z + j] = grad_gate;
  }
  let first_y = token * (u.mlp + u.groups * u.units);
  let first_z = token * (2u * u.mlp + u.groups * u.units);
  for (var j = group_index * THREADS + lane; j < u.mlp; j += u.groups * THREADS) {
    let gate_at = first_z + j;
    let value_at = gate_at + u.mlp;
    let s = sigmoid(z[gate_at]);
    let gate = z[gate_at] * s;
    let g = gradY[first_y + j];
    gradZ[gate_at] = g * z[value_at] * (s + gate * (1.0 - s));
    gradZ[value_at] = g * gate;
  }
}

// ---- rms_norm_gated_backward {"threads":4,"vec":4,"subgroup":4,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 4ae0131a8c136573859076456c4c7d602fc6c906674b70cb36b5a86ee376f4f1

// ---- rms_norm_gated_backward {"threads":4,"vec":4,"subgroup":4,"keep":1,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 6751736b8b1a3f9e6c6f86ab3265c33473d290bb9f332fdc6241363cefde3c74

// ---- rms_norm_gated_backward {"threads":4,"vec":4,"subgroup":4,"keep":1,"whole":false,"gate":"output","mlp":false}
// no line of its own; SHA-256 6085f9569929fc5b56df5c632792d903fcf6d4c2c47871768f817c12b09dfa76

// ---- rms_norm_gated_backward {"threads":4,"vec":4,"subgroup":4,"keep":4,"whole":true,"gate":"output","mlp":false}
// no line of its own; SHA-256 98c36f62c07a33cac62c838d7ec762a838b4cec439330154aee7ba34eed654bd

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 aea185376d8d0e5cc7048d81881ccb06b54102942bf890955417cedee50bc797

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"keep":1,"whole":false,"gate":"output","mlp":true}
// no line of its own; SHA-256 ed85b60c805ee5edfeae03fa535f39a11b357d847e5d35813733e71a795d38e8

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"subgroup":32,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 245a4b836e0071b1466d4afa76f88bae50bd49fad6545b239368de83469e8147

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"subgroup":32,"keep":1,"whole":false,"gate":"output","mlp":true}
// no line of its own; SHA-256 d3d7807ee7607753187c57c6cf4d804d9b08911d95718c2431415a60cd6a2e17

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 3ab2e7d2015fc63306f0519cd039169ecf2e7d7c3f6993b67b64504ead602c02

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 a4567885263f734306b32511bacef84c04e0903cf233372eeb2219b07b9fe31c

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"whole":false,"gate":"output","mlp":false}
// no line of its own; SHA-256 d83a69c31479a931287f2c2929e1ff44951e95057a547a3b276e04de0a16548e

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"subgroup":32,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 d68bf724878b42ae162d549c4f0ec8ef0f914163d70769986e80d3cbfda3a59b

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"subgroup":32,"keep":1,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 3c3efdbe8abd69be49cfa0211c2b8907113170cbfbfa944aa4e56c1628898542

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"subgroup":32,"keep":1,"whole":false,"gate":"output","mlp":false}
// no line of its own; SHA-256 9b3ced54fe6478cf881a77468f027180f11aaa0d66d68259a58ffbcdfe91edbd

// ---- rms_norm_gated_backward {"threads":8,"vec":1,"subgroup":8,"keep":0,"whole":false,"gate":"none","mlp":false}
// no line of its own; SHA-256 e03861057e3fc4bd7f0112bc1f5d53e55d735cf09d4b392b93b504d72212f163

// ---- rms_norm_gated_backward {"threads":8,"vec":1,"subgroup":8,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 c282470a08462d02d2ebc621cc104249e5e5f83916267ccc121dd5a7f6ff3eed

// ---- rms_norm_gated_backward {"threads":8,"vec":1,"subgroup":8,"keep":2,"whole":false,"gate":"output","mlp":true}
// no line of its own; SHA-256 3a4c1784c34eebad5d9a2d48573dc02cf84eb6f131afa039234a8c3f5f57375e

// ---- rms_norm_gated_backward {"threads":8,"vec":1,"subgroup":8,"keep":8,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 b695f29cf9677bad3dad8b35f8f1f6c19bc272dc7a7408fd6831d360a80b7b9a

// ---- rms_norm_gated_backward {"threads":8,"vec":4,"subgroup":8,"keep":0,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 2eb0c8e1e429ec7dab210ce072e73cb8160927164f273a23c1e05a0640dcfad9

// ---- rms_norm_gated_backward {"threads":8,"vec":4,"subgroup":8,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 89be14fbf83b6d3c9fc605ef464c2b1a6ca92d48e41ece1f191cb0d6cf3ae238

// ---- rms_norm_gated_backward {"threads":8,"vec":4,"subgroup":8,"keep":1,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 72e9185552bd997c8bfec704637b8665950511c037279eb72c7ba14e33f0a642

// ---- rms_norm_gated_backward {"threads":8,"vec":4,"subgroup":8,"keep":1,"whole":false,"gate":"output","mlp":false}
// no line of its own; SHA-256 cbd07384501b35f04c778b4c967ef7a88b67a7af0da23b4a5a471fd4f4501aaf

// ---- rms_norm_gated_backward {"threads":8,"vec":4,"subgroup":8,"keep":2,"whole":true,"gate":"output","mlp":false}
// no line of its own; SHA-256 aff135e9dd0c39b9461fcbe132638d38d0b6bd65d04a8da8fa852aac4cccc8c4
