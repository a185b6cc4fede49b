// Canonical configuration: primitive integer_matmul, case "of i32", adapter nvidia.
// integer_matmul {"type":"i32"}
// integer_matmul
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  first: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@group(0) @binding(3) var<storage, read_write> c: array<i32>;

var<workgroup> tile_a: array<i32, 64>;
var<workgroup> tile_b: array<i32, 64>;

@compute @workgroup_size(8, 8)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let matrix = u.first + id.z;
  var total = i32();
  for (var start = 0u; start < u.k; start += 8u) {
    let column = start + local.x;
    let row = start + local.y;
    tile_a[lane] = i32();
    tile_b[lane] = i32();
    if (id.y < u.m && column < u.k) { tile_a[lane] = a[(matrix * u.m + id.y) * u.k + column]; }
    if (row < u.k && id.x < u.n) { tile_b[lane] = b[(matrix * u.k + row) * u.n + id.x]; }
    workgroupBarrier();
    for (var r = 0u; r < 8u; r++) { total += tile_a[local.y * 8u + r] * tile_b[r * 8u + local.x]; }
    workgroupBarrier();
  }
  if (id.y < u.m && id.x < u.n) { c[(matrix * u.m + id.y) * u.n + id.x] = total; }
}
