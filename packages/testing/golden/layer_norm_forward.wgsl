// ---- layer_norm_forward {"threads":1,"vec":4,"bias":false}
// layer_norm_forward
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
@group(0) @binding(4) var<storage, read_write> mean: array<f32>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;

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
  var sum = 0.0;
  for (var j = lane; j < u.units; j += THREADS) { sum += total(x[base + j]); }
  let center = row_sum(sum, lane) / f32(u.cols);
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] - center;
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = (x[base + j] - center) * r * weight[j];
  }
  if (lane == 0u) {
    mean[row] = center;
    rstd[row] = r;
  }
}

// ---- layer_norm_forward {"threads":1,"vec":4,"bias":true}
// layer_norm_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;
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
  var sum = 0.0;
  for (var j = lane; j < u.units; j += THREADS) { sum += total(x[base + j]); }
  let center = row_sum(sum, lane) / f32(u.cols);
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] - center;
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = (x[base + j] - center) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = center;
    rstd[row] = r;
  }
}

// ---- layer_norm_forward {"threads":128,"vec":1,"bias":true}
// layer_norm_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;
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
  var sum = 0.0;
  for (var j = lane; j < u.units; j += THREADS) { sum += total(x[base + j]); }
  let center = row_sum(sum, lane) / f32(u.cols);
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] - center;
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = (x[base + j] - center) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = center;
    rstd[row] = r;
  }
}

// ---- layer_norm_forward {"threads":128,"vec":1,"subgroup":32,"bias":true}
// layer_norm_forward
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
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

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
  var sum = 0.0;
  for (var j = lane; j < u.units; j += THREADS) { sum += total(x[base + j]); }
  let center = row_sum(sum, lane) / f32(u.cols);
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] - center;
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = (x[base + j] - center) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = center;
    rstd[row] = r;
  }
}

// ---- layer_norm_forward {"threads":128,"vec":4,"bias":true}
// no line of its own; SHA-256 e421eb7148cebadf7ddf0803b2412bf89db528d7ccb0051d61d6de6b90c20b65

// ---- layer_norm_forward {"threads":128,"vec":4,"subgroup":32,"bias":true}
// no line of its own; SHA-256 9b6cfcc1ef1d47e47af661ee2fe25987081d7e0db452e07748b7733a90c782ab

// ---- layer_norm_forward {"threads":4,"vec":1,"subgroup":4,"bias":true}
// layer_norm_forward
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
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

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
  var sum = 0.0;
  for (var j = lane; j < u.units; j += THREADS) { sum += total(x[base + j]); }
  let center = row_sum(sum, lane) / f32(u.cols);
  var squares = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] - center;
    squares += total(v * v);
  }
  let r = inverseSqrt(row_sum(squares, lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = (x[base + j] - center) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = center;
    rstd[row] = r;
  }
}

// ---- layer_norm_forward {"threads":4,"vec":4,"subgroup":4,"bias":false}
// no line of its own; SHA-256 b7bfde625150c98dc46bb8812c643cc1b0b20142cb5d65f7765795102d29c676

// ---- layer_norm_forward {"threads":4,"vec":4,"subgroup":4,"bias":true}
// no line of its own; SHA-256 11566d345e6a0b0d9c35fbc3de65f4ba46182b23ba466b27a0cbe8b9f6eff3e3

// ---- layer_norm_forward {"threads":64,"vec":1,"bias":true}
// no line of its own; SHA-256 c8ac3c340123e2e2bd14226f50100eeb0a6b850a860892094bbce34a56ca943d

// ---- layer_norm_forward {"threads":64,"vec":1,"subgroup":32,"bias":true}
// no line of its own; SHA-256 a85ebfaff5f2634be53fd3b88475aa2f883e48be9c19119e6aaf7308d8e9c97b

// ---- layer_norm_forward {"threads":64,"vec":4,"bias":false}
// no line of its own; SHA-256 34165e112d211ff731cb418bcb8375c30c7e608d5d69b28489d41c22700766e4

// ---- layer_norm_forward {"threads":64,"vec":4,"bias":true}
// no line of its own; SHA-256 3f0d3745a001cf89c87ea7fcad23d92b29bc5aecf1039570e2c1a61ff2404e7c

// ---- layer_norm_forward {"threads":64,"vec":4,"subgroup":32,"bias":false}
// no line of its own; SHA-256 88110b856fa2c2246beed1bf386996df0d4c09330b5594d9a8d361b2639bd2bf

// ---- layer_norm_forward {"threads":64,"vec":4,"subgroup":32,"bias":true}
// no line of its own; SHA-256 e62a37e0e90337deefdbe6c515be1c868af325684073e00c3c5754777d0d48cb

// ---- layer_norm_forward {"threads":8,"vec":1,"subgroup":8,"bias":true}
// no line of its own; SHA-256 0f7b27640ca12ba437ca8aa49dac8bb976cbead51e17f5af359c7fe8e2f3c031

// ---- layer_norm_forward {"threads":8,"vec":4,"subgroup":8,"bias":false}
// no line of its own; SHA-256 5e37e2f6dbdf6eeab158fbbd1dca1b331b74c208ba04b3fad53245bfdf0542ca

// ---- layer_norm_forward {"threads":8,"vec":4,"subgroup":8,"bias":true}
// no line of its own; SHA-256 1692c777b218c017bdba89cc86f4df7bcba50ac9a158e3b82776ceaab729b1e6
