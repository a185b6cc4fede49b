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
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
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
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] + residual[base + j];
    residualOut[base + j] = v;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
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
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
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
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j] + residual[base + j];
    residualOut[base + j] = v;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
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
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":128,"vec":1,"subgroup":32,"residual":true}
// no line of its own; SHA-256 607c186ab8705328e0bcdf98dc4b03f5a20c20bf4bb815626bd60667aad60b78

// ---- rms_norm_forward {"threads":128,"vec":4,"residual":false}
// no line of its own; SHA-256 6512bef5bec83a46f4c3512ba9ca7bcd96e52f2f34cbc186152c79255c8201f0

// ---- rms_norm_forward {"threads":128,"vec":4,"residual":true}
// no line of its own; SHA-256 87891693404d3ed1473c38dc220eee45d9c9c012afc63f8530cf3d2da7469f4b

// ---- rms_norm_forward {"threads":128,"vec":4,"subgroup":32,"residual":false}
// no line of its own; SHA-256 2f7942e1be69c1ac30d4f302113df3a52c8e0b97ed9b5dbe5b52aca533d77486

// ---- rms_norm_forward {"threads":128,"vec":4,"subgroup":32,"residual":true}
// no line of its own; SHA-256 a6a2af39743182714695d8b8385dbbdd8f3664c4ce4e80141830c195acd5b616

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
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    let v = x[base + j];
    y[base + j] = v * r * weight[j];
  }
  if (lane == 0u) { rstd[row] = r; }
}

// ---- rms_norm_forward {"threads":4,"vec":1,"subgroup":4,"residual":true}
// no line of its own; SHA-256 7034b7f08d6afcaa2f5962c5ac2f0993aced4a0b0f684c6206f9bf00ccda80d0

// ---- rms_norm_forward {"threads":4,"vec":4,"subgroup":4,"residual":false}
// no line of its own; SHA-256 40c3d21777d8c1d121cfa522047584952f59a72c6303f5c83a8b691d011ca834

// ---- rms_norm_forward {"threads":4,"vec":4,"subgroup":4,"residual":true}
// no line of its own; SHA-256 accf29fe95da206fface7602dbdadd47fe311dca4ba291350ac0d959bf7e1c0d

// ---- rms_norm_forward {"threads":64,"vec":1,"residual":false}
// no line of its own; SHA-256 74d4b9568678412a31a0e928a435bf27a3d42370c544628b6952cc597785f708

// ---- rms_norm_forward {"threads":64,"vec":1,"residual":true}
// no line of its own; SHA-256 d90b44a922994afe93ee92f23ade7bd701338545af6a88af20f21085300aaf43

// ---- rms_norm_forward {"threads":64,"vec":1,"subgroup":32,"residual":false}
// no line of its own; SHA-256 f2aca9334d1be123f7c966f5d5a9801478f6f9cdb23f2f70708be373b187efb5

// ---- rms_norm_forward {"threads":64,"vec":1,"subgroup":32,"residual":true}
// no line of its own; SHA-256 348bac1e13baddbcbe97d7b08c037d646bf2668f8790400e9c8d60e2e781423e

// ---- rms_norm_forward {"threads":64,"vec":4,"residual":false}
// no line of its own; SHA-256 08576e74420c6f8a55d93b0306f38cdb96046d275500bb5bdda8aa5fae9b1291

// ---- rms_norm_forward {"threads":64,"vec":4,"residual":true}
// no line of its own; SHA-256 377b2d2a842f70eb71294b62dc0a8af6b0b19073d161badabf3f020a2148ef21

// ---- rms_norm_forward {"threads":64,"vec":4,"subgroup":32,"residual":false}
// no line of its own; SHA-256 3d924ecf55be46de46e6f95cd313761528dda4b6f6c0a6054d9b538c8a0fedc6

// ---- rms_norm_forward {"threads":64,"vec":4,"subgroup":32,"residual":true}
// no line of its own; SHA-256 107063ac82e8324258bb7a824d101cad98af3da23aee781ff09067997edd1e04

// ---- rms_norm_forward {"threads":8,"vec":1,"subgroup":8,"residual":false}
// no line of its own; SHA-256 f11de5e00c971be3a9a89ee0bd9a74d1d0d42b73dac2835e51de853fb3ac0c0f

// ---- rms_norm_forward {"threads":8,"vec":1,"subgroup":8,"residual":true}
// no line of its own; SHA-256 91710dfff2b3169095584a189eebf620d67e77851fd7865d206748c80cd344a5

// ---- rms_norm_forward {"threads":8,"vec":4,"subgroup":8,"residual":false}
// no line of its own; SHA-256 0f4139d95547b8c098d38770d1ca07054e0b3e395d0af6deea11b1d3d7d0b1ea

// ---- rms_norm_forward {"threads":8,"vec":4,"subgroup":8,"residual":true}
// no line of its own; SHA-256 af3332232c4096a5ac12f4e214386212c0d85aab1ad678faa23764e7f227bc74
