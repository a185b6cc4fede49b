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
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<u32>;
@group(0) @binding(4) var<storage, read_write> lse: array<u32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
fn graded(words: u32) -> f32 {
  let size = words & u32(0x7fffffffu);
  if ((size < u32(0x7f7ffff0u))) { return bitcast<f32>(words); }
  let bounded = select(words, (words & u32(0x80000000u)) | u32(0x7f7ffff0u), size >= u32(0x7f7ffff0u));
  let signed = select(select(bounded, u32(0x7f7ffffeu), words == u32(0x7f800000u)), u32(0xff7fffffu), words == u32(0xff800000u));
  return bitcast<f32>(select(signed, u32(0x7f7fffffu), size > u32(0x7f800000u)));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: f32) -> f32 { return exp(max(x, f32(-200.0))); }
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
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = logits[base + r];
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
  let log_sum = log(sum);
  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, 0x7fc00000u, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = logits[base + u32(t)];
      let impossible = target_word == 0xff800000u;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = largest - hit + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
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
@group(0) @binding(1) var<storage, read> logits: array<vec4u>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<u32>;
@group(0) @binding(4) var<storage, read_write> lse: array<u32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
fn graded(words: vec4u) -> vec4f {
  let size = words & vec4u(0x7fffffffu);
  if (all(size < vec4u(0x7f7ffff0u))) { return bitcast<vec4f>(words); }
  let bounded = select(words, (words & vec4u(0x80000000u)) | vec4u(0x7f7ffff0u), size >= vec4u(0x7f7ffff0u));
  let signed = select(select(bounded, vec4u(0x7f7ffffeu), words == vec4u(0x7f800000u)), vec4u(0xff7fffffu), words == vec4u(0xff800000u));
  return bitcast<vec4f>(select(signed, vec4u(0x7f7fffffu), size > vec4u(0x7f800000u)));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: vec4f) -> vec4f { return exp(max(x, vec4f(-200.0))); }
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
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = logits[base + r];
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
  let log_sum = log(sum);
  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, 0x7fc00000u, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = logits[base + u32(t) / 4u][u32(t) % 4u];
      let impossible = target_word == 0xff800000u;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = largest - hit + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
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
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<u32>;
@group(0) @binding(4) var<storage, read_write> lse: array<u32>;

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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
fn graded(words: u32) -> f32 {
  let size = words & u32(0x7fffffffu);
  if ((size < u32(0x7f7ffff0u))) { return bitcast<f32>(words); }
  let bounded = select(words, (words & u32(0x80000000u)) | u32(0x7f7ffff0u), size >= u32(0x7f7ffff0u));
  let signed = select(select(bounded, u32(0x7f7ffffeu), words == u32(0x7f800000u)), u32(0xff7fffffu), words == u32(0xff800000u));
  return bitcast<f32>(select(signed, u32(0x7f7fffffu), size > u32(0x7f800000u)));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: f32) -> f32 { return exp(max(x, f32(-200.0))); }
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
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = logits[base + r];
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
  let log_sum = log(sum);
  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, 0x7fc00000u, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = logits[base + u32(t)];
      let impossible = target_word == 0xff800000u;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = largest - hit + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
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
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<u32>;
@group(0) @binding(4) var<storage, read_write> lse: array<u32>;

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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
fn graded(words: u32) -> f32 {
  let size = words & u32(0x7fffffffu);
  if ((size < u32(0x7f7ffff0u))) { return bitcast<f32>(words); }
  let bounded = select(words, (words & u32(0x80000000u)) | u32(0x7f7ffff0u), size >= u32(0x7f7ffff0u));
  let signed = select(select(bounded, u32(0x7f7ffffeu), words == u32(0x7f800000u)), u32(0xff7fffffu), words == u32(0xff800000u));
  return bitcast<f32>(select(signed, u32(0x7f7fffffu), size > u32(0x7f800000u)));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: f32) -> f32 { return exp(max(x, f32(-200.0))); }
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
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = logits[base + r];
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
  let log_sum = log(sum);
  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, 0x7fc00000u, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = logits[base + u32(t)];
      let impossible = target_word == 0xff800000u;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = largest - hit + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
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
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<u32>;
@group(0) @binding(4) var<storage, read_write> lse: array<u32>;

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
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
fn graded(words: u32) -> f32 {
  let size = words & u32(0x7fffffffu);
  if ((size < u32(0x7f7ffff0u))) { return bitcast<f32>(words); }
  let bounded = select(words, (words & u32(0x80000000u)) | u32(0x7f7ffff0u), size >= u32(0x7f7ffff0u));
  let signed = select(select(bounded, u32(0x7f7ffffeu), words == u32(0x7f800000u)), u32(0xff7fffffu), words == u32(0xff800000u));
  return bitcast<f32>(select(signed, u32(0x7f7fffffu), size > u32(0x7f800000u)));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: f32) -> f32 { return exp(max(x, f32(-200.0))); }
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
  var all_sums = vec4f();
  var lacking = 0.0;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = logits[base + r];
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
    let absent = loaded == u32(0xff800000u);
    if (absent) { lacking = 1.0; }
    all_sums.x += total(select(v, f32(), absent));
    if (turns % 64u == 63u) { all_sums = carried(all_sums, turns + 1u); }
    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
  let log_sum = log(sum);
  let mean = row_sum((all_sums.x + all_sums.y) + (all_sums.z + all_sums.w), lane) / f32(u.cols);
  let row_lacks = row_max(lacking, lane) > 0.0;
  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, 0x7fc00000u, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = logits[base + u32(t)];
      let impossible = target_word == 0xff800000u || row_lacks;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = (1.0 - u.labelSmoothing) * (largest - hit) + u.labelSmoothing * (largest - mean) + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
  }
}

// ---- cross_entropy_forward {"threads":256,"vec":1,"smoothing":true}
// no line of its own; SHA-256 2af361d38ff7f211d9f10c249a09c2e2380d498a7114e2f2cfa22b18b3fc6c73

// ---- cross_entropy_forward {"threads":256,"vec":4,"smoothing":false}
// no line of its own; SHA-256 f4910eab0807a5e6f80c0f5c3d5ea2adedeaff52ec938dc988e38c91f658be52

// ---- cross_entropy_forward {"threads":256,"vec":4,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 dbf99a7f70c0f9e6055fac113fd696490d36d6ccab124f1432c3c1d9163e446a

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
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<u32>;
@group(0) @binding(4) var<storage, read_write> lse: array<u32>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn row_max(value: f32, lane: u32) -> f32 {
  return subgroupMax(value);
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
fn graded(words: u32) -> f32 {
  let size = words & u32(0x7fffffffu);
  if ((size < u32(0x7f7ffff0u))) { return bitcast<f32>(words); }
  let bounded = select(words, (words & u32(0x80000000u)) | u32(0x7f7ffff0u), size >= u32(0x7f7ffff0u));
  let signed = select(select(bounded, u32(0x7f7ffffeu), words == u32(0x7f800000u)), u32(0xff7fffffu), words == u32(0xff800000u));
  return bitcast<f32>(select(signed, u32(0x7f7fffffu), size > u32(0x7f800000u)));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: f32) -> f32 { return exp(max(x, f32(-200.0))); }
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
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = logits[base + r];
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
  let log_sum = log(sum);
  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, 0x7fc00000u, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = logits[base + u32(t)];
      let impossible = target_word == 0xff800000u;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = largest - hit + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
  }
}

// ---- cross_entropy_forward {"threads":4,"vec":1,"subgroup":4,"smoothing":true}
// no line of its own; SHA-256 e874894a9a35b9ad05edef7e67124105b5bf78b34c94b19d44542eac39799de0

// ---- cross_entropy_forward {"threads":4,"vec":4,"subgroup":4,"smoothing":true}
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
@group(0) @binding(1) var<storage, read> logits: array<vec4u>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> loss: array<u32>;
@group(0) @binding(4) var<storage, read_write> lse: array<u32>;

const THREADS = 4u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn row_max(value: f32, lane: u32) -> f32 {
  return subgroupMax(value);
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}
fn graded(words: vec4u) -> vec4f {
  let size = words & vec4u(0x7fffffffu);
  if (all(size < vec4u(0x7f7ffff0u))) { return bitcast<vec4f>(words); }
  let bounded = select(words, (words & vec4u(0x80000000u)) | vec4u(0x7f7ffff0u), size >= vec4u(0x7f7ffff0u));
  let signed = select(select(bounded, vec4u(0x7f7ffffeu), words == vec4u(0x7f800000u)), vec4u(0xff7fffffu), words == vec4u(0xff800000u));
  return bitcast<vec4f>(select(signed, vec4u(0x7f7fffffu), size > vec4u(0x7f800000u)));
}
const LOWEST = -3.40282346e38;
fn grade_nan(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7fffffu; }
fn grade_infinite(grade: f32) -> bool { return bitcast<u32>(grade) == 0x7f7ffffeu; }
fn grade_lowest(grade: f32) -> bool { return bitcast<u32>(grade) == 0xff7fffffu; }
fn shrunk(x: vec4f) -> vec4f { return exp(max(x, vec4f(-200.0))); }
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
  var all_sums = vec4f();
  var lacking = 0.0;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = logits[base + r];
    let v = graded(loaded);
    let raised = max(top, peak(v));
    if (raised > top) {
      sums *= exp(max(top - raised, -200.0));
      top = raised;
    }
    sums.x += total(shrunk(v - top));
    let absent = loaded == vec4u(0xff800000u);
    if (any(absent)) { lacking = 1.0; }
    all_sums.x += total(select(v, vec4f(), absent));
    if (turns % 64u == 63u) { all_sums = carried(all_sums, turns + 1u); }
    turns++;
    if (turns % 64u == 0u) { sums = carried(sums, turns); }
  }
  let largest = row_max(top, lane);
  let sum = row_sum(((sums.x + sums.y) + (sums.z + sums.w)) * exp(max(top - largest, -200.0)), lane);
  let log_sum = log(sum);
  let mean = row_sum((all_sums.x + all_sums.y) + (all_sums.z + all_sums.w), lane) / f32(u.cols);
  let row_lacks = row_max(lacking, lane) > 0.0;
  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, 0x7fc00000u, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = logits[base + u32(t) / 4u][u32(t) % 4u];
      let impossible = target_word == 0xff800000u || row_lacks;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = (1.0 - u.labelSmoothing) * (largest - hit) + u.labelSmoothing * (largest - mean) + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
  }
}

// ---- cross_entropy_forward {"threads":64,"vec":1,"smoothing":false}
// no line of its own; SHA-256 4ebbe37833803b1f0b34702324ff878112c24bba46f94792a420790f1687d69f

// ---- cross_entropy_forward {"threads":64,"vec":1,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 86666ca0a0803c4d2b3de941e53b0a87821a6a16b50d6e0abcc9f5fd17e28120

// ---- cross_entropy_forward {"threads":64,"vec":4,"smoothing":false}
// no line of its own; SHA-256 e88a11ab5c3ce7f2e99d917f3263006856f57746fc5a489a4f834bb43848d1c2

// ---- cross_entropy_forward {"threads":64,"vec":4,"smoothing":true}
// no line of its own; SHA-256 ac1bc4be8ea464bebc16abd2e8c0e98621ff6449663411004fc720a41379e873

// ---- cross_entropy_forward {"threads":64,"vec":4,"subgroup":32,"smoothing":false}
// no line of its own; SHA-256 44f997d0c1315dc6d3cfa34395849af20930462cbe5d5079667c8de9ae338b20

// ---- cross_entropy_forward {"threads":64,"vec":4,"subgroup":32,"smoothing":true}
// no line of its own; SHA-256 3cc12157fc8bc57f2795275fc666820f95703e1f6d57e05e3d2e432a1bcc19ce

// ---- cross_entropy_forward {"threads":8,"vec":1,"subgroup":8,"smoothing":false}
// no line of its own; SHA-256 f374b1c3d428ae5cd5249091348c40abda714fbb2e3db1c9699dfafbe93b632e

// ---- cross_entropy_forward {"threads":8,"vec":1,"subgroup":8,"smoothing":true}
// no line of its own; SHA-256 a9b3fb2da9e545a19cd18541609a7e8b4e3c6e4200c86c7d7cc1b2aaf7746996

// ---- cross_entropy_forward {"threads":8,"vec":4,"subgroup":8,"smoothing":true}
// no line of its own; SHA-256 ef165a753f2412684d19bcf42e5d494ba33c6091857fb7810b29af352e63c4bb
