// Canonical configuration: primitive layer_norm, case "130m", adapter nvidia.
// layer_norm_forward {"threads":128,"vec":4,"subgroup":32,"bias":true}
// layer_norm_forward
enable subgroups;
struct Uniforms {
  rows: u32,
  cols: u32,
  units: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>;

const THREADS = 128u;
var<workgroup> row_parts: array<f32, 8>;
var<private> row_turn = 0u;

fn row_sum(value: f32, lane: u32) -> f32 {
  let part = subgroupAdd(value);
  row_turn = 4u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 4u; i++) { result = result + row_parts[row_turn + i]; }
  return result;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn carried(sums: vec4f, turns: u32) -> vec4f {
  if (turns % 4096u > 0u) { return vec4f(0.0, sums.y + sums.x, sums.z, sums.w); }
  if (turns % 262144u > 0u) { return vec4f(0.0, 0.0, sums.z + (sums.y + sums.x), sums.w); }
  return vec4f(0.0, 0.0, 0.0, sums.w + (sums.z + (sums.y + sums.x)));
}

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row * u.units;
  let first = x[base].x;
  var sum = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    sum.x += total(x[base + j] - first);
    turns++;
    if (turns % 64u == 0u) {
      sum = carried(sum, turns);
    }
  }
  }
  let offset = row_sum((sum.x + sum.y) + (sum.z + sum.w), lane) / f32(u.cols);
  var squares = vec4f();
  {
  var turns = 0u;
  for (var j = lane; j < u.units; j += THREADS) {
    let v = (x[base + j] - first) - offset;
    squares.x += total(v * v);
    turns++;
    if (turns % 64u == 0u) {
      squares = carried(squares, turns);
    }
  }
  }
  let r = inverseSqrt(row_sum((squares.x + squares.y) + (squares.z + squares.w), lane) / f32(u.cols) + u.eps);
  for (var j = lane; j < u.units; j += THREADS) {
    y[base + j] = ((x[base + j] - first) - offset) * r * weight[j] + bias[j];
  }
  if (lane == 0u) {
    mean[row] = first + offset;
    rstd[row] = r;
  }
}
