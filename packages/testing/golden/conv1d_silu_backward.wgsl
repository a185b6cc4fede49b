// ---- conv1d_silu_backward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(6) var<storage, read_write> parts: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let channel = id.x;
  if (channel >= u.channels) {
    return;
  }
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 1u + 0u];
  let offset = bias[channel];

  var grad0 = f32();
  var gradWeight0 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 0u; t++) {
    var x0 = f32();
    grad0 = f32();
    if (t < u.length) {
      x0 = x[(b * u.length + t) * u.channels + channel];
      let sum = offset + weight0 * x0;
      grad0 = gradY[(b * u.length + t) * u.channels + channel] * silu_gradient(sum);
    }
    if (t < end) {
      gradWeight0 += grad0 * x0;
      gradBias += grad0;
    }
    var reached = weight0 * grad0;
    if (t >= first + 0u) {
      gradX[(b * u.length + t - 0u) * u.channels + channel] = reached;
    }


  }
  let part = b * groups.y + id.y;
  parts[(part * 2u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 2u + 1u) * u.channels + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> parts: array<vec4f>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  var grad0 = vec4f();
  var grad1 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  for (var t = first; t < end + 1u; t++) {
    var x1 = vec4f();
    grad0 = vec4f();
    if (t < u.length) {
      x1 = x[(b * u.length + t) * u.channels + channel];
      let sum = weight0 * x0 + weight1 * x1;
      grad0 = gradY[(b * u.length + t) * u.channels + channel] * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w));
    }
    if (t < end) {
      gradWeight0 += grad0 * x0;
      gradWeight1 += grad0 * x1;
    }
    var reached = weight0 * grad0 + weight1 * grad1;
    if (t >= first + 1u) {
      gradX[(b * u.length + t - 1u) * u.channels + channel] = reached;
    }
    x0 = x1;
    grad1 = grad0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 2u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 2u + 1u) * u.channels + channel] = gradWeight1;
}

// ---- conv1d_silu_backward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false}
// conv1d_silu_backward
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
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradInitialState: array<f32>;
@group(0) @binding(8) var<storage, read_write> parts: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  let at = (b * u.channels + channel) * 2u + slot;
  return initialState[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  var grad0 = f32();
  var grad1 = f32();
  var grad2 = f32();
  var gradWeight0 = f32();
  var gradWeight1 = f32();
  var gradWeight2 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 2u; t++) {
    var x2 = f32();
    grad0 = f32();
    if (t < u.length) {
      x2 = x[(b * u.length + t) * u.channels + channel];
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2;
      grad0 = gradY[(b * u.length + t) * u.channels + channel] * silu_gradient(sum);
    }
    if (t < end) {
      gradWeight0 += grad0 * x0;
      gradWeight1 += grad0 * x1;
      gradWeight2 += grad0 * x2;
      gradBias += grad0;
    }
    var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2;
    if (t >= first + 2u) {
      gradX[(b * u.length + t - 2u) * u.channels + channel] = reached;
    } else if (first == 0u) {
      gradInitialState[(b * u.channels + channel) * 2u + t] = reached;
    }
    x0 = x1;
    x1 = x2;
    grad2 = grad1;
    grad1 = grad0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 4u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 4u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 4u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 4u + 3u) * u.channels + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"none","bias":false,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> gradY: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(5) var<storage, read_write> parts: array<f32>;

fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  var grad0 = f32();
  var grad1 = f32();
  var grad2 = f32();
  var grad3 = f32();
  var gradWeight0 = f32();
  var gradWeight1 = f32();
  var gradWeight2 = f32();
  var gradWeight3 = f32();
  for (var t = first; t < end + 3u; t++) {
    var x3 = f32();
    grad0 = f32();
    if (t < u.length) {
      x3 = x[(b * u.length + t) * u.channels + channel];
      grad0 = gradY[(b * u.length + t) * u.channels + channel];
    }
    if (t < end) {
      gradWeight0 += grad0 * x0;
      gradWeight1 += grad0 * x1;
      gradWeight2 += grad0 * x2;
      gradWeight3 += grad0 * x3;
    }
    var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
    if (t >= first + 3u) {
      gradX[(b * u.length + t - 3u) * u.channels + channel] = reached;
    }
    x0 = x1;
    x1 = x2;
    x2 = x3;
    grad3 = grad2;
    grad2 = grad1;
    grad1 = grad0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 4u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 4u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 4u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 4u + 3u) * u.channels + channel] = gradWeight3;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> parts: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  var grad0 = f32();
  var grad1 = f32();
  var grad2 = f32();
  var grad3 = f32();
  var gradWeight0 = f32();
  var gradWeight1 = f32();
  var gradWeight2 = f32();
  var gradWeight3 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 3u; t++) {
    var x3 = f32();
    grad0 = f32();
    if (t < u.length) {
      x3 = x[(b * u.length + t) * u.channels + channel];
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = gradY[(b * u.length + t) * u.channels + channel] * silu_gradient(sum);
    }
    if (t < end) {
      gradWeight0 += grad0 * x0;
      gradWeight1 += grad0 * x1;
      gradWeight2 += grad0 * x2;
      gradWeight3 += grad0 * x3;
      gradBias += grad0;
    }
    var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
    if (t >= u.length) {
      reached += gradFinalState[(b * u.channels + channel) * 3u + (t - u.length)];
    }
    if (t >= first + 3u) {
      gradX[(b * u.length + t - 3u) * u.channels + channel] = reached;
    }
    x0 = x1;
    x1 = x2;
    x2 = x3;
    grad3 = grad2;
    grad2 = grad1;
    grad1 = grad0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.channels + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.channels + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true}
// conv1d_silu_backward
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
@group(0) @binding(5) var<storage, read> gradY: array<f32>;
@group(0) @binding(6) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(8) var<storage, read_write> parts: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  let last = seqIdx[(b + 1u) * u.length - 1u];
  var grad0 = f32();
  var gradDocument0 = -1;
  var grad1 = f32();
  var gradDocument1 = -1;
  var grad2 = f32();
  var gradDocument2 = -1;
  var grad3 = f32();
  var gradDocument3 = -1;
  var gradWeight0 = f32();
  var gradWeight1 = f32();
  var gradWeight2 = f32();
  var gradWeight3 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 3u; t++) {
    var x3 = f32();
    var document3 = -1;
    grad0 = f32();
    if (t < u.length) {
      x3 = x[(b * u.length + t) * u.channels + channel];
      document3 = seqIdx[b * u.length + t];
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      grad0 = select(f32(), gradY[(b * u.length + t) * u.channels + channel] * silu_gradient(sum), document3 >= 0);
    }
    gradDocument0 = document3;
    if (t < end) {
      gradWeight0 += select(f32(), grad0 * x0, document0 == document3);
      gradWeight1 += select(f32(), grad0 * x1, document1 == document3);
      gradWeight2 += select(f32(), grad0 * x2, document2 == document3);
      gradWeight3 += grad0 * x3;
      gradBias += grad0;
    }
    var reached = select(f32(), weight0 * grad0, gradDocument0 == document0) + select(f32(), weight1 * grad1, gradDocument1 == document0) + select(f32(), weight2 * grad2, gradDocument2 == document0) + select(f32(), weight3 * grad3, true);
    if (t >= u.length) {
      reached += select(f32(), gradFinalState[(b * u.channels + channel) * 3u + (t - u.length)], last >= 0 && document0 == last);
    }
    if (t >= first + 3u) {
      gradX[(b * u.length + t - 3u) * u.channels + channel] = reached;
    }
    x0 = x1;
    document0 = document1;
    x1 = x2;
    document1 = document2;
    x2 = x3;
    document2 = document3;
    grad3 = grad2;
    gradDocument3 = gradDocument2;
    grad2 = grad1;
    gradDocument2 = gradDocument1;
    grad1 = grad0;
    gradDocument1 = gradDocument0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.channels + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.channels + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> parts: array<vec4f>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  var grad0 = vec4f();
  var grad1 = vec4f();
  var grad2 = vec4f();
  var grad3 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  var gradWeight2 = vec4f();
  var gradWeight3 = vec4f();
  var gradBias = vec4f();
  for (var t = first; t < end + 3u; t++) {
    var x3 = vec4f();
    grad0 = vec4f();
    if (t < u.length) {
      x3 = x[(b * u.length + t) * u.channels + channel];
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = gradY[(b * u.length + t) * u.channels + channel] * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w));
    }
    if (t < end) {
      gradWeight0 += grad0 * x0;
      gradWeight1 += grad0 * x1;
      gradWeight2 += grad0 * x2;
      gradWeight3 += grad0 * x3;
      gradBias += grad0;
    }
    var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
    if (t >= first + 3u) {
      gradX[(b * u.length + t - 3u) * u.channels + channel] = reached;
    }
    x0 = x1;
    x1 = x2;
    x2 = x3;
    grad3 = grad2;
    grad2 = grad1;
    grad1 = grad0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.channels + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.channels + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  channels: u32,
  segment: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> parts: array<vec4f>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  var grad0 = vec4f();
  var grad1 = vec4f();
  var grad2 = vec4f();
  var grad3 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  var gradWeight2 = vec4f();
  var gradWeight3 = vec4f();
  var gradBias = vec4f();
  for (var t = first; t < end + 3u; t++) {
    var x3 = vec4f();
    grad0 = vec4f();
    if (t < u.length) {
      x3 = x[(b * u.length + t) * u.channels + channel];
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = gradY[(b * u.length + t) * u.channels + channel] * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w));
    }
    if (t < end) {
      gradWeight0 += grad0 * x0;
      gradWeight1 += grad0 * x1;
      gradWeight2 += grad0 * x2;
      gradWeight3 += grad0 * x3;
      gradBias += grad0;
    }
    var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
    if (t >= u.length) {
      reached += vec4f(gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 0u * 3u], gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 1u * 3u], gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 2u * 3u], gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 3u * 3u]);
    }
    if (t >= first + 3u) {
      gradX[(b * u.length + t - 3u) * u.channels + channel] = reached;
    }
    x0 = x1;
    x1 = x2;
    x2 = x3;
    grad3 = grad2;
    grad2 = grad1;
    grad1 = grad0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.channels + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.channels + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true}
// conv1d_silu_backward
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
@group(0) @binding(5) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(6) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> parts: array<vec4f>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
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
  let last = seqIdx[(b + 1u) * u.length - 1u];
  var grad0 = vec4f();
  var gradDocument0 = -1;
  var grad1 = vec4f();
  var gradDocument1 = -1;
  var grad2 = vec4f();
  var gradDocument2 = -1;
  var grad3 = vec4f();
  var gradDocument3 = -1;
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  var gradWeight2 = vec4f();
  var gradWeight3 = vec4f();
  var gradBias = vec4f();
  for (var t = first; t < end + 3u; t++) {
    var x3 = vec4f();
    var document3 = -1;
    grad0 = vec4f();
    if (t < u.length) {
      x3 = x[(b * u.length + t) * u.channels + channel];
      document3 = seqIdx[b * u.length + t];
      let sum = offset + select(vec4f(), weight0 * x0, document0 == document3) + select(vec4f(), weight1 * x1, document1 == document3) + select(vec4f(), weight2 * x2, document2 == document3) + weight3 * x3;
      grad0 = select(vec4f(), gradY[(b * u.length + t) * u.channels + channel] * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), document3 >= 0);
    }
    gradDocument0 = document3;
    if (t < end) {
      gradWeight0 += select(vec4f(), grad0 * x0, document0 == document3);
      gradWeight1 += select(vec4f(), grad0 * x1, document1 == document3);
      gradWeight2 += select(vec4f(), grad0 * x2, document2 == document3);
      gradWeight3 += grad0 * x3;
      gradBias += grad0;
    }
    var reached = select(vec4f(), weight0 * grad0, gradDocument0 == document0) + select(vec4f(), weight1 * grad1, gradDocument1 == document0) + select(vec4f(), weight2 * grad2, gradDocument2 == document0) + select(vec4f(), weight3 * grad3, true);
    if (t >= u.length) {
      reached += select(vec4f(), vec4f(gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 0u * 3u], gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 1u * 3u], gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 2u * 3u], gradFinalState[(b * u.channels + channel) * 12u + (t - u.length) + 3u * 3u]), last >= 0 && document0 == last);
    }
    if (t >= first + 3u) {
      gradX[(b * u.length + t - 3u) * u.channels + channel] = reached;
    }
    x0 = x1;
    document0 = document1;
    x1 = x2;
    document1 = document2;
    x2 = x3;
    document2 = document3;
    grad3 = grad2;
    gradDocument3 = gradDocument2;
    grad2 = grad1;
    gradDocument2 = gradDocument1;
    grad1 = grad0;
    gradDocument1 = gradDocument0;
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.channels + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.channels + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.channels + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.channels + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.channels + channel] = gradBias;
}
