// ---- matmul_matvec {"lanes":1,"outputs":4,"columns":8,"rows":1,"transposeA":false,"transposeB":false,"vectorB":false,"bias":false,"activation":"none"}
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

@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.y;
  let ownColumn = ((group.y * groups.x + group.x) * 4u + local.x) * 8u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  let column4 = min(ownColumn + 4u, u.n - 1u);
  let column5 = min(ownColumn + 5u, u.n - 1u);
  let column6 = min(ownColumn + 6u, u.n - 1u);
  let column7 = min(ownColumn + 7u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  var sum0_4 = f32();
  var sum0_5 = f32();
  var sum0_6 = f32();
  var sum0_7 = f32();
  for (var k = lane * 1u; k < u.k; k += 1u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + k * u.n + column0];
    let vector1 = b[baseB + k * u.n + column1];
    let vector2 = b[baseB + k * u.n + column2];
    let vector3 = b[baseB + k * u.n + column3];
    let vector4 = b[baseB + k * u.n + column4];
    let vector5 = b[baseB + k * u.n + column5];
    let vector6 = b[baseB + k * u.n + column6];
    let vector7 = b[baseB + k * u.n + column7];
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
    sum0_4 = fma(row0, vector4, sum0_4);
    sum0_5 = fma(row0, vector5, sum0_5);
    sum0_6 = fma(row0, vector6, sum0_6);
    sum0_7 = fma(row0, vector7, sum0_7);
  }
  let total0_0 = sum0_0;
  let total0_1 = sum0_1;
  let total0_2 = sum0_2;
  let total0_3 = sum0_3;
  let total0_4 = sum0_4;
  let total0_5 = sum0_5;
  let total0_6 = sum0_6;
  let total0_7 = sum0_7;
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3;
    }
    if (ownColumn + 4u < u.n) {
      c[baseC + 0u * u.n + column4] = total0_4;
    }
    if (ownColumn + 5u < u.n) {
      c[baseC + 0u * u.n + column5] = total0_5;
    }
    if (ownColumn + 6u < u.n) {
      c[baseC + 0u * u.n + column6] = total0_6;
    }
    if (ownColumn + 7u < u.n) {
      c[baseC + 0u * u.n + column7] = total0_7;
    }
  }
}

// ---- matmul_matvec {"lanes":1,"outputs":8,"columns":4,"rows":1,"transposeA":false,"transposeB":false,"vectorB":false,"bias":false,"activation":"none"}
// no line of its own; SHA-256 f4121e4d53326a5eeac25b6d7099683e628fc6daecc6b3c48d65a73d927ee1e3

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
// matmul_matvec
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = f16_element(b[(baseB + column0 * u.k + k) / 2u], baseB + column0 * u.k + k);
    let vector1 = f16_element(b[(baseB + column1 * u.k + k) / 2u], baseB + column1 * u.k + k);
    let vector2 = f16_element(b[(baseB + column2 * u.k + k) / 2u], baseB + column2 * u.k + k);
    let vector3 = f16_element(b[(baseB + column3 * u.k + k) / 2u], baseB + column3 * u.k + k);
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// matmul_matvec
enable subgroups;
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

@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + column0 * u.k + k];
    let vector1 = b[baseB + column1 * u.k + k];
    let vector2 = b[baseB + column2 * u.k + k];
    let vector3 = b[baseB + column3 * u.k + k];
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// matmul_matvec
enable subgroups;
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

@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + column0 * u.k + k];
    let vector1 = b[baseB + column1 * u.k + k];
    let vector2 = b[baseB + column2 * u.k + k];
    let vector3 = b[baseB + column3 * u.k + k];
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0 + bias[column0];
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1 + bias[column1];
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2 + bias[column2];
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3 + bias[column3];
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
// matmul_matvec
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = bf16_vector(b[(baseB + column0 * u.k + k) / 4u]);
    let vector1 = bf16_vector(b[(baseB + column1 * u.k + k) / 4u]);
    let vector2 = bf16_vector(b[(baseB + column2 * u.k + k) / 4u]);
    let vector3 = bf16_vector(b[(baseB + column3 * u.k + k) / 4u]);
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
// matmul_matvec
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
}
@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int4_vector(b[((baseB + column0 * u.k + k) / 4u) / 2u], (baseB + column0 * u.k + k) / 4u) * scales[(column0 * u.k + k) / 32u];
    let vector1 = int4_vector(b[((baseB + column1 * u.k + k) / 4u) / 2u], (baseB + column1 * u.k + k) / 4u) * scales[(column1 * u.k + k) / 32u];
    let vector2 = int4_vector(b[((baseB + column2 * u.k + k) / 4u) / 2u], (baseB + column2 * u.k + k) / 4u) * scales[(column2 * u.k + k) / 32u];
    let vector3 = int4_vector(b[((baseB + column3 * u.k + k) / 4u) / 2u], (baseB + column3 * u.k + k) / 4u) * scales[(column3 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
// matmul_matvec
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn int8_vector(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int8_vector(b[(baseB + column0 * u.k + k) / 4u]) * scales[(column0 * u.k + k) / 32u];
    let vector1 = int8_vector(b[(baseB + column1 * u.k + k) / 4u]) * scales[(column1 * u.k + k) / 32u];
    let vector2 = int8_vector(b[(baseB + column2 * u.k + k) / 4u]) * scales[(column2 * u.k + k) / 32u];
    let vector3 = int8_vector(b[(baseB + column3 * u.k + k) / 4u]) * scales[(column3 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// matmul_matvec
enable subgroups;
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

@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    let vector1 = b[(baseB + column1 * u.k + k) / 4u];
    let vector2 = b[(baseB + column2 * u.k + k) / 4u];
    let vector3 = b[(baseB + column3 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = total0_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = total0_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = total0_3;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 02ba66b66fb33c9cbaebab2c957432dbd580f6539bfb10ce4b77cffdc502b00c

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 e1b54dbe47472455dbb1ae8e1abe3671e44fbfab7a37697cbebf808c1e86f0a0

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
// matmul_matvec
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> c: array<f32>;

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return or_nan(select(e, 1.0, x >= 0.0) / (1.0 + e), is_nan(x));
}
fn silu(x: f32) -> f32 { return or_nan(x * sigmoid(x), bitcast<u32>(x) >= 0xff800000u); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
}
@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int4_vector(b[((baseB + column0 * u.k + k) / 4u) / 2u], (baseB + column0 * u.k + k) / 4u) * scales[(column0 * u.k + k) / 32u];
    let vector1 = int4_vector(b[((baseB + column1 * u.k + k) / 4u) / 2u], (baseB + column1 * u.k + k) / 4u) * scales[(column1 * u.k + k) / 32u];
    let vector2 = int4_vector(b[((baseB + column2 * u.k + k) / 4u) / 2u], (baseB + column2 * u.k + k) / 4u) * scales[(column2 * u.k + k) / 32u];
    let vector3 = int4_vector(b[((baseB + column3 * u.k + k) / 4u) / 2u], (baseB + column3 * u.k + k) / 4u) * scales[(column3 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = activate(total0_0 + bias[column0]);
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 0u * u.n + column1] = activate(total0_1 + bias[column1]);
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 0u * u.n + column2] = activate(total0_2 + bias[column2]);
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 0u * u.n + column3] = activate(total0_3 + bias[column3]);
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 324d43d44f243200210d47a841bb447a14579bda2443c668d203ea5f01cd9490

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
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
  let ownColumn = ((group.y * groups.x + group.x) * 8u + local.y) * 1u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  var sum0_0 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = f16_element(b[(baseB + column0 * u.k + k) / 2u], baseB + column0 * u.k + k);
    sum0_0 = fma(row0, vector0, sum0_0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// no line of its own; SHA-256 4241270f28ca3fb2233aac9c2426215ba76fea282e4946e32eac56e36d1e52c7

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// no line of its own; SHA-256 cfd16c7e08b819dd3c536b0170628cdb2251af58e91fcda081caf419d164e993

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 655909cf75763c30064ee2f81e83df1315941edef865ef394fec22f3ea014a92

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 3f7f1eb711296cc1a2017648739eab1e833eb58ca5cf727ef1be4a696ce17842

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
// no line of its own; SHA-256 524c5857ddd40bbe3ad34c64284d166328c8d24a1007583653920c563191a626

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 b8f969b5d595722408170f4a0e7ed6dd969b0271f2ab428cbbba0ea1c5a7832c

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 e16bf95a8d0f2112c47d253c0dff46a25061feb6278ef7335837dacdf8ba668f

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 5f3b1fd29b447d31de7d93ec25d59c5ac0ac511cd81b04d3a34c5ec788262dd4

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 e65d519daa0772d7756b90363342115bb194df4c58ce68fd2b39c1119941ecdc

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 9ccc3f3f8d38bb939bb4cfda2b88c2ac982753dbfa56ffc2b195052b689fbcea

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":4,"subgroup":true,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 902c8105da6e1063228ab91079d9cfb95050fd3f01ebf945fd680952794cde0e

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
// no line of its own; SHA-256 3dd5cf9dcacd193adaf9cff4739bac47ebe5d7a45b1101cad5ba7cf4bdd199c5

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// no line of its own; SHA-256 660f3be1b820a68fb48a35e24314bec50e8b722dacea41bd326a743bcccb07e1

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// no line of its own; SHA-256 b780c7f57e5098728fb89480c7c7553f094b6ff4151ae439714355a30c041fd1

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 bb51b51034ead87a50963bafc6c2c3bbf2b7407b9afd4baf3dd7d862e881f1d1

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 c3da7942145b18c4a928f416bf887105d3ebd0c374408697eaacc04e27fd2b56

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
// no line of its own; SHA-256 e0990adb103dc11b4b21c7dc2fead2259f846cb3aac4cf88116b737f00f0df6f

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 a8fd5cb4e0bf720ca5cf7e28e21eb5dc0528e609e256bc28468deb640cdd1a8d

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 6ae7bf6dd634521db8fca8c3125cf8430cbacee54761a39bba7803de3badc6e6

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 d3b36e62bb388fcca196e219bc18790fa75b52305ad0cc42a471b92165a6fe5c

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 7168e6a469cefc8c2ccbf376bf49aaf3b512de128a090657e18492c3be42346a

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
// no line of its own; SHA-256 f127912084bf10040a3094bfe0d5be8e0cafcfb35d7ed0495dec3b7b5f3c4e4b

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// no line of its own; SHA-256 865704176b2f0ad6a9f584695a99c1b943e5f9872c61ee2cb2f34b6f511a5c1e

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// no line of its own; SHA-256 a51a2e50e117f4d10f6ba17b70e14fd66fe2c02239cb18917942b7a2279b9103

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 db4f73dfbc7f471707f1ae191424d6d4a2e2909969f9f87189a5064d5d382fb7

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 f63d2beb1d9143788e15415abde5229453d97cae5dae4075aaf9f7c6540071e5

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
// no line of its own; SHA-256 764a4745e95e47844f51f34cd58f4f2fd819c02e4293e9642f9e054a88291477

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 82946872de7915bc9269add4e3842e4ce7b02ca661a7dfbb2ad5129ac9f23879

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 08998a3801b88b25ecff7a2981cff868d22628001ef5f896075a5f542cd71fdb

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 d5eb29b63ba9705e8cf8c0001709074e13ca845d71cf4e251b82cd2322121f3c

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 28b668f76737fa302ffc6fb0429145cd6cae487eceac48594c8e56bb3c2846b9

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 37d48074935708c0377a21b031fb249d5a889ccec6f52d9a0ef4c206b04b84ef

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
  let ownColumn = ((group.y * groups.x + group.x) * 32u + local.x) * 1u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  var sum0_0 = f32();
  for (var k = lane * 1u; k < u.k; k += 8u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + k * u.n + column0];
    sum0_0 = fma(row0, vector0, sum0_0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.x);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
  }
}
