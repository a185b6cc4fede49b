// ---- elementwise_copy {"inputs":[{"name":"x","type":"bf16","access":"strided"}],"outputs":[{"name":"y","type":"bf16","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":2,"lanes":2,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn bf16_value(half: u32) -> f32 { return bitcast<f32>(half << 16u); }
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return (bits >> 16u) | 0x40u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}
fn expression(x: f32) -> f32 {
  return f32(x);
}
fn element(i: u32) -> f32 {
  let c1 = i % u.size_1;
  let c0 = i / u.size_1;
  let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1;
  return expression(bf16_value((x[x_at >> 1u] >> ((x_at & 1u) << 4u)) & 0xffffu));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  let i = index * 2u;
  if (i < u.count) {
    let both = i + 1u < u.count;
    let low = element(i);
    let high = element(select(i, i + 1u, both));
    y[index] = bf16_bits(low) | (select(0u, bf16_bits(high), both) << 16u);
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"dense"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn expression(x: u32) -> u32 {
  return u32(x);
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

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"row"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":2,"lanes":4,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<u32>>;

fn expression(x: u32) -> u32 {
  return u32(x);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let i = index * 4u;
    let c1 = i % u.size_1;
    let c0 = i / u.size_1;
    let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1;
    let x_4 = x[x_at / 4u];
    let value_x = expression(x_4.x);
    let value_y = expression(x_4.y);
    let value_z = expression(x_4.z);
    let value_w = expression(x_4.w);
    y[index] = vec4<u32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"scalar"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn expression(x: u32) -> u32 {
  return u32(x);
}
fn element(i: u32) -> u32 {
  return expression(x[0u]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"splat"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":2,"lanes":4,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<u32>>;

fn expression(x: u32) -> u32 {
  return u32(x);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let i = index * 4u;
    let c1 = i % u.size_1;
    let c0 = i / u.size_1;
    let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1;
    let value_x = expression(x[x_at]);
    let value_y = expression(x[x_at]);
    let value_z = expression(x[x_at]);
    let value_w = expression(x[x_at]);
    y[index] = vec4<u32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"strided"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":1,"lanes":1,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  x_offset: u32,
  x_stride_0: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn expression(x: u32) -> u32 {
  return u32(x);
}
fn element(i: u32) -> u32 {
  let c0 = i;
  let x_at = u.x_offset + c0 * u.x_stride_0;
  return expression(x[x_at]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"strided"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":2,"lanes":1,"workgroupSize":256}
// no line of its own; SHA-256 962cd17225a0e2d318935751b282230c24dde8da2d618cbb9ef2dd1ee0dfd500

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"strided"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":2,"lanes":4,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<u32>>;

fn expression(x: u32) -> u32 {
  return u32(x);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let i = index * 4u;
    let c1 = i % u.size_1;
    let c0 = i / u.size_1;
    let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1;
    let value_x = expression(x[x_at]);
    let value_y = expression(x[x_at + 1u * u.x_stride_1]);
    let value_z = expression(x[x_at + 2u * u.x_stride_1]);
    let value_w = expression(x[x_at + 3u * u.x_stride_1]);
    y[index] = vec4<u32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"strided"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":3,"lanes":1,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  size_2: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
  x_stride_2: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn expression(x: u32) -> u32 {
  return u32(x);
}
fn element(i: u32) -> u32 {
  let c2 = i % u.size_2;
  let r2 = i / u.size_2;
  let c1 = r2 % u.size_1;
  let c0 = r2 / u.size_1;
  let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1 + c2 * u.x_stride_2;
  return expression(x[x_at]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"strided"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":3,"lanes":4,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  size_2: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
  x_stride_2: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<u32>>;

fn expression(x: u32) -> u32 {
  return u32(x);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let i = index * 4u;
    let c2 = i % u.size_2;
    let r2 = i / u.size_2;
    let c1 = r2 % u.size_1;
    let c0 = r2 / u.size_1;
    let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1 + c2 * u.x_stride_2;
    let value_x = expression(x[x_at]);
    let value_y = expression(x[x_at + 1u * u.x_stride_2]);
    let value_z = expression(x[x_at + 2u * u.x_stride_2]);
    let value_w = expression(x[x_at + 3u * u.x_stride_2]);
    y[index] = vec4<u32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"strided"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":4,"lanes":1,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  size_2: u32,
  size_3: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
  x_stride_2: u32,
  x_stride_3: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn expression(x: u32) -> u32 {
  return u32(x);
}
fn element(i: u32) -> u32 {
  let c3 = i % u.size_3;
  let r3 = i / u.size_3;
  let c2 = r3 % u.size_2;
  let r2 = r3 / u.size_2;
  let c1 = r2 % u.size_1;
  let c0 = r2 / u.size_1;
  let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1 + c2 * u.x_stride_2 + c3 * u.x_stride_3;
  return expression(x[x_at]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_copy {"inputs":[{"name":"x","type":"u32","access":"strided"}],"outputs":[{"name":"y","type":"u32","previous":false}],"scalars":[],"statements":[],"result":{"y":"x"},"rank":5,"lanes":1,"workgroupSize":256}
// elementwise_copy
struct Uniforms {
  count: u32,
  size_1: u32,
  size_2: u32,
  size_3: u32,
  size_4: u32,
  x_offset: u32,
  x_stride_0: u32,
  x_stride_1: u32,
  x_stride_2: u32,
  x_stride_3: u32,
  x_stride_4: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn expression(x: u32) -> u32 {
  return u32(x);
}
fn element(i: u32) -> u32 {
  let c4 = i % u.size_4;
  let r4 = i / u.size_4;
  let c3 = r4 % u.size_3;
  let r3 = r4 / u.size_3;
  let c2 = r3 % u.size_2;
  let r2 = r3 / u.size_2;
  let c1 = r2 % u.size_1;
  let c0 = r2 / u.size_1;
  let x_at = u.x_offset + c0 * u.x_stride_0 + c1 * u.x_stride_1 + c2 * u.x_stride_2 + c3 * u.x_stride_3 + c4 * u.x_stride_4;
  return expression(x[x_at]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}
