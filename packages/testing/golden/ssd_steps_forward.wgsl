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

fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
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

fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
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

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
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
// no line of its own; SHA-256 2130c80ff132590cf631a65a40e780b31cfc6a87fb2c4248b0f4eaf41c546808

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

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }
fn log1p(x: f32) -> f32 {
  let near = x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * 0.2))));
  return select(log(1.0 + x), near, abs(x) < 0.03);
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
// no line of its own; SHA-256 609a6d1a004472b63b7293a37b60af3c532e6dd289eb620e0b849c83b3d1ffaa

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 0947b78bfba69105ed162b8f9da76d8cce34ff5ad3d721e09a95c083293a96fe

// ---- ssd_steps_forward {"q":32,"dtBias":true,"seqIdx":true,"store":"weights"}
// no line of its own; SHA-256 4e60605fa4d9e4100793ec2fd9cb49e5a6f29702b5511f7105e8e45466f52631

// ---- ssd_steps_forward {"q":64,"dtBias":false,"seqIdx":false,"store":"steps"}
// no line of its own; SHA-256 54e1aa2eb3e182d6dab590709113bcbe27747f2f70dc898f68e7ecf9db809339

// ---- ssd_steps_forward {"q":64,"dtBias":false,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 ad90124c918619aec3ed9de933ba8a8760cd46350bf3d3c009c0f9136d66aea2

// ---- ssd_steps_forward {"q":64,"dtBias":true,"seqIdx":false,"store":"steps"}
// no line of its own; SHA-256 84890788b95fef3a16bc86ac2521c37141dce515100c81df9d15b1555839c9ef

// ---- ssd_steps_forward {"q":64,"dtBias":true,"seqIdx":true,"store":"steps"}
// no line of its own; SHA-256 cf1143c504cc944282f7a4caacb801563989f26ce4d43491dbc0f07dba0257a6
