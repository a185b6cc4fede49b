// Canonical configuration: primitive max, case "logits", adapter nvidia.
// reduce {"op":"max","type":"f32","threads":256,"vec":1,"rows":true,"index":"count","scaled":false}
// reduce
struct Uniforms {
  results: u32,
  n: u32,
  inner: u32,
  segments: u32,
  segment: u32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

fn order_of(word: u32) -> i32 {
  let size = word & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0x7fffffff; }
  return select(-i32(size), i32(size), word == size);
}

var<workgroup> lane_values: array<u32, 256>;
var<workgroup> lane_positions: array<i32, 256>;

fn merge_lanes(a: u32, b: u32) {
  let place_a = order_of(lane_values[a]);
  let place_b = order_of(lane_values[b]);
  if (place_b > place_a || (place_b == place_a && lane_positions[b] < lane_positions[a])) {
    lane_values[a] = lane_values[b];
    lane_positions[a] = lane_positions[b];
  }
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = group.x + group.y * groups.x;
  if (slot >= u.results) { return; }
  let column = slot % u.inner;
  let outer = slot / u.inner / u.segments;
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let stride = u.inner;
  let base = outer * u.n * u.inner + column;
  var best = x[base + begin * stride];
  var best_place = order_of(best);
  var where_best = i32(begin);
  var r = begin + lane;
  for (; r < end; r += 256u) {
    let at = base + r * stride;
    let value = x[at];
    let place = order_of(value);
    if (place > best_place) {
      best = value;
      best_place = place;
      where_best = i32(r);
    }
  }
  var result = best;
  lane_values[lane] = result;
  lane_positions[lane] = where_best;
  for (var reach = 128u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result;
  index[slot] = lane_positions[0];
}
