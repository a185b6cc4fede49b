// ---- elementwise_div {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"quotient(a, b)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_div
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(quotient(a, b));
}
fn element(i: u32) -> f32 {
  return expression(a[i], b[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_div {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"quotient(a, b)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_div
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(quotient(a, b));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let b_4 = b[index];
    let value_x = expression(a_4.x, b_4.x);
    let value_y = expression(a_4.y, b_4.y);
    let value_z = expression(a_4.z, b_4.z);
    let value_w = expression(a_4.w, b_4.w);
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_div {"inputs":[{"name":"a","type":"f32","access":"dense"},{"name":"b","type":"f32","access":"scalar"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"quotient(a, b)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_div
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(quotient(a, b));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let value_x = expression(a_4.x, b[0u]);
    let value_y = expression(a_4.y, b[0u]);
    let value_z = expression(a_4.z, b[0u]);
    let value_w = expression(a_4.w, b[0u]);
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_div {"inputs":[{"name":"a","type":"f32","access":"scalar"},{"name":"b","type":"f32","access":"scalar"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"quotient(a, b)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_div
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(quotient(a, b));
}
fn element(i: u32) -> f32 {
  return expression(a[0u], b[0u]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_div {"inputs":[{"name":"a","type":"f32","access":"strided"},{"name":"b","type":"f32","access":"strided"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"quotient(a, b)"},"rank":3,"lanes":1,"workgroupSize":256}
// elementwise_div
struct Uniforms {
  count: u32,
  size_1: u32,
  size_2: u32,
  a_offset: u32,
  a_stride_0: u32,
  a_stride_1: u32,
  a_stride_2: u32,
  b_offset: u32,
  b_stride_0: u32,
  b_stride_1: u32,
  b_stride_2: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn quotient(a: f32, b: f32) -> f32 {
  let magnitude = bitcast<u32>(b) & 0x7fffffffu;
  let large = (magnitude >= 0x7e000000u) & (magnitude < 0x7f800000u);
  return a / bitcast<f32>(bitcast<u32>(b) - select(0u, 0x01000000u, large)) * select(1.0, 0.25, large);
}
fn expression(a: f32, b: f32) -> f32 {
  return f32(quotient(a, b));
}
fn element(i: u32) -> f32 {
  let c2 = i % u.size_2;
  let r2 = i / u.size_2;
  let c1 = r2 % u.size_1;
  let c0 = r2 / u.size_1;
  let a_at = u.a_offset + c0 * u.a_stride_0 + c1 * u.a_stride_1 + c2 * u.a_stride_2;
  let b_at = u.b_offset + c0 * u.b_stride_0 + c1 * u.b_stride_1 + c2 * u.b_stride_2;
  return expression(a[a_at], b[b_at]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}
