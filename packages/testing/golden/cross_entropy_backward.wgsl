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

// ---- cross_entropy_backward {"threads":128,"vec":1,"subgroup":32,"lse":false}
// no line of its own; SHA-256 542d37e6eac98e20395125650f55c145d817d7e40d25159d2973c065f68698a8

// ---- cross_entropy_backward {"threads":256,"vec":4,"lse":false}
// no line of its own; SHA-256 1e8e7aba5fcf46fe10eb6f6f2974cb815c6aec4f288aaffbf27bf8c27d0d5f0c

// ---- cross_entropy_backward {"threads":256,"vec":4,"subgroup":32,"lse":false}
// no line of its own; SHA-256 1e8e7aba5fcf46fe10eb6f6f2974cb815c6aec4f288aaffbf27bf8c27d0d5f0c

// ---- cross_entropy_backward {"threads":4,"vec":1,"subgroup":4,"lse":false}
// no line of its own; SHA-256 47e041363d7c4d61bc5e8df005c61241e18731b182ec3f94132d68fcc6e44bf4

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
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> gradLoss: array<f32>;
@group(0) @binding(5) var<storage, read> gradLse: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradLogits: array<f32>;

const THREADS = 4u;
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
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    let column = j;
    let goal = select(f32(0.0), f32(1.0 - u.labelSmoothing), column == hit) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal) + gradLse[row] * p;
  }
}

// ---- cross_entropy_backward {"threads":4,"vec":4,"subgroup":4,"lse":true}
// no line of its own; SHA-256 a28d3146d592e5addc9a8c829eb06190b3d18611e3ff0a0de2b790a5668343e6

// ---- cross_entropy_backward {"threads":64,"vec":1,"lse":false}
// no line of its own; SHA-256 584380e13fce08f8c33af2557eb84cbd443c1293a51acfb0846ab130dea00463

// ---- cross_entropy_backward {"threads":64,"vec":1,"lse":true}
// no line of its own; SHA-256 06769762e6338dc92a6e5c14135fc30571553f1258f6a4b11a7a3c2baf6d8717

// ---- cross_entropy_backward {"threads":64,"vec":1,"subgroup":32,"lse":false}
// no line of its own; SHA-256 584380e13fce08f8c33af2557eb84cbd443c1293a51acfb0846ab130dea00463

// ---- cross_entropy_backward {"threads":64,"vec":1,"subgroup":32,"lse":true}
// no line of its own; SHA-256 06769762e6338dc92a6e5c14135fc30571553f1258f6a4b11a7a3c2baf6d8717

// ---- cross_entropy_backward {"threads":64,"vec":4,"lse":false}
// no line of its own; SHA-256 d7a896912660288e96d0bc208738fe0070eb951535d6c13cc655db8e20c04580

// ---- cross_entropy_backward {"threads":64,"vec":4,"lse":true}
// no line of its own; SHA-256 ddb54363c5c1d4b531090f3f30ba3ab6935b25e0db5245872c6dda4d100c0c7b

// ---- cross_entropy_backward {"threads":64,"vec":4,"subgroup":32,"lse":false}
// no line of its own; SHA-256 d7a896912660288e96d0bc208738fe0070eb951535d6c13cc655db8e20c04580

// ---- cross_entropy_backward {"threads":64,"vec":4,"subgroup":32,"lse":true}
// no line of its own; SHA-256 ddb54363c5c1d4b531090f3f30ba3ab6935b25e0db5245872c6dda4d100c0c7b

// ---- cross_entropy_backward {"threads":8,"vec":1,"subgroup":8,"lse":false}
// no line of its own; SHA-256 31ffbd215f515e5a52cf35128a85d6ed61454108e79fbccbb7d19bea5ed48e2a

// ---- cross_entropy_backward {"threads":8,"vec":1,"subgroup":8,"lse":true}
// no line of its own; SHA-256 6a266fe27f46c46bf0abc4e01fb9568106f536df8dd2d692b7fe25487e446688

// ---- cross_entropy_backward {"threads":8,"vec":4,"subgroup":8,"lse":true}
// no line of its own; SHA-256 d696ce49c6e6bf8de75362a34e631f29d430a5e6d47133b9c55a35469979b240
