// ---- softmax {"result":"log_softmax","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":1,"vec":4}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn peak(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base].x;
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":128,"vec":1,"subgroup":32}
// softmax
enable subgroups;
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 128u;
var<workgroup> row_parts: array<f32, 8>;
var<private> row_turn = 0u;

fn row_max(value: f32, lane: u32) -> f32 {
  let part = subgroupMax(value);
  row_turn = 4u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 4u; i++) { result = max(result, row_parts[row_turn + i]); }
  return result;
}

fn row_sum(value: f32, lane: u32) -> f32 {
  let part = subgroupAdd(value);
  row_turn = 4u - row_turn;
  if (lane % 32u == 0u) { row_parts[row_turn + lane / 32u] = part; }
  workgroupBarrier();
  var result = row_parts[row_turn];
  for (var i = 1u; i < 4u; i++) { result = result + row_parts[row_turn + i]; }
  return result;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":128,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 128u;
var<workgroup> row_lanes: array<f32, 128>;
var<workgroup> row_leaves: array<f32, 16>;

fn row_max(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = max(part, row_lanes[i]); }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = max(result, row_leaves[i]); }
  return result;
}

fn row_sum(value: f32, lane: u32) -> f32 {
  row_lanes[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var part = row_lanes[lane];
    for (var i = lane + 16u; i < THREADS; i += 16u) { part = part + row_lanes[i]; }
    row_leaves[lane] = part;
  }
  workgroupBarrier();
  var result = row_leaves[0];
  for (var i = 1u; i < 16u; i++) { result = result + row_leaves[i]; }
  return result;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":256,"vec":1}
// no line of its own; SHA-256 7ad0666a48c168ee6d2927d83d3ed0f2c487c110f5c75bcadf2eb35cbe1d790e

// ---- softmax {"result":"log_softmax","threads":256,"vec":4,"subgroup":32}
// no line of its own; SHA-256 c1eeae9bd6ed2119424183f7eedbef7e0ae70c07208989bade57daa97800302f

// ---- softmax {"result":"log_softmax","threads":256,"vec":4}
// no line of its own; SHA-256 7594d30637fc0d1e50e14ef1e98e61f54961e7001763026a2102d2bb7e3bd67c

// ---- softmax {"result":"log_softmax","threads":4,"vec":1,"subgroup":4}
// softmax
enable subgroups;
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 4u;
fn row_max(value: f32, lane: u32) -> f32 {
  return subgroupMax(value);
}

fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = (x[at] - largest) - log_sum;
  }
}

// ---- softmax {"result":"log_softmax","threads":64,"vec":1,"subgroup":32}
// no line of its own; SHA-256 71c45dc7a01f8fb89a1581c73d80020bb5f2f61447d5020cf8d31ac2486c7e0c

// ---- softmax {"result":"log_softmax","threads":64,"vec":1}
// no line of its own; SHA-256 b98058b3aff2dd78770795d05e8ff5971730dc5a26f74439c7048af88762159c

// ---- softmax {"result":"log_softmax","threads":8,"vec":1,"subgroup":8}
// no line of its own; SHA-256 eb6b8ea86afe348ecc480589c8bce37b790c1533c362b7ba86608ffe2ab29b07

// ---- softmax {"result":"logsumexp","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let log_sum = log(sum);
  if (lane == 0u) { y[row] = largest + log_sum; }
}

// ---- softmax {"result":"logsumexp","threads":1,"vec":4}
// no line of its own; SHA-256 5e4fa1f94fd06fcb4ec0fdc27085659d9b514fa6fe18fd5ae5dc124d728adf4c

// ---- softmax {"result":"logsumexp","threads":128,"vec":1,"subgroup":32}
// no line of its own; SHA-256 1dc4727181a5bad3939ff9d33e3c432e428f943d011245a094e22c06ab5f02ac

// ---- softmax {"result":"logsumexp","threads":128,"vec":1}
// no line of its own; SHA-256 974b255883bc9de82b37a14b59562700e7805dcb07fa16069b9ae4ec275008e2

// ---- softmax {"result":"logsumexp","threads":256,"vec":1}
// no line of its own; SHA-256 8be4c164923829e6cd5ff3ae477b2671555fc89ddc3bb93c32dba6adf20d2799

// ---- softmax {"result":"logsumexp","threads":256,"vec":4,"subgroup":32}
// no line of its own; SHA-256 cf723cfa12cef2dcdc525e7589112830e323f96ae9eddf5ed50e19990141637e

// ---- softmax {"result":"logsumexp","threads":256,"vec":4}
// no line of its own; SHA-256 62eabe23284c8e847278c8f728ed637443b513a6895113cbd042c8593f534bf8

// ---- softmax {"result":"logsumexp","threads":4,"vec":1,"subgroup":4}
// no line of its own; SHA-256 3f3866a8837d61f18b31703b89d9af59bfa7ed153d4a9ed1b785a0bf829ca2ca

// ---- softmax {"result":"logsumexp","threads":64,"vec":1,"subgroup":32}
// no line of its own; SHA-256 874fb412381cb4b3dcdab333d321171fe8698b446f8b6945129deeb04559929e

// ---- softmax {"result":"logsumexp","threads":64,"vec":1}
// no line of its own; SHA-256 9b77ff86b7f5a649338d9a0a173ad7b08373e8bb9911ae1c2513407d61ed1201

// ---- softmax {"result":"logsumexp","threads":8,"vec":1,"subgroup":8}
// no line of its own; SHA-256 767a8d9c919b4baf0ce7b6d3dd97227d00bad7dc80ddb902c8bf4f4c3d8d1126

// ---- softmax {"result":"softmax","threads":1,"vec":1}
// softmax
struct Uniforms {
  rows: u32,
  units: u32,
  inner: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const THREADS = 1u;
fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn total(v: f32) -> f32 { return v; }
fn peak(v: f32) -> f32 { return v; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (group.x + group.y * groups.x) * 64u + local;
  const lane = 0u;
  if (row >= u.rows) { return; }
  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
  let share = 1.0 / sum;
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = exp(x[at] - largest) * share;
  }
}

// ---- softmax {"result":"softmax","threads":1,"vec":4}
// no line of its own; SHA-256 1185ed26ce47600cab283932814e8927e2bd80ab1f787874ca8c1180d0523d64

// ---- softmax {"result":"softmax","threads":128,"vec":1,"subgroup":32}
// no line of its own; SHA-256 aa998a8a90b4e379416bc33fe04db28d55ddb9f06fc85642b4050efadb846a01

// ---- softmax {"result":"softmax","threads":128,"vec":1}
// no line of its own; SHA-256 9b6471707401235c985490e100286133aaddb373e3a4ab1e5c852e5d3a674381

// ---- softmax {"result":"softmax","threads":256,"vec":1}
// no line of its own; SHA-256 829ff71669dcf03df52cbeaa5adb0d745d15428848048d5a32bc04e49a2a1e47

// ---- softmax {"result":"softmax","threads":256,"vec":4,"subgroup":32}
// no line of its own; SHA-256 d61ee1c6e57d73ed24b13de39ded3a4091c5a9d59f1668955ca137cf5c5e7d40

// ---- softmax {"result":"softmax","threads":256,"vec":4}
// no line of its own; SHA-256 ce40eb9ccbe6f8fc3b9dcb458834fe1c673c45dd7a9e179ff6fb81ab3b6ff0fa

// ---- softmax {"result":"softmax","threads":4,"vec":1,"subgroup":4}
// no line of its own; SHA-256 af8216956d761fa399434924e871710a55d67c657f1a48089b25b558c40af8ea

// ---- softmax {"result":"softmax","threads":64,"vec":1,"subgroup":32}
// no line of its own; SHA-256 61bbd2da212d59c43b0333111b2423d16be457fe345150c182e2015db22352af

// ---- softmax {"result":"softmax","threads":64,"vec":1}
// no line of its own; SHA-256 e40bb623d5a8bb4e5f4b46d8e4db771ccf7411c82516db6ccee309f45b80648a

// ---- softmax {"result":"softmax","threads":8,"vec":1,"subgroup":8}
// no line of its own; SHA-256 92cf42d47a0eaeee0457339e48bf5c31c4f24e2760da40b93609b8efd9623dbb
