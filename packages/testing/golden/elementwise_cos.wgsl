// ---- elementwise_cos {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"cos_near(a)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cos
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn sin_quarter(x: f32, quarter: i32) -> f32 {
  let k = round(x * 0.63661977);
  let r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  let square = r * r;
  let sine = r + r * square * (-1.6666654611e-1 + square * (8.3321608736e-3 - square * 1.9515295891e-4));
  let cosine = 1.0 - 0.5 * square + square * square * (4.166664568298827e-2 + square * (-1.388731625493765e-3 + square * 2.443315711809948e-5));
  let q = (i32(k) + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return select(value, -value, q >= 2);
}
fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }
fn expression(a: f32) -> f32 {
  return f32(cos_near(a));
}
fn element(i: u32) -> f32 {
  return expression(a[i]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}

// ---- elementwise_cos {"inputs":[{"name":"a","type":"f32","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"cos_near(a)"},"rank":0,"lanes":4,"workgroupSize":256}
// elementwise_cos
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

fn sin_quarter(x: f32, quarter: i32) -> f32 {
  let k = round(x * 0.63661977);
  let r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  let square = r * r;
  let sine = r + r * square * (-1.6666654611e-1 + square * (8.3321608736e-3 - square * 1.9515295891e-4));
  let cosine = 1.0 - 0.5 * square + square * square * (4.166664568298827e-2 + square * (-1.388731625493765e-3 + square * 2.443315711809948e-5));
  let q = (i32(k) + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return select(value, -value, q >= 2);
}
fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }
fn expression(a: f32) -> f32 {
  return f32(cos_near(a));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count / 4u) {
    let a_4 = a[index];
    let value_x = expression(a_4.x);
    let value_y = expression(a_4.y);
    let value_z = expression(a_4.z);
    let value_w = expression(a_4.w);
    y[index] = vec4<f32>(value_x, value_y, value_z, value_w);
  }
}

// ---- elementwise_cos {"inputs":[{"name":"a","type":"f32","access":"scalar"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"cos_near(a)"},"rank":0,"lanes":1,"workgroupSize":256}
// elementwise_cos
struct Uniforms {
  count: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn sin_quarter(x: f32, quarter: i32) -> f32 {
  let k = round(x * 0.63661977);
  let r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  let square = r * r;
  let sine = r + r * square * (-1.6666654611e-1 + square * (8.3321608736e-3 - square * 1.9515295891e-4));
  let cosine = 1.0 - 0.5 * square + square * square * (4.166664568298827e-2 + square * (-1.388731625493765e-3 + square * 2.443315711809948e-5));
  let q = (i32(k) + quarter) & 3;
  let value = select(sine, cosine, (q & 1) == 1);
  return select(value, -value, q >= 2);
}
fn cos_near(x: f32) -> f32 { return sin_quarter(x, 1); }
fn expression(a: f32) -> f32 {
  return f32(cos_near(a));
}
fn element(i: u32) -> f32 {
  return expression(a[0u]);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index < u.count) {
    let value = element(index);
    y[index] = value;
  }
}
