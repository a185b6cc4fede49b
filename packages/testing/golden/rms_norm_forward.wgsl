// ---- rms_norm_forward {"threads":1,"vec":4,"residual":false}
// rms_norm_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> rstd: array<f32>;

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
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":1,"vec":4,"residual":true}
// rms_norm_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> residualOut: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

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
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] + residual[base + j];
    residualOut[base + j] = v;
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] + residual[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":128,"vec":1,"residual":false}
// rms_norm_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
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
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":128,"vec":1,"residual":true}
// rms_norm_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> residual: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> residualOut: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

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
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] + residual[base + j];
    residualOut[base + j] = v;
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] + residual[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":128,"vec":1,"subgroup":32,"residual":false}
// rms_norm_forward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> rstd: array<f32>;

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
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":128,"vec":1,"subgroup":32,"residual":true}
// no line of its own; SHA-256 b930e5258c4f0df71563300d7097fcd88dd8a7c1c5669bd74e4ec8ef676e2376

// ---- rms_norm_forward {"threads":128,"vec":4,"residual":false}
// no line of its own; SHA-256 4f78371f3cb6cd3e7c43f02df1fbb2c595293d0f2da9e4601e982de9e61280f6

// ---- rms_norm_forward {"threads":128,"vec":4,"residual":true}
// no line of its own; SHA-256 c163cd139b8542f91800cc992437ccfab4c9c95cd8147a352f6299c841978d56

// ---- rms_norm_forward {"threads":128,"vec":4,"subgroup":32,"residual":false}
// no line of its own; SHA-256 b470a30216778341b4c6372b7cf2ce9a3b0763ce031b19e034a2500d75c5d7fd

// ---- rms_norm_forward {"threads":128,"vec":4,"subgroup":32,"residual":true}
// no line of its own; SHA-256 10e2fbb67117517ac8fad40bc41c52605ffcf9a56e458241af75b20aa397d89a

// ---- rms_norm_forward {"threads":4,"vec":1,"subgroup":4,"residual":false}
// rms_norm_forward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> rstd: array<f32>;

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
  let base = row * u.units;
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":4,"vec":1,"subgroup":4,"residual":true}
// no line of its own; SHA-256 bbcc9ad3ab7b03c8f1f0fa7c0035359831c163b2af0c29fe1ee755c3d44f8d9f

// ---- rms_norm_forward {"threads":4,"vec":4,"subgroup":4,"residual":false}
// no line of its own; SHA-256 00ba690e6a2884e95ea50733ae2d23f85bc23d207f209bca9a4d94598449827d

// ---- rms_norm_forward {"threads":4,"vec":4,"subgroup":4,"residual":true}
// no line of its own; SHA-256 d0337de0bb7451f3f1671c9b65f3708c651096ad0f3da03cf8a96249ac80efca

// ---- rms_norm_forward {"threads":64,"vec":1,"residual":false}
// no line of its own; SHA-256 17785cc709741249ec77b3c0dc1ed823db9fa0e693e3dcd365d352fed3b2521b

// ---- rms_norm_forward {"threads":64,"vec":1,"residual":true}
// no line of its own; SHA-256 67a4ec6dd6389fd03037a730dda0bf5e2acc313fd3922af79a604e6c0c7f486d

// ---- rms_norm_forward {"threads":64,"vec":1,"subgroup":32,"residual":false}
// no line of its own; SHA-256 354cf7c4ab87e106a95ef2fcc6451247ecbe3aeba27175d602cec7faa5f68f0d

// ---- rms_norm_forward {"threads":64,"vec":1,"subgroup":32,"residual":true}
// no line of its own; SHA-256 2dfd4a18d593ce8aa48bfcd3d4c21d8d2af394103e594e7246e12f3069f6012b

// ---- rms_norm_forward {"threads":64,"vec":4,"residual":false}
// no line of its own; SHA-256 b0c25367891c141231638463652cc135ca2ef847fecd30dcf5e53daa4b43f9a2

// ---- rms_norm_forward {"threads":64,"vec":4,"residual":true}
// no line of its own; SHA-256 e092cf5837b1d611d95147231ccf2604bbe75392c2e136deb520d4dc849095e7

// ---- rms_norm_forward {"threads":64,"vec":4,"subgroup":32,"residual":false}
// no line of its own; SHA-256 512dca1533117efd5f49ef2e56bbb63b178ddbdd576834b8fe8e8d0276766df1

// ---- rms_norm_forward {"threads":64,"vec":4,"subgroup":32,"residual":true}
// no line of its own; SHA-256 f6e04ad14de7e15b38b7e831caaabb47a01de1fbd6cc49b84a94be7708e8894f

// ---- rms_norm_forward {"threads":8,"vec":1,"subgroup":8,"residual":false}
// no line of its own; SHA-256 8877f9831f668b5856319ecfdee14d239e0d176babd6d25a8eeb50398d07f6ae

// ---- rms_norm_forward {"threads":8,"vec":1,"subgroup":8,"residual":true}
// no line of its own; SHA-256 518f279c2b3692c3c1724e4481087ce851198d4577d3bdc20a266b9e3419f15e

// ---- rms_norm_forward {"threads":8,"vec":4,"subgroup":8,"residual":false}
// no line of its own; SHA-256 25cada2347a67ead30aa19e00c175e949c5dd9eddbc6cb1bb43b0897e7535f70

// ---- rms_norm_forward {"threads":8,"vec":4,"subgroup":8,"residual":true}
// no line of its own; SHA-256 4703901bdc72762a77474a60a5a0d582bd1df721ba9360cd123cb14c27a59197
