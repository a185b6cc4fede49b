// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 1u + 0u];
  let offset = bias[channel];

  for (var t = first; t < end; t++) {
    let x0 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0;
    y[(b * u.length + t) * u.channels + channel] = silu(sum);

  }
}

// ---- conv1d_silu_forward {"width":1,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> initialState: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  let at = (b * u.channels + channel) * 0u + slot;
  return vec4f(initialState[at + 0u * 0u], initialState[at + 1u * 0u], initialState[at + 2u * 0u], initialState[at + 3u * 0u]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 4u + 0u + 0u * 1u], weight[channel * 4u + 0u + 1u * 1u], weight[channel * 4u + 0u + 2u * 1u], weight[channel * 4u + 0u + 3u * 1u]);
  let offset = bias[channel];

  for (var t = first; t < end; t++) {
    let x0 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0;
    y[(b * u.length + t) * u.channels + channel] = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));

  }
}

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 8u + 0u + 0u * 2u], weight[channel * 8u + 0u + 1u * 2u], weight[channel * 8u + 0u + 2u * 2u], weight[channel * 8u + 0u + 3u * 2u]);
  let weight1 = vec4f(weight[channel * 8u + 1u + 0u * 2u], weight[channel * 8u + 1u + 1u * 2u], weight[channel * 8u + 1u + 2u * 2u], weight[channel * 8u + 1u + 3u * 2u]);
  var x0 = vec4f();
  if (first + 0u < 1u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 1u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x1 = x[(b * u.length + t) * u.channels + channel];
    let sum = weight0 * x0 + weight1 * x1;
    y[(b * u.length + t) * u.channels + channel] = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
    x0 = x1;
  }
}

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> initialState: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  let at = (b * u.channels + channel) * 2u + slot;
  return initialState[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 3u + 0u];
  let weight1 = weight[channel * 3u + 1u];
  let weight2 = weight[channel * 3u + 2u];
  let offset = bias[channel];
  var x0 = f32();
  if (first + 0u < 2u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 2u) * u.channels + channel];
  }
  var x1 = f32();
  if (first + 1u < 2u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 2u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x2 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2;
    y[(b * u.length + t) * u.channels + channel] = silu(sum);
    x0 = x1;
    x1 = x2;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"none","bias":false,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 4u + 0u];
  let weight1 = weight[channel * 4u + 1u];
  let weight2 = weight[channel * 4u + 2u];
  let weight3 = weight[channel * 4u + 3u];
  var x0 = f32();
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
  }
  var x1 = f32();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
  }
  var x2 = f32();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let sum = weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = sum;
    x0 = x1;
    x1 = x2;
    x2 = x3;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 4u + 0u];
  let weight1 = weight[channel * 4u + 1u];
  let weight2 = weight[channel * 4u + 2u];
  let weight3 = weight[channel * 4u + 3u];
  let offset = bias[channel];
  var x0 = f32();
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
  }
  var x1 = f32();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
  }
  var x2 = f32();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = silu(sum);
    x0 = x1;
    x1 = x2;
    x2 = x3;
  }
  if (end == u.length) {
    let final0 = x0;
    finalState[(b * u.channels + channel) * 3u + 0u] = final0;
    let final1 = x1;
    finalState[(b * u.channels + channel) * 3u + 1u] = final1;
    let final2 = x2;
    finalState[(b * u.channels + channel) * 3u + 2u] = final2;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 4u + 0u];
  let weight1 = weight[channel * 4u + 1u];
  let weight2 = weight[channel * 4u + 2u];
  let weight3 = weight[channel * 4u + 3u];
  let offset = bias[channel];
  var x0 = f32();
  var document0 = 0;
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
    document0 = seqIdx[b * u.length + first + 0u - 3u];
  }
  var x1 = f32();
  var document1 = 0;
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
    document1 = seqIdx[b * u.length + first + 1u - 3u];
  }
  var x2 = f32();
  var document2 = 0;
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
    document2 = seqIdx[b * u.length + first + 2u - 3u];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let document3 = seqIdx[b * u.length + t];
    let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = select(f32(), silu(sum), document3 >= 0);
    x0 = x1;
    document0 = document1;
    x1 = x2;
    document1 = document2;
    x2 = x3;
    document2 = document3;
  }
  if (end == u.length) {
    let last = document2;
    let final0 = select(f32(), x0, last >= 0 && document0 == last);
    finalState[(b * u.channels + channel) * 3u + 0u] = final0;
    let final1 = select(f32(), x1, last >= 0 && document1 == last);
    finalState[(b * u.channels + channel) * 3u + 1u] = final1;
    let final2 = select(f32(), x2, last >= 0 && document2 == last);
    finalState[(b * u.channels + channel) * 3u + 2u] = final2;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> initialState: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  let at = (b * u.channels + channel) * 3u + slot;
  return initialState[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 4u + 0u];
  let weight1 = weight[channel * 4u + 1u];
  let weight2 = weight[channel * 4u + 2u];
  let weight3 = weight[channel * 4u + 3u];
  let offset = bias[channel];
  var x0 = f32();
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
  }
  var x1 = f32();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
  }
  var x2 = f32();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = silu(sum);
    x0 = x1;
    x1 = x2;
    x2 = x3;
  }
  if (end == u.length) {
    let final0 = x0;
    finalState[(b * u.channels + channel) * 3u + 0u] = final0;
    let final1 = x1;
    finalState[(b * u.channels + channel) * 3u + 1u] = final1;
    let final2 = x2;
    finalState[(b * u.channels + channel) * 3u + 2u] = final2;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 16u + 0u + 0u * 4u], weight[channel * 16u + 0u + 1u * 4u], weight[channel * 16u + 0u + 2u * 4u], weight[channel * 16u + 0u + 3u * 4u]);
  let weight1 = vec4f(weight[channel * 16u + 1u + 0u * 4u], weight[channel * 16u + 1u + 1u * 4u], weight[channel * 16u + 1u + 2u * 4u], weight[channel * 16u + 1u + 3u * 4u]);
  let weight2 = vec4f(weight[channel * 16u + 2u + 0u * 4u], weight[channel * 16u + 2u + 1u * 4u], weight[channel * 16u + 2u + 2u * 4u], weight[channel * 16u + 2u + 3u * 4u]);
  let weight3 = vec4f(weight[channel * 16u + 3u + 0u * 4u], weight[channel * 16u + 3u + 1u * 4u], weight[channel * 16u + 3u + 2u * 4u], weight[channel * 16u + 3u + 3u * 4u]);
  let offset = bias[channel];
  var x0 = vec4f();
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
  }
  var x1 = vec4f();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
  }
  var x2 = vec4f();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
    x0 = x1;
    x1 = x2;
    x2 = x3;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 16u + 0u + 0u * 4u], weight[channel * 16u + 0u + 1u * 4u], weight[channel * 16u + 0u + 2u * 4u], weight[channel * 16u + 0u + 3u * 4u]);
  let weight1 = vec4f(weight[channel * 16u + 1u + 0u * 4u], weight[channel * 16u + 1u + 1u * 4u], weight[channel * 16u + 1u + 2u * 4u], weight[channel * 16u + 1u + 3u * 4u]);
  let weight2 = vec4f(weight[channel * 16u + 2u + 0u * 4u], weight[channel * 16u + 2u + 1u * 4u], weight[channel * 16u + 2u + 2u * 4u], weight[channel * 16u + 2u + 3u * 4u]);
  let weight3 = vec4f(weight[channel * 16u + 3u + 0u * 4u], weight[channel * 16u + 3u + 1u * 4u], weight[channel * 16u + 3u + 2u * 4u], weight[channel * 16u + 3u + 3u * 4u]);
  let offset = bias[channel];
  var x0 = vec4f();
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
  }
  var x1 = vec4f();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
  }
  var x2 = vec4f();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
    x0 = x1;
    x1 = x2;
    x2 = x3;
  }
  if (end == u.length) {
    let final0 = x0;
    finalState[(b * u.channels + channel) * 12u + 0u + 0u * 3u] = final0.x;
    finalState[(b * u.channels + channel) * 12u + 0u + 1u * 3u] = final0.y;
    finalState[(b * u.channels + channel) * 12u + 0u + 2u * 3u] = final0.z;
    finalState[(b * u.channels + channel) * 12u + 0u + 3u * 3u] = final0.w;
    let final1 = x1;
    finalState[(b * u.channels + channel) * 12u + 1u + 0u * 3u] = final1.x;
    finalState[(b * u.channels + channel) * 12u + 1u + 1u * 3u] = final1.y;
    finalState[(b * u.channels + channel) * 12u + 1u + 2u * 3u] = final1.z;
    finalState[(b * u.channels + channel) * 12u + 1u + 3u * 3u] = final1.w;
    let final2 = x2;
    finalState[(b * u.channels + channel) * 12u + 2u + 0u * 3u] = final2.x;
    finalState[(b * u.channels + channel) * 12u + 2u + 1u * 3u] = final2.y;
    finalState[(b * u.channels + channel) * 12u + 2u + 2u * 3u] = final2.z;
    finalState[(b * u.channels + channel) * 12u + 2u + 3u * 3u] = final2.w;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 16u + 0u + 0u * 4u], weight[channel * 16u + 0u + 1u * 4u], weight[channel * 16u + 0u + 2u * 4u], weight[channel * 16u + 0u + 3u * 4u]);
  let weight1 = vec4f(weight[channel * 16u + 1u + 0u * 4u], weight[channel * 16u + 1u + 1u * 4u], weight[channel * 16u + 1u + 2u * 4u], weight[channel * 16u + 1u + 3u * 4u]);
  let weight2 = vec4f(weight[channel * 16u + 2u + 0u * 4u], weight[channel * 16u + 2u + 1u * 4u], weight[channel * 16u + 2u + 2u * 4u], weight[channel * 16u + 2u + 3u * 4u]);
  let weight3 = vec4f(weight[channel * 16u + 3u + 0u * 4u], weight[channel * 16u + 3u + 1u * 4u], weight[channel * 16u + 3u + 2u * 4u], weight[channel * 16u + 3u + 3u * 4u]);
  let offset = bias[channel];
  var x0 = vec4f();
  var document0 = 0;
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
    document0 = seqIdx[b * u.length + first + 0u - 3u];
  }
  var x1 = vec4f();
  var document1 = 0;
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
    document1 = seqIdx[b * u.length + first + 1u - 3u];
  }
  var x2 = vec4f();
  var document2 = 0;
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
    document2 = seqIdx[b * u.length + first + 2u - 3u];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let document3 = seqIdx[b * u.length + t];
    let sum = offset + select(vec4f(), weight0 * x0, document0 == document3) + select(vec4f(), weight1 * x1, document1 == document3) + select(vec4f(), weight2 * x2, document2 == document3) + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = select(vec4f(), vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w)), document3 >= 0);
    x0 = x1;
    document0 = document1;
    x1 = x2;
    document1 = document2;
    x2 = x3;
    document2 = document3;
  }
  if (end == u.length) {
    let last = document2;
    let final0 = select(vec4f(), x0, last >= 0 && document0 == last);
    finalState[(b * u.channels + channel) * 12u + 0u + 0u * 3u] = final0.x;
    finalState[(b * u.channels + channel) * 12u + 0u + 1u * 3u] = final0.y;
    finalState[(b * u.channels + channel) * 12u + 0u + 2u * 3u] = final0.z;
    finalState[(b * u.channels + channel) * 12u + 0u + 3u * 3u] = final0.w;
    let final1 = select(vec4f(), x1, last >= 0 && document1 == last);
    finalState[(b * u.channels + channel) * 12u + 1u + 0u * 3u] = final1.x;
    finalState[(b * u.channels + channel) * 12u + 1u + 1u * 3u] = final1.y;
    finalState[(b * u.channels + channel) * 12u + 1u + 2u * 3u] = final1.z;
    finalState[(b * u.channels + channel) * 12u + 1u + 3u * 3u] = final1.w;
    let final2 = select(vec4f(), x2, last >= 0 && document2 == last);
    finalState[(b * u.channels + channel) * 12u + 2u + 0u * 3u] = final2.x;
    finalState[(b * u.channels + channel) * 12u + 2u + 1u * 3u] = final2.y;
    finalState[(b * u.channels + channel) * 12u + 2u + 2u * 3u] = final2.z;
    finalState[(b * u.channels + channel) * 12u + 2u + 3u * 3u] = final2.w;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> initialState: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  let at = (b * u.channels + channel) * 12u + slot;
  return vec4f(initialState[at + 0u * 3u], initialState[at + 1u * 3u], initialState[at + 2u * 3u], initialState[at + 3u * 3u]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 16u + 0u + 0u * 4u], weight[channel * 16u + 0u + 1u * 4u], weight[channel * 16u + 0u + 2u * 4u], weight[channel * 16u + 0u + 3u * 4u]);
  let weight1 = vec4f(weight[channel * 16u + 1u + 0u * 4u], weight[channel * 16u + 1u + 1u * 4u], weight[channel * 16u + 1u + 2u * 4u], weight[channel * 16u + 1u + 3u * 4u]);
  let weight2 = vec4f(weight[channel * 16u + 2u + 0u * 4u], weight[channel * 16u + 2u + 1u * 4u], weight[channel * 16u + 2u + 2u * 4u], weight[channel * 16u + 2u + 3u * 4u]);
  let weight3 = vec4f(weight[channel * 16u + 3u + 0u * 4u], weight[channel * 16u + 3u + 1u * 4u], weight[channel * 16u + 3u + 2u * 4u], weight[channel * 16u + 3u + 3u * 4u]);
  let offset = bias[channel];
  var x0 = vec4f();
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
  }
  var x1 = vec4f();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
  }
  var x2 = vec4f();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
    x0 = x1;
    x1 = x2;
    x2 = x3;
  }
  if (end == u.length) {
    let final0 = x0;
    finalState[(b * u.channels + channel) * 12u + 0u + 0u * 3u] = final0.x;
    finalState[(b * u.channels + channel) * 12u + 0u + 1u * 3u] = final0.y;
    finalState[(b * u.channels + channel) * 12u + 0u + 2u * 3u] = final0.z;
    finalState[(b * u.channels + channel) * 12u + 0u + 3u * 3u] = final0.w;
    let final1 = x1;
    finalState[(b * u.channels + channel) * 12u + 1u + 0u * 3u] = final1.x;
    finalState[(b * u.channels + channel) * 12u + 1u + 1u * 3u] = final1.y;
    finalState[(b * u.channels + channel) * 12u + 1u + 2u * 3u] = final1.z;
    finalState[(b * u.channels + channel) * 12u + 1u + 3u * 3u] = final1.w;
    let final2 = x2;
    finalState[(b * u.channels + channel) * 12u + 2u + 0u * 3u] = final2.x;
    finalState[(b * u.channels + channel) * 12u + 2u + 1u * 3u] = final2.y;
    finalState[(b * u.channels + channel) * 12u + 2u + 2u * 3u] = final2.z;
    finalState[(b * u.channels + channel) * 12u + 2u + 3u * 3u] = final2.w;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true}
// conv1d_silu_forward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> initialState: array<f32>;
@group(0) @binding(5) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> finalState: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  let at = (b * u.channels + channel) * 12u + slot;
  return vec4f(initialState[at + 0u * 3u], initialState[at + 1u * 3u], initialState[at + 2u * 3u], initialState[at + 3u * 3u]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 16u + 0u + 0u * 4u], weight[channel * 16u + 0u + 1u * 4u], weight[channel * 16u + 0u + 2u * 4u], weight[channel * 16u + 0u + 3u * 4u]);
  let weight1 = vec4f(weight[channel * 16u + 1u + 0u * 4u], weight[channel * 16u + 1u + 1u * 4u], weight[channel * 16u + 1u + 2u * 4u], weight[channel * 16u + 1u + 3u * 4u]);
  let weight2 = vec4f(weight[channel * 16u + 2u + 0u * 4u], weight[channel * 16u + 2u + 1u * 4u], weight[channel * 16u + 2u + 2u * 4u], weight[channel * 16u + 2u + 3u * 4u]);
  let weight3 = vec4f(weight[channel * 16u + 3u + 0u * 4u], weight[channel * 16u + 3u + 1u * 4u], weight[channel * 16u + 3u + 2u * 4u], weight[channel * 16u + 3u + 3u * 4u]);
  let offset = bias[channel];
  var x0 = vec4f();
  var document0 = 0;
  if (first + 0u < 3u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 3u) * u.channels + channel];
    document0 = seqIdx[b * u.length + first + 0u - 3u];
  }
  var x1 = vec4f();
  var document1 = 0;
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.channels + channel];
    document1 = seqIdx[b * u.length + first + 1u - 3u];
  }
  var x2 = vec4f();
  var document2 = 0;
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.channels + channel];
    document2 = seqIdx[b * u.length + first + 2u - 3u];
  }
  for (var t = first; t < end; t++) {
    let x3 = x[(b * u.length + t) * u.channels + channel];
    let document3 = seqIdx[b * u.length + t];
    let sum = offset + select(vec4f(), weight0 * x0, document0 == document3) + select(vec4f(), weight1 * x1, document1 == document3) + select(vec4f(), weight2 * x2, document2 == document3) + weight3 * x3;
    y[(b * u.length + t) * u.channels + channel] = select(vec4f(), vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w)), document3 >= 0);
    x0 = x1;
    document0 = document1;
    x1 = x2;
    document1 = document2;
    x2 = x3;
    document2 = document3;
  }
  if (end == u.length) {
    let last = document2;
    let final0 = select(vec4f(), x0, last >= 0 && document0 == last);
    finalState[(b * u.channels + channel) * 12u + 0u + 0u * 3u] = final0.x;
    finalState[(b * u.channels + channel) * 12u + 0u + 1u * 3u] = final0.y;
    finalState[(b * u.channels + channel) * 12u + 0u + 2u * 3u] = final0.z;
    finalState[(b * u.channels + channel) * 12u + 0u + 3u * 3u] = final0.w;
    let final1 = select(vec4f(), x1, last >= 0 && document1 == last);
    finalState[(b * u.channels + channel) * 12u + 1u + 0u * 3u] = final1.x;
    finalState[(b * u.channels + channel) * 12u + 1u + 1u * 3u] = final1.y;
    finalState[(b * u.channels + channel) * 12u + 1u + 2u * 3u] = final1.z;
    finalState[(b * u.channels + channel) * 12u + 1u + 3u * 3u] = final1.w;
    let final2 = select(vec4f(), x2, last >= 0 && document2 == last);
    finalState[(b * u.channels + channel) * 12u + 2u + 0u * 3u] = final2.x;
    finalState[(b * u.channels + channel) * 12u + 2u + 1u * 3u] = final2.y;
    finalState[(b * u.channels + channel) * 12u + 2u + 2u * 3u] = final2.z;
    finalState[(b * u.channels + channel) * 12u + 2u + 3u * 3u] = final2.w;
  }
}
