// ---- ssd_step_forward {"D":false,"z":false,"dtBias":false,"prepared":false,"projected":false,"lanes":16}
// ssd_step_forward
struct Uniforms {
  b: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  d_head: u32,
  d_channel: u32,
  pitch: u32,
  z_start: u32,
  dt_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> dt: array<f32>;
@group(0) @binding(4) var<storage, read> A: array<f32>;
@group(0) @binding(5) var<storage, read> B: array<f32>;
@group(0) @binding(6) var<storage, read> C: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> newState: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
}

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = dt[slot];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(size * A[head]));
}

var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 4u + lid / 16u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let key = (slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = step_of(slot);
    let input = step.x * x[row];
    for (var k = lid % 16u; k < u.n; k += 16u) {
      let value = step.y * state[row * u.n + k] + input * B[key + k];
      newState[row * u.n + k] = value;
      sum += value * C[key + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum;
    y[row] = scanned;
  }
}

// ---- ssd_step_forward {"D":false,"z":false,"dtBias":false,"prepared":false,"projected":false,"lanes":1}
// no line of its own; SHA-256 1a047d7128546333adbd3343379204d46859c85236d364e46a59bab2fbf1e7fa

// ---- ssd_step_forward {"D":false,"z":true,"dtBias":false,"prepared":true,"projected":false,"lanes":16}
// ssd_step_forward
struct Uniforms {
  b: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  d_head: u32,
  d_channel: u32,
  pitch: u32,
  z_start: u32,
  dt_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> prepared: array<vec2f>;
@group(0) @binding(4) var<storage, read> B: array<f32>;
@group(0) @binding(5) var<storage, read> C: array<f32>;
@group(0) @binding(6) var<storage, read> z: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> newState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }

var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 4u + lid / 16u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let key = (slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = prepared[slot];
    let input = step.x * x[row];
    for (var k = lid % 16u; k < u.n; k += 16u) {
      let value = step.y * state[row * u.n + k] + input * B[key + k];
      newState[row * u.n + k] = value;
      sum += value * C[key + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum;
    y[row] = scanned * silu(z[row]);
  }
}

// ---- ssd_step_forward {"D":false,"z":true,"dtBias":false,"prepared":true,"projected":false,"lanes":1}
// no line of its own; SHA-256 da93074f88bbd4e863cc514acd6bab88870e441896c53f4d7caf6b88ceb9dea3

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":false,"prepared":true,"projected":false,"lanes":16}
// ssd_step_forward
struct Uniforms {
  b: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  d_head: u32,
  d_channel: u32,
  pitch: u32,
  z_start: u32,
  dt_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> prepared: array<vec2f>;
@group(0) @binding(4) var<storage, read> B: array<f32>;
@group(0) @binding(5) var<storage, read> C: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> newState: array<f32>;


var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 4u + lid / 16u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let key = (slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = prepared[slot];
    let input = step.x * x[row];
    for (var k = lid % 16u; k < u.n; k += 16u) {
      let value = step.y * state[row * u.n + k] + input * B[key + k];
      newState[row * u.n + k] = value;
      sum += value * C[key + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * x[row];
    y[row] = scanned;
  }
}

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":false,"prepared":true,"projected":false,"lanes":1}
// no line of its own; SHA-256 20e7b67531bca242f84620cdc7a30a84e7b4bbc9e2e24a9f53215bf6b0dbcacb

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":true,"prepared":false,"projected":true,"lanes":16}
// ssd_step_forward
struct Uniforms {
  b: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  d_head: u32,
  d_channel: u32,
  pitch: u32,
  z_start: u32,
  dt_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> convolved: array<f32>;
@group(0) @binding(3) var<storage, read> projected: array<f32>;
@group(0) @binding(4) var<storage, read> aLog: array<f32>;
@group(0) @binding(5) var<storage, read> dtBias: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> newState: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
}

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = projected[slot / u.h * u.pitch + u.dt_start + head] + dtBias[head];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(size * -exp(aLog[head])));
}

var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 4u + lid / 16u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let own = row + slot / u.h * 2u * u.g * u.n;
    let key = (slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = step_of(slot);
    let input = step.x * convolved[own];
    for (var k = lid % 16u; k < u.n; k += 16u) {
      let value = step.y * state[row * u.n + k] + input * convolved[key + k];
      newState[row * u.n + k] = value;
      sum += value * convolved[key + u.g * u.n + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * convolved[own];
    y[row] = scanned;
  }
}

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":true,"prepared":false,"projected":true,"lanes":1}
// no line of its own; SHA-256 4500cdf451fc553793377d803ec23b5d60edbc6659f91715d2c523d33505d6f2

// ---- ssd_step_forward {"D":true,"z":true,"dtBias":true,"prepared":false,"projected":true,"lanes":16}
// ssd_step_forward
struct Uniforms {
  b: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  d_head: u32,
  d_channel: u32,
  pitch: u32,
  z_start: u32,
  dt_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> convolved: array<f32>;
@group(0) @binding(3) var<storage, read> projected: array<f32>;
@group(0) @binding(4) var<storage, read> aLog: array<f32>;
@group(0) @binding(5) var<storage, read> dtBias: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read_write> newState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
}

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = projected[slot / u.h * u.pitch + u.dt_start + head] + dtBias[head];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(size * -exp(aLog[head])));
}

var<workgroup> shares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 4u + lid / 16u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let own = row + slot / u.h * 2u * u.g * u.n;
    let key = (slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = step_of(slot);
    let input = step.x * convolved[own];
    for (var k = lid % 16u; k < u.n; k += 16u) {
      let value = step.y * state[row * u.n + k] + input * convolved[key + k];
      newState[row * u.n + k] = value;
      sum += value * convolved[key + u.g * u.n + k];
    }
  }
  shares[lid] = sum;
  workgroupBarrier();
  if (valid && lid % 16u == 0u) {
    for (var i = 1u; i < 16u; i++) { sum += shares[lid + i]; }
    let scanned = sum + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * convolved[own];
    y[row] = scanned * silu(projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p)]);
  }
}

// ---- ssd_step_forward {"D":true,"z":true,"dtBias":true,"prepared":false,"projected":true,"lanes":1}
// no line of its own; SHA-256 7ff7cd8bf9356e6ed8a0573be5557bd8804d4b252552d04734d6dbca689b722d
