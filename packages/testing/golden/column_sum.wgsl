// ---- column_sum {"vec":1,"lanes":16}
// column_sum
struct Uniforms {
  blocks: u32,
  units: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = f32();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += part[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  y[column] = sum;
}

// ---- column_sum {"vec":1,"lanes":1}
// column_sum
struct Uniforms {
  blocks: u32,
  units: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= u.units) { return; }
  var sum = f32();
  for (var block = 0u; block < u.blocks; block++) { sum += part[block * u.units + column]; }
  y[column] = sum;
}

// ---- column_sum {"vec":1,"lanes":64}
// no line of its own; SHA-256 c49b3be1f4cbd15aa4cf2149d0cabeecc99fc3959e3831cfc872a3f7d2d7a551

// ---- column_sum {"vec":4,"lanes":16}
// column_sum
struct Uniforms {
  blocks: u32,
  units: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> part: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

var<workgroup> sums: array<vec4f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = vec4f();
  if (column < u.units) {
    for (var block = local / 16u; block < u.blocks; block += 16u) { sum += part[block * u.units + column]; }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= u.units) { return; }
  for (var lane = 1u; lane < 16u; lane++) { sum += sums[local + lane * 16u]; }
  y[column] = sum;
}

// ---- column_sum {"vec":4,"lanes":1}
// no line of its own; SHA-256 b4fa01766fec25033cfd5567c793a415e4102b602d46fd582b68e4007c108400

// ---- column_sum {"vec":4,"lanes":64}
// no line of its own; SHA-256 48ca6dc95000fa19d717343c1d94f70957828ccf59471d51f7f9e5d2c874530d
