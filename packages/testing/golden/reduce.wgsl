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
// no line of its own; SHA-256 0954a7b2136bd259e6bfa1efc7ca244567e9284ce84cbf5afb83971651f2d660

// ---- reduce {"op":"max","type":"f32","threads":1,"vec":1,"rows":true,"index":"merge","scaled":false}
// no line of its own; SHA-256 441589d6153d04062597f9aebe74c38c4d8621625c05834c9ff87fe03500bbe3

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
// no line of its own; SHA-256 17ae465409a8047f94448c85481ee5b375351d24f1b53d91f44df0de5e555f59

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
// no line of its own; SHA-256 6641699a8161b5740932836fb28d1ddef688dcf2a2a0114a2d11fb06eaf0253d

// ---- reduce {"op":"min","type":"f32","threads":1,"vec":1,"rows":true,"index":"merge","scaled":false}
// no line of its own; SHA-256 dc0246e1f326a9de5b1081df2341eb68ff4d34f6440c3ff23751a8059efc62f8

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
// no line of its own; SHA-256 05581c8c5c84e61dfda279a63f473e992755e8d1eceac31776b96410d7d6a410

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
// no line of its own; SHA-256 bea9c1c77b1d32bdd71bbdf131f0643968fb1fb8defafd50d4f6cfef2c4c85e1

// ---- reduce {"op":"sum","type":"f32","threads":1,"vec":1,"rows":true,"index":"none","scaled":true}
// no line of its own; SHA-256 debb45444f105b091e82b35b833d30ce296a950d528da0213ed29f78f25cc924

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
// no line of its own; SHA-256 4fb47d78792fd56d1e1276655fa7d10d38b2de4220a88d2ecd97c45e9823ec02

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
// no line of its own; SHA-256 7e4730a71b59c6a609f3312d48937c8daf51ede3037fba79f6fb39993a836909

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
// no line of its own; SHA-256 4b383b252931b791692292d9f9e1ade8df4ca52ed6f81015e8b404bd7db63c93

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":1,"rows":true,"index":"none","scaled":false}
// no line of its own; SHA-256 453e8cc43ba370ecc406025871c248666420b77aca8da2dad563936c6c1eb27d

// ---- reduce {"op":"sum","type":"f32","threads":64,"vec":1,"rows":true,"index":"none","scaled":true}
// no line of its own; SHA-256 2067b8fa447359cab46a2ea731d8584f81aa7e988dad20fc869f5c7a9175d2ea

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
// no line of its own; SHA-256 0ea894f3f51aa2d44f6c933082023c47d285fd81ae505591fa1fbaaca5e97b1e
