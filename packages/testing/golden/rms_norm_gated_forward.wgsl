// ---- rms_norm_gated_forward {"threads":1,"vec":1,"gate":"input","mlp":false}
// rms_norm_gated_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  mlp: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;

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
  let channel = group_index * u.units;
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] * silu(z[base + j]);
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = x[base + j] * r * weight[channel + j] * silu(z[base + j]);
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_gated_forward {"threads":1,"vec":1,"gate":"none","mlp":false}
// rms_norm_gated_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  mlp: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> rstd: array<f32>;

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
  let channel = group_index * u.units;
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = x[base + j] * r * weight[channel + j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_gated_forward {"threads":1,"vec":1,"gate":"output","mlp":true}
// rms_norm_gated_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  mlp: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;

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
  let channel = group_index * u.units;
  let base = row * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base_y + j] = x[base + j] * r * weight[channel + j] * silu(z[base_z + j]);
  }
  let first_y = token * (u.mlp + u.groups * u.units);
  let first_z = token * (2u * u.mlp + u.groups * u.units);
  for (var j = group_index * THREADS + lane; j < u.mlp; j += u.groups * THREADS) {
    let gate_at = first_z + j;
    let value_at = gate_at + u.mlp;
    y[first_y + j] = silu(z[gate_at]) * z[value_at];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_gated_forward {"threads":1,"vec":4,"gate":"input","mlp":false}
// rms_norm_gated_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  mlp: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;

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
  let channel = group_index * u.units;
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] * silu(z[base + j]);
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = x[base + j] * r * weight[channel + j] * silu(z[base + j]);
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_gated_forward {"threads":1,"vec":4,"gate":"input","mlp":true}
// rms_norm_gated_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  mlp: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;

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
  let channel = group_index * u.units;
  let base = row * u.units;
  let token = row / u.groups;
  let base_z = base + (token + 1u) * 2u * u.mlp;
  let base_y = base + (token + 1u) * u.mlp;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] * silu(z[base_z + j]);
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base_y + j] = x[base + j] * r * weight[channel + j] * silu(z[base_z + j]);
  }
  let first_y = token * (u.mlp + u.groups * u.units);
  let first_z = token * (2u * u.mlp + u.groups * u.units);
  for (var j = group_index * THREADS + lane; j < u.mlp; j += u.groups * THREADS) {
    let gate_at = first_z + j;
    let value_at = gate_at + u.mlp;
    y[first_y + j] = silu(z[gate_at]) * z[value_at];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_gated_forward {"threads":1,"vec":4,"gate":"output","mlp":false}
// no line of its own; SHA-256 0d18f6416e8b4bc602b1e797f37d9b8265b49ee4663e3d8e32f54efdad722763

// ---- rms_norm_gated_forward {"threads":128,"vec":1,"gate":"none","mlp":false}
// rms_norm_gated_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  groups: u32,
  mlp: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> rstd: array<f32>;

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
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = x[base + j] * r * weight[channel + j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_gated_forward {"threads":128,"vec":4,"gate":"input","mlp":false}
// no line of its own; SHA-256 23a44901c792b8e5a07445c44ec6e996ef817fd98d62bc6cd0556e7d5aa218b9

// ---- rms_norm_gated_forward {"threads":128,"vec":4,"gate":"input","mlp":true}
// no line of its own; SHA-256 fe430e016124e5c347234f0a2d3082452d50bb04708d7f2417d1e037d00226db

// ---- rms_norm_gated_forward {"threads":256,"vec":4,"gate":"input","mlp":false}
// no line of its own; SHA-256 f511eec5af66a1ee5c4baafbf945d64225c94a9afb7a35fd771e74fc754456d4

// ---- rms_norm_gated_forward {"threads":64,"vec":1,"gate":"input","mlp":false}
// no line of its own; SHA-256 f90c495af089e3bb53b02b76493fdb7160becb3a3c079023a6b5e4f6134220d5

// ---- rms_norm_gated_forward {"threads":64,"vec":1,"gate":"output","mlp":true}
// no line of its own; SHA-256 ff18dd6c6c84633d1f2ed95bdf564dc3f7ce0564991cb1e05793a2b0f39fd718

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"gate":"input","mlp":false}
// no line of its own; SHA-256 82ff71046d2318383d76519724b256d6963d35d826ccb36a05fd4c2713073029

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"gate":"input","mlp":true}
// no line of its own; SHA-256 8103239bc27be88dd79503c986f3d3f5305bb71b9ad3162eac0ac134638df531

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"gate":"output","mlp":false}
// no line of its own; SHA-256 986e71c45c0dfa0e573051672b60894dd5ea60dd912f581cca4ccd64866878e4
