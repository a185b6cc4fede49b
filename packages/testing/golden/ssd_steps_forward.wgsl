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
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
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
  let decay_rate = max(A[head], -3.0e38);
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
    // A decay of 0 is a boundary, as between documents: in the running sum it would take the digits of all others.
    let log_decay = min(size * decay_rate, 0.0);
    let ends = log_decay < -87.3;
    documents += select(0.0, 1.0, ends);
    cumulative += select(log_decay, 0.0, ends);
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
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
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
  let decay_rate = max(A[head], -3.0e38);
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
    // A decay of 0 is a boundary, as between documents: in the running sum it would take the digits of all others.
    let log_decay = min(size * decay_rate, 0.0);
    let ends = log_decay < -87.3;
    documents += select(0.0, 1.0, ends);
    cumulative += select(log_decay, 0.0, ends);
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
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
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
  let decay_rate = max(A[head], -3.0e38);
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
    // A decay of 0 is a boundary, as between documents: in the running sum it would take the digits of all others.
    let log_decay = min(size * decay_rate, 0.0);
    let ends = log_decay < -87.3;
    documents += select(0.0, 1.0, ends);
    cumulative += select(log_decay, 0.0, ends);
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
// no line of its own; SHA-256 7c21d0b77204e2a2a4cb64e886ec3b8fa67db21332886ece75bb14292e7d6b2e

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
  return or_nan(ended, (word > 0x7f800000u) & (word != 0x80000000u));
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
  let decay_rate = max(A[head], -3.0e38);
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
    // A decay of 0 is a boundary, as between documents: in the running sum it would take the digits of all others.
    let log_decay = min(size * decay_rate, 0.0);
    let ends = log_decay < -87.3;
    documents += select(0.0, 1.0, ends);
    cumulative += select(log_decay, 0.0, ends);
    steps[index * 32u + i] = vec4f(size, cumulative, documents, slope);
  }
  for (var i = 0u; i < 32u; i++) {
    let here = steps[index * 32u + i];
    let left = select(0.0, decay(cumulative - here.y), here.z == documents);
    weights[index * 32u + i] = vec2f(left * here.x, select(0.0, decay(here.y), here.z == 0.0));
  }
}

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"planes"}
// no line of its own; SHA-256 b2818d3cb82c034a57f993cfde5c7d886bd1223272490116471654bc7e794b20

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 58b75c6e4aabe2eb1c7bd963a294f10013e5aed2275641d0d65f944b8acc59c3

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"weights"}
// no line of its own; SHA-256 aebf9ed314ef9d31d7d769f00acc03e85482a8c91d250342d064d9cabaa35e69

// ---- ssd_steps_forward {"q":64,"dtBias":false,"seqIdx":false,"store":"steps"}
// no line of its own; SHA-256 9e19b73f38b6a5735a4bc69b07a23241fbc449e7a58b25ac7437b9031e5b047f

// ---- ssd_steps_forward {"q":64,"dtBias":false,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 1df388942fb7e3720ef5820fbdafe21e946c8f84efe039dd83c0fb69faf8d6ae

// ---- ssd_steps_forward {"q":64,"dtBias":true,"seqIdx":false,"store":"steps"}
// no line of its own; SHA-256 a93c20d4ebd6534d9a16e0c1ce4b44dd4c726c93a0946766e3e3bafb92b5af20

// ---- ssd_steps_forward {"q":64,"dtBias":true,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 cea4381ce3b8c1a9041b9de1b9aa600f88b54e179b393d377a697a47696d782a
