// Canonical configuration: primitive permute, case "weight", adapter nvidia.
// transpose {}
// transpose
struct Uniforms {
  rows: u32,
  columns: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

const TILE = 32u;
const TILE_ROWS = 8u;
var<workgroup> tile: array<u32, 1056>;

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let base = group.z * u.rows * u.columns;
  let column = group.x * TILE + local.x;
  for (var k = local.y; k < TILE; k += TILE_ROWS) {
    let row = group.y * TILE + k;
    if (row < u.rows && column < u.columns) { tile[k * (TILE + 1u) + local.x] = x[base + row * u.columns + column]; }
  }
  workgroupBarrier();
  let row = group.y * TILE + local.x;
  for (var k = local.y; k < TILE; k += TILE_ROWS) {
    let target_row = group.x * TILE + k;
    if (target_row < u.columns && row < u.rows) { y[base + target_row * u.rows + row] = tile[local.x * (TILE + 1u) + k]; }
  }
}
