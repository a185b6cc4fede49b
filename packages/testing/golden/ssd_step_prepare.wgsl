// ---- ssd_step_prepare {"dtBias":false}
// ssd_step_prepare
struct Uniforms {
  count: u32,
  h: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dt: array<f32>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read_write> prepared: array<vec2f>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
}

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = dt[slot];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(size * A[head]));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < u.count) { prepared[id.x] = step_of(id.x); }
}

// ---- ssd_step_prepare {"dtBias":true}
// ssd_step_prepare
struct Uniforms {
  count: u32,
  h: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dt: array<f32>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read> dtBias: array<f32>;
@group(0) @binding(4) var<storage, read_write> prepared: array<vec2f>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
}

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = dt[slot] + dtBias[head];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(size * A[head]));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < u.count) { prepared[id.x] = step_of(id.x); }
}
