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
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<f32>;

const THREADS = 1u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal);
  }
}

// ---- cross_entropy_backward {"threads":1,"vec":1,"lse":true}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read> gradLse: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradLogits: array<f32>;

const THREADS = 1u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal) + gradLse[row] * p;
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
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<vec4f>;

const THREADS = 1u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);
    let goal = select(vec4f(0.0), vec4f(1.0 - u.labelSmoothing), column == vec4u(hit)) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal);
  }
}

// ---- cross_entropy_backward {"threads":1,"vec":4,"lse":true}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read> gradLse: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradLogits: array<vec4f>;

const THREADS = 1u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);
    let goal = select(vec4f(0.0), vec4f(1.0 - u.labelSmoothing), column == vec4u(hit)) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal) + gradLse[row] * p;
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
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<f32>;

const THREADS = 128u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal);
  }
}

// ---- cross_entropy_backward {"threads":256,"vec":4,"lse":false}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<vec4f>;

const THREADS = 256u;
fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }

@compute @workgroup_size(256)
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);
    let goal = select(vec4f(0.0), vec4f(1.0 - u.labelSmoothing), column == vec4u(hit)) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal);
  }
}

// ---- cross_entropy_backward {"threads":64,"vec":1,"lse":false}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<f32>;

const THREADS = 64u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal);
  }
}

// ---- cross_entropy_backward {"threads":64,"vec":1,"lse":true}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read> gradLse: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradLogits: array<f32>;

const THREADS = 64u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal) + gradLse[row] * p;
  }
}

// ---- cross_entropy_backward {"threads":64,"vec":4,"lse":false}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradLogits: array<vec4f>;

const THREADS = 64u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);
    let goal = select(vec4f(0.0), vec4f(1.0 - u.labelSmoothing), column == vec4u(hit)) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal);
  }
}

// ---- cross_entropy_backward {"threads":64,"vec":4,"lse":true}
// cross_entropy_backward
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
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read> gradLse: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradLogits: array<vec4f>;

const THREADS = 64u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);
    let goal = select(vec4f(0.0), vec4f(1.0 - u.labelSmoothing), column == vec4u(hit)) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal) + gradLse[row] * p;
  }
}
