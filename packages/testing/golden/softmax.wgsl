// Canonical configuration: primitive log_softmax, case "logits", adapter nvidia.
// softmax {"result":"log_softmax","threads":256,"vec":4,"subgroup":32}
// softmax
enable subgroups;
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4u>;

const THREADS = 256u;
var<workgroup> row_parts: array<f32, 16>;
var<private> row_turn = 0u;

fn row_max(value: f32, lane: u32) -> f32 {
  let part = subgroupMax(value);
  row_turn = 8u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 8u; i++) { result = max(result, row_parts[row_turn + i]); }
  return result;
}

fn row_sum(value: f32, lane: u32) -> f32 {
  let part = subgroupAdd(value);
  row_turn = 8u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 8u; i++) { result = result + row_parts[row_turn + i]; }
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

@compute @workgroup_size(256)
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
    let value = select(bitcast<vec4u>((graded(word) - largest) - log_sum), vec4u(0xff800000u), word == vec4u(0xff800000u));
    y[at] = select(value, vec4u(0x7fc00000u), lost);
  }
}
