// ---- cross_entropy_forward {"threads":1,"vec":1,"smoothing":false}
// cross_entropy_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  ignoreIndex: i32,
  labelSmoothing: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }
fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }

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
  var top = -3.0e38;
  var scaled = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = logits[base + j];
    let raised = max(top, peak(v));
    scaled = scaled * exp(top - raised) + total(exp(v - raised));
    top = raised;
  }
  let row_top = row_max(top, lane);
  let log_sum = log(row_sum(scaled * exp(top - row_top), lane));
  if (lane == 0u) {
    let t = targets[row];
    var value = 0.0;
    if (is_valid(t)) {
      let hit = logits[base + u32(t)];
      value = row_top - hit + log_sum;
    }
    loss[row] = value;
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":1,"vec":4,"smoothing":false}
// cross_entropy_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  ignoreIndex: i32,
  labelSmoothing: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }

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
  var top = -3.0e38;
  var scaled = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = logits[base + j];
    let raised = max(top, peak(v));
    scaled = scaled * exp(top - raised) + total(exp(v - raised));
    top = raised;
  }
  let row_top = row_max(top, lane);
  let log_sum = log(row_sum(scaled * exp(top - row_top), lane));
  if (lane == 0u) {
    let t = targets[row];
    var value = 0.0;
    if (is_valid(t)) {
      let hit = logits[base + u32(t) / 4u][u32(t) % 4u];
      value = row_top - hit + log_sum;
    }
    loss[row] = value;
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":128,"vec":1,"smoothing":false}
// cross_entropy_forward
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  ignoreIndex: i32,
  labelSmoothing: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

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

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }
fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  var top = -3.0e38;
  var scaled = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = logits[base + j];
    let raised = max(top, peak(v));
    scaled = scaled * exp(top - raised) + total(exp(v - raised));
    top = raised;
  }
  let row_top = row_max(top, lane);
  let log_sum = log(row_sum(scaled * exp(top - row_top), lane));
  if (lane == 0u) {
    let t = targets[row];
    var value = 0.0;
    if (is_valid(t)) {
      let hit = logits[base + u32(t)];
      value = row_top - hit + log_sum;
    }
    loss[row] = value;
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":128,"vec":1,"subgroup":32,"smoothing":false}
// cross_entropy_forward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  ignoreIndex: i32,
  labelSmoothing: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

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

fn row_max(value: f32, lane: u32) -> f32 {
  let part = subgroupMax(value);
  row_turn = 4u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 4u; i++) { result = max(result, row_parts[row_turn + i]); }
  return result;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }
fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  var top = -3.0e38;
  var scaled = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = logits[base + j];
    let raised = max(top, peak(v));
    scaled = scaled * exp(top - raised) + total(exp(v - raised));
    top = raised;
  }
  let row_top = row_max(top, lane);
  let log_sum = log(row_sum(scaled * exp(top - row_top), lane));
  if (lane == 0u) {
    let t = targets[row];
    var value = 0.0;
    if (is_valid(t)) {
      let hit = logits[base + u32(t)];
      value = row_top - hit + log_sum;
    }
    loss[row] = value;
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":128,"vec":1,"subgroup":32,"smoothing":true}
// cross_entropy_forward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  ignoreIndex: i32,
  labelSmoothing: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

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

fn row_max(value: f32, lane: u32) -> f32 {
  let part = subgroupMax(value);
  row_turn = 4u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 4u; i++) { result = max(result, row_parts[row_turn + i]); }
  return result;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }
fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  var top = -3.0e38;
  var scaled = 0.0;
  var sum = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = logits[base + j];
    let raised = max(top, peak(v));
    scaled = scaled * exp(top - raised) + total(exp(v - raised));
    top = raised;
    sum += total(v);
  }
  let row_top = row_max(top, lane);
  let log_sum = log(row_sum(scaled * exp(top - row_top), lane));
  let mean = row_sum(sum, lane) / f32(u.cols);
  if (lane == 0u) {
    let t = targets[row];
    var value = 0.0;
    if (is_valid(t)) {
      let hit = logits[base + u32(t)];
      value = (1.0 - u.labelSmoothing) * (row_top - hit) + u.labelSmoothing * (row_top - mean) + log_sum;
    }
    loss[row] = value;
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":256,"vec":1,"smoothing":true}
// no line of its own; SHA-256 3a5d9e76e5d3782745730814d9d700b67682c19f2dd6b7d1c90b8b55d638083a

// ---- cross_entropy_forward {"threads":256,"vec":4,"smoothing":false}
// no line of its own; SHA-256 513cfb820b3cb11230098b2c1b582dd4045201ac500b9a052873cabb504bec71

// ---- cross_entropy_forward {"threads":256,"vec":4,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 201669a4baca2e962b5c0e225a65929651b787fbe354875c9f6c4906797996fa

// ---- cross_entropy_forward {"threads":4,"vec":1,"subgroup":4,"smoothing":false}
// cross_entropy_forward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  ignoreIndex: i32,
  labelSmoothing: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn row_max(value: f32, lane: u32) -> f32 {
  return subgroupMax(value);
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }
fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  var top = -3.0e38;
  var scaled = 0.0;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = logits[base + j];
    let raised = max(top, peak(v));
    scaled = scaled * exp(top - raised) + total(exp(v - raised));
    top = raised;
  }
  let row_top = row_max(top, lane);
  let log_sum = log(row_sum(scaled * exp(top - row_top), lane));
  if (lane == 0u) {
    let t = targets[row];
    var value = 0.0;
    if (is_valid(t)) {
      let hit = logits[base + u32(t)];
      value = row_top - hit + log_sum;
    }
    loss[row] = value;
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":4,"vec":1,"subgroup":4,"smoothing":true}
// no line of its own; SHA-256 111303720e9c14b5511f0b04f5adebc9898dacd60bf7bdf85953a86b663b453b

// ---- cross_entropy_forward {"threads":4,"vec":4,"subgroup":4,"smoothing":true}
// no line of its own; SHA-256 a3367539fd676d9062d0562ac89e654780e815cd01b3771b080aebffae739b3d

// ---- cross_entropy_forward {"threads":64,"vec":1,"smoothing":false}
// no line of its own; SHA-256 bdc7426e06659a5dd972a141763205773f5e9ebfe4560c7352b4d46f75a80ac4

// ---- cross_entropy_forward {"threads":64,"vec":1,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 e604bacaf6d87f2d7dc0bc0df0b00778bbae2f43e47ce4ba4a85eaa9d165b76a

// ---- cross_entropy_forward {"threads":64,"vec":4,"smoothing":false}
// no line of its own; SHA-256 d9e1339f378d5314736dc3fa8e1356677fde408659763fb37e0840ef5b3ae447

// ---- cross_entropy_forward {"threads":64,"vec":4,"smoothing":true}
// no line of its own; SHA-256 53d41ad75cf1635ac8fada0b0e12d440aa7fe1f5493057ca6ce8f173dd7b9880

// ---- cross_entropy_forward {"threads":64,"vec":4,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 d28ec623b541a81372664a7b7ed5b580bf133074edc05a158457943100ef4f3e

// ---- cross_entropy_forward {"threads":64,"vec":4,"subgroup":32,"smoothing":true}
// no line of its own; SHA-256 fba2582c766409e1d5044b5eddd708378faeb2d5c667fd52488592ca160e4abf

// ---- cross_entropy_forward {"threads":8,"vec":1,"subgroup":8,"smoothing":false}
// no line of its own; SHA-256 8cdcd0ba2828ee20a78ab4d5ea29b8f70aaa47a794815a21c32b2e2e3892439c

// ---- cross_entropy_forward {"threads":8,"vec":1,"subgroup":8,"smoothing":true}
// no line of its own; SHA-256 fc283322bc781da99ae3002d654472bb7a52e1ad8efd69f8caf418365c621add

// ---- cross_entropy_forward {"threads":8,"vec":4,"subgroup":8,"smoothing":true}
// no line of its own; SHA-256 fe9f94b1077fd06e6357edc946ee812fcec7e0428a99eb0ffdfd4ebc6306680c
