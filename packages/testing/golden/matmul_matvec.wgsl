// ---- matmul_matvec {"lanes":1,"outputs":16,"rows":1,"transposeA":false,"transposeB":false,"vectorB":false,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.y;
  let ownColumn = (group.y * groups.x + group.x) * 16u + local.x;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 1u; k < u.k; k += 1u) {
    let vector = b[baseB + k * u.n + column];
    sum0 = fma(a[baseA + 0u * u.k + k], vector, sum0);
  }
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = sum0;
  }
}

// ---- matmul_matvec {"lanes":1,"outputs":16,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(1, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 16u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 1u; k < u.k; k += 1u) {
    let vector = b[baseB + column * u.k + k];
    sum0 = fma(a[baseA + 0u * u.k + k], vector, sum0);
  }
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = sum0;
  }
}

// ---- matmul_matvec {"lanes":1,"outputs":16,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(1, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 16u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 1u; k < u.k; k += 1u) {
    let vector = b[baseB + column * u.k + k];
    sum0 = fma(a[baseA + 0u * u.k + k], vector, sum0);
  }
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = sum0 + bias[column];
  }
}

// ---- matmul_matvec {"lanes":1,"outputs":16,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(1, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 16u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 4u; k < u.k; k += 4u) {
    let vector = b[(baseB + column * u.k + k) / 4u];
    sum0 += dot(a[(baseA + 0u * u.k + k) / 4u], vector);
  }
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = sum0;
  }
}

// ---- matmul_matvec {"lanes":1,"outputs":16,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(1, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 16u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 4u; k < u.k; k += 4u) {
    let vector = b[(baseB + column * u.k + k) / 4u];
    sum0 += dot(a[(baseA + 0u * u.k + k) / 4u], vector);
  }
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = sum0 + bias[column];
  }
}

// ---- matmul_matvec {"lanes":1,"outputs":16,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(1, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 16u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  var sum1 = f32();
  var sum2 = f32();
  var sum3 = f32();
  for (var k = lane * 4u; k < u.k; k += 4u) {
    let vector = b[(baseB + column * u.k + k) / 4u];
    sum0 += dot(a[(baseA + 0u * u.k + k) / 4u], vector);
    sum1 += dot(a[(baseA + 1u * u.k + k) / 4u], vector);
    sum2 += dot(a[(baseA + 2u * u.k + k) / 4u], vector);
    sum3 += dot(a[(baseA + 3u * u.k + k) / 4u], vector);
  }
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = sum0;
    c[baseC + 1u * u.n + column] = sum1;
    c[baseC + 2u * u.n + column] = sum2;
    c[baseC + 3u * u.n + column] = sum3;
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// one partial sum per thread: [output][lane]
var<workgroup> partial: array<f32, 256>;

fn add_lanes(value: f32, lane: u32, output: u32) -> f32 {
  let slot = output * 32u + lane;
  partial[slot] = value;
  workgroupBarrier();
  for (var half = 16u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[slot] += partial[slot + half];
    }
    workgroupBarrier();
  }
  let total = partial[output * 32u];
  workgroupBarrier();
  return total;
}

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 8u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let vector = b[baseB + column * u.k + k];
    sum0 = fma(a[baseA + 0u * u.k + k], vector, sum0);
  }
  let total0 = add_lanes(sum0, lane, local.y);
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = total0;
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

// one partial sum per thread: [output][lane]
var<workgroup> partial: array<f32, 256>;

fn add_lanes(value: f32, lane: u32, output: u32) -> f32 {
  let slot = output * 32u + lane;
  partial[slot] = value;
  workgroupBarrier();
  for (var half = 16u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[slot] += partial[slot + half];
    }
    workgroupBarrier();
  }
  let total = partial[output * 32u];
  workgroupBarrier();
  return total;
}

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 8u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let vector = b[baseB + column * u.k + k];
    sum0 = fma(a[baseA + 0u * u.k + k], vector, sum0);
  }
  let total0 = add_lanes(sum0, lane, local.y);
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = total0 + bias[column];
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// one partial sum per thread: [output][lane]
var<workgroup> partial: array<f32, 256>;

fn add_lanes(value: f32, lane: u32, output: u32) -> f32 {
  let slot = output * 32u + lane;
  partial[slot] = value;
  workgroupBarrier();
  for (var half = 16u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[slot] += partial[slot + half];
    }
    workgroupBarrier();
  }
  let total = partial[output * 32u];
  workgroupBarrier();
  return total;
}

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 8u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let vector = b[(baseB + column * u.k + k) / 4u];
    sum0 += dot(a[(baseA + 0u * u.k + k) / 4u], vector);
  }
  let total0 = add_lanes(sum0, lane, local.y);
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = total0;
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

// one partial sum per thread: [output][lane]
var<workgroup> partial: array<f32, 256>;

fn add_lanes(value: f32, lane: u32, output: u32) -> f32 {
  let slot = output * 32u + lane;
  partial[slot] = value;
  workgroupBarrier();
  for (var half = 16u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[slot] += partial[slot + half];
    }
    workgroupBarrier();
  }
  let total = partial[output * 32u];
  workgroupBarrier();
  return total;
}

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 8u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let vector = b[(baseB + column * u.k + k) / 4u];
    sum0 += dot(a[(baseA + 0u * u.k + k) / 4u], vector);
  }
  let total0 = add_lanes(sum0, lane, local.y);
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = total0 + bias[column];
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// one partial sum per thread: [output][lane]
var<workgroup> partial: array<f32, 256>;

fn add_lanes(value: f32, lane: u32, output: u32) -> f32 {
  let slot = output * 32u + lane;
  partial[slot] = value;
  workgroupBarrier();
  for (var half = 16u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[slot] += partial[slot + half];
    }
    workgroupBarrier();
  }
  let total = partial[output * 32u];
  workgroupBarrier();
  return total;
}

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = (group.y * groups.x + group.x) * 8u + local.y;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  var sum1 = f32();
  var sum2 = f32();
  var sum3 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let vector = b[(baseB + column * u.k + k) / 4u];
    sum0 += dot(a[(baseA + 0u * u.k + k) / 4u], vector);
    sum1 += dot(a[(baseA + 1u * u.k + k) / 4u], vector);
    sum2 += dot(a[(baseA + 2u * u.k + k) / 4u], vector);
    sum3 += dot(a[(baseA + 3u * u.k + k) / 4u], vector);
  }
  let total0 = add_lanes(sum0, lane, local.y);
  let total1 = add_lanes(sum1, lane, local.y);
  let total2 = add_lanes(sum2, lane, local.y);
  let total3 = add_lanes(sum3, lane, local.y);
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = total0;
    c[baseC + 1u * u.n + column] = total1;
    c[baseC + 2u * u.n + column] = total2;
    c[baseC + 3u * u.n + column] = total3;
  }
}

// ---- matmul_matvec {"lanes":8,"outputs":32,"rows":1,"transposeA":false,"transposeB":false,"vectorB":false,"bias":false,"activation":"none"}
// matmul_matvec
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  firstMatrix: u32,
  innerSize: u32,
  outerStrideA: u32,
  innerStrideA: u32,
  outerStrideB: u32,
  innerStrideB: u32,
  offsetA: u32,
  offsetB: u32,
  offsetC: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// one partial sum per thread: [output][lane]
var<workgroup> partial: array<f32, 256>;

fn add_lanes(value: f32, lane: u32, output: u32) -> f32 {
  let slot = output * 8u + lane;
  partial[slot] = value;
  workgroupBarrier();
  for (var half = 4u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[slot] += partial[slot + half];
    }
    workgroupBarrier();
  }
  let total = partial[output * 8u];
  workgroupBarrier();
  return total;
}

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.y;
  let ownColumn = (group.y * groups.x + group.x) * 32u + local.x;
  let column = min(ownColumn, u.n - 1u);
  var sum0 = f32();
  for (var k = lane * 1u; k < u.k; k += 8u) {
    let vector = b[baseB + k * u.n + column];
    sum0 = fma(a[baseA + 0u * u.k + k], vector, sum0);
  }
  let total0 = add_lanes(sum0, lane, local.x);
  if (lane == 0u && ownColumn < u.n) {
    c[baseC + 0u * u.n + column] = total0;
  }
}
