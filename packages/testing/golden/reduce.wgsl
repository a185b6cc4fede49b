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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

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
  var where_best = i32(begin);
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value > best) { best = value; where_best = i32(r); }
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> xIndex: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> index: array<i32>;

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
  var where_best = xIndex[base + begin * stride];
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value > best) { best = value; where_best = xIndex[at]; }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"max","type":"f32","threads":1,"vec":1,"rows":true,"index":"count","scaled":false}
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
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

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
  var where_best = i32(begin);
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value > best) { best = value; where_best = i32(r); }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"max","type":"f32","threads":1,"vec":1,"rows":true,"index":"merge","scaled":false}
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
@group(0) @binding(2) var<storage, read> xIndex: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> index: array<i32>;

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
  var where_best = xIndex[base + begin * stride];
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value > best) { best = value; where_best = xIndex[at]; }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

var<workgroup> lane_values: array<f32, 256>;
var<workgroup> lane_positions: array<i32, 256>;

fn merge_lanes(a: u32, b: u32) {
  let earlier = lane_positions[b] < lane_positions[a];
  if (lane_values[b] > lane_values[a] || (lane_values[b] == lane_values[a] && earlier)) {
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
  var where_best = i32(begin);
  var r = begin + lane;
  for (; r < end; r += 256u) {
    let at = base + r * stride;
    let value = x[at];
    if (value > best) { best = value; where_best = i32(r); }
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
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

var<workgroup> lane_values: array<f32, 64>;
var<workgroup> lane_positions: array<i32, 64>;

fn merge_lanes(a: u32, b: u32) {
  let earlier = lane_positions[b] < lane_positions[a];
  if (lane_values[b] > lane_values[a] || (lane_values[b] == lane_values[a] && earlier)) {
    lane_values[a] = lane_values[b];
    lane_positions[a] = lane_positions[b];
  }
}

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
  var best = x[base + begin * stride];
  var where_best = i32(begin);
  var r = begin + lane;
  for (; r < end; r += 64u) {
    let at = base + r * stride;
    let value = x[at];
    if (value > best) { best = value; where_best = i32(r); }
  }
  var result = best;
  lane_values[lane] = result;
  lane_positions[lane] = where_best;
  for (var reach = 32u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result;
  index[slot] = lane_positions[0];
}

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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

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
  var where_best = i32(begin);
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value < best) { best = value; where_best = i32(r); }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":false,"index":"merge","scaled":false}
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
@group(0) @binding(2) var<storage, read> xIndex: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> index: array<i32>;

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
  var where_best = xIndex[base + begin * stride];
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value < best) { best = value; where_best = xIndex[at]; }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":true,"index":"count","scaled":false}
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
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

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
  var where_best = i32(begin);
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value < best) { best = value; where_best = i32(r); }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":true,"index":"merge","scaled":false}
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
@group(0) @binding(2) var<storage, read> xIndex: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> index: array<i32>;

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
  var where_best = xIndex[base + begin * stride];
  var r = begin + 1u;
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    let value = x[at];
    if (value < best) { best = value; where_best = xIndex[at]; }
  }
  let result = best;
  y[slot] = result;
  index[slot] = where_best;
}

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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

var<workgroup> lane_values: array<f32, 256>;
var<workgroup> lane_positions: array<i32, 256>;

fn merge_lanes(a: u32, b: u32) {
  let earlier = lane_positions[b] < lane_positions[a];
  if (lane_values[b] < lane_values[a] || (lane_values[b] == lane_values[a] && earlier)) {
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
  var where_best = i32(begin);
  var r = begin + lane;
  for (; r < end; r += 256u) {
    let at = base + r * stride;
    let value = x[at];
    if (value < best) { best = value; where_best = i32(r); }
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
@group(0) @binding(3) var<storage, read_write> index: array<i32>;

var<workgroup> lane_values: array<f32, 64>;
var<workgroup> lane_positions: array<i32, 64>;

fn merge_lanes(a: u32, b: u32) {
  let earlier = lane_positions[b] < lane_positions[a];
  if (lane_values[b] < lane_values[a] || (lane_values[b] == lane_values[a] && earlier)) {
    lane_values[a] = lane_values[b];
    lane_positions[a] = lane_positions[b];
  }
}

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
  var best = x[base + begin * stride];
  var where_best = i32(begin);
  var r = begin + lane;
  for (; r < end; r += 64u) {
    let at = base + r * stride;
    let value = x[at];
    if (value < best) { best = value; where_best = i32(r); }
  }
  var result = best;
  lane_values[lane] = result;
  lane_positions[lane] = where_best;
  for (var reach = 32u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result;
  index[slot] = lane_positions[0];
}

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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  let result = best;
  y[slot] = result * f32(u.scale);
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":1,"rows":true,"index":"none","scaled":false}
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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  let result = best;
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":1,"rows":true,"index":"none","scaled":true}
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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  let result = best;
  y[slot] = result * f32(u.scale);
}

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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  let result = best;
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":4,"rows":false,"index":"none","scaled":true}
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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  let result = best;
  y[slot] = result * f32(u.scale);
}

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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  let result = (best.x + best.y) + (best.z + best.w);
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":4,"rows":true,"index":"none","scaled":true}
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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 1u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  let result = (best.x + best.y) + (best.z + best.w);
  y[slot] = result * f32(u.scale);
}

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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 256u) {
    let at = base + r * stride;
    best = best + x[at];
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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 256u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  var result = best;
  lane_values[lane] = result;
  for (var reach = 128u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result * f32(u.scale);
}

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":1,"rows":true,"index":"none","scaled":false}
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
  var best = f32();
  var r = begin + lane;
  let ahead = 64u * stride;
  for (; r + 192u < end; r += 256u) {
    let at = base + r * stride;
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 64u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  var result = best;
  lane_values[lane] = result;
  for (var reach = 32u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result;
}

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":1,"rows":true,"index":"none","scaled":true}
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
  var best = f32();
  var r = begin + lane;
  let ahead = 64u * stride;
  for (; r + 192u < end; r += 256u) {
    let at = base + r * stride;
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 64u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  var result = best;
  lane_values[lane] = result;
  for (var reach = 32u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result * f32(u.scale);
}

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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 64u) {
    let at = base + r * stride;
    best = best + x[at];
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
    best = best + ((x[at] + x[at + 1u * ahead]) + (x[at + 2u * ahead] + x[at + 3u * ahead]));
  }
  for (; r < end; r += 64u) {
    let at = base + r * stride;
    best = best + x[at];
  }
  var result = (best.x + best.y) + (best.z + best.w);
  lane_values[lane] = result;
  for (var reach = 32u; reach > 0u; reach = reach >> 1u) {
    workgroupBarrier();
    if (lane < reach) { merge_lanes(lane, lane + reach); }
  }
  if (lane > 0u) { return; }
  result = lane_values[0];
  y[slot] = result * f32(u.scale);
}
