// Canonical configuration: primitive index_add, case "gradient of an embedding of bytes", adapter nvidia.
// index_add {"type":"f32","vec":4,"part":false,"blocks":true,"later":false}
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
