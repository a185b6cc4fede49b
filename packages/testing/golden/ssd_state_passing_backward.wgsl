// ---- ssd_state_passing_backward {"q":32,"gradFinalState":false,"initialState":true,"vector":false}
// ssd_state_passing_backward
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
@group(0) @binding(2) var<storage, read_write> gradStates: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradInitialState: array<f32>;

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
  var gradient = 0.0;
  var entering = gradStates[((batch * u.c + u.c - 1u) * u.h + head) * size + element];
  for (var later = 0u; later < u.c; later++) {
    let cell = (batch * u.c + u.c - 1u - later) * u.h + head;
    let last = steps[cell * 32u + 31u];
    let next = gradStates[(cell - select(0u, u.h, later + 1u < u.c)) * size + element];
    gradStates[cell * size + element] = gradient;
    gradient = select(0.0, decay(last.y), last.z == 0.0) * gradient + entering;
    entering = next;
  }
  gradInitialState[own] = gradient;
}

// ---- ssd_state_passing_backward {"q":32,"gradFinalState":true,"initialState":false,"vector":false}
// ssd_state_passing_backward
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
@group(0) @binding(2) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradStates: array<f32>;

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
  var gradient = gradFinalState[own];
  var entering = gradStates[((batch * u.c + u.c - 1u) * u.h + head) * size + element];
  for (var later = 0u; later < u.c; later++) {
    let cell = (batch * u.c + u.c - 1u - later) * u.h + head;
    let last = steps[cell * 32u + 31u];
    let next = gradStates[(cell - select(0u, u.h, later + 1u < u.c)) * size + element];
    gradStates[cell * size + element] = gradient;
    gradient = select(0.0, decay(last.y), last.z == 0.0) * gradient + entering;
    entering = next;
  }
}

// ---- ssd_state_passing_backward {"q":32,"gradFinalState":true,"initialState":false,"vector":true}
// ssd_state_passing_backward
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
@group(0) @binding(2) var<storage, read> gradFinalState: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradStates: array<vec4f>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let size = u.p * u.n / 4u;
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var gradient = gradFinalState[own];
  var entering = gradStates[((batch * u.c + u.c - 1u) * u.h + head) * size + element];
  for (var later = 0u; later < u.c; later++) {
    let cell = (batch * u.c + u.c - 1u - later) * u.h + head;
    let last = steps[cell * 32u + 31u];
    let next = gradStates[(cell - select(0u, u.h, later + 1u < u.c)) * size + element];
    gradStates[cell * size + element] = gradient;
    gradient = select(0.0, decay(last.y), last.z == 0.0) * gradient + entering;
    entering = next;
  }
}

// ---- ssd_state_passing_backward {"q":32,"gradFinalState":true,"initialState":true,"vector":true}
// ssd_state_passing_backward
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
@group(0) @binding(2) var<storage, read> gradFinalState: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradStates: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradInitialState: array<vec4f>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let size = u.p * u.n / 4u;
  if (index >= u.batches * u.h * size) { return; }
  let element = index % size;
  let head = (index / size) % u.h;
  let batch = index / size / u.h;
  let own = u.batch_start * u.h * size + index;
  var gradient = gradFinalState[own];
  var entering = gradStates[((batch * u.c + u.c - 1u) * u.h + head) * size + element];
  for (var later = 0u; later < u.c; later++) {
    let cell = (batch * u.c + u.c - 1u - later) * u.h + head;
    let last = steps[cell * 32u + 31u];
    let next = gradStates[(cell - select(0u, u.h, later + 1u < u.c)) * size + element];
    gradStates[cell * size + element] = gradient;
    gradient = select(0.0, decay(last.y), last.z == 0.0) * gradient + entering;
    entering = next;
  }
  gradInitialState[own] = gradient;
}

// ---- ssd_state_passing_backward {"q":64,"gradFinalState":false,"initialState":true,"vector":false}
// no line of its own; SHA-256 db7785498e4e364938a4dc16c16e88838ed9ba7358b8b9f2420e5ec35912b584

// ---- ssd_state_passing_backward {"q":64,"gradFinalState":true,"initialState":false,"vector":false}
// no line of its own; SHA-256 52f5b35e33efed1e236f6a0524b274711da892629910ab4e68b280022473c7b8

// ---- ssd_state_passing_backward {"q":64,"gradFinalState":true,"initialState":false,"vector":true}
// no line of its own; SHA-256 db941ad4204cab1a2d4be6376e264a1a952324d9079d7a5ac1fa1f344651caea

// ---- ssd_state_passing_backward {"q":64,"gradFinalState":true,"initialState":true,"vector":true}
// no line of its own; SHA-256 38740154a4fe8d5dab0e626f096094c7d2ea115f83b38a1b7ff8d57d67e3e5ca
