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
// no line of its own; SHA-256 c45833b38548f33337ad3a3f21cce4bf46bf406920edfb61d756dc71ada7f368

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
// no line of its own; SHA-256 743cb39e93f9d0afd845ec9c341ad49926bc9bb618123922b83677399eab0c90

// ---- conv1d_silu_forward {"width":1,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 2be79db41e9cd9b44a621819fdd9c30ced7b3f596240b5d9aa03452608a23152

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

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
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
// no line of its own; SHA-256 c883bd84a028df570daf3f4de859b53d49ada54ec96b3f6c361bc77e8d3163fa

// ---- conv1d_silu_forward {"width":1,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 7594de8c1460867824659f8e835ce2594920e53fcafe310af5580e300563f16e

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
// no line of its own; SHA-256 429661b3f2d1febdc8e58894b7230cac3550670347e86d74c514cd00ed100d3c

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 1c0b10cefe93f6c43a22527f2bf6cb026ed417ccf0436492831fb4187f1f201c

// ---- conv1d_silu_forward {"width":2,"vector":true,"activation":"silu","bias":false,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 e4d2079a7f0247b2fb859bd904f992d01a0d2cf822ba80d7e5eee1d5bae7f93f

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

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
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
// no line of its own; SHA-256 2d0755e96cf4429915b537527451f9c9e81bdc193eea02cb354bd24b571fefc5

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 fd4f0f3af5e638c82f06f07b310015e641288263ec49d16513ba19cb91d4cdaa

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// no line of its own; SHA-256 17c963ab9f37473ba749fd030ccdd0ed8a6e02da841fb6c8439e9d83baf5031e

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 94689d1dcdd8928696ff8e31da48bd7ef0e24a86ac26f7644b213c883e89fb34

// ---- conv1d_silu_forward {"width":3,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 4b778e88fc2f1212a3711d98f90800f2f3631dd10e4ec32008bce124876f2164

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
// no line of its own; SHA-256 ecb2074e8bd2b7684c2ea3bc1000d8c30cf14ab7f89bef1f9b05c42ad89f29e1

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
// no line of its own; SHA-256 c0371a0b7430afb4362dde2d9bf500641ae9cf95c49546abd3d060baf0506f6d

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 77de4af50ef058c0be0efb8b45d3a23e95d0f75d053632ab18ab0dd76afd02b4

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":1}
// no line of its own; SHA-256 c6a9b69d1d060135865faef9d6473dfc4dfaa9f7e125247fa029451269e674d2

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 36634dddf12ba45e19ce8651700f891ff74da93c8aa1d70c6b90ff713bd7332c

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 8ddac119a8c7267fe4dc880e05a8a6e60c5a936b9b3abfe3ed78c9235c0298f7

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
// no line of its own; SHA-256 cb19083bf8efdc609ab8f5cdfd6739c3246b5105c66f5b214cea67472edb43ba

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 c1c71252e627e66a28868937b2b6426f334a4e7b62a8c5a92c07b85fac8390b2

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 efc5701dad1fab858f143023160d1a3e634f2a53e863e40310f9f6bed5d05d8a

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 c31a955c558cd09025b84ed720c88cac5bc6502350e4fcde5451946c573753ca

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 f8c06cba964d55a668ac37abe159c19732b40a778b4013ff4e32dbb5eab8858c

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// no line of its own; SHA-256 7c63afe5d2e35daa389ba2617f6b6a1552bdd677f637c3ed3fd8afeb47a73c74

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 c7944992a94d7848a4f23df9be79d11da9be15e3f92933ba4535f3c28b1c2358

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 86e58e38d6dad4fe506adfb086cd8dbfb69698ae60bc4489ea28b2e95065a222

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

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
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
// no line of its own; SHA-256 646a2c7b679955c81aa97b65829cb2905637e8153d570ec1b713dfd877c093bd

// ---- conv1d_silu_forward {"width":4,"vector":false,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":8}
// no line of its own; SHA-256 67bc56b0ba302731ad86e06a5515c1388b8940d96c973b4a62659eb3c7ffc0d8

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 581c18cf66c0fc7e11030869fa55dc1faeb72478c878106d4852fe00728cb6f2

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 a05d3051c368ee7a310c0dbca7c946a36ccd6285029463ac4feff54e74517f83

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 85ea269f8fb1fe2a0b16bc3b279f2228a0b047d32f101d91683dbaaa54921885

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":1}
// no line of its own; SHA-256 ee9f723a9fec12368a660918973bdb06afc990a414f4a76b4e2bb8db9904b117

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":4}
// no line of its own; SHA-256 fc51fa13ea454c6acc9bd632412c60e1c95b0266de1f773bd60ee94817424e98

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 0f0563fa8a628d0749e81e67e509a8fb53869c37c7d2ee88c8776e096a7c314a

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 4e8af8f92adabaec20fb005f5a98c201edaf01904d246d0603c344e8450593d7

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 74f70aff6bcea30d033fed7bf957564760278bc79b0f795be406df64e49f2d5b

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 2beb3f411f1798b93bf3d329276c9fafe5b8a318206dfa2997b911e1a3a7e273

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
// no line of its own; SHA-256 c07c6e895b0a9d2c7bfd81e0d382334207c9b76782944a194b71e4e4276b956a

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 2e02128bdcb3db626b20695f48e94e0d3b5cab6ce1e5ee769ad1bb2a1c0d886c

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":1}
// no line of its own; SHA-256 4365acdc6c518c63dfe701f8eafe77a27891fc94c4a9c3ab3d11037fbfb7adfb

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":4}
// no line of its own; SHA-256 9b051836136af9fdda813923bc67d1ab6cf445b84cfd4508edd6790682029a7c

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":false,"parts":1,"ahead":8}
// no line of its own; SHA-256 02ba87162991269770edf4f924410c288dd7ab1743448304306f534ca93fb9d2

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":1}
// no line of its own; SHA-256 23bbb59bd4651a9e2383a0ce8e9bb8ca89688e4531a979b7c0bfe614a4ae6940

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":4}
// no line of its own; SHA-256 08a30fec2e0c796175ed1c8c338b0a40d95f866ccd174d43fbef346fcf37520f

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":1,"ahead":8}
// no line of its own; SHA-256 c772f533c56154aaf43e80012a7d6e8d3f4af39ca9d33e00703f8de771d2a6fb

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":1}
// no line of its own; SHA-256 53b73c84d4c06b003cd1f40c2b88ffdf42b56dafd13b470db93bfa2d4858e226

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":4}
// no line of its own; SHA-256 5004ec76bb04bf129224e0680aa7f0985c1984d380beab89329145c8cd837bd7

// ---- conv1d_silu_forward {"width":4,"vector":true,"activation":"silu","bias":true,"initialState":true,"finalState":true,"seqIdx":true,"parts":2,"ahead":8}
// no line of its own; SHA-256 a96af8e3548a303c2633e9e4e72e3bb69e29a9c2ffe31541711f402c2f47645a

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
// no line of its own; SHA-256 707a1c15f4635b6e887bc2f62510cb195d6b2d7717cebf02f6fb6b48810a3690

// ---- conv1d_silu_forward {"width":7,"vector":true,"activation":"silu","bias":true,"initialState":false,"finalState":false,"seqIdx":false,"parts":3,"ahead":8}
// no line of its own; SHA-256 88f0cc42f1e49a60d552727d5f41220f80804cf546d9fd4fb0539fb417188d23
