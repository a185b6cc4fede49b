// ---- conv1d_silu_backward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> gradY0: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(6) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 1u + 0u];
  let offset = bias[channel];

  var grad0 = f32();
  var gradWeight0 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 0u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x0 = next0;
      let sum = offset + weight0 * x0;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradBias += grad0;
      }
      var reached = weight0 * grad0;
      if (now0 >= first + 0u) {
        gradX[(b * u.length + now0 - 0u) * u.pitch + column] = reached;
      }
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 2u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 2u + 1u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> gradY0: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(6) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 1u + 0u];
  let offset = bias[channel];

  var grad0 = f32();
  var gradWeight0 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 0u; t += 4u) {
    let now0 = t;
    let now1 = t + 1u;
    let now2 = t + 2u;
    let now3 = t + 3u;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    let time1 = min(now1, u.length - 1u);
    let next1 = x[(b * u.length + time1) * u.pitch + column];
    let grad_next1 = arrived(place, (b * u.length + time1) * part_pitch + part_column);
    let time2 = min(now2, u.length - 1u);
    let next2 = x[(b * u.length + time2) * u.pitch + column];
    let grad_next2 = arrived(place, (b * u.length + time2) * part_pitch + part_column);
    let time3 = min(now3, u.length - 1u);
    let next3 = x[(b * u.length + time3) * u.pitch + column];
    let grad_next3 = arrived(place, (b * u.length + time3) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x0 = next0;
      let sum = offset + weight0 * x0;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradBias += grad0;
      }
      var reached = weight0 * grad0;
      if (now0 >= first + 0u) {
        gradX[(b * u.length + now0 - 0u) * u.pitch + column] = reached;
      }
    }
    if (now1 < end + 0u) {
      let inside = now1 < u.length;
      let x0 = next1;
      let sum = offset + weight0 * x0;
      grad0 = select(f32(), grad_next1 * silu_gradient(sum), inside);
      if (now1 < end) {
        gradWeight0 += grad0 * x0;
        gradBias += grad0;
      }
      var reached = weight0 * grad0;
      if (now1 >= first + 0u) {
        gradX[(b * u.length + now1 - 0u) * u.pitch + column] = reached;
      }
    }
    if (now2 < end + 0u) {
      let inside = now2 < u.length;
      let x0 = next2;
      let sum = offset + weight0 * x0;
      grad0 = select(f32(), grad_next2 * silu_gradient(sum), inside);
      if (now2 < end) {
        gradWeight0 += grad0 * x0;
        gradBias += grad0;
      }
      var reached = weight0 * grad0;
      if (now2 >= first + 0u) {
        gradX[(b * u.length + now2 - 0u) * u.pitch + column] = reached;
      }
    }
    if (now3 < end + 0u) {
      let inside = now3 < u.length;
      let x0 = next3;
      let sum = offset + weight0 * x0;
      grad0 = select(f32(), grad_next3 * silu_gradient(sum), inside);
      if (now3 < end) {
        gradWeight0 += grad0 * x0;
        gradBias += grad0;
      }
      var reached = weight0 * grad0;
      if (now3 >= first + 0u) {
        gradX[(b * u.length + now3 - 0u) * u.pitch + column] = reached;
      }
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 2u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 2u + 1u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> gradY0: array<f32>;
@group(0) @binding(5) var<storage, read> gradY1: array<f32>;
@group(0) @binding(6) var<storage, read> gradY2: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(8) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  if (place < u.end0) {
    return gradY0[at];
  } else if (place < u.end1) {
    return gradY1[at];
  } else {
    return gradY2[at];
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part1 = place >= u.end0;
  let part2 = place >= u.end1;
  let part_start = select(select(0u, u.end0, part1), u.end1, part2);
  let part_pitch = select(select(u.end0, u.end1, part1), u.channels, part2) - part_start;
  let part_column = place - part_start;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = weight[channel * 1u + 0u];
  let offset = bias[channel];

  var grad0 = f32();
  var gradWeight0 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 0u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x0 = next0;
      let sum = offset + weight0 * x0;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradBias += grad0;
      }
      var reached = weight0 * grad0;
      if (now0 >= first + 0u) {
        gradX[(b * u.length + now0 - 0u) * u.pitch + column] = reached;
      }
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 2u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 2u + 1u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 16b396c99a6573f5230cb2f38701d2a8867cadd3c98c5ce194a24cc52b213b3e

// ---- conv1d_silu_backward {"width":2,"vector":true,"activation":"none","bias":false,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> gradY0: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY1: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradY2: array<vec4f>;
@group(0) @binding(6) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> parts: array<vec4f>;

fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}
fn arrived(place: u32, at: u32) -> vec4f {
  if (place < u.end0) {
    return gradY0[at];
  } else if (place < u.end1) {
    return gradY1[at];
  } else {
    return gradY2[at];
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part1 = place >= u.end0;
  let part2 = place >= u.end1;
  let part_start = select(select(0u, u.end0, part1), u.end1, part2);
  let part_pitch = select(select(u.end0, u.end1, part1), u.channels, part2) - part_start;
  let part_column = place - part_start;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 8u + 0u + 0u * 2u], weight[channel * 8u + 0u + 1u * 2u], weight[channel * 8u + 0u + 2u * 2u], weight[channel * 8u + 0u + 3u * 2u]);
  let weight1 = vec4f(weight[channel * 8u + 1u + 0u * 2u], weight[channel * 8u + 1u + 1u * 2u], weight[channel * 8u + 1u + 2u * 2u], weight[channel * 8u + 1u + 3u * 2u]);
  var x0 = vec4f();
  if (first + 0u < 1u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 1u) * u.pitch + column];
  }
  var grad0 = vec4f();
  var grad1 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  for (var t = first; t < end + 1u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x1 = next0;
      grad0 = select(vec4f(), grad_next0, inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
      }
      var reached = weight0 * grad0 + weight1 * grad1;
      if (now0 >= u.length) {
        reached += vec4f(gradFinalState[(b * u.total + channel) * 4u + (now0 - u.length) + 0u * 1u], gradFinalState[(b * u.total + channel) * 4u + (now0 - u.length) + 1u * 1u], gradFinalState[(b * u.total + channel) * 4u + (now0 - u.length) + 2u * 1u], gradFinalState[(b * u.total + channel) * 4u + (now0 - u.length) + 3u * 1u]);
      }
      if (now0 >= first + 1u) {
        gradX[(b * u.length + now0 - 1u) * u.pitch + column] = reached;
      }
      x0 = x1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 2u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 2u + 1u) * u.total + channel] = gradWeight1;
}

// ---- conv1d_silu_backward {"width":2,"vector":true,"activation":"none","bias":false,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 2719ac3a3ca66450b2ba21f1c953ef038a9cb0169a43736228d54b78ca4a92c2

// ---- conv1d_silu_backward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> gradY0: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> parts: array<vec4f>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}
fn arrived(place: u32, at: u32) -> vec4f {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 8u + 0u + 0u * 2u], weight[channel * 8u + 0u + 1u * 2u], weight[channel * 8u + 0u + 2u * 2u], weight[channel * 8u + 0u + 3u * 2u]);
  let weight1 = vec4f(weight[channel * 8u + 1u + 0u * 2u], weight[channel * 8u + 1u + 1u * 2u], weight[channel * 8u + 1u + 2u * 2u], weight[channel * 8u + 1u + 3u * 2u]);
  var x0 = vec4f();
  if (first + 0u < 1u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 1u) * u.pitch + column];
  }
  var grad0 = vec4f();
  var grad1 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  for (var t = first; t < end + 1u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x1 = next0;
      let sum = weight0 * x0 + weight1 * x1;
      grad0 = select(vec4f(), grad_next0 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
      }
      var reached = weight0 * grad0 + weight1 * grad1;
      if (now0 >= first + 1u) {
        gradX[(b * u.length + now0 - 1u) * u.pitch + column] = reached;
      }
      x0 = x1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 2u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 2u + 1u) * u.total + channel] = gradWeight1;
}

// ---- conv1d_silu_backward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 56a32efb9fbec48f0ac7f1abbacab03d8862deab750ffcaf4389abb20d7460dd

// ---- conv1d_silu_backward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> initialState: array<f32>;
@group(0) @binding(5) var<storage, read> gradY0: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradInitialState: array<f32>;
@group(0) @binding(8) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  let at = (b * u.total + channel) * 2u + slot;
  return initialState[at];
}
fn arrived(place: u32, at: u32) -> f32 {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
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
    x0 = x[(b * u.length + first + 0u - 2u) * u.pitch + column];
  }
  var x1 = f32();
  if (first + 1u < 2u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 2u) * u.pitch + column];
  }
  var grad0 = f32();
  var grad1 = f32();
  var grad2 = f32();
  var gradWeight0 = f32();
  var gradWeight1 = f32();
  var gradWeight2 = f32();
  var gradBias = f32();
  for (var t = first; t < end + 2u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x2 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2;
      if (now0 >= first + 2u) {
        gradX[(b * u.length + now0 - 2u) * u.pitch + column] = reached;
      } else if (first == 0u) {
        gradInitialState[(b * u.total + channel) * 2u + now0] = reached;
      }
      x0 = x1;
      x1 = x2;
      grad2 = grad1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 4u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 4u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 4u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 4u + 3u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 ab29bdb6ae77b22a6a78f2a3e93f6d9feac38c2fb0fc4919ef17e1c64fed99db

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"none","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> gradY0: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(5) var<storage, read_write> parts: array<f32>;

fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
  }
  var x1 = f32();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
  }
  var x2 = f32();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
  }
  var grad0 = f32();
  var grad1 = f32();
  var grad2 = f32();
  var grad3 = f32();
  var gradWeight0 = f32();
  var gradWeight1 = f32();
  var gradWeight2 = f32();
  var gradWeight3 = f32();
  for (var t = first; t < end + 3u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x3 = next0;
      grad0 = select(f32(), grad_next0, inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 4u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 4u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 4u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 4u + 3u) * u.total + channel] = gradWeight3;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"none","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 646880975d2deb241c7bf08b9042607c89e1d0882726177a34dab8ef7d95618c

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":true,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(5) var<storage, read> gradY0: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  var number = 0;
  var changes = 0;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
    let number0 = seqIdx[b * u.length + first + 0u - 3u];
    changes += select(0, 1, number0 != number);
    number = number0;
    document0 = select(changes, -1, number < 0);
  }
  var x1 = f32();
  var document1 = 0;
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
    let number1 = seqIdx[b * u.length + first + 1u - 3u];
    changes += select(0, 1, number1 != number);
    number = number1;
    document1 = select(changes, -1, number < 0);
  }
  var x2 = f32();
  var document2 = 0;
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
    let number2 = seqIdx[b * u.length + first + 2u - 3u];
    changes += select(0, 1, number2 != number);
    number = number2;
    document2 = select(changes, -1, number < 0);
  }
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
  for (var t = first; t < end + 3u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    let next_document0 = seqIdx[b * u.length + time0];
    {
      let inside = now0 < u.length;
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      gradDocument0 = select(-1, document3, inside);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), gradDocument0 >= 0);
      if (now0 < end) {
        gradWeight0 += select(f32(), grad0 * x0, document0 == document3);
        gradWeight1 += select(f32(), grad0 * x1, document1 == document3);
        gradWeight2 += select(f32(), grad0 * x2, document2 == document3);
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = select(f32(), weight0 * grad0, gradDocument0 == document0) + select(f32(), weight1 * grad1, gradDocument1 == document0) + select(f32(), weight2 * grad2, gradDocument2 == document0) + select(f32(), weight3 * grad3, true);
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
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
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 4b92022cf0f6cded108d46898b66298337b76351e88e7e1d110320138866b385

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":true,"parts":2,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(5) var<storage, read> gradY0: array<f32>;
@group(0) @binding(6) var<storage, read> gradY1: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(8) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  if (place < u.end0) {
    return gradY0[at];
  } else {
    return gradY1[at];
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part1 = place >= u.end0;
  let part_start = select(0u, u.end0, part1);
  let part_pitch = select(u.end0, u.channels, part1) - part_start;
  let part_column = place - part_start;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  var number = 0;
  var changes = 0;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
    let number0 = seqIdx[b * u.length + first + 0u - 3u];
    changes += select(0, 1, number0 != number);
    number = number0;
    document0 = select(changes, -1, number < 0);
  }
  var x1 = f32();
  var document1 = 0;
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
    let number1 = seqIdx[b * u.length + first + 1u - 3u];
    changes += select(0, 1, number1 != number);
    number = number1;
    document1 = select(changes, -1, number < 0);
  }
  var x2 = f32();
  var document2 = 0;
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
    let number2 = seqIdx[b * u.length + first + 2u - 3u];
    changes += select(0, 1, number2 != number);
    number = number2;
    document2 = select(changes, -1, number < 0);
  }
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
  for (var t = first; t < end + 3u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    let next_document0 = seqIdx[b * u.length + time0];
    {
      let inside = now0 < u.length;
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      gradDocument0 = select(-1, document3, inside);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), gradDocument0 >= 0);
      if (now0 < end) {
        gradWeight0 += select(f32(), grad0 * x0, document0 == document3);
        gradWeight1 += select(f32(), grad0 * x1, document1 == document3);
        gradWeight2 += select(f32(), grad0 * x2, document2 == document3);
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = select(f32(), weight0 * grad0, gradDocument0 == document0) + select(f32(), weight1 * grad1, gradDocument1 == document0) + select(f32(), weight2 * grad2, gradDocument2 == document0) + select(f32(), weight3 * grad3, true);
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
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
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":true,"parts":2,"ahead":4}
// no line of its own; SHA-256 425d651c6c7230f4e6c8f6be298d9c07b7dd113f63b1c9b3e39d243d5972accf

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> gradY0: array<f32>;
@group(0) @binding(5) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(7) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
  }
  var x1 = f32();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
  }
  var x2 = f32();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
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
  for (var t = first; t < end + 3u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x3 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now0 >= u.length) {
        reached += gradFinalState[(b * u.total + channel) * 3u + (now0 - u.length)];
      }
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 d4857654878a2a4eaf6582be7022f235eaf860d70ab749bd1225dfe34a6468b9

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":2,"ahead":1}
// no line of its own; SHA-256 bb6b2e34ff2f5a4dc44f045f571e146580a35aeb83b85fc753d2e523b7361b73

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":2,"ahead":4}
// no line of its own; SHA-256 89b7cd5d3bff44aee65ce51170c0250c26afb4763150d61b96867499d01b33b9

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(5) var<storage, read> gradY0: array<f32>;
@group(0) @binding(6) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<f32>;
@group(0) @binding(8) var<storage, read_write> parts: array<f32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}
fn arrived(place: u32, at: u32) -> f32 {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  var number = 0;
  var changes = 0;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
    let number0 = seqIdx[b * u.length + first + 0u - 3u];
    changes += select(0, 1, number0 != number);
    number = number0;
    document0 = select(changes, -1, number < 0);
  }
  var x1 = f32();
  var document1 = 0;
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
    let number1 = seqIdx[b * u.length + first + 1u - 3u];
    changes += select(0, 1, number1 != number);
    number = number1;
    document1 = select(changes, -1, number < 0);
  }
  var x2 = f32();
  var document2 = 0;
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
    let number2 = seqIdx[b * u.length + first + 2u - 3u];
    changes += select(0, 1, number2 != number);
    number = number2;
    document2 = select(changes, -1, number < 0);
  }
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
  for (var t = first; t < end + 3u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    let next_document0 = seqIdx[b * u.length + time0];
    {
      let inside = now0 < u.length;
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      gradDocument0 = select(-1, document3, inside);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      grad0 = select(f32(), grad_next0 * silu_gradient(sum), gradDocument0 >= 0);
      if (now0 < end) {
        gradWeight0 += select(f32(), grad0 * x0, document0 == document3);
        gradWeight1 += select(f32(), grad0 * x1, document1 == document3);
        gradWeight2 += select(f32(), grad0 * x2, document2 == document3);
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = select(f32(), weight0 * grad0, gradDocument0 == document0) + select(f32(), weight1 * grad1, gradDocument1 == document0) + select(f32(), weight2 * grad2, gradDocument2 == document0) + select(f32(), weight3 * grad3, true);
      if (now0 >= u.length) {
        reached += select(f32(), gradFinalState[(b * u.total + channel) * 3u + (now0 - u.length)], number >= 0 && document0 == changes);
      }
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
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
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 87102e1938efcfe9b62d9f8a5e5e9c20f65f5a10728741a54ded8e1e4e4e6a7e

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY0: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> parts: array<vec4f>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}
fn arrived(place: u32, at: u32) -> vec4f {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
  }
  var x1 = vec4f();
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
  }
  var x2 = vec4f();
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
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
  for (var t = first; t < end + 3u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x3 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      grad0 = select(vec4f(), grad_next0 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3;
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 eaee0d92e098af79a18ad9c5fd865a754d7e2c967d418f82792198aaa21618c4

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// no line of its own; SHA-256 4cbceaae02c0de4e18daa63c1d106235cff21d6eb2b5f5eb57ae3d0898bf4dc5

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 d57b008e81c2d5575e3fcd9134be211e0c178f66a9e64cb2031c4f4b0868b7dd

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 91bade177783583e91bef019b4deea5a861d5952be32b4e6d3f8bb1d002cf066

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 590d436e0e235824f59ba71f4c50c0c7545fe0715ff60171f14a8f46f2fb68ba

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(5) var<storage, read> gradY0: array<vec4f>;
@group(0) @binding(6) var<storage, read> gradFinalState: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> parts: array<vec4f>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}
fn arrived(place: u32, at: u32) -> vec4f {
  return gradY0[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part_pitch = u.channels;
  let part_column = place;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  var number = 0;
  var changes = 0;
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
    x0 = x[(b * u.length + first + 0u - 3u) * u.pitch + column];
    let number0 = seqIdx[b * u.length + first + 0u - 3u];
    changes += select(0, 1, number0 != number);
    number = number0;
    document0 = select(changes, -1, number < 0);
  }
  var x1 = vec4f();
  var document1 = 0;
  if (first + 1u < 3u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 3u) * u.pitch + column];
    let number1 = seqIdx[b * u.length + first + 1u - 3u];
    changes += select(0, 1, number1 != number);
    number = number1;
    document1 = select(changes, -1, number < 0);
  }
  var x2 = vec4f();
  var document2 = 0;
  if (first + 2u < 3u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 3u) * u.pitch + column];
    let number2 = seqIdx[b * u.length + first + 2u - 3u];
    changes += select(0, 1, number2 != number);
    number = number2;
    document2 = select(changes, -1, number < 0);
  }
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
  for (var t = first; t < end + 3u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    let next_document0 = seqIdx[b * u.length + time0];
    {
      let inside = now0 < u.length;
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      gradDocument0 = select(-1, document3, inside);
      let sum = offset + select(vec4f(), weight0 * x0, document0 == document3) + select(vec4f(), weight1 * x1, document1 == document3) + select(vec4f(), weight2 * x2, document2 == document3) + weight3 * x3;
      grad0 = select(vec4f(), grad_next0 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), gradDocument0 >= 0);
      if (now0 < end) {
        gradWeight0 += select(vec4f(), grad0 * x0, document0 == document3);
        gradWeight1 += select(vec4f(), grad0 * x1, document1 == document3);
        gradWeight2 += select(vec4f(), grad0 * x2, document2 == document3);
        gradWeight3 += grad0 * x3;
        gradBias += grad0;
      }
      var reached = select(vec4f(), weight0 * grad0, gradDocument0 == document0) + select(vec4f(), weight1 * grad1, gradDocument1 == document0) + select(vec4f(), weight2 * grad2, gradDocument2 == document0) + select(vec4f(), weight3 * grad3, true);
      if (now0 >= u.length) {
        reached += select(vec4f(), vec4f(gradFinalState[(b * u.total + channel) * 12u + (now0 - u.length) + 0u * 3u], gradFinalState[(b * u.total + channel) * 12u + (now0 - u.length) + 1u * 3u], gradFinalState[(b * u.total + channel) * 12u + (now0 - u.length) + 2u * 3u], gradFinalState[(b * u.total + channel) * 12u + (now0 - u.length) + 3u * 3u]), number >= 0 && document0 == changes);
      }
      if (now0 >= first + 3u) {
        gradX[(b * u.length + now0 - 3u) * u.pitch + column] = reached;
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
  }
  let part = b * groups.y + id.y;
  parts[(part * 5u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 5u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 5u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 5u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 5u + 4u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 c68422477b12194a0b9ab87f7089277305cb3e11fb0079ddd246c7b1abc13f0f

// ---- conv1d_silu_backward {"width":7,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// conv1d_silu_backward
struct Uniforms {
  length: u32,
  segment: u32,
  channels: u32,
  first: u32,
  total: u32,
  pitch: u32,
  start: u32,
  end0: u32,
  end1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY0: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradY1: array<vec4f>;
@group(0) @binding(6) var<storage, read> gradY2: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradX: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> parts: array<vec4f>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu_gradient(x: f32) -> f32 {
  let s = sigmoid(x);
  return s * (1.0 + x * (1.0 - s));
}
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}
fn arrived(place: u32, at: u32) -> vec4f {
  if (place < u.end0) {
    return gradY0[at];
  } else if (place < u.end1) {
    return gradY1[at];
  } else {
    return gradY2[at];
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let place = id.x;
  if (place >= u.channels) {
    return;
  }
  let channel = u.first + place;
  let column = u.start + place;
  let part1 = place >= u.end0;
  let part2 = place >= u.end1;
  let part_start = select(select(0u, u.end0, part1), u.end1, part2);
  let part_pitch = select(select(u.end0, u.end1, part1), u.channels, part2) - part_start;
  let part_column = place - part_start;
  let b = id.z;
  let first = id.y * u.segment;
  let end = min(first + u.segment, u.length);
  let weight0 = vec4f(weight[channel * 28u + 0u + 0u * 7u], weight[channel * 28u + 0u + 1u * 7u], weight[channel * 28u + 0u + 2u * 7u], weight[channel * 28u + 0u + 3u * 7u]);
  let weight1 = vec4f(weight[channel * 28u + 1u + 0u * 7u], weight[channel * 28u + 1u + 1u * 7u], weight[channel * 28u + 1u + 2u * 7u], weight[channel * 28u + 1u + 3u * 7u]);
  let weight2 = vec4f(weight[channel * 28u + 2u + 0u * 7u], weight[channel * 28u + 2u + 1u * 7u], weight[channel * 28u + 2u + 2u * 7u], weight[channel * 28u + 2u + 3u * 7u]);
  let weight3 = vec4f(weight[channel * 28u + 3u + 0u * 7u], weight[channel * 28u + 3u + 1u * 7u], weight[channel * 28u + 3u + 2u * 7u], weight[channel * 28u + 3u + 3u * 7u]);
  let weight4 = vec4f(weight[channel * 28u + 4u + 0u * 7u], weight[channel * 28u + 4u + 1u * 7u], weight[channel * 28u + 4u + 2u * 7u], weight[channel * 28u + 4u + 3u * 7u]);
  let weight5 = vec4f(weight[channel * 28u + 5u + 0u * 7u], weight[channel * 28u + 5u + 1u * 7u], weight[channel * 28u + 5u + 2u * 7u], weight[channel * 28u + 5u + 3u * 7u]);
  let weight6 = vec4f(weight[channel * 28u + 6u + 0u * 7u], weight[channel * 28u + 6u + 1u * 7u], weight[channel * 28u + 6u + 2u * 7u], weight[channel * 28u + 6u + 3u * 7u]);
  let offset = bias[channel];
  var x0 = vec4f();
  if (first + 0u < 6u) {
    x0 = before(b, channel, first + 0u);
  } else {
    x0 = x[(b * u.length + first + 0u - 6u) * u.pitch + column];
  }
  var x1 = vec4f();
  if (first + 1u < 6u) {
    x1 = before(b, channel, first + 1u);
  } else {
    x1 = x[(b * u.length + first + 1u - 6u) * u.pitch + column];
  }
  var x2 = vec4f();
  if (first + 2u < 6u) {
    x2 = before(b, channel, first + 2u);
  } else {
    x2 = x[(b * u.length + first + 2u - 6u) * u.pitch + column];
  }
  var x3 = vec4f();
  if (first + 3u < 6u) {
    x3 = before(b, channel, first + 3u);
  } else {
    x3 = x[(b * u.length + first + 3u - 6u) * u.pitch + column];
  }
  var x4 = vec4f();
  if (first + 4u < 6u) {
    x4 = before(b, channel, first + 4u);
  } else {
    x4 = x[(b * u.length + first + 4u - 6u) * u.pitch + column];
  }
  var x5 = vec4f();
  if (first + 5u < 6u) {
    x5 = before(b, channel, first + 5u);
  } else {
    x5 = x[(b * u.length + first + 5u - 6u) * u.pitch + column];
  }
  var grad0 = vec4f();
  var grad1 = vec4f();
  var grad2 = vec4f();
  var grad3 = vec4f();
  var grad4 = vec4f();
  var grad5 = vec4f();
  var grad6 = vec4f();
  var gradWeight0 = vec4f();
  var gradWeight1 = vec4f();
  var gradWeight2 = vec4f();
  var gradWeight3 = vec4f();
  var gradWeight4 = vec4f();
  var gradWeight5 = vec4f();
  var gradWeight6 = vec4f();
  var gradBias = vec4f();
  for (var t = first; t < end + 6u; t += 1u) {
    let now0 = t;
    let time0 = min(now0, u.length - 1u);
    let next0 = x[(b * u.length + time0) * u.pitch + column];
    let grad_next0 = arrived(place, (b * u.length + time0) * part_pitch + part_column);
    {
      let inside = now0 < u.length;
      let x6 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3 + weight4 * x4 + weight5 * x5 + weight6 * x6;
      grad0 = select(vec4f(), grad_next0 * vec4f(silu_gradient(sum.x), silu_gradient(sum.y), silu_gradient(sum.z), silu_gradient(sum.w)), inside);
      if (now0 < end) {
        gradWeight0 += grad0 * x0;
        gradWeight1 += grad0 * x1;
        gradWeight2 += grad0 * x2;
        gradWeight3 += grad0 * x3;
        gradWeight4 += grad0 * x4;
        gradWeight5 += grad0 * x5;
        gradWeight6 += grad0 * x6;
        gradBias += grad0;
      }
      var reached = weight0 * grad0 + weight1 * grad1 + weight2 * grad2 + weight3 * grad3 + weight4 * grad4 + weight5 * grad5 + weight6 * grad6;
      if (now0 >= first + 6u) {
        gradX[(b * u.length + now0 - 6u) * u.pitch + column] = reached;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      x3 = x4;
      x4 = x5;
      x5 = x6;
      grad6 = grad5;
      grad5 = grad4;
      grad4 = grad3;
      grad3 = grad2;
      grad2 = grad1;
      grad1 = grad0;
    }
  }
  let part = b * groups.y + id.y;
  parts[(part * 8u + 0u) * u.total + channel] = gradWeight0;
  parts[(part * 8u + 1u) * u.total + channel] = gradWeight1;
  parts[(part * 8u + 2u) * u.total + channel] = gradWeight2;
  parts[(part * 8u + 3u) * u.total + channel] = gradWeight3;
  parts[(part * 8u + 4u) * u.total + channel] = gradWeight4;
  parts[(part * 8u + 5u) * u.total + channel] = gradWeight5;
  parts[(part * 8u + 6u) * u.total + channel] = gradWeight6;
  parts[(part * 8u + 7u) * u.total + channel] = gradBias;
}

// ---- conv1d_silu_backward {"width":7,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 036b5e476d732eeafa09dcf4bdbfc5375478ed9b769fffa6e41cb11b663422be
