// ---- ssd_state_passing_forward {"q":32,"initialState":false}
// ssd_state_passing_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  batches: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> states: array<f32>;
@group(0) @binding(3) var<storage, read_write> finalState: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let size = u.p * u.n;
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var state = 0.0;
  for (var chunk = 0u; chunk < u.c; chunk++) {
    let cell = (batch * u.c + chunk) * u.h + head;
    let last = steps[cell * 32u + 31u];
    let made = states[cell * size + element];
    states[cell * size + element] = state;
    state = select(0.0, decay(last.y), last.z == 0.0) * state + made;
  }
  finalState[own] = state;
}

// ---- ssd_state_passing_forward {"q":32,"initialState":true}
// ssd_state_passing_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  batches: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> initialState: array<f32>;
@group(0) @binding(3) var<storage, read_write> states: array<f32>;
@group(0) @binding(4) var<storage, read_write> finalState: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let size = u.p * u.n;
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var state = initialState[own];
  for (var chunk = 0u; chunk < u.c; chunk++) {
    let cell = (batch * u.c + chunk) * u.h + head;
    let last = steps[cell * 32u + 31u];
    let made = states[cell * size + element];
    states[cell * size + element] = state;
    state = select(0.0, decay(last.y), last.z == 0.0) * state + made;
  }
  finalState[own] = state;
}

// ---- ssd_state_passing_forward {"q":64,"initialState":false}
// ssd_state_passing_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  batches: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> states: array<f32>;
@group(0) @binding(3) var<storage, read_write> finalState: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let size = u.p * u.n;
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var state = 0.0;
  for (var chunk = 0u; chunk < u.c; chunk++) {
    let cell = (batch * u.c + chunk) * u.h + head;
    let last = steps[cell * 64u + 63u];
    let made = states[cell * size + element];
    states[cell * size + element] = state;
    state = select(0.0, decay(last.y), last.z == 0.0) * state + made;
  }
  finalState[own] = state;
}

// ---- ssd_state_passing_forward {"q":64,"initialState":true}
// ssd_state_passing_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  batches: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> initialState: array<f32>;
@group(0) @binding(3) var<storage, read_write> states: array<f32>;
@group(0) @binding(4) var<storage, read_write> finalState: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let size = u.p * u.n;
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var state = initialState[own];
  for (var chunk = 0u; chunk < u.c; chunk++) {
    let cell = (batch * u.c + chunk) * u.h + head;
    let last = steps[cell * 64u + 63u];
    let made = states[cell * size + element];
    states[cell * size + element] = state;
    state = select(0.0, decay(last.y), last.z == 0.0) * state + made;
  }
  finalState[own] = state;
}
