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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
    loss[row] = or_nan(value, t != u.ignoreIndex && !is_valid(t));
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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
    loss[row] = or_nan(value, t != u.ignoreIndex && !is_valid(t));
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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
    loss[row] = or_nan(value, t != u.ignoreIndex && !is_valid(t));
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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
    loss[row] = or_nan(value, t != u.ignoreIndex && !is_valid(t));
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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
    loss[row] = or_nan(value, t != u.ignoreIndex && !is_valid(t));
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":256,"vec":1,"smoothing":true}
// no line of its own; SHA-256 2ccc9d886d92eee621f0757ff18d0e8fbc73c35400b8d775132d479c2cb66d89

// ---- cross_entropy_forward {"threads":256,"vec":4,"smoothing":false}
// no line of its own; SHA-256 b1266c9cb65190542009367b90d550d683483630c8232cc2b6030dd9369155c6

// ---- cross_entropy_forward {"threads":256,"vec":4,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 d7546b41ec852504628fd069737fefe37f63b37ce0b7918fd64f839907379a53

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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
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
    loss[row] = or_nan(value, t != u.ignoreIndex && !is_valid(t));
    lse[row] = row_top + log_sum;
  }
}

// ---- cross_entropy_forward {"threads":4,"vec":1,"subgroup":4,"smoothing":true}
// no line of its own; SHA-256 485274dccf3daea0d29efd4f90b2a89b49f05ec463e764147a37c337f152cf77

// ---- cross_entropy_forward {"threads":4,"vec":4,"subgroup":4,"smoothing":true}
// no line of its own; SHA-256 fa790afd648a7a31300bdab0a8fabd08bfa16f48331b5064a7a869cead12db8c

// ---- cross_entropy_forward {"threads":64,"vec":1,"smoothing":false}
// no line of its own; SHA-256 e9999601f6f6ffbb7648b8600ce7ebf061beff139214effc13793f40c6bd5e7c

// ---- cross_entropy_forward {"threads":64,"vec":1,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 0a04c815ebab02b6d250fb3e9385fb90e563a784dbda2f89e58c55094634f43d

// ---- cross_entropy_forward {"threads":64,"vec":4,"smoothing":false}
// no line of its own; SHA-256 141759431c77efe35388318e943f2d4934d285c8f16c2f1df0459b72fddcf17e

// ---- cross_entropy_forward {"threads":64,"vec":4,"smoothing":true}
// no line of its own; SHA-256 7ed41374ae77d2140448c380ad203f7270290983bdbf6fe474383132e9d95239

// ---- cross_entropy_forward {"threads":64,"vec":4,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 730d4bfe8a4729584327c047643733c80ba6aa00fd74792b49c3713602229791

// ---- cross_entropy_forward {"threads":64,"vec":4,"subgroup":32,"smoothing":true}
// no line of its own; SHA-256 5e0ee305a488521f6d621f93a9f4606c7b70973effb81dff47739b454e5157a5

// ---- cross_entropy_forward {"threads":8,"vec":1,"subgroup":8,"smoothing":false}
// no line of its own; SHA-256 87903983e951d1bd25f35d72a5031248c5428d12f36896493d5756989d57ebda

// ---- cross_entropy_forward {"threads":8,"vec":1,"subgroup":8,"smoothing":true}
// no line of its own; SHA-256 194d1a5b7d20d232eb2a253ec5925e03183f967c80cd3ef6d259a58a8df45dda

// ---- cross_entropy_forward {"threads":8,"vec":4,"subgroup":8,"smoothing":true}
// no line of its own; SHA-256 3942005956db46aa58441e88ad72640583857df6c608ac7079fb2405bcc56ab5
