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

// ---- rms_norm_gated_backward {"threads":1,"vec":1,"keep":0,"whole":false,"gate":"none","mlp":false}
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
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    products += total(w * g * x_in);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let w = weight[group_index * u.units + j];
    let x_in = x[i];
    let g = gradY[i];
    gradX[i] = r * (w * g - x_in * (r * m));
  }
}

// ---- rms_norm_gated_backward {"threads":1,"vec":1,"keep":0,"whole":false,"gate":"output","mlp":true}
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
    let q = w * g;
    let grad_gate = q * x_in * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x_in * (r * m));
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

// ---- rms_norm_gated_backward {"threads":1,"vec":4,"keep":0,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 ba0609e411f6cf6883a08b2e456e7864e317f265a6edf09fa74585d5494b0d4e

// ---- rms_norm_gated_backward {"threads":1,"vec":4,"keep":0,"whole":false,"gate":"output","mlp":false}
// no line of its own; SHA-256 b2881cbf14a87f8473d09862e52efbf3e173fc94555ec1067c394c3e8ff9aecd

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

// ---- rms_norm_gated_backward {"threads":128,"vec":4,"keep":3,"whole":true,"gate":"input","mlp":false}
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

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"keep":1,"whole":false,"gate":"input","mlp":false}
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
@group(0) @binding(8) var<storage, read_write> partWeight: array<f32>;

const THREADS = 64u;
var<workgroup> row_lanes: array<f32, 64>;
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

fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, f32(1.0), z >= f32(0.0)) / (1.0 + e);
}
fn silu(z: f32) -> f32 { return z * sigmoid(z); }

@compute @workgroup_size(64)
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

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"keep":1,"whole":false,"gate":"output","mlp":true}
// no line of its own; SHA-256 ed85b60c805ee5edfeae03fa535f39a11b357d847e5d35813733e71a795d38e8

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"whole":false,"gate":"input","mlp":false}
// no line of its own; SHA-256 3ab2e7d2015fc63306f0519cd039169ecf2e7d7c3f6993b67b64504ead602c02

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"whole":false,"gate":"input","mlp":true}
// no line of its own; SHA-256 a4567885263f734306b32511bacef84c04e0903cf233372eeb2219b07b9fe31c

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"whole":false,"gate":"output","mlp":false}
// no line of its own; SHA-256 d83a69c31479a931287f2c2929e1ff44951e95057a547a3b276e04de0a16548e
