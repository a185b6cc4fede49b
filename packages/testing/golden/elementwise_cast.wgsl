// ---- elementwise_cast {"inputs":[{"name":"x","type":"bf16","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"f32(x)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn bf16_value(half: u32) -> f32 { return bitcast<f32>(half << 16u); }
fn expression(x: f32) -> f32 {
  return f32(f32(x));
}
fn element(i: u32) -> f32 {
  return expression(bf16_value((x[i >> 1u] >> ((i & 1u) << 4u)) & 0xffffu));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"bf16","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"f32(x)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn bf16_value(half: u32) -> f32 { return bitcast<f32>(half << 16u); }
fn expression(x: f32) -> f32 {
  return f32(f32(x));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let x_4 = x[index];
    let value_x = expression(bf16_value(x_4.x & 0xffffu));
    let value_y = expression(bf16_value(x_4.x >> 16u));
    let value_z = expression(bf16_value(x_4.y & 0xffffu));
    let value_w = expression(bf16_value(x_4.y >> 16u));
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"f16","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"f32(x)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn f16_value(half: u32) -> f32 {
  let sign = (half & 0x8000u) << 16u;
  let magnitude = half & 0x7fffu;
  if (magnitude < 0x400u) { return select(1.0, -1.0, sign != 0u) * f32(magnitude) * 5.9604645e-8; }
  let exponent = select(0x38000000u, 0x70000000u, magnitude >= 0x7c00u);
  return bitcast<f32>(sign | ((magnitude << 13u) + exponent));
}
fn expression(x: f32) -> f32 {
  return f32(f32(x));
}
fn element(i: u32) -> f32 {
  return expression(f16_value((x[i >> 1u] >> ((i & 1u) << 4u)) & 0xffffu));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"bf16","previous":false}],"scalars":[],"statements":[],"result":{"y":"f32(x)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec2<u32>>;

fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return (bits >> 16u) | 0x40u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}
fn expression(x: f32) -> f32 {
  return f32(f32(x));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let x_4 = x[index];
    let value_x = expression(x_4.x);
    let value_y = expression(x_4.y);
    let value_z = expression(x_4.z);
    let value_w = expression(x_4.w);
    y[index] = vec2<u32>(bf16_bits(value_x) | (bf16_bits(value_y) << 16u), bf16_bits(value_z) | (bf16_bits(value_w) << 16u));
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f16","previous":false}],"scalars":[],"statements":[],"result":{"y":"f32(x)"},"rank":0,"lanes":2,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return sign | 0x7e00u; }
  if (magnitude >= 0x47800000u) { return sign | 0x7c00u; }
  if (magnitude >= 0x38800000u) {
    let rebased = magnitude - 0x38000000u;
    return sign | ((rebased + 0xfffu + ((rebased >> 13u) & 1u)) >> 13u);
  }
  let exponent = magnitude >> 23u;
  if (exponent < 102u) { return sign; }
  let shift = 126u - exponent;
  let mantissa = (magnitude & 0x7fffffu) | 0x800000u;
  return sign | ((mantissa + (1u << (shift - 1u)) - 1u + ((mantissa >> shift) & 1u)) >> shift);
}
fn expression(x: f32) -> f32 {
  return f32(f32(x));
}
fn element(i: u32) -> f32 {
  return expression(x[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  let i = index * 2u;
  if (i < u.count) {
    let both = i + 1u < u.count;
    let low = element(i);
    let high = element(select(i, i + 1u, both));
    y[index] = f16_bits(low) | (select(0u, f16_bits(high), both) << 16u);
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"i32","previous":false}],"scalars":[],"statements":[],"result":{"y":"to_i32(x)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<i32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn to_i32(x: f32) -> i32 {
  let inside = i32(clamp(x, -2147483648.0, 2147483520.0));
  let above = select(inside, 0x7fffffff, x >= 2147483648.0);
  return select(above, 0, is_nan(x));
}
fn expression(x: f32) -> i32 {
  return i32(to_i32(x));
}
fn element(i: u32) -> i32 {
  return expression(x[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"to_u32(x)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn to_u32(x: f32) -> u32 {
  let inside = u32(clamp(x, 0.0, 4294967040.0));
  let above = select(inside, 0xffffffffu, x >= 4294967296.0);
  return select(above, 0u, is_nan(x));
}
fn expression(x: f32) -> u32 {
  return u32(to_u32(x));
}
fn element(i: u32) -> u32 {
  return expression(x[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"i32","access":"dense"}],"outputs":[{"name":"y","type":"bool","previous":false}],"scalars":[],"statements":[],"result":{"y":"bool(x)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn expression(x: i32) -> bool {
  return bool(bool(x));
}
fn element(i: u32) -> bool {
  return expression(x[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = select(0u, 1u, value);
  }
}

// ---- elementwise_cast {"inputs":[{"name":"x","type":"i32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"f32(x)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cast
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn expression(x: i32) -> f32 {
  return f32(f32(x));
}
fn element(i: u32) -> f32 {
  return expression(x[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}
