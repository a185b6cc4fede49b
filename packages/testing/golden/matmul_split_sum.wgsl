// ---- matmul_split_sum {"vector":false,"bias":false,"activation":"none"}
// matmul_split_sum
struct Uniforms {
  size: u32,
  n: u32,
  splits: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.size) {
    return;
  }
  // In blocks, so that no chain of additions is long.
  var sum = f32();
  for (var first = 0u; first < u.splits; first += 128u) {
    var block = f32();
    for (var split = first; split < min(first + 128u, u.splits); split++) {
      block += parts[split * u.size + index];
    }
    sum += block;
  }
  c[index] = sum;
}

// ---- matmul_split_sum {"vector":true,"bias":false,"activation":"none"}
// matmul_split_sum
struct Uniforms {
  size: u32,
  n: u32,
  splits: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.size) {
    return;
  }
  // In blocks, so that no chain of additions is long.
  var sum = vec4f();
  for (var first = 0u; first < u.splits; first += 128u) {
    var block = vec4f();
    for (var split = first; split < min(first + 128u, u.splits); split++) {
      block += parts[split * u.size + index];
    }
    sum += block;
  }
  c[index] = sum;
}

// ---- matmul_split_sum {"vector":true,"bias":true,"activation":"silu"}
// matmul_split_sum
struct Uniforms {
  size: u32,
  n: u32,
  splits: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn activate(x: vec4f) -> vec4f {
  return vec4f(silu(x.x), silu(x.y), silu(x.z), silu(x.w));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= u.size) {
    return;
  }
  // In blocks, so that no chain of additions is long.
  var sum = vec4f();
  for (var first = 0u; first < u.splits; first += 128u) {
    var block = vec4f();
    for (var split = first; split < min(first + 128u, u.splits); split++) {
      block += parts[split * u.size + index];
    }
    sum += block;
  }
  c[index] = activate(sum + bias[index % u.n]);
}
