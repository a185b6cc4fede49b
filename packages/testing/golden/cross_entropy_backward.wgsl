// Canonical configuration: primitive cross_entropy_backward, case "byte vocabulary", adapter nvidia.
// cross_entropy_backward {"threads":64,"vec":4,"subgroup":32,"lse":false}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<u32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<vec4u>;

const THREADS = 64u;
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
  let t = targets[row];
  let g = select(0.0, gradLoss[row], is_valid(t));
  let hit = u32(max(t, 0));
  let shift_word = lse[row];
  // A row without shares has no gradient either, unless nothing is asked of it.
  let lost = (shift_word & 0x7fffffffu) >= 0x7f800000u;
  let asked = g != 0.0;
  let shift = bitcast<f32>(select(shift_word, 0u, lost));
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(clamp(graded(logits[base + j]) - shift, vec4f(-200.0), vec4f(80.0)));
    let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);
    let goal = select(vec4f(0.0), vec4f(1.0 - u.labelSmoothing), column == vec4u(hit)) + u.labelSmoothing / f32(u.cols);
    let value = bitcast<vec4u>(g * (p - goal));
    gradLogits[base + j] = select(value, vec4u(select(0u, 0x7fc00000u, asked)), lost);
  }
}
