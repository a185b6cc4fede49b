// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(4) var<storage, read_write> y0: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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

  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x0 = next0;
      let sum = offset + weight0 * x0;
      let value = silu(sum);
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
    }
  }
}

// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// conv1d_silu_forward
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
@group(0) @binding(4) var<storage, read_write> y0: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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

  for (var t = first; t < end; t += 4u) {
    let now0 = t;
    let now1 = t + 1u;
    let now2 = t + 2u;
    let now3 = t + 3u;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    let next1 = x[(b * u.length + min(now1, u.length - 1u)) * u.pitch + column];
    let next2 = x[(b * u.length + min(now2, u.length - 1u)) * u.pitch + column];
    let next3 = x[(b * u.length + min(now3, u.length - 1u)) * u.pitch + column];
    {
      let x0 = next0;
      let sum = offset + weight0 * x0;
      let value = silu(sum);
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
    }
    if (now1 < end) {
      let x0 = next1;
      let sum = offset + weight0 * x0;
      let value = silu(sum);
      y0[(b * u.length + now1) * part_pitch + part_column] = value;
    }
    if (now2 < end) {
      let x0 = next2;
      let sum = offset + weight0 * x0;
      let value = silu(sum);
      y0[(b * u.length + now2) * part_pitch + part_column] = value;
    }
    if (now3 < end) {
      let x0 = next3;
      let sum = offset + weight0 * x0;
      let value = silu(sum);
      y0[(b * u.length + now3) * part_pitch + part_column] = value;
    }
  }
}

// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 2c5195ffbee7ee46facbc44936fc029bd6d2c7e59d5a29618eb138193d602279

// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(4) var<storage, read_write> y0: array<f32>;
@group(0) @binding(5) var<storage, read_write> y1: array<f32>;
@group(0) @binding(6) var<storage, read_write> y2: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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

  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x0 = next0;
      let sum = offset + weight0 * x0;
      let value = silu(sum);
      if (place < u.end0) {
        y0[(b * u.length + now0) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now0) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now0) * part_pitch + part_column] = value;
      }
    }
  }
}

// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 3e582e1edddad2dcb935d121539ecc892d28fc5dac6fbdd89e155ebc549a064f

// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 890c2bcb9f8b0d87f7b573b88ca3291613b9b540cfe90baa8148929a5b280008

// ---- conv1d_silu_forward {"width":1,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(4) var<storage, read> initialState: array<f32>;
@group(0) @binding(5) var<storage, read_write> y0: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  let at = (b * u.total + channel) * 0u + slot;
  return vec4f(initialState[at + 0u * 0u], initialState[at + 1u * 0u], initialState[at + 2u * 0u], initialState[at + 3u * 0u]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  let weight0 = vec4f(weight[channel * 4u + 0u + 0u * 1u], weight[channel * 4u + 0u + 1u * 1u], weight[channel * 4u + 0u + 2u * 1u], weight[channel * 4u + 0u + 3u * 1u]);
  let offset = bias[channel];

  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x0 = next0;
      let sum = offset + weight0 * x0;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
    }
  }
}

// ---- conv1d_silu_forward {"width":1,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 24fb7fc18b5e1ebba9471f8c94e17d3f09db6ff24448ced71125d61953866e6e

// ---- conv1d_silu_forward {"width":1,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 2cfa3fbde7e5841962531dd8c3714a36cb108bc3bf50e359801c7b7dcdf4e6f9

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"none","bias":false,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(3) var<storage, read_write> y0: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y1: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y2: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x1 = next0;
      let sum = weight0 * x0 + weight1 * x1;
      let value = sum;
      if (place < u.end0) {
        y0[(b * u.length + now0) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now0) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now0) * part_pitch + part_column] = value;
      }
      x0 = x1;
    }
  }
  if (end == u.length) {
    let final0 = x0;
    finalState[(b * u.total + channel) * 4u + 0u + 0u * 1u] = final0.x;
    finalState[(b * u.total + channel) * 4u + 0u + 1u * 1u] = final0.y;
    finalState[(b * u.total + channel) * 4u + 0u + 2u * 1u] = final0.z;
    finalState[(b * u.total + channel) * 4u + 0u + 3u * 1u] = final0.w;
  }
}

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"none","bias":false,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 29b4554f483f39d352f222f9ba75d1f758135afa7101dd9cf477e2476bcfa213

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"none","bias":false,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 3e2198c88f2b7e980ad016761474d8c07554268625165a81f73b25b7e8d3f29a

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 2c398d38f66d6415ee5a6d5eff47dd384d015a982ec09118807d913fb4a7faf8

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 21c53175e4496667e19ca1f86ef1e2d8b448f0d0644ecb9d47b84e673d8e20d6

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 8219adba96fd75bf484e9c3c9c987fcda929a56bedde9b57556dbc22db7fd357

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(5) var<storage, read_write> y0: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  let at = (b * u.total + channel) * 2u + slot;
  return initialState[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x2 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2;
      let value = silu(sum);
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
    }
  }
}

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 fc02fbdf90f93de46759e3a89e19728fb986e9e6d56895980f4d800053a39a6e

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 76367b2a877705b385629d53a7d04804e27e9d13122a40643b7a2c4fcbb4c5f2

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// no line of its own; SHA-256 b2778cd0616a051c520152e8b4e45131fc5ead38c68fe8717b066c2f24c66f24

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 c19aca9d0e0bd84fcaff5f770886bb24355b43d88ad2cba45fbc9f45ae81b9ae

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 5fcb8bb94dd83f0354719c5923581a592e68998f53caa6de8a70ebf76afd111e

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"none","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(3) var<storage, read_write> y0: array<f32>;

fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x3 = next0;
      let sum = weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = sum;
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"none","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 7bd28639ea3156374ebe580924b04aa1b68b365b88ebfc98edb7e690e4181ebc

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"none","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 7fcec63a88c37e5280db4e6aa72df844289ba2338b4d8b3b456d1a6873b5adc5

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":true,"parts":3,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(5) var<storage, read_write> y0: array<f32>;
@group(0) @binding(6) var<storage, read_write> y1: array<f32>;
@group(0) @binding(7) var<storage, read_write> y2: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    let next_document0 = seqIdx[b * u.length + now0];
    {
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(f32(), silu(sum), document3 >= 0);
      if (place < u.end0) {
        y0[(b * u.length + now0) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now0) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now0) * part_pitch + part_column] = value;
      }
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":true,"parts":3,"ahead":4}
// conv1d_silu_forward
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
@group(0) @binding(5) var<storage, read_write> y0: array<f32>;
@group(0) @binding(6) var<storage, read_write> y1: array<f32>;
@group(0) @binding(7) var<storage, read_write> y2: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 4u) {
    let now0 = t;
    let now1 = t + 1u;
    let now2 = t + 2u;
    let now3 = t + 3u;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    let next_document0 = seqIdx[b * u.length + now0];
    let next1 = x[(b * u.length + min(now1, u.length - 1u)) * u.pitch + column];
    let next_document1 = seqIdx[b * u.length + min(now1, u.length - 1u)];
    let next2 = x[(b * u.length + min(now2, u.length - 1u)) * u.pitch + column];
    let next_document2 = seqIdx[b * u.length + min(now2, u.length - 1u)];
    let next3 = x[(b * u.length + min(now3, u.length - 1u)) * u.pitch + column];
    let next_document3 = seqIdx[b * u.length + min(now3, u.length - 1u)];
    {
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(f32(), silu(sum), document3 >= 0);
      if (place < u.end0) {
        y0[(b * u.length + now0) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now0) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now0) * part_pitch + part_column] = value;
      }
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
    if (now1 < end) {
      let x3 = next1;
      changes += select(0, 1, next_document1 != number);
      number = next_document1;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(f32(), silu(sum), document3 >= 0);
      if (place < u.end0) {
        y0[(b * u.length + now1) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now1) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now1) * part_pitch + part_column] = value;
      }
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
    if (now2 < end) {
      let x3 = next2;
      changes += select(0, 1, next_document2 != number);
      number = next_document2;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(f32(), silu(sum), document3 >= 0);
      if (place < u.end0) {
        y0[(b * u.length + now2) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now2) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now2) * part_pitch + part_column] = value;
      }
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
    if (now3 < end) {
      let x3 = next3;
      changes += select(0, 1, next_document3 != number);
      number = next_document3;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(f32(), silu(sum), document3 >= 0);
      if (place < u.end0) {
        y0[(b * u.length + now3) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now3) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now3) * part_pitch + part_column] = value;
      }
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":true,"parts":3,"ahead":8}
// no line of its own; SHA-256 cd654b61b3f909c160cdd85ce22335054c425ea19e8ef20930ae138e6255720f

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(4) var<storage, read_write> y0: array<f32>;
@group(0) @binding(5) var<storage, read_write> finalState: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x3 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3;
      let value = silu(sum);
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
  if (end == u.length) {
    let final0 = x0;
    finalState[(b * u.total + channel) * 3u + 0u] = final0;
    let final1 = x1;
    finalState[(b * u.total + channel) * 3u + 1u] = final1;
    let final2 = x2;
    finalState[(b * u.total + channel) * 3u + 2u] = final2;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 c7cd4cd4214521167cc9d2d37535daf1674f79a8137da72809fa758604a973c2

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 f374c3c39a9f253eb0a8e8b55059826169cbccf3ca4874783f5f604f8bf44df7

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":1}
// no line of its own; SHA-256 0bffc0f3e0348f82331e4a6d6f4417d03dc94f619e6e942faa4db2aa92232025

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 78ae96cdaeb060e31f7895f111fc24d1c0379923fa757a08628559f938ef6bbd

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 dec24e29f21e74ff525b473c21794aeab4c18eb40fb64faff3201b974781db32

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(5) var<storage, read_write> y0: array<f32>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  return f32();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    let next_document0 = seqIdx[b * u.length + now0];
    {
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(f32(), silu(sum), document3 >= 0);
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
  }
  if (end == u.length) {
    let last = document2;
    let final0 = select(f32(), x0, last >= 0 && document0 == last);
    finalState[(b * u.total + channel) * 3u + 0u] = final0;
    let final1 = select(f32(), x1, last >= 0 && document1 == last);
    finalState[(b * u.total + channel) * 3u + 1u] = final1;
    let final2 = select(f32(), x2, last >= 0 && document2 == last);
    finalState[(b * u.total + channel) * 3u + 2u] = final2;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 475567b653a36e13991bc0f2334c291bf8d12c7c998548f46f0e9e08b7f9a5c1

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 777f732d5124c4d0b5b8df02970acc2f0d31ec31ab29828f88f37b8339990bd8

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 6b75777dcb68a6edb0045d9a6755fe6de03ceabf3b67654fdbe7cfbc86f81b3d

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 495dde60f151d7cd98354370b828cea20df8f04112b583de6b4d3419bc674a62

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 ac196b90ccbaa4c4ac50434dbec3438b40d34a46e0e78daa8a59b7c3fc9e5b13

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// no line of its own; SHA-256 78e82c31bf75aabfb99a30f381633b38b607a02da62377f457fb37056c196723

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 b0d686d0fa0990fdc65283d54b9fc175d2c69a7ea52f4a8489b84f204daefb9d

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 4b980b5f33e43e8f4fd913cc58b2d6307224b55b2dcaf30deccbce43c6373dbf

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(5) var<storage, read> seqIdx: array<i32>;
@group(0) @binding(6) var<storage, read_write> y0: array<f32>;
@group(0) @binding(7) var<storage, read_write> y1: array<f32>;
@group(0) @binding(8) var<storage, read_write> finalState: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> f32 {
  let at = (b * u.total + channel) * 3u + slot;
  return initialState[at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    let next_document0 = seqIdx[b * u.length + now0];
    {
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(f32(), weight0 * x0, document0 == document3) + select(f32(), weight1 * x1, document1 == document3) + select(f32(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(f32(), silu(sum), document3 >= 0);
      if (place < u.end0) {
        y0[(b * u.length + now0) * part_pitch + part_column] = value;
      } else {
        y1[(b * u.length + now0) * part_pitch + part_column] = value;
      }
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
  }
  if (end == u.length) {
    let last = document2;
    let final0 = select(f32(), x0, last >= 0 && document0 == last);
    finalState[(b * u.total + channel) * 3u + 0u] = final0;
    let final1 = select(f32(), x1, last >= 0 && document1 == last);
    finalState[(b * u.total + channel) * 3u + 1u] = final1;
    let final2 = select(f32(), x2, last >= 0 && document2 == last);
    finalState[(b * u.total + channel) * 3u + 2u] = final2;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":4}
// no line of its own; SHA-256 3f9886564ef0a48cb93975451a50f23189f49aa3ffdc9ae593728a749857b00b

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":8}
// no line of its own; SHA-256 02dbd2c3634d3ec045566fe3eec6b8dcb2681b7f098bb4ef390630513cee736d

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 0f40927f1ee8bfd96e5752f43785b61ea0a2c171bd4e7ea67ed8b266598f22e9

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 279f4a8befeb492d0434358d6bf1ba6b365b5285f40f760169de242454651a23

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 1372dc7908af50544faf4411bfcde5258bac6137929ddd91cbe5cf0bbbb775b3

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// no line of its own; SHA-256 0be95fba49253c03b596a022ca589264a5dc36bf478637074c68ee32f64d05b0

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 43f651ba2fe5f339f41f9388c540d602202f3e1dfec6fd0c4b0f748912762b55

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 ff44f876ca028361716f45ba51c78af671bff0d70e28031718c5bb7b6a3b96de

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 6072288e6099b63d764cbba4fdb7cf5c405fe0ee0a25aed65164d953ed696c03

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 d44f0334d1a5ab0f9983fdf0f5d1e020660ea40dc066a41ca507f544679826cc

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 9638cc60c22c20e764a3ad9cd8fe6f00e5cea96b087ec28c6cf5ef1dfec5b23b

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(5) var<storage, read_write> y0: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> finalState: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    let next_document0 = seqIdx[b * u.length + now0];
    {
      let x3 = next0;
      changes += select(0, 1, next_document0 != number);
      number = next_document0;
      let document3 = select(changes, -1, number < 0);
      let sum = offset + select(vec4f(), weight0 * x0, document0 == document3) + select(vec4f(), weight1 * x1, document1 == document3) + select(vec4f(), weight2 * x2, document2 == document3) + weight3 * x3;
      let value = select(vec4f(), vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w)), document3 >= 0);
      y0[(b * u.length + now0) * part_pitch + part_column] = value;
      x0 = x1;
      document0 = document1;
      x1 = x2;
      document1 = document2;
      x2 = x3;
      document2 = document3;
    }
  }
  if (end == u.length) {
    let last = document2;
    let final0 = select(vec4f(), x0, last >= 0 && document0 == last);
    finalState[(b * u.total + channel) * 12u + 0u + 0u * 3u] = final0.x;
    finalState[(b * u.total + channel) * 12u + 0u + 1u * 3u] = final0.y;
    finalState[(b * u.total + channel) * 12u + 0u + 2u * 3u] = final0.z;
    finalState[(b * u.total + channel) * 12u + 0u + 3u * 3u] = final0.w;
    let final1 = select(vec4f(), x1, last >= 0 && document1 == last);
    finalState[(b * u.total + channel) * 12u + 1u + 0u * 3u] = final1.x;
    finalState[(b * u.total + channel) * 12u + 1u + 1u * 3u] = final1.y;
    finalState[(b * u.total + channel) * 12u + 1u + 2u * 3u] = final1.z;
    finalState[(b * u.total + channel) * 12u + 1u + 3u * 3u] = final1.w;
    let final2 = select(vec4f(), x2, last >= 0 && document2 == last);
    finalState[(b * u.total + channel) * 12u + 2u + 0u * 3u] = final2.x;
    finalState[(b * u.total + channel) * 12u + 2u + 1u * 3u] = final2.y;
    finalState[(b * u.total + channel) * 12u + 2u + 2u * 3u] = final2.z;
    finalState[(b * u.total + channel) * 12u + 2u + 3u * 3u] = final2.w;
  }
}

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 6d96ca8ac4ea641409c74d24ac7a1067ce3bc836dcaadc4c829a2707de968037

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 eb7f1d3ca938c4a4c60817319f1c4e4b2050d03a37e6f343ea6185e47331b0cc

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 71c145f43445a9f5c38fc98ea18ee2c48e1a27a63f8fcd549a28a9342f801b26

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 1fd2f0103e0f400b8d129f3874696f4d479da40edc74fc3e445664a2559d1f4c

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 0306d4592875d2a57f44f03ce3aab425743b471caff2359b33f5ee7e456ca82a

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// no line of its own; SHA-256 894f47292b3da2ee0b9f301a1b52dd53b733aa367ad38c7a0a8a48d445662ec1

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 cc022d2b838b5272612969c72f92ae461ef0817705110e97f8075c576f907837

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 57d558dd8ac53be23445f5cfd6d8f36c752d17a0e1bc75e66d2ea977ac424367

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":1}
// no line of its own; SHA-256 84a2cd6df5801cbca0cc4e11ad94df48ae473e8c73f835f059af104bbd071e24

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":4}
// no line of its own; SHA-256 7038d552774e69fe43512853e8c4eb20a826a0d45f22fcbab0a1313af3d6504e

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":8}
// no line of its own; SHA-256 d312051e006cdd2de4ff910b1e28975c10a0ac37aeedd8946f4eb1112abb80af

// ---- conv1d_silu_forward {"width":7,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// conv1d_silu_forward
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
@group(0) @binding(4) var<storage, read_write> y0: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y1: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> y2: array<vec4f>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn before(b: u32, channel: u32, slot: u32) -> vec4f {
  return vec4f();
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
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
  for (var t = first; t < end; t += 1u) {
    let now0 = t;
    let next0 = x[(b * u.length + now0) * u.pitch + column];
    {
      let x6 = next0;
      let sum = offset + weight0 * x0 + weight1 * x1 + weight2 * x2 + weight3 * x3 + weight4 * x4 + weight5 * x5 + weight6 * x6;
      let value = vec4f(silu(sum.x), silu(sum.y), silu(sum.z), silu(sum.w));
      if (place < u.end0) {
        y0[(b * u.length + now0) * part_pitch + part_column] = value;
      } else if (place < u.end1) {
        y1[(b * u.length + now0) * part_pitch + part_column] = value;
      } else {
        y2[(b * u.length + now0) * part_pitch + part_column] = value;
      }
      x0 = x1;
      x1 = x2;
      x2 = x3;
      x3 = x4;
      x4 = x5;
      x5 = x6;
    }
  }
}

// ---- conv1d_silu_forward {"width":7,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 2b561327b6cb1242303861b7e2704159724d07c3832c0ca6a622da21daaee681

// ---- conv1d_silu_forward {"width":7,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 b4b26cb2ee9f7c4e703cb6d1abe43ab5c2c1d109ca0730130c34d2abb322731b
