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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}

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
  // Distances from the row's first element: rows far from zero keep their digits.
  let first = x[base].x;
  var sum = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    sum.x += total(x[base + j] - first);
    turns++;
    if (turns % 64u == 0u) {
      sum = carried(sum, turns);
    }
  }
  }
  let offset = row_sum((sum.x + sum.y) + (sum.z + sum.w), lane) / f32(u.cols);
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = (x[base + j] - first) - offset;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = ((x[base + j] - first) - offset) * r * weight[j];
  }
  if (lane == 0u) {
    mean[row] = first + offset;
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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}

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
  // Distances from the row's first element: rows far from zero keep their digits.
  let first = x[base].x;
  var sum = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    sum.x += total(x[base + j] - first);
    turns++;
    if (turns % 64u == 0u) {
      sum = carried(sum, turns);
    }
  }
  }
  let offset = row_sum((sum.x + sum.y) + (sum.z + sum.w), lane) / f32(u.cols);
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = (x[base + j] - first) - offset;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = ((x[base + j] - first) - offset) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = first + offset;
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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  // Distances from the row's first element: rows far from zero keep their digits.
  let first = x[base];
  var sum = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    sum.x += total(x[base + j] - first);
    turns++;
    if (turns % 64u == 0u) {
      sum = carried(sum, turns);
    }
  }
  }
  let offset = row_sum((sum.x + sum.y) + (sum.z + sum.w), lane) / f32(u.cols);
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = (x[base + j] - first) - offset;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = ((x[base + j] - first) - offset) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = first + offset;
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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  // Distances from the row's first element: rows far from zero keep their digits.
  let first = x[base];
  var sum = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    sum.x += total(x[base + j] - first);
    turns++;
    if (turns % 64u == 0u) {
      sum = carried(sum, turns);
    }
  }
  }
  let offset = row_sum((sum.x + sum.y) + (sum.z + sum.w), lane) / f32(u.cols);
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = (x[base + j] - first) - offset;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = ((x[base + j] - first) - offset) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = first + offset;
    rstd[row] = r;
  }
}

// ---- layer_norm_forward {"threads":128,"vec":4,"bias":true}
// no line of its own; SHA-256 3331ade7f30c4a645083bac647ea0a45f293e6e03d685556e9630654f46d1e36

// ---- layer_norm_forward {"threads":128,"vec":4,"subgroup":32,"bias":true}
// no line of its own; SHA-256 2fea365e1d111c8cbbce274a11bcffc2c60ff986781eaeb445dab9a8d17a0796

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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  // Distances from the row's first element: rows far from zero keep their digits.
  let first = x[base];
  var sum = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    sum.x += total(x[base + j] - first);
    turns++;
    if (turns % 64u == 0u) {
      sum = carried(sum, turns);
    }
  }
  }
  let offset = row_sum((sum.x + sum.y) + (sum.z + sum.w), lane) / f32(u.cols);
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = (x[base + j] - first) - offset;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = ((x[base + j] - first) - offset) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = first + offset;
    rstd[row] = r;
  }
}

// ---- layer_norm_forward {"threads":4,"vec":4,"subgroup":4,"bias":false}
// no line of its own; SHA-256 8ef09ab17dfd9fbd715a8b5a653ec4dbd76766bc2ffcdd91f5df5600dc8ef332

// ---- layer_norm_forward {"threads":4,"vec":4,"subgroup":4,"bias":true}
// no line of its own; SHA-256 f567fb17b34152453fadd7e49e487c5608ade02b7c64ed25375d11af7d6bffb4

// ---- layer_norm_forward {"threads":64,"vec":1,"bias":true}
// no line of its own; SHA-256 82adcf94b5b6f943bd76d3d8c6b81d53f81610da3c93c77b7c8a5d6465fc93e8

// ---- layer_norm_forward {"threads":64,"vec":1,"subgroup":32,"bias":true}
// no line of its own; SHA-256 ba2fbda14c756fb2039106acff369e051e1c99c04889c1372189712d99d62405

// ---- layer_norm_forward {"threads":64,"vec":4,"bias":false}
// no line of its own; SHA-256 46594702f8ab0d5aa654742ffe82317b31a8d5a23afdfaeb7618c0d6e07cc22b

// ---- layer_norm_forward {"threads":64,"vec":4,"bias":true}
// no line of its own; SHA-256 770684690f77cb74832eb96730265ef22aed36f23671ebbe70bdbdeafb585bcb

// ---- layer_norm_forward {"threads":64,"vec":4,"subgroup":32,"bias":false}
// no line of its own; SHA-256 5cfc039f552309aaa2a3a7fb09c281ee8a75add0af4bb5c953789ba77b54a79a

// ---- layer_norm_forward {"threads":64,"vec":4,"subgroup":32,"bias":true}
// no line of its own; SHA-256 d903b863972543724da9e8cafd2a41ea8440bd639be610e912c7bb0831b7b9f8

// ---- layer_norm_forward {"threads":8,"vec":1,"subgroup":8,"bias":true}
// no line of its own; SHA-256 bd00a360339b0f07c747d0c94ca44afd15ea850c06be1a56d1bfa9b4801a5af3

// ---- layer_norm_forward {"threads":8,"vec":4,"subgroup":8,"bias":false}
// no line of its own; SHA-256 15c3a534e587f591177838903bf2f6d121bf2cfb377703c30a66084ccf35ed64

// ---- layer_norm_forward {"threads":8,"vec":4,"subgroup":8,"bias":true}
// no line of its own; SHA-256 fabb8723da75ed96a44f489d81955f730f85ecb460b8f8aac30ebdc301e69247
