// Canonical configuration: primitive expert_outer, case "512 tokens, 6 of 64", adapter nvidia.
// expert_outer undefined
// expert_outer
struct Uniforms {
  a: u32,
  b: u32,
  shared_left: u32,
  shared_right: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;
@group(0) @binding(3) var<storage, read> order: array<i32>;
@group(0) @binding(4) var<storage, read> offsets: array<i32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

const DEPTH = 16u;
var<workgroup> rows: array<array<f32, 33>, 16>;
var<workgroup> columns: array<array<f32, 65>, 16>;

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let expert = group.z;
  let row = group.y * 32u;
  let column = group.x * 64u;
  let first = u32(offsets[expert]);
  let count = u32(offsets[expert + 1u]) - first;
  var totals = array<vec4f, 4>();
  let row0 = lane / 16u * 4u;
  let column0 = lane % 16u * 4u;
  for (var start = 0u; start < count; start += DEPTH) {
    for (var i = lane; i < 512u; i += 128u) {
      let own = i % 32u;
      let step = i / 32u;
      var value = 0.0;
      if (row + own < u.a && start + step < count) {
        value = left[u32(order[first + start + step]) / u.shared_left * u.a + row + own];
      }
      rows[step][own] = value;
    }
    for (var i = lane; i < 1024u; i += 128u) {
      let own = i % 64u;
      let step = i / 64u;
      var value = 0.0;
      if (column + own < u.b && start + step < count) {
        value = right[u32(order[first + start + step]) / u.shared_right * u.b + column + own];
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
    if (row + row0 + i < u.a) {
      let to = (expert * u.a + row + row0 + i) * u.b;
      for (var j = 0u; j < 4u; j++) {
        if (column + column0 + j < u.b) { y[to + column + column0 + j] = totals[i][j]; }
      }
    }
  }
}
