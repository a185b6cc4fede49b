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

// ---- rms_norm_gated_forward {"threads":128,"vec":1,"subgroup":32,"gate":"none","mlp":false}
// rms_norm_gated_forward
enable subgroups;
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

// ---- rms_norm_gated_forward {"threads":128,"vec":4,"gate":"input","mlp":true}
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

// ---- rms_norm_gated_forward {"threads":128,"vec":4,"subgroup":32,"gate":"input","mlp":false}
// no line of its own; SHA-256 9d1bf19138c325a09664168a2f650a3dd16e1b6c6599080dd08c9cf247890812

// ---- rms_norm_gated_forward {"threads":128,"vec":4,"subgroup":32,"gate":"input","mlp":true}
// no line of its own; SHA-256 4f82d1733ca7c9edce02f41e8261a484da9f8cfc2ff35396fc0f0b33a4c29bd5

// ---- rms_norm_gated_forward {"threads":256,"vec":4,"gate":"input","mlp":false}
// no line of its own; SHA-256 f511eec5af66a1ee5c4baafbf945d64225c94a9afb7a35fd771e74fc754456d4

// ---- rms_norm_gated_forward {"threads":4,"vec":1,"subgroup":4,"gate":"input","mlp":false}
// rms_norm_gated_forward
enable subgroups;
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

// ---- rms_norm_gated_forward {"threads":4,"vec":1,"subgroup":4,"gate":"none","mlp":false}
// no line of its own; SHA-256 8f2d31b40402b7c947809880e6e4312a4629242310248e30aabb85cffe87b422

// ---- rms_norm_gated_forward {"threads":4,"vec":1,"subgroup":4,"gate":"output","mlp":true}
// no line of its own; SHA-256 ebb0b5bce1adedd4c4187ae6630180b249d5851e45d2e989f4dbcced58a1454a

// ---- rms_norm_gated_forward {"threads":4,"vec":4,"subgroup":4,"gate":"input","mlp":false}
// no line of its own; SHA-256 de564022963cbc8eeaa36da39308557954c81f10623184f1a4c607b1f37f0878

// ---- rms_norm_gated_forward {"threads":4,"vec":4,"subgroup":4,"gate":"input","mlp":true}
// no line of its own; SHA-256 7d4d61938e88f6bfae17778b3172bb9e7e18ee9a81136a3a8e23dde54a1b2bcc

// ---- rms_norm_gated_forward {"threads":4,"vec":4,"subgroup":4,"gate":"output","mlp":false}
// no line of its own; SHA-256 062fc5ee07b8dcde73ae204a7ac5af226bad4704171ad7be099180b8236c03f1

// ---- rms_norm_gated_forward {"threads":64,"vec":1,"gate":"input","mlp":false}
// no line of its own; SHA-256 f90c495af089e3bb53b02b76493fdb7160becb3a3c079023a6b5e4f6134220d5

// ---- rms_norm_gated_forward {"threads":64,"vec":1,"gate":"output","mlp":true}
// no line of its own; SHA-256 ff18dd6c6c84633d1f2ed95bdf564dc3f7ce0564991cb1e05793a2b0f39fd718

// ---- rms_norm_gated_forward {"threads":64,"vec":1,"subgroup":32,"gate":"input","mlp":false}
// no line of its own; SHA-256 28da7411b1d0cfc53d89936720f2b17bf395c4e3161866145b35b737ecd14ff4

// ---- rms_norm_gated_forward {"threads":64,"vec":1,"subgroup":32,"gate":"output","mlp":true}
// no line of its own; SHA-256 a342ddd4afe9a0980d3d572fb11d466f458b3d2d751523837c70625656933c76

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"gate":"input","mlp":false}
// no line of its own; SHA-256 82ff71046d2318383d76519724b256d6963d35d826ccb36a05fd4c2713073029

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"gate":"input","mlp":true}
// no line of its own; SHA-256 8103239bc27be88dd79503c986f3d3f5305bb71b9ad3162eac0ac134638df531

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"gate":"output","mlp":false}
// no line of its own; SHA-256 986e71c45c0dfa0e573051672b60894dd5ea60dd912f581cca4ccd64866878e4

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"subgroup":32,"gate":"input","mlp":false}
// no line of its own; SHA-256 bb140abc21de46b8d29548b1ebc50d440ee7e3709fbd05bf7c40fb6595430d44

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"subgroup":32,"gate":"input","mlp":true}
// no line of its own; SHA-256 be27866db182f51f2c8655c7623cd76bebd7b4f1fd2f245b7b9530dbc0082fd1

// ---- rms_norm_gated_forward {"threads":64,"vec":4,"subgroup":32,"gate":"output","mlp":false}
// no line of its own; SHA-256 2e78298e7f2e4b6a4e42d42488c13e19fc889541b3416f81e9670e6bdca020f2

// ---- rms_norm_gated_forward {"threads":8,"vec":1,"subgroup":8,"gate":"input","mlp":false}
// no line of its own; SHA-256 d061adb22dd6990b2c0df323d425fdd7d8b75446b07b20a6f9ab2ab761112c31

// ---- rms_norm_gated_forward {"threads":8,"vec":1,"subgroup":8,"gate":"none","mlp":false}
// no line of its own; SHA-256 10f8120e2bed4da4df9547c21ddb8531ee7876166ada0ed40b657260237a7df8

// ---- rms_norm_gated_forward {"threads":8,"vec":1,"subgroup":8,"gate":"output","mlp":true}
// no line of its own; SHA-256 a795e1284384dfa77b43f5e2a61e8277dcf3e06542bd5c41a9980a61e81252b6

// ---- rms_norm_gated_forward {"threads":8,"vec":4,"subgroup":8,"gate":"input","mlp":false}
// no line of its own; SHA-256 02fe64adef0f9ec288c7c3461dbecdf4a66162353a839aa1db086e5790af6d55

// ---- rms_norm_gated_forward {"threads":8,"vec":4,"subgroup":8,"gate":"input","mlp":true}
// no line of its own; SHA-256 e273f9e810fb1dedfe7e28c5cc478665e7b3564b1dd618ae2429f5a108796203

// ---- rms_norm_gated_forward {"threads":8,"vec":4,"subgroup":8,"gate":"output","mlp":false}
// no line of its own; SHA-256 9fda1216cc41b33357eb4be0d1117ea7992998538d51cc1f69d582b5f59b8ce3
