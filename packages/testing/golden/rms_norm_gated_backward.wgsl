// ---- rms_norm_gated_backward {"threads":1,"vec":1,"keep":0,"gate":"input","mlp":false}
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
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

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
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
  }
}

// ---- rms_norm_gated_backward {"threads":1,"vec":1,"keep":0,"gate":"none","mlp":false}
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
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

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
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    products += total(weight[channel + j] * g * x[i]);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    gradX[i] = r * (weight[channel + j] * g - x[i] * (r * m));
  }
}

// ---- rms_norm_gated_backward {"threads":1,"vec":1,"keep":0,"gate":"output","mlp":true}
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
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

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
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let q = weight[channel + j] * g;
    let grad_gate = q * x[i] * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x[i] * (r * m));
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

// ---- rms_norm_gated_backward {"threads":1,"vec":4,"keep":0,"gate":"input","mlp":false}
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
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

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
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
  }
}

// ---- rms_norm_gated_backward {"threads":1,"vec":4,"keep":0,"gate":"input","mlp":true}
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
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

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
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
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

// ---- rms_norm_gated_backward {"threads":1,"vec":4,"keep":0,"gate":"output","mlp":false}
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
fn row_sum(value: f32, lane: u32) -> f32 { return value; }

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
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var j = lane; j < u.units; j += THREADS) {
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let q = weight[channel + j] * g;
    let grad_gate = q * x[i] * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x[i] * (r * m));
    gradZ[i] = grad_gate;
  }
}

// ---- rms_norm_gated_backward {"threads":128,"vec":1,"keep":1,"gate":"none","mlp":false}
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
  var sum_weight: array<f32, 1>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    products += total(weight[channel + j] * g * x[i]);
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    gradX[i] = r * (weight[channel + j] * g - x[i] * (r * m));
    sum_weight[k] += g * x[i] * r;
  }
  }
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":128,"vec":4,"keep":2,"gate":"input","mlp":true}
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
  var sum_weight: array<vec4f, 2>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 2u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 2u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[base_z + j] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
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
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 2u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":128,"vec":4,"keep":3,"gate":"input","mlp":false}
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
  var sum_weight: array<vec4f, 3>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 3u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 3u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
  }
  }
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 3u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":256,"vec":4,"keep":2,"gate":"input","mlp":false}
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

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
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

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum_weight: array<vec4f, 2>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 2u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 2u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
  }
  }
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 2u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"keep":1,"gate":"input","mlp":false}
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
  var sum_weight: array<f32, 1>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
  }
  }
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":64,"vec":1,"keep":1,"gate":"output","mlp":true}
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
  var sum_weight: array<f32, 1>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let q = weight[channel + j] * g;
    let grad_gate = q * x[i] * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x[i] * (r * m));
    gradZ[base_z + j] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
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
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"gate":"input","mlp":false}
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

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

fn sigmoid(z: vec4f) -> vec4f {
  let e = exp(-abs(z));
  return select(e, vec4f(1.0), z >= vec4f(0.0)) / (1.0 + e);
}
fn silu(z: vec4f) -> vec4f { return z * sigmoid(z); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum_weight: array<vec4f, 1>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[i] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
  }
  }
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"gate":"input","mlp":true}
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

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

fn sigmoid(z: vec4f) -> vec4f {
  let e = exp(-abs(z));
  return select(e, vec4f(1.0), z >= vec4f(0.0)) / (1.0 + e);
}
fn silu(z: vec4f) -> vec4f { return z * sigmoid(z); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum_weight: array<vec4f, 1>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[base_y + j];
    let gate_in = z[base_z + j];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let gradV = r * (weight[channel + j] * g - x[i] * gate * (r * m));
    let grad_gate = gradV * x[i] * (s + gate * (1.0 - s));
    gradX[i] = gradV * gate;
    gradZ[base_z + j] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
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
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}

// ---- rms_norm_gated_backward {"threads":64,"vec":4,"keep":1,"gate":"output","mlp":false}
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

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

fn sigmoid(z: vec4f) -> vec4f {
  let e = exp(-abs(z));
  return select(e, vec4f(1.0), z >= vec4f(0.0)) / (1.0 + e);
}
fn silu(z: vec4f) -> vec4f { return z * sigmoid(z); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum_weight: array<vec4f, 1>;
  let end = min((group.x + 1u) * u.rowsPerBlock, u.rows / u.groups);
  for (var token = group.x * u.rowsPerBlock; token < end; token++) {
  let row = token * u.groups + group.y;
  let base = row * u.units;
  let group_index = row % u.groups;
  let channel = group_index * u.units;
  let r = rstd[row];
  var products = 0.0;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    products += total(weight[channel + j] * g * x[i] * silu(gate_in));
  }
  let m = row_sum(products, lane) * r / f32(u.cols);
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    let i = base + j;
    let g = gradY[i];
    let gate_in = z[i];
    let s = sigmoid(gate_in);
    let gate = gate_in * s;
    let q = weight[channel + j] * g;
    let grad_gate = q * x[i] * r * (s + gate * (1.0 - s));
    gradX[i] = r * (q * gate - x[i] * (r * m));
    gradZ[i] = grad_gate;
    sum_weight[k] += g * x[i] * gate * r;
  }
  }
  let first = (group.x * u.groups + group.y) * u.units;
  for (var k = 0u; k < 1u; k++) {
    let j = lane + k * THREADS;
    if (j >= u.units) { break; }
    partWeight[first + j] = sum_weight[k];
  }
}
