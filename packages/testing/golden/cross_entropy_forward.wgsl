// Canonical configuration: primitive cross_entropy, case "byte vocabulary", adapter nvidia.
// cross_entropy_forward {"threads":64,"vec":4,"subgroup":32,"smoothing":false}
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

const THREADS = 64u;
var<workgroup> row_parts: array<f32, 4>;
var<private> row_turn = 0u;

fn row_sum(value: f32, lane: u32) -> f32 {
  let part = subgroupAdd(value);
  row_turn = 2u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 2u; i++) { result = result + row_parts[row_turn + i]; }
  return result;
}

fn row_max(value: f32, lane: u32) -> f32 {
  let part = subgroupMax(value);
  row_turn = 2u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 2u; i++) { result = max(result, row_parts[row_turn + i]); }
  return result;
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
      let target_word = logits[base + u32(t) / 4u][u32(t) % 4u];
      let absent = target_word == 0xff800000u;
      let impossible = absent;
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = largest - hit + log_sum;
      value = select(select(bitcast<u32>(finite), 0x7f800000u, impossible), 0x7fc00000u, lost);
    }
    loss[row] = value;
    let special = select(select(0xff800000u, 0x7f800000u, grade_infinite(largest)), 0x7fc00000u, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
  }
}
