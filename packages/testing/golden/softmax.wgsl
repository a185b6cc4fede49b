// ---- softmax {"result":"log_softmax","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 { return value; }

fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":1,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 { return value; }

fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base].x;
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":128,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 128u;
var<workgroup> row_lanes: array<f32, 128>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":256,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":256,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base].x;
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":64,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 64u;
var<workgroup> row_lanes: array<f32, 64>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"logsumexp","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 { return value; }

fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  if (lane == 0u) { y[row] = largest + log_sum; }
}

// ---- softmax {"result":"logsumexp","threads":1,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 { return value; }

fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base].x;
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  if (lane == 0u) { y[row] = largest + log_sum; }
}

// ---- softmax {"result":"logsumexp","threads":128,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 128u;
var<workgroup> row_lanes: array<f32, 128>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  if (lane == 0u) { y[row] = largest + log_sum; }
}

// ---- softmax {"result":"logsumexp","threads":256,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  if (lane == 0u) { y[row] = largest + log_sum; }
}

// ---- softmax {"result":"logsumexp","threads":256,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base].x;
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  if (lane == 0u) { y[row] = largest + log_sum; }
}

// ---- softmax {"result":"logsumexp","threads":64,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 64u;
var<workgroup> row_lanes: array<f32, 64>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  if (lane == 0u) { y[row] = largest + log_sum; }
}

// ---- softmax {"result":"softmax","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 { return value; }

fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let share = 1.0 / sum;
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = exp(x[at] - largest) * share;
  }
}

// ---- softmax {"result":"softmax","threads":1,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 { return value; }

fn row_sum(value: f32, lane: u32) -> f32 { return value; }

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base].x;
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let share = 1.0 / sum;
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = exp(x[at] - largest) * share;
  }
}

// ---- softmax {"result":"softmax","threads":128,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 128u;
var<workgroup> row_lanes: array<f32, 128>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let share = 1.0 / sum;
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = exp(x[at] - largest) * share;
  }
}

// ---- softmax {"result":"softmax","threads":256,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let share = 1.0 / sum;
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = exp(x[at] - largest) * share;
  }
}

// ---- softmax {"result":"softmax","threads":256,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

const THREADS = 256u;
var<workgroup> row_lanes: array<f32, 256>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base].x;
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let share = 1.0 / sum;
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = exp(x[at] - largest) * share;
  }
}

// ---- softmax {"result":"softmax","threads":64,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 64u;
var<workgroup> row_lanes: array<f32, 64>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

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

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let share = 1.0 / sum;
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = exp(x[at] - largest) * share;
  }
}
