// Canonical configuration: primitive expert_linear, case "512 tokens, 6 of 64", adapter nvidia.
// expert_tile {"type":"f32","transposed":false}
// expert_tile
struct Uniforms {
  n: u32,
  k: u32,
  shared_rows: u32,
  experts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> order: array<i32>;
@group(0) @binding(4) var<storage, read> offsets: array<i32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

const DEPTH = 16u;
var<workgroup> rows: array<array<f32, 33>, 16>;
var<workgroup> columns: array<array<f32, 65>, 16>;

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Which expert's tile this is: those of each follow those of the one before.
  var tile = group.z * groups.y + group.y;
  var expert = 0u;
  var first = 0u;
  var count = 0u;
  for (; expert < u.experts; expert++) {
    first = u32(offsets[expert]);
    count = u32(offsets[expert + 1u]) - first;
    let tiles = (count + 31u) / 32u;
    if (tile < tiles) { break; }
    tile -= tiles;
  }
  if (expert == u.experts) { return; }
  let base = tile * 32u;
  let column = group.x * 64u;
  let matrix = expert * u.n * u.k;
  var totals = array<vec4f, 4>();
  let row0 = lane / 16u * 4u;
  let column0 = lane % 16u * 4u;
  for (var start = 0u; start < u.k; start += DEPTH) {
    for (var i = lane; i < 512u; i += 128u) {
      let row = i / DEPTH;
      let step = i % DEPTH;
      var value = 0.0;
      if (base + row < count && start + step < u.k) {
        value = x[u32(order[first + base + row]) / u.shared_rows * u.k + start + step];
      }
      rows[step][row] = value;
    }
    for (var i = lane; i < 1024u; i += 128u) {
      let own = i / DEPTH;
      let step = i % DEPTH;
      var value = 0.0;
      if (column + own < u.n && start + step < u.k) {
        let at = matrix + (column + own) * u.k + start + step;
        value = weight[at];
      }
      columns[step][own] = value;
    }
    workgroupBarrier();
    var parts = array<vec4f, 4>();
    for (var step = 0u; step < DEPTH; step++) {
      let v = vec4f(columns[step][column0], columns[step][column0 + 1u], columns[step][column0 + 2u], columns[step][column0 + 3u]);
      for (var i = 0u; i < 4u; i++) { parts[i] = fma(vec4f(rows[step][row0 + i]), v, parts[i]); }
    }
    for (var i = 0u; i < 4u; i++) { totals[i] += parts[i]; }
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    if (base + row0 + i < count) {
      let to = u32(order[first + base + row0 + i]) * u.n;
      for (var j = 0u; j < 4u; j++) {
        if (column + column0 + j < u.n) { y[to + column + column0 + j] = totals[i][j]; }
      }
    }
  }
}
