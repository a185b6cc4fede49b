// ---- ssd_steps_forward {"q":32,"dtBias":false,"seqIdx":false,"store":"steps"}
// ssd_steps_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  chunks_total: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dt: array<f32>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read_write> steps: array<vec4f>;

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
  return or_nan(ended, word > 0x7f800000u && word != 0x80000000u);
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.chunks_total * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = (cell % u.c) * 32u;
  let row = (u.batch_start + cell / u.c) * u.l;
  let decay_rate = A[head];
  var cumulative = 0.0;
  var documents = 0.0;
  for (var i = 0u; i < 32u; i++) {
    let t = first + i;
    var size = 0.0;
    var slope = 0.0;
    if (t < u.l) {
      let raw = dt[(row + t) * u.h + head];
      size = raw;
      slope = 1.0;
      if (u.softplus != 0u) {
        let e = exp(-abs(raw));
        size = max(raw, 0.0) + log1p(e);
        slope = select(e, 1.0, raw >= 0.0) / (1.0 + e);
      }
      slope = select(0.0, slope, size >= u.lo && size <= u.hi);
      size = clamp(size, u.lo, u.hi);
    }
    cumulative += min(size * decay_rate, 0.0);
    steps[index * 32u + i] = vec4f(size, cumulative, documents, slope);
  }
}

// ---- ssd_steps_forward {"q":32,"dtBias":false,"seqIdx":true,"store":"steps"}
// ssd_steps_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  chunks_total: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dt: array<f32>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(4) var<storage, read_write> steps: array<vec4f>;

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
  return or_nan(ended, word > 0x7f800000u && word != 0x80000000u);
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.chunks_total * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = (cell % u.c) * 32u;
  let row = (u.batch_start + cell / u.c) * u.l;
  let decay_rate = A[head];
  var cumulative = 0.0;
  var documents = 0.0;
  for (var i = 0u; i < 32u; i++) {
    let t = first + i;
    var size = 0.0;
    var slope = 0.0;
    if (t < u.l) {
      let raw = dt[(row + t) * u.h + head];
      size = raw;
      slope = 1.0;
      if (u.softplus != 0u) {
        let e = exp(-abs(raw));
        size = max(raw, 0.0) + log1p(e);
        slope = select(e, 1.0, raw >= 0.0) / (1.0 + e);
      }
      slope = select(0.0, slope, size >= u.lo && size <= u.hi);
      size = clamp(size, u.lo, u.hi);
      let document = seqIdx[row + t];
      var previous = 0;
      if (t > 0u) { previous = seqIdx[row + t - 1u]; }
      documents += select(0.0, 1.0, document != previous);
      if (document < 0) {
        size = 0.0;
        slope = 0.0;
      }
    }
    cumulative += min(size * decay_rate, 0.0);
    steps[index * 32u + i] = vec4f(size, cumulative, documents, slope);
  }
}

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":false,"store":"planes"}
// ssd_steps_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  chunks_total: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dt: array<f32>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read> dtBias: array<f32>;
@group(0) @binding(4) var<storage, read_write> steps: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> planes: array<f32>;

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
  return or_nan(ended, word > 0x7f800000u && word != 0x80000000u);
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.chunks_total * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = (cell % u.c) * 32u;
  let row = (u.batch_start + cell / u.c) * u.l;
  let decay_rate = A[head];
  var cumulative = 0.0;
  var documents = 0.0;
  for (var i = 0u; i < 32u; i++) {
    let t = first + i;
    var size = 0.0;
    var slope = 0.0;
    if (t < u.l) {
      let raw = dt[(row + t) * u.h + head] + dtBias[head];
      size = raw;
      slope = 1.0;
      if (u.softplus != 0u) {
        let e = exp(-abs(raw));
        size = max(raw, 0.0) + log1p(e);
        slope = select(e, 1.0, raw >= 0.0) / (1.0 + e);
      }
      slope = select(0.0, slope, size >= u.lo && size <= u.hi);
      size = clamp(size, u.lo, u.hi);
    }
    cumulative += min(size * decay_rate, 0.0);
    steps[index * 32u + i] = vec4f(size, cumulative, documents, slope);
  }
  for (var i = 0u; i < 32u; i++) {
    let here = steps[index * 32u + i];
    let counts = first + i < u.l;
    let left = select(0.0, decay(cumulative - here.y), counts && here.z == documents);
    planes[(index * 6u + 0u) * 32u + i] = left * here.x;
    planes[(index * 6u + 1u) * 32u + i] = left;
    planes[(index * 6u + 2u) * 32u + i] = select(0.0, decay(here.y), counts && here.z == 0.0);
    planes[(index * 6u + 3u) * 32u + i] = here.x;
    planes[(index * 6u + 4u) * 32u + i] = here.y;
    planes[(index * 6u + 5u) * 32u + i] = here.z;
  }
}

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":false,"store":"steps"}
// no line of its own; SHA-256 940bff88933ceacee07e06dc9ffd4b8ec3dce96d2a146c377de269ba573fa204

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":false,"store":"weights"}
// ssd_steps_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  softplus: u32,
  lo: f32,
  hi: f32,
  chunks_total: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> dt: array<f32>;
@group(0) @binding(2) var<storage, read> A: array<f32>;
@group(0) @binding(3) var<storage, read> dtBias: array<f32>;
@group(0) @binding(4) var<storage, read_write> steps: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> weights: array<vec2f>;

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
  return or_nan(ended, word > 0x7f800000u && word != 0x80000000u);
}
fn log1p(x: f32) -> f32 {
  if (x > -0.25 && x <= 1.0) { return log1p_near(x); }
  return log_full(1.0 + x);
}
fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.chunks_total * u.h) { return; }
  let head = index % u.h;
  let cell = index / u.h;
  let first = (cell % u.c) * 32u;
  let row = (u.batch_start + cell / u.c) * u.l;
  let decay_rate = A[head];
  var cumulative = 0.0;
  var documents = 0.0;
  for (var i = 0u; i < 32u; i++) {
    let t = first + i;
    var size = 0.0;
    var slope = 0.0;
    if (t < u.l) {
      let raw = dt[(row + t) * u.h + head] + dtBias[head];
      size = raw;
      slope = 1.0;
      if (u.softplus != 0u) {
        let e = exp(-abs(raw));
        size = max(raw, 0.0) + log1p(e);
        slope = select(e, 1.0, raw >= 0.0) / (1.0 + e);
      }
      slope = select(0.0, slope, size >= u.lo && size <= u.hi);
      size = clamp(size, u.lo, u.hi);
    }
    cumulative += min(size * decay_rate, 0.0);
    steps[index * 32u + i] = vec4f(size, cumulative, documents, slope);
  }
  for (var i = 0u; i < 32u; i++) {
    let here = steps[index * 32u + i];
    let left = select(0.0, decay(cumulative - here.y), here.z == documents);
    weights[index * 32u + i] = vec2f(left * here.x, select(0.0, decay(here.y), here.z == 0.0));
  }
}

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"planes"}
// no line of its own; SHA-256 6a480a0edc56891aec15b415f60e909b87f99be3dcc67e91be50848117d630a3

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 5bafa5242ff314fe0c7e9e97d501c0e5fa2ee4f08e992b1aedb5502d0ec866e3

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"weights"}
// no line of its own; SHA-256 5c47bec5d542bc047315dd6b2dd4524aa05d9fe37f78d1cfe5b46be91f7b3454

// ---- ssd_steps_forward {"q":64,"dtBias":false,"seqIdx":false,"store":"steps"}
// no line of its own; SHA-256 3f3e7cb75ccf55d077a1cfbf4916ffa55a983001dc7e12390b1b259f7a89cf06

// ---- ssd_steps_forward {"q":64,"dtBias":false,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 6951d36817c75943947e412d3207d18c07f20edfb986ddd9d5aff9c192cce66b

// ---- ssd_steps_forward {"q":64,"dtBias":true,"seqIdx":false,"store":"steps"}
// no line of its own; SHA-256 35d72a73bc5affe2cb1f4955d6e9421581298fe0cde56786e1a7e7aea64397b8

// ---- ssd_steps_forward {"q":64,"dtBias":true,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 cafc24fce6c080818f13254b8a2351d464c25b591fbbc79c5c5876c2985efa1c
