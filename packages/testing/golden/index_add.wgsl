// ---- index_add {"type":"f32","vec":1,"part":false,"blocks":false}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
  blocks: u32,
  first: u32,
  rows: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> keys: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  let end = min(begin + 32u, u.m);
  var key = keys[begin];
  var total = f32();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    if (key < u.n) { y[(outer * u.n + key) * u.inner + column] = total; }
    total = f32();
    key = next;
  }
}

// ---- index_add {"type":"f32","vec":1,"part":false,"blocks":true}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
  blocks: u32,
  first: u32,
  rows: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> keys: array<u32>;
@group(0) @binding(4) var<storage, read_write> heads: array<f32>;
@group(0) @binding(5) var<storage, read_write> tails: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  let end = min(begin + 32u, u.m);
  var key = keys[begin];
  var entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  var total = f32();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    if (entered) { heads[index] = total; }
    else if (place + 1u < u.m && next == key) { tails[index] = total; }
    else if (key < u.n) { y[(outer * u.n + key) * u.inner + column] = total; }
    entered = false;
    total = f32();
    key = next;
  }
}

// ---- index_add {"type":"f32","vec":4,"part":false,"blocks":false}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
  blocks: u32,
  first: u32,
  rows: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> keys: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  let end = min(begin + 32u, u.m);
  var key = keys[begin];
  var total = vec4<f32>();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    if (key < u.n) { y[(outer * u.n + key) * u.inner + column] = total; }
    total = vec4<f32>();
    key = next;
  }
}

// ---- index_add {"type":"f32","vec":4,"part":false,"blocks":true}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
  blocks: u32,
  first: u32,
  rows: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> keys: array<u32>;
@group(0) @binding(4) var<storage, read_write> heads: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> tails: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  let end = min(begin + 32u, u.m);
  var key = keys[begin];
  var entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  var total = vec4<f32>();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    if (entered) { heads[index] = total; }
    else if (place + 1u < u.m && next == key) { tails[index] = total; }
    else if (key < u.n) { y[(outer * u.n + key) * u.inner + column] = total; }
    entered = false;
    total = vec4<f32>();
    key = next;
  }
}

// ---- index_add {"type":"f32","vec":4,"part":true,"blocks":true}
// index_add
struct Uniforms {
  count: u32,
  n: u32,
  m: u32,
  inner: u32,
  blocks: u32,
  first: u32,
  rows: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> keys: array<u32>;
@group(0) @binding(4) var<storage, read_write> heads: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> tails: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  let end = min(begin + 32u, u.m);
  var key = keys[begin];
  var entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  var total = vec4<f32>();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    if (entered) { heads[index] = total; }
    else if (place + 1u < u.m && next == key) { tails[index] = total; }
    else if (key >= u.first && key - u.first < u.rows) { y[(outer * u.n + key - u.first) * u.inner + column] = total; }
    entered = false;
    total = vec4<f32>();
    key = next;
  }
}
