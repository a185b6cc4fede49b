// ---- layer_norm_forward {"threads":1,"vec":1,"bias":true}
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

// ---- layer_norm_forward {"threads":128,"vec":4,"bias":true}
// no line of its own; SHA-256 e421eb7148cebadf7ddf0803b2412bf89db528d7ccb0051d61d6de6b90c20b65

// ---- layer_norm_forward {"threads":64,"vec":1,"bias":true}
// no line of its own; SHA-256 c8ac3c340123e2e2bd14226f50100eeb0a6b850a860892094bbce34a56ca943d

// ---- layer_norm_forward {"threads":64,"vec":4,"bias":false}
// no line of its own; SHA-256 34165e112d211ff731cb418bcb8375c30c7e608d5d69b28489d41c22700766e4

// ---- layer_norm_forward {"threads":64,"vec":4,"bias":true}
// no line of its own; SHA-256 3f0d3745a001cf89c87ea7fcad23d92b29bc5aecf1039570e2c1a61ff2404e7c
