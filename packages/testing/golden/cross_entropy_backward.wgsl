// ---- cross_entropy_backward {"threads":1,"vec":1,"lse":false}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<u32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<u32>;

const THREADS = 1u;
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
  let t = targets[row];
  let g = select(0.0, gradLoss[row], is_valid(t));
  let hit = u32(max(t, 0));
  let shift_word = lse[row];
  // A row without shares has no gradient either, unless nothing is asked of it.
  let lost = (shift_word & 0x7fffffffu) >= 0x7f800000u;
  let asked = g != 0.0;
  let shift = bitcast<f32>(select(shift_word, 0u, lost));
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(clamp(graded(logits[base + j]) - shift, f32(-200.0), f32(80.0)));
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    let value = bitcast<u32>(g * (p - goal));
    gradLogits[base + j] = select(value, u32(select(0u, 0x7fc00000u, asked)), lost);
  }
}

// ---- cross_entropy_backward {"threads":1,"vec":4,"lse":false}
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

const THREADS = 1u;
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

// ---- cross_entropy_backward {"threads":128,"vec":1,"lse":false}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<u32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<u32>;

const THREADS = 128u;
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
  let t = targets[row];
  let g = select(0.0, gradLoss[row], is_valid(t));
  let hit = u32(max(t, 0));
  let shift_word = lse[row];
  // A row without shares has no gradient either, unless nothing is asked of it.
  let lost = (shift_word & 0x7fffffffu) >= 0x7f800000u;
  let asked = g != 0.0;
  let shift = bitcast<f32>(select(shift_word, 0u, lost));
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(clamp(graded(logits[base + j]) - shift, f32(-200.0), f32(80.0)));
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    let value = bitcast<u32>(g * (p - goal));
    gradLogits[base + j] = select(value, u32(select(0u, 0x7fc00000u, asked)), lost);
  }
}

// ---- cross_entropy_backward {"threads":128,"vec":1,"subgroup":32,"lse":false}
// no line of its own; SHA-256 9808e71c234d2da7c1f0d5ab8af2cb3e548471256333fe3235fb2da48f52bcb0

// ---- cross_entropy_backward {"threads":256,"vec":4,"lse":false}
// no line of its own; SHA-256 fde92c1062832f6deda68e68503d5a1e0bcf10ccbad94629aa6209397b7a61b0

// ---- cross_entropy_backward {"threads":256,"vec":4,"subgroup":32,"lse":false}
// no line of its own; SHA-256 fde92c1062832f6deda68e68503d5a1e0bcf10ccbad94629aa6209397b7a61b0

// ---- cross_entropy_backward {"threads":4,"vec":1,"subgroup":4,"lse":false}
// no line of its own; SHA-256 3687d31daa5de231ca4bd509dd2022a576c6e799b844a0a85686ab62ee17d84c

// ---- cross_entropy_backward {"threads":4,"vec":1,"subgroup":4,"lse":true}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<u32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read> gradLse: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradLogits: array<u32>;

const THREADS = 4u;
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
  let t = targets[row];
  let g = select(0.0, gradLoss[row], is_valid(t));
  let hit = u32(max(t, 0));
  let shift_word = lse[row];
  // A row without shares has no gradient either, unless nothing is asked of it.
  let lost = (shift_word & 0x7fffffffu) >= 0x7f800000u;
  let asked = g != 0.0 || gradLse[row] != 0.0;
  let shift = bitcast<f32>(select(shift_word, 0u, lost));
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(clamp(graded(logits[base + j]) - shift, f32(-200.0), f32(80.0)));
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    let value = bitcast<u32>(g * (p - goal) + gradLse[row] * p);
    gradLogits[base + j] = select(value, u32(select(0u, 0x7fc00000u, asked)), lost);
  }
}

// ---- cross_entropy_backward {"threads":4,"vec":4,"subgroup":4,"lse":true}
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
@group(0) @binding(5) var<storage, read> gradLse: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradLogits: array<vec4u>;

const THREADS = 4u;
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
  let t = targets[row];
  let g = select(0.0, gradLoss[row], is_valid(t));
  let hit = u32(max(t, 0));
  let shift_word = lse[row];
  // A row without shares has no gradient either, unless nothing is asked of it.
  let lost = (shift_word & 0x7fffffffu) >= 0x7f800000u;
  let asked = g != 0.0 || gradLse[row] != 0.0;
  let shift = bitcast<f32>(select(shift_word, 0u, lost));
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(clamp(graded(logits[base + j]) - shift, vec4f(-200.0), vec4f(80.0)));
    let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);
    let goal = select(vec4f(0.0), vec4f(1.0 - u.labelSmoothing), column == vec4u(hit)) + u.labelSmoothing / f32(u.cols);
    let value = bitcast<vec4u>(g * (p - goal) + gradLse[row] * p);
    gradLogits[base + j] = select(value, vec4u(select(0u, 0x7fc00000u, asked)), lost);
  }
}

// ---- cross_entropy_backward {"threads":64,"vec":1,"lse":false}
// no line of its own; SHA-256 77a57119c85625337b1333678e7ac0ea812b725cfa5409779d7eda0e97853045

// ---- cross_entropy_backward {"threads":64,"vec":1,"lse":true}
// no line of its own; SHA-256 51c64d0e6d7e644a329144aef99326a52f1aaf16a9665c36eb2abb13651e3205

// ---- cross_entropy_backward {"threads":64,"vec":1,"subgroup":32,"lse":false}
// no line of its own; SHA-256 77a57119c85625337b1333678e7ac0ea812b725cfa5409779d7eda0e97853045

// ---- cross_entropy_backward {"threads":64,"vec":1,"subgroup":32,"lse":true}
// no line of its own; SHA-256 51c64d0e6d7e644a329144aef99326a52f1aaf16a9665c36eb2abb13651e3205

// ---- cross_entropy_backward {"threads":64,"vec":4,"lse":false}
// no line of its own; SHA-256 a8d36bad00916243e9e1253b49840a202e258c251db6a4eb9923b1d019457cad

// ---- cross_entropy_backward {"threads":64,"vec":4,"lse":true}
// no line of its own; SHA-256 19262da570f2c5590744279a9b2e2abf712920c8cc9162c7953b86503c8844d4

// ---- cross_entropy_backward {"threads":64,"vec":4,"subgroup":32,"lse":false}
// no line of its own; SHA-256 a8d36bad00916243e9e1253b49840a202e258c251db6a4eb9923b1d019457cad

// ---- cross_entropy_backward {"threads":64,"vec":4,"subgroup":32,"lse":true}
// no line of its own; SHA-256 19262da570f2c5590744279a9b2e2abf712920c8cc9162c7953b86503c8844d4

// ---- cross_entropy_backward {"threads":8,"vec":1,"subgroup":8,"lse":false}
// no line of its own; SHA-256 d805603ea367672deecfdd070547f7a96ef5a9d4f17cda9206627e7cead6c1bd

// ---- cross_entropy_backward {"threads":8,"vec":1,"subgroup":8,"lse":true}
// no line of its own; SHA-256 da5d7df726dae2a03643d9c3bca92839ffb1a41473b11983455bb0cf4160996e

// ---- cross_entropy_backward {"threads":8,"vec":4,"subgroup":8,"lse":true}
// no line of its own; SHA-256 a8f9b2965b27ce1fa1dd6f28e0c2f01323fb15a9ae567a5968622bdd28676cef
