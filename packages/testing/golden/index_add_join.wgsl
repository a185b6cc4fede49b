// ---- index_add_join {"type":"f32","vec":1,"part":false}
// index_add_join
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
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> heads: array<f32>;
@group(0) @binding(3) var<storage, read> tails: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  var end = begin + 32u;
  if (end >= u.m) { return; }
  let key = keys[end];
  let entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  if (keys[end - 1u] != key || entered || !(key < u.n)) { return; }
  var total = tails[index];
  var at = index;
  loop {
    at += u.inner;
    total += heads[at];
    end += 32u;
    if (end >= u.m) { break; }
    if (keys[end] != key) { break; }
  }
  y[(outer * u.n + key) * u.inner + column] = total;
}

// ---- index_add_join {"type":"f32","vec":4,"part":false}
// index_add_join
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
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> heads: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> tails: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  var end = begin + 32u;
  if (end >= u.m) { return; }
  let key = keys[end];
  let entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  if (keys[end - 1u] != key || entered || !(key < u.n)) { return; }
  var total = tails[index];
  var at = index;
  loop {
    at += u.inner;
    total += heads[at];
    end += 32u;
    if (end >= u.m) { break; }
    if (keys[end] != key) { break; }
  }
  y[(outer * u.n + key) * u.inner + column] = total;
}

// ---- index_add_join {"type":"f32","vec":4,"part":true}
// index_add_join
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
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> heads: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> tails: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= u.count) { return; }
  let column = index % u.inner;
  let block = index / u.inner % u.blocks;
  let outer = index / u.inner / u.blocks;
  let begin = block * 32u;
  var end = begin + 32u;
  if (end >= u.m) { return; }
  let key = keys[end];
  let entered = begin > 0u && keys[max(begin, 1u) - 1u] == key;
  if (keys[end - 1u] != key || entered || !(key >= u.first && key - u.first < u.rows)) { return; }
  var total = tails[index];
  var at = index;
  loop {
    at += u.inner;
    total += heads[at];
    end += 32u;
    if (end >= u.m) { break; }
    if (keys[end] != key) { break; }
  }
  y[(outer * u.n + key - u.first) * u.inner + column] = total;
}
