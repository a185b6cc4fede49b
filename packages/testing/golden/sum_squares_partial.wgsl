// ---- sum_squares_partial {"threads":1,"vec":1,"square":false,"previous":false}
// sum_squares_partial
struct Uniforms {
  units: u32,
  parts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = (group.x + group.y * groups.x) * 64u + local;
  if (part >= u.parts) { return; }
  var sum = 0.0;
  for (var i = part * THREADS + lane; i < u.units; i += u.parts * THREADS) {
    sum += total(x[i]);
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[part] = result; }
}

// ---- sum_squares_partial {"threads":1,"vec":1,"square":false,"previous":true}
// sum_squares_partial
struct Uniforms {
  units: u32,
  parts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> previous: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = (group.x + group.y * groups.x) * 64u + local;
  if (part >= u.parts) { return; }
  var sum = 0.0;
  for (var i = part * THREADS + lane; i < u.units; i += u.parts * THREADS) {
    sum += total(x[i]);
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[part] = result + previous[0]; }
}

// ---- sum_squares_partial {"threads":1,"vec":1,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  units: u32,
  parts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = (group.x + group.y * groups.x) * 64u + local;
  if (part >= u.parts) { return; }
  var sum = 0.0;
  for (var i = part * THREADS + lane; i < u.units; i += u.parts * THREADS) {
    let v = x[i];
    sum += total(v * v);
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[part] = result; }
}

// ---- sum_squares_partial {"threads":1,"vec":4,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  units: u32,
  parts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  const lane = 0u;
  let part = (group.x + group.y * groups.x) * 64u + local;
  if (part >= u.parts) { return; }
  var sum = 0.0;
  for (var i = part * THREADS + lane; i < u.units; i += u.parts * THREADS) {
    let v = x[i];
    sum += total(v * v);
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[part] = result; }
}

// ---- sum_squares_partial {"threads":256,"vec":1,"square":false,"previous":true}
// sum_squares_partial
struct Uniforms {
  units: u32,
  parts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> previous: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

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

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x + group.y * groups.x;
  if (part >= u.parts) { return; }
  var sum = 0.0;
  for (var i = part * THREADS + lane; i < u.units; i += u.parts * THREADS) {
    sum += total(x[i]);
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[part] = result + previous[0]; }
}

// ---- sum_squares_partial {"threads":256,"vec":1,"square":true,"previous":false}
// no line of its own; SHA-256 23f143b4bd896222f971f9294f3326e41852f394b6750075ca093cea67f8f9c8

// ---- sum_squares_partial {"threads":256,"vec":1,"square":true,"previous":true}
// no line of its own; SHA-256 a18e1e3f8ee9d2626b19c406cc629511822ef7cb335a5d3b314c3e47b57ea406

// ---- sum_squares_partial {"threads":256,"vec":4,"square":true,"previous":false}
// no line of its own; SHA-256 fb6a6810a1930aa294031e1926d4edd6f52efa4a9fa711713a4604fcd19416f1
