// Canonical configuration: primitive cast, case "weights to f32", adapter nvidia.
// elementwise_cast {"inputs":[{"name":"x","type":"bf16","access":"dense"}],"outputs":[{"name":"y","type":"f32","previous":false}],"scalars":[],"statements":[],"result":{"y":"f32(x)"},"rank":0,"lanes":4,"workgroupSize":256}
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
