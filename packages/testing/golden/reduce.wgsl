// ---- reduce {"op":"max","type":"f32","threads":1,"vec":1,"rows":false,"index":"count","scaled":false}
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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = (group.x + group.y * groups.x) * 64u + lane;
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
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    let place = order_of(value);
    if (place > best_place) {
      best = value;
      best_place = place;
      where_best = i32(r);
    }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"max","type":"f32","threads":1,"vec":1,"rows":false,"index":"merge","scaled":false}
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
@group(0) @binding(2) var<storage, read> xIndex: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;
@group(0) @binding(4) var<storage, read_write> index: array<i32>;

fn order_of(word: u32) -> i32 {
  let size = word & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0x7fffffff; }
  return select(-i32(size), i32(size), word == size);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = (group.x + group.y * groups.x) * 64u + lane;
  if (slot >= u.results) { return; }
  let column = slot % u.inner;
  let outer = slot / u.inner / u.segments;
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let stride = u.inner;
  let base = outer * u.n * u.inner + column;
  var best = x[base + begin * stride];
  var best_place = order_of(best);
  var where_best = xIndex[base + begin * stride];
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    let place = order_of(value);
    if (place > best_place) {
      best = value;
      best_place = place;
      where_best = xIndex[at];
    }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"max","type":"f32","threads":1,"vec":1,"rows":true,"index":"count","scaled":false}
// no line of its own; SHA-256 17e5367d2fa5c21f03d12baff6a52b7f0a048ce8ad944d19ab535ba500b17815

// ---- reduce {"op":"max","type":"f32","threads":1,"vec":1,"rows":true,"index":"merge","scaled":false}
// no line of its own; SHA-256 96bf1920119e21374ac43804f8d783cb23b0a76260d18d2b3464500fcb9ec578

// ---- reduce {"op":"max","type":"f32","threads":256,"vec":1,"rows":true,"index":"count","scaled":false}
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

// ---- reduce {"op":"max","type":"f32","threads":64,"vec":1,"rows":true,"index":"count","scaled":false}
// no line of its own; SHA-256 e7da22a115708d8e5a75d35aa0c4056111086d803e43d17c992fa561320246b7

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":false,"index":"count","scaled":false}
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
  if (size > 0x7f800000u) { return -0x7fffffff; }
  return select(-i32(size), i32(size), word == size);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = (group.x + group.y * groups.x) * 64u + lane;
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
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    let place = order_of(value);
    if (place < best_place) {
      best = value;
      best_place = place;
      where_best = i32(r);
    }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":false,"index":"merge","scaled":false}
// no line of its own; SHA-256 aa3d2d650c017d037e37d34cc551562f71892f5698f52f2bc38423ad265a37d8

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":true,"index":"count","scaled":false}
// no line of its own; SHA-256 f9b4c93c3b8e739f97633680c52a1b61d8416706f6ec0f590811c9ecf0b593ea

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":true,"index":"merge","scaled":false}
// no line of its own; SHA-256 aa3d2d650c017d037e37d34cc551562f71892f5698f52f2bc38423ad265a37d8

// ---- reduce {"op":"min","type":"f32","threads":256,"vec":1,"rows":true,"index":"count","scaled":false}
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
  if (size > 0x7f800000u) { return -0x7fffffff; }
  return select(-i32(size), i32(size), word == size);
}

var<workgroup> lane_values: array<u32, 256>;
var<workgroup> lane_positions: array<i32, 256>;

fn merge_lanes(a: u32, b: u32) {
  let place_a = order_of(lane_values[a]);
  let place_b = order_of(lane_values[b]);
  if (place_b < place_a || (place_b == place_a && lane_positions[b] < lane_positions[a])) {
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
    if (place < best_place) {
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

// ---- reduce {"op":"min","type":"f32","threads":64,"vec":1,"rows":true,"index":"count","scaled":false}
// no line of its own; SHA-256 810b6c632b79eeec917e00747f9918f07b28333b1eee642f4e966e1592522949

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":1,"rows":false,"index":"none","scaled":false}
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = (group.x + group.y * groups.x) * 64u + lane;
  if (slot >= u.results) { return; }
  let column = slot % u.inner;
  let outer = slot / u.inner / u.segments;
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let stride = u.inner;
  let base = outer * u.n * u.inner + column;
  var best = f32();
  var r = begin + 0u;
  let ahead = stride;
  for (; r + 3u < end; r += 4u) {
    let at = base + r * stride;
    best += (x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]);
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best += x[at];
  }
  let result = best;
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":1,"rows":false,"index":"none","scaled":true}
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = (group.x + group.y * groups.x) * 64u + lane;
  if (slot >= u.results) { return; }
  let column = slot % u.inner;
  let outer = slot / u.inner / u.segments;
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let stride = u.inner;
  let base = outer * u.n * u.inner + column;
  var best = f32();
  var r = begin + 0u;
  let ahead = stride;
  for (; r + 3u < end; r += 4u) {
    let at = base + r * stride;
    best += (x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]);
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best += x[at];
  }
  let result = best;
  y[slot] = result * f32(u.scale);
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":1,"rows":true,"index":"none","scaled":false}
// no line of its own; SHA-256 1841905a04c417e728a0a32307e97abdc3ca33a419529da64a088358bc0bf981

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":1,"rows":true,"index":"none","scaled":true}
// no line of its own; SHA-256 b6707baf7643ec19d1d34c3774714b0883245663ff42c66e07e5d87cb64dadec

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":4,"rows":false,"index":"none","scaled":false}
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
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = (group.x + group.y * groups.x) * 64u + lane;
  if (slot >= u.results) { return; }
  let column = slot % u.inner;
  let outer = slot / u.inner / u.segments;
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let stride = u.inner;
  let base = outer * u.n * u.inner + column;
  var best = vec4<f32>();
  var r = begin + 0u;
  let ahead = stride;
  for (; r + 3u < end; r += 4u) {
    let at = base + r * stride;
    best += (x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]);
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best += x[at];
  }
  let result = best;
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":4,"rows":false,"index":"none","scaled":true}
// no line of its own; SHA-256 1c09e78c3c5d9f8d9ffa8a7d664a5e12b03ec3f4f4feeaa9e54d65c4386810d8

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":4,"rows":true,"index":"none","scaled":false}
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
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let slot = (group.x + group.y * groups.x) * 64u + lane;
  if (slot >= u.results) { return; }
  let column = slot % u.inner;
  let outer = slot / u.inner / u.segments;
  let begin = (slot / u.inner % u.segments) * u.segment;
  let end = min(begin + u.segment, u.n);
  let stride = u.inner;
  let base = outer * u.n * u.inner + column;
  var best = vec4<f32>();
  var r = begin + 0u;
  let ahead = stride;
  for (; r + 3u < end; r += 4u) {
    let at = base + r * stride;
    best += (x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]);
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best += x[at];
  }
  let result = (best.x + best.y) + (best.z + best.w);
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":4,"rows":true,"index":"none","scaled":true}
// no line of its own; SHA-256 8b0b0319b8fe92dd5498dc194ba83d5e0e0f8b8004d43a7a162539a27bc923c0

// ---- reduce {"op":"sum","type":"f32","threads":256,"vec":1,"rows":true,"index":"none","scaled":false}
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> lane_values: array<f32, 256>;

fn merge_lanes(a: u32, b: u32) { lane_values[a] = lane_values[a] + lane_values[b]; }

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
  var best = f32();
  var r = begin + lane;
  let ahead = 256u * stride;
  for (; r + 768u < end; r += 1024u) {
    let at = base + r * stride;
    best += (x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]);
  }
  for (; r < end; r += 256u) {
    let at = base + r * stride;
    best += x[at];
  }
  var result = best;
  lane_values[lane] = result;
  for (var reach = 128u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":256,"vec":1,"rows":true,"index":"none","scaled":true}
// no line of its own; SHA-256 c413d58d52844f781f54154271356c08ca090716aabfd1840cb1cff106f18151

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":1,"rows":true,"index":"none","scaled":false}
// no line of its own; SHA-256 280917209949c2950209bb187511c3c070c6eedceb483d94a07c0f3bf26d2220

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":1,"rows":true,"index":"none","scaled":true}
// no line of its own; SHA-256 041bf915d23e373fe60c3cffc6fc9cd572056f67c0845a09bb3a27e35beec900

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":4,"rows":true,"index":"none","scaled":false}
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
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> lane_values: array<f32, 64>;

fn merge_lanes(a: u32, b: u32) { lane_values[a] = lane_values[a] + lane_values[b]; }

@compute @workgroup_size(64)
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
  var best = vec4<f32>();
  var r = begin + lane;
  let ahead = 64u * stride;
  for (; r + 192u < end; r += 256u) {
    let at = base + r * stride;
    best += (x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]);
  }
  for (; r < end; r += 64u) {
    let at = base + r * stride;
    best += x[at];
  }
  var result = (best.x + best.y) + (best.z + best.w);
  lane_values[lane] = result;
  for (var reach = 32u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":4,"rows":true,"index":"none","scaled":true}
// no line of its own; SHA-256 379f61e3ae0d26d6b4bcc5d7900ca92748a3845911c1e1253f78fb52c5e72438
