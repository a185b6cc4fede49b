// Canonical configuration: primitive cumsum, case "decays of chunks", adapter nvidia.
// cumsum {"type":"f32","threads":64,"reverse":false,"exclusive":false,"carried":false}
// cumsum
struct Uniforms {
  rows: u32,
  n: u32,
  inner: u32,
  segment: u32,
  segments: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 64u;
const ITEMS = 4u;
var<workgroup> lane_totals: array<f32, 128>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let begin = row / u.inner % u.segments * u.segment;
  let count = min(u.segment, u.n - begin);
  let base = (row / u.inner / u.segments * u.n + begin) * u.inner + row % u.inner;
  let before = f32();
  var carry = f32();
  for (var block = 0u; block < count; block += THREADS * ITEMS) {
    var items: array<f32, ITEMS>;
    var own = f32();
    for (var k = 0u; k < ITEMS; k++) {
      let r = block + lane * ITEMS + k;
      if (r < count) { items[k] = x[base + (r)]; }
      own += items[k];
    }
    var side = 0u;
    var running = own;
    lane_totals[lane] = own;
    workgroupBarrier();
    for (var reach = 1u; reach < THREADS; reach = reach << 1u) {
      if (lane >= reach) { running += lane_totals[side + lane - reach]; }
      side = THREADS - side;
      lane_totals[side + lane] = running;
      workgroupBarrier();
    }
    var total = carry;
    if (lane > 0u) { total += lane_totals[side + lane - 1u]; }
    carry += lane_totals[side + THREADS - 1u];
    for (var k = 0u; k < ITEMS; k++) {
      let r = block + lane * ITEMS + k;
      let next = total + items[k];
      if (r < count) { y[base + (r)] = before + next; }
      total = next;
    }
    workgroupBarrier();
  }
}
