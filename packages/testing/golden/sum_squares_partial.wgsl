// Canonical configuration: primitive sum_squares, case "130m embedding", adapter nvidia.
// sum_squares_partial {"threads":256,"vec":4,"square":true,"previous":false}
// sum_squares_partial
struct Uniforms {
  units: u32,
  parts: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

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

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let part = group.x + group.y * groups.x;
  if (part >= u.parts) { return; }
  var sum = 0.0;
  for (var i = part * THREADS + lane; i < u.units; i += u.parts * THREADS) {
    let v = x[i];
    sum += total(v * v);
  }
  let result = row_sum(sum, lane);
  if (lane == 0u) { y[part] = result; }
}
