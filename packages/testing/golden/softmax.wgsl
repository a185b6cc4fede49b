// ---- softmax {"result":"log_softmax","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    let word = x[at];
    let value = select(bitcast<u32>((graded(word) - largest) - log_sum), u32(0xff800000u), word == u32(0xff800000u));
    y[at] = select(value, u32(0x7fc00000u), lost);
  }
}

// ---- softmax {"result":"log_softmax","threads":1,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4u>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    let word = x[at];
    let value = select(bitcast<vec4u>((graded(word) - largest) - log_sum), vec4u(0xff800000u), word == vec4u(0xff800000u));
    y[at] = select(value, vec4u(0x7fc00000u), lost);
  }
}

// ---- softmax {"result":"log_softmax","threads":128,"vec":1,"subgroup":32}
// softmax
enable subgroups;
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const THREADS = 128u;
var<workgroup> row_parts: array<f32, 8>;
var<private> row_turn = 0u;

fn row_max(value: f32, lane: u32) -> f32 {
  let part = subgroupMax(value);
  row_turn = 4u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 4u; i++) { result = max(result, row_parts[row_turn + i]); }
  return result;
}

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

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    let word = x[at];
    let value = select(bitcast<u32>((graded(word) - largest) - log_sum), u32(0xff800000u), word == u32(0xff800000u));
    y[at] = select(value, u32(0x7fc00000u), lost);
  }
}

// ---- softmax {"result":"log_softmax","threads":128,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const THREADS = 128u;
var<workgroup> row_lanes: array<f32, 128>;
var<workgroup> row_leaves: array<f32, 16>;

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

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    let word = x[at];
    let value = select(bitcast<u32>((graded(word) - largest) - log_sum), u32(0xff800000u), word == u32(0xff800000u));
    y[at] = select(value, u32(0x7fc00000u), lost);
  }
}

// ---- softmax {"result":"log_softmax","threads":256,"vec":1}
// no line of its own; SHA-256 50741b6188045f4d8b8fb9174f379fe3222fb124e0292467c8081654b219beaf

// ---- softmax {"result":"log_softmax","threads":256,"vec":4,"subgroup":32}
// no line of its own; SHA-256 1a5c539a8653c3b9e6bf46c824af8db620e42b27b5a72e271e84f741ae1a7f21

// ---- softmax {"result":"log_softmax","threads":256,"vec":4}
// no line of its own; SHA-256 5f3fbfbe821cf73a8d0072080c7fd8a5b50d20429cbb4f20fb33f07a989d0137

// ---- softmax {"result":"log_softmax","threads":4,"vec":1,"subgroup":4}
// softmax
enable subgroups;
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const THREADS = 4u;
fn row_max(value: f32, lane: u32) -> f32 {
  return subgroupMax(value);
}

fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
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

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    let word = x[at];
    let value = select(bitcast<u32>((graded(word) - largest) - log_sum), u32(0xff800000u), word == u32(0xff800000u));
    y[at] = select(value, u32(0x7fc00000u), lost);
  }
}

// ---- softmax {"result":"log_softmax","threads":64,"vec":1,"subgroup":32}
// no line of its own; SHA-256 43a9e9a592ca09e22ee4d4fc36beee0df4a8320e41c3707f04b6db1f36a2ad5f

// ---- softmax {"result":"log_softmax","threads":64,"vec":1}
// no line of its own; SHA-256 6fd0027bbefd248907d9789c87c9cf5b93042fdd1498a5402bf08ce328d87f85

// ---- softmax {"result":"log_softmax","threads":8,"vec":1,"subgroup":8}
// no line of its own; SHA-256 d5b4c59d773587c3d3d60732d66945c05a397431f68d81bada12be2b34f9ddb3

// ---- softmax {"result":"logsumexp","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    y[row] = select(bitcast<u32>(largest + log_sum), special, grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest));
  }
}

// ---- softmax {"result":"logsumexp","threads":1,"vec":4}
// no line of its own; SHA-256 b518b4408788372c4991711849ae2d49e47ce5d2c568b260db2c8031d3d6725c

// ---- softmax {"result":"logsumexp","threads":128,"vec":1,"subgroup":32}
// no line of its own; SHA-256 eccacf85e02851a939394f41c9a88ec715fb091868e0fb619a91ec43474098aa

// ---- softmax {"result":"logsumexp","threads":128,"vec":1}
// no line of its own; SHA-256 9ee7706d1db4dcf3e4d6249111aecc616891275b7d528f233afb2416b19e7d70

// ---- softmax {"result":"logsumexp","threads":256,"vec":1}
// no line of its own; SHA-256 68bebfd3d1dcac9abda27635d17465da6a5262c547bbb9420d3c5e35143eb300

// ---- softmax {"result":"logsumexp","threads":256,"vec":4,"subgroup":32}
// no line of its own; SHA-256 e22ca11c9700acc01add9a6d1c54e76b45f17913391e39f739f2eefa1b859d99

// ---- softmax {"result":"logsumexp","threads":256,"vec":4}
// no line of its own; SHA-256 6705d07d82a3e5fa3fae91fc237803fc115b863e140fa39fbc8938c3f33620f2

// ---- softmax {"result":"logsumexp","threads":4,"vec":1,"subgroup":4}
// no line of its own; SHA-256 286fbec102f4a45a5b24d7f582069e274cc20df4b81f1b1ae17c69b0d1d0bdc1

// ---- softmax {"result":"logsumexp","threads":64,"vec":1,"subgroup":32}
// no line of its own; SHA-256 c934ed7b93d1a81f5da2cc7db77a0042c062d2fcc7b63f7b699f8ecfe7e68250

// ---- softmax {"result":"logsumexp","threads":64,"vec":1}
// no line of its own; SHA-256 52e5603ce9dcb4068f859bbf8bca65c02eb4731f635fbc63e389e1ab752a4711

// ---- softmax {"result":"logsumexp","threads":8,"vec":1,"subgroup":8}
// no line of its own; SHA-256 b28aae2e11632a11b4edb0fba0ae401abe3a8b23f802b4d1a7abbd38363c3800

// ---- softmax {"result":"softmax","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
  let share = 1.0 / sum;
  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    let value = bitcast<u32>(shrunk(graded(x[at]) - largest) * share);
    y[at] = select(value, u32(0x7fc00000u), lost);
  }
}

// ---- softmax {"result":"softmax","threads":1,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4u>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var top = LOWEST;
  var sums = vec4f();
  var turns = 0u;
  for (var r = lane; r < u.units; r += THREADS) {
    let loaded = x[base + r * u.inner];
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
  let share = 1.0 / sum;
  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    let value = bitcast<vec4u>(shrunk(graded(x[at]) - largest) * share);
    y[at] = select(value, vec4u(0x7fc00000u), lost);
  }
}

// ---- softmax {"result":"softmax","threads":128,"vec":1,"subgroup":32}
// no line of its own; SHA-256 343d31e762ca46691c2fe04893bebec983b17b2d11e28e175bcaf1888972f024

// ---- softmax {"result":"softmax","threads":128,"vec":1}
// no line of its own; SHA-256 1ccb191cccb7ff7d79dd7a3b16908faf125078dc0aac33d5846b64337f8d8c6e

// ---- softmax {"result":"softmax","threads":256,"vec":1}
// no line of its own; SHA-256 5cd7ba6c225bbdde7bc488f94df0228ce85e4ff839cd1015fd09c779fad9ebff

// ---- softmax {"result":"softmax","threads":256,"vec":4,"subgroup":32}
// no line of its own; SHA-256 d482abb740329402d9dda1bc89a59eb87b7154f71127ec9be388ce558a17b8a4

// ---- softmax {"result":"softmax","threads":256,"vec":4}
// no line of its own; SHA-256 cef45096756dd83ed4aac155c810811e3613a2dab100cd579dc25e5f5738020b

// ---- softmax {"result":"softmax","threads":4,"vec":1,"subgroup":4}
// no line of its own; SHA-256 7c4e3765b3c996fb097bb9dfbd2070d7a70df0e017d574e7bd9928d19dbe0a59

// ---- softmax {"result":"softmax","threads":64,"vec":1,"subgroup":32}
// no line of its own; SHA-256 c35fb299912785d330ee8bfd9b8ab478220662c2e060bc0ea3e45c2fbb203bec

// ---- softmax {"result":"softmax","threads":64,"vec":1}
// no line of its own; SHA-256 6cc50096b5652bcb0492c7a09cee4c5e9a667f9905df263bbab2532a5070567f

// ---- softmax {"result":"softmax","threads":8,"vec":1,"subgroup":8}
// no line of its own; SHA-256 c46253cd58a0a8e640e3ae9e9eea1885cadd27f841724910da2c1879d03ddec6
