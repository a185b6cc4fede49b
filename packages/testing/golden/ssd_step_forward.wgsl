// ---- ssd_step_forward {"D":false,"z":false,"dtBias":false,"prepared":false,"projected":false,"lanes":1,"wide":false}
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

fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = dt[slot];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(max(size * max(A[head], -3.0e38), -200.0)));
}


@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 64u + lid / 1u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let key = (slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = step_of(slot);
    let input = step.x * x[row];
    for (var k = lid % 1u; k < u.n; k += 1u) {
      let value = step.y * state[row * u.n + k] + input * B[key + k];
      newState[row * u.n + k] = value;
      sum += value * C[key + k];
    }
  }
  if (valid) {
    let scanned = sum;
    y[row] = scanned;
  }
}

// ---- ssd_step_forward {"D":false,"z":false,"dtBias":false,"prepared":false,"projected":false,"lanes":16,"wide":false}
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

fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = dt[slot];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(max(size * max(A[head], -3.0e38), -200.0)));
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

// ---- ssd_step_forward {"D":false,"z":true,"dtBias":false,"prepared":true,"projected":false,"lanes":1,"wide":true}
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
@group(0) @binding(1) var<storage, read> state: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> prepared: array<vec2f>;
@group(0) @binding(4) var<storage, read> B: array<vec4f>;
@group(0) @binding(5) var<storage, read> C: array<vec4f>;
@group(0) @binding(6) var<storage, read> z: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> newState: array<vec4f>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = ((group_id.y * groups.x + group_id.x) * 64u + lid) * 4u;
  if (row >= u.b * u.h * u.p) { return; }
  let slot = row / u.p;
  let columns = u.n / 4u;
  let key = ((slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n) / 4u;
  let step = prepared[slot];
  let values = x[row / 4u];
  let inputs = step.x * values;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var k = 0u; k < columns; k++) {
    let keys = B[key + k];
    let queries = C[key + k];
    let state0 = step.y * state[(row + 0u) * columns + k] + inputs[0] * keys;
    newState[(row + 0u) * columns + k] = state0;
    sum0 += state0 * queries;
    let state1 = step.y * state[(row + 1u) * columns + k] + inputs[1] * keys;
    newState[(row + 1u) * columns + k] = state1;
    sum1 += state1 * queries;
    let state2 = step.y * state[(row + 2u) * columns + k] + inputs[2] * keys;
    newState[(row + 2u) * columns + k] = state2;
    sum2 += state2 * queries;
    let state3 = step.y * state[(row + 3u) * columns + k] + inputs[3] * keys;
    newState[(row + 3u) * columns + k] = state3;
    sum3 += state3 * queries;
  }
  let gates = z[row / 4u];
  y[row / 4u] = vec4f(
    (dot(sum0, vec4f(1.0))) * silu(gates[0]),
    (dot(sum1, vec4f(1.0))) * silu(gates[1]),
    (dot(sum2, vec4f(1.0))) * silu(gates[2]),
    (dot(sum3, vec4f(1.0))) * silu(gates[3]),
  );
}

// ---- ssd_step_forward {"D":false,"z":true,"dtBias":false,"prepared":true,"projected":false,"lanes":16,"wide":false}
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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }

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

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":false,"prepared":true,"projected":false,"lanes":1,"wide":false}
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



@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 64u + lid / 1u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let key = (slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = prepared[slot];
    let input = step.x * x[row];
    for (var k = lid % 1u; k < u.n; k += 1u) {
      let value = step.y * state[row * u.n + k] + input * B[key + k];
      newState[row * u.n + k] = value;
      sum += value * C[key + k];
    }
  }
  if (valid) {
    let scanned = sum + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * x[row];
    y[row] = scanned;
  }
}

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":false,"prepared":true,"projected":false,"lanes":1,"wide":true}
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
@group(0) @binding(1) var<storage, read> state: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> prepared: array<vec2f>;
@group(0) @binding(4) var<storage, read> B: array<vec4f>;
@group(0) @binding(5) var<storage, read> C: array<vec4f>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> newState: array<vec4f>;


@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = ((group_id.y * groups.x + group_id.x) * 64u + lid) * 4u;
  if (row >= u.b * u.h * u.p) { return; }
  let slot = row / u.p;
  let columns = u.n / 4u;
  let key = ((slot / u.h) * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n) / 4u;
  let step = prepared[slot];
  let values = x[row / 4u];
  let inputs = step.x * values;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var k = 0u; k < columns; k++) {
    let keys = B[key + k];
    let queries = C[key + k];
    let state0 = step.y * state[(row + 0u) * columns + k] + inputs[0] * keys;
    newState[(row + 0u) * columns + k] = state0;
    sum0 += state0 * queries;
    let state1 = step.y * state[(row + 1u) * columns + k] + inputs[1] * keys;
    newState[(row + 1u) * columns + k] = state1;
    sum1 += state1 * queries;
    let state2 = step.y * state[(row + 2u) * columns + k] + inputs[2] * keys;
    newState[(row + 2u) * columns + k] = state2;
    sum2 += state2 * queries;
    let state3 = step.y * state[(row + 3u) * columns + k] + inputs[3] * keys;
    newState[(row + 3u) * columns + k] = state3;
    sum3 += state3 * queries;
  }
  y[row / 4u] = vec4f(
    dot(sum0, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 0u) * u.d_channel] * values[0],
    dot(sum1, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 1u) * u.d_channel] * values[1],
    dot(sum2, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 2u) * u.d_channel] * values[2],
    dot(sum3, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 3u) * u.d_channel] * values[3],
  );
}

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":false,"prepared":true,"projected":false,"lanes":16,"wide":false}
// no line of its own; SHA-256 011e2c048ec297e11496fbcc319a28bdd3c4e709b3dce58bb4f382c18a1ff1ff

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":true,"prepared":false,"projected":true,"lanes":1,"wide":true}
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
@group(0) @binding(1) var<storage, read> state: array<vec4f>;
@group(0) @binding(2) var<storage, read> convolved: array<vec4f>;
@group(0) @binding(3) var<storage, read> projected: array<f32>;
@group(0) @binding(4) var<storage, read> aLog: array<f32>;
@group(0) @binding(5) var<storage, read> dtBias: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> newState: array<vec4f>;

fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = projected[slot / u.h * u.pitch + u.dt_start + head] + dtBias[head];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(max(size * -exp(min(aLog[head], 88.0)), -200.0)));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = ((group_id.y * groups.x + group_id.x) * 64u + lid) * 4u;
  if (row >= u.b * u.h * u.p) { return; }
  let slot = row / u.p;
  let columns = u.n / 4u;
  let own = (row + slot / u.h * 2u * u.g * u.n) / 4u;
  let key = ((slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n) / 4u;
  let step = step_of(slot);
  let values = convolved[own];
  let inputs = step.x * values;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var k = 0u; k < columns; k++) {
    let keys = convolved[key + k];
    let queries = convolved[key + u.g * columns + k];
    let state0 = step.y * state[(row + 0u) * columns + k] + inputs[0] * keys;
    newState[(row + 0u) * columns + k] = state0;
    sum0 += state0 * queries;
    let state1 = step.y * state[(row + 1u) * columns + k] + inputs[1] * keys;
    newState[(row + 1u) * columns + k] = state1;
    sum1 += state1 * queries;
    let state2 = step.y * state[(row + 2u) * columns + k] + inputs[2] * keys;
    newState[(row + 2u) * columns + k] = state2;
    sum2 += state2 * queries;
    let state3 = step.y * state[(row + 3u) * columns + k] + inputs[3] * keys;
    newState[(row + 3u) * columns + k] = state3;
    sum3 += state3 * queries;
  }
  y[row / 4u] = vec4f(
    dot(sum0, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 0u) * u.d_channel] * values[0],
    dot(sum1, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 1u) * u.d_channel] * values[1],
    dot(sum2, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 2u) * u.d_channel] * values[2],
    dot(sum3, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 3u) * u.d_channel] * values[3],
  );
}

// ---- ssd_step_forward {"D":true,"z":false,"dtBias":true,"prepared":false,"projected":true,"lanes":16,"wide":false}
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

fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = projected[slot / u.h * u.pitch + u.dt_start + head] + dtBias[head];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(max(size * -exp(min(aLog[head], 88.0)), -200.0)));
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

// ---- ssd_step_forward {"D":true,"z":true,"dtBias":true,"prepared":false,"projected":true,"lanes":1,"wide":false}
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

fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = projected[slot / u.h * u.pitch + u.dt_start + head] + dtBias[head];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(max(size * -exp(min(aLog[head], 88.0)), -200.0)));
}


@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = (group_id.y * groups.x + group_id.x) * 64u + lid / 1u;
  let valid = row < u.b * u.h * u.p;
  let slot = row / u.p;
  let own = row + slot / u.h * 2u * u.g * u.n;
    let key = (slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n;
  var sum = 0.0;
  if (valid) {
    let step = step_of(slot);
    let input = step.x * convolved[own];
    for (var k = lid % 1u; k < u.n; k += 1u) {
      let value = step.y * state[row * u.n + k] + input * convolved[key + k];
      newState[row * u.n + k] = value;
      sum += value * convolved[key + u.g * u.n + k];
    }
  }
  if (valid) {
    let scanned = sum + D[slot % u.h * u.d_head + row % u.p * u.d_channel] * convolved[own];
    y[row] = scanned * silu(projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p)]);
  }
}

// ---- ssd_step_forward {"D":true,"z":true,"dtBias":true,"prepared":false,"projected":true,"lanes":1,"wide":true}
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
@group(0) @binding(1) var<storage, read> state: array<vec4f>;
@group(0) @binding(2) var<storage, read> convolved: array<vec4f>;
@group(0) @binding(3) var<storage, read> projected: array<f32>;
@group(0) @binding(4) var<storage, read> aLog: array<f32>;
@group(0) @binding(5) var<storage, read> dtBias: array<f32>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> newState: array<vec4f>;

fn twice_atanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s + s * z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * (0.18181818 + z * 0.15384615)))));
}
fn log1p_near(x: f32) -> f32 { return select(twice_atanh(x / (x + 2.0)), x, abs(x) < 6e-8); }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn log_full(x: f32) -> f32 {
  let word = bitcast<u32>(x);
  let tiny = word < 0x00800000u;
  let normal = select(word, bitcast<u32>(f32(word)), tiny);
  let shifted = bitcast<i32>(normal) - 0x3f3504f3;
  let e = f32((shifted >> 23u) - select(0, 149, tiny));
  let m = bitcast<f32>((shifted & 0x7fffff) + 0x3f3504f3) - 1.0;
  let value = e * 0.693359375 + (e * -2.12194440e-4 + twice_atanh(m / (m + 2.0)));
  let ended = or_word(or_word(value, 0xff800000u, (word & 0x7fffffffu) == 0u), 0x7f800000u, word == 0x7f800000u);
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn step_of(slot: u32) -> vec2f {
  let head = slot % u.h;
  var size = projected[slot / u.h * u.pitch + u.dt_start + head] + dtBias[head];
  if (u.softplus != 0u) { size = max(size, 0.0) + log1p(exp(-abs(size))); }
  size = clamp(size, u.lo, u.hi);
  return vec2f(size, decay(max(size * -exp(min(aLog[head], 88.0)), -200.0)));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = ((group_id.y * groups.x + group_id.x) * 64u + lid) * 4u;
  if (row >= u.b * u.h * u.p) { return; }
  let slot = row / u.p;
  let columns = u.n / 4u;
  let own = (row + slot / u.h * 2u * u.g * u.n) / 4u;
  let key = ((slot / u.h + 1u) * u.h * u.p + slot / u.h * 2u * u.g * u.n + (slot % u.h) / (u.h / u.g) * u.n) / 4u;
  let step = step_of(slot);
  let values = convolved[own];
  let inputs = step.x * values;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var k = 0u; k < columns; k++) {
    let keys = convolved[key + k];
    let queries = convolved[key + u.g * columns + k];
    let state0 = step.y * state[(row + 0u) * columns + k] + inputs[0] * keys;
    newState[(row + 0u) * columns + k] = state0;
    sum0 += state0 * queries;
    let state1 = step.y * state[(row + 1u) * columns + k] + inputs[1] * keys;
    newState[(row + 1u) * columns + k] = state1;
    sum1 += state1 * queries;
    let state2 = step.y * state[(row + 2u) * columns + k] + inputs[2] * keys;
    newState[(row + 2u) * columns + k] = state2;
    sum2 += state2 * queries;
    let state3 = step.y * state[(row + 3u) * columns + k] + inputs[3] * keys;
    newState[(row + 3u) * columns + k] = state3;
    sum3 += state3 * queries;
  }
  y[row / 4u] = vec4f(
    (dot(sum0, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 0u) * u.d_channel] * values[0]) * silu(projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p) + 0u]),
    (dot(sum1, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 1u) * u.d_channel] * values[1]) * silu(projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p) + 1u]),
    (dot(sum2, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 2u) * u.d_channel] * values[2]) * silu(projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p) + 2u]),
    (dot(sum3, vec4f(1.0)) + D[slot % u.h * u.d_head + (row % u.p + 3u) * u.d_channel] * values[3]) * silu(projected[slot / u.h * u.pitch + u.z_start + row % (u.h * u.p) + 3u]),
  );
}

// ---- ssd_step_forward {"D":true,"z":true,"dtBias":true,"prepared":false,"projected":true,"lanes":16,"wide":false}
// no line of its own; SHA-256 e1cdbe24023d41f902a94729b15763255c2f05ff2f9ac6b99768f717d21f5383
