// ---- index_add {"type":"f32","vec":1,"part":false,"blocks":false,"later":false}
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

// ---- index_add {"type":"f32","vec":1,"part":false,"blocks":false,"later":true}
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
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

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
    total += x[(outer * u.m + place) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    if (key < u.n) { y[(outer * u.n + key) * u.inner + column] = total; }
    total = f32();
    key = next;
  }
}

// ---- index_add {"type":"f32","vec":1,"part":false,"blocks":true,"later":false}
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
@group(0) @binding(4) var<storage, read_write> ends: array<f32>;
@group(0) @binding(5) var<storage, read_write> endKeys: array<u32>;
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
  var head = f32();
  var tail = f32();
  var head_key = u.n;
  var tail_key = u.n;
  var total = f32();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    let leaves = place + 1u < u.m && next == key;
    if (leaves) { tail_key = key; }
    if (entered) {
      head = total;
      head_key = key;
    } else if (leaves) { tail = total; }
    else if (key < u.n) { y[(outer * u.n + key) * u.inner + column] = total; }
    entered = false;
    total = f32();
    key = next;
  }
  let at = (outer * u.blocks + block) * 2u * u.inner + column;
  ends[at] = head;
  ends[at + u.inner] = tail;
  if (index < u.inner * u.blocks && column == 0u) {
    endKeys[2u * block] = head_key;
    endKeys[2u * block + 1u] = tail_key;
  }
}

// ---- index_add {"type":"f32","vec":4,"part":false,"blocks":false,"later":false}
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

// ---- index_add {"type":"f32","vec":4,"part":false,"blocks":false,"later":true}
// no line of its own; SHA-256 3a18c800763d19a0ecd7cc283bbc9f37aa531465d5c66944f71ce9681c2f7db8

// ---- index_add {"type":"f32","vec":4,"part":false,"blocks":true,"later":false}
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
@group(0) @binding(4) var<storage, read_write> ends: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> endKeys: array<u32>;
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
  var head = vec4<f32>();
  var tail = vec4<f32>();
  var head_key = u.n;
  var tail_key = u.n;
  var total = vec4<f32>();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    let leaves = place + 1u < u.m && next == key;
    if (leaves) { tail_key = key; }
    if (entered) {
      head = total;
      head_key = key;
    } else if (leaves) { tail = total; }
    else if (key < u.n) { y[(outer * u.n + key) * u.inner + column] = total; }
    entered = false;
    total = vec4<f32>();
    key = next;
  }
  let at = (outer * u.blocks + block) * 2u * u.inner + column;
  ends[at] = head;
  ends[at + u.inner] = tail;
  if (index < u.inner * u.blocks && column == 0u) {
    endKeys[2u * block] = head_key;
    endKeys[2u * block + 1u] = tail_key;
  }
}

// ---- index_add {"type":"f32","vec":4,"part":false,"blocks":true,"later":true}
// no line of its own; SHA-256 e3e58088fdc1f06ccac85985db21f8e3e8aefc1472099cd4a085ab9b2f0b0212

// ---- index_add {"type":"f32","vec":4,"part":true,"blocks":false,"later":true}
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
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

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
    total += x[(outer * u.m + place) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    if (key >= u.first && key - u.first < u.rows) { y[(outer * u.n + key - u.first) * u.inner + column] = total; }
    total = vec4<f32>();
    key = next;
  }
}

// ---- index_add {"type":"f32","vec":4,"part":true,"blocks":true,"later":false}
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
@group(0) @binding(4) var<storage, read_write> ends: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> endKeys: array<u32>;
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
  var head = vec4<f32>();
  var tail = vec4<f32>();
  var head_key = u.n;
  var tail_key = u.n;
  var total = vec4<f32>();
  for (var place = begin; place < end; place++) {
    total += x[(outer * u.m + order[place]) * u.inner + column];
    let next = keys[min(place + 1u, u.m - 1u)];
    if (place + 1u < end && next == key) { continue; }
    let leaves = place + 1u < u.m && next == key;
    if (leaves) { tail_key = key; }
    if (entered) {
      head = total;
      head_key = key;
    } else if (leaves) { tail = total; }
    else if (key >= u.first && key - u.first < u.rows) { y[(outer * u.n + key - u.first) * u.inner + column] = total; }
    entered = false;
    total = vec4<f32>();
    key = next;
  }
  let at = (outer * u.blocks + block) * 2u * u.inner + column;
  ends[at] = head;
  ends[at + u.inner] = tail;
  if (index < u.inner * u.blocks && column == 0u) {
    endKeys[2u * block] = head_key;
    endKeys[2u * block + 1u] = tail_key;
  }
}

// ---- index_add {"type":"f32","vec":4,"part":true,"blocks":true,"later":true}
// no line of its own; SHA-256 962dbc21d1b53547f29f5cfe1e645310c7583fd07f7e84e73509e6a5a5cb2f57
