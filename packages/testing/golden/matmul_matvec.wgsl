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

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.y;
  let ownColumn = ((group.y * groups.x + group.x) * 8u + local.x) * 4u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let column2 = min(ownColumn + 2u, u.n - 1u);
  let column3 = min(ownColumn + 3u, u.n - 1u);
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  for (var k = lane * 1u; k < u.k; k += 1u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + k * u.n + column0];
    let vector1 = b[baseB + k * u.n + column1];
    let vector2 = b[baseB + k * u.n + column2];
    let vector3 = b[baseB + k * u.n + column3];
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
  }
  let total0_0 = sum0_0;
  let total0_1 = sum0_1;
  let total0_2 = sum0_2;
  let total0_3 = sum0_3;
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
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

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

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
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

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
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
  var sum1_0 = f32();
  var sum1_1 = f32();
  var sum1_2 = f32();
  var sum1_3 = f32();
  var sum2_0 = f32();
  var sum2_1 = f32();
  var sum2_2 = f32();
  var sum2_3 = f32();
  var sum3_0 = f32();
  var sum3_1 = f32();
  var sum3_2 = f32();
  var sum3_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let row1 = a[(baseA + 1u * u.k + k) / 4u];
    let row2 = a[(baseA + 2u * u.k + k) / 4u];
    let row3 = a[(baseA + 3u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    let vector1 = b[(baseB + column1 * u.k + k) / 4u];
    let vector2 = b[(baseB + column2 * u.k + k) / 4u];
    let vector3 = b[(baseB + column3 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum1_0 += dot(row1, vector0);
    sum1_1 += dot(row1, vector1);
    sum1_2 += dot(row1, vector2);
    sum1_3 += dot(row1, vector3);
    sum2_0 += dot(row2, vector0);
    sum2_1 += dot(row2, vector1);
    sum2_2 += dot(row2, vector2);
    sum2_3 += dot(row2, vector3);
    sum3_0 += dot(row3, vector0);
    sum3_1 += dot(row3, vector1);
    sum3_2 += dot(row3, vector2);
    sum3_3 += dot(row3, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total1_0 = subgroupAdd(sum1_0);
  let total1_1 = subgroupAdd(sum1_1);
  let total1_2 = subgroupAdd(sum1_2);
  let total1_3 = subgroupAdd(sum1_3);
  let total2_0 = subgroupAdd(sum2_0);
  let total2_1 = subgroupAdd(sum2_1);
  let total2_2 = subgroupAdd(sum2_2);
  let total2_3 = subgroupAdd(sum2_3);
  let total3_0 = subgroupAdd(sum3_0);
  let total3_1 = subgroupAdd(sum3_1);
  let total3_2 = subgroupAdd(sum3_2);
  let total3_3 = subgroupAdd(sum3_3);
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
    if (ownColumn + 0u < u.n) {
      c[baseC + 1u * u.n + column0] = total1_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 1u * u.n + column1] = total1_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 1u * u.n + column2] = total1_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 1u * u.n + column3] = total1_3;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 2u * u.n + column0] = total2_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 2u * u.n + column1] = total2_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 2u * u.n + column2] = total2_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 2u * u.n + column3] = total2_3;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 3u * u.n + column0] = total3_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 3u * u.n + column1] = total3_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 3u * u.n + column2] = total3_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 3u * u.n + column3] = total3_3;
    }
  }
}

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
  let ownColumn = ((group.y * groups.x + group.x) * 8u + local.y) * 1u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  var sum0_0 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + column0 * u.k + k];
    sum0_0 = fma(row0, vector0, sum0_0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
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
  let ownColumn = ((group.y * groups.x + group.x) * 8u + local.y) * 1u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  var sum0_0 = f32();
  for (var k = lane * 1u; k < u.k; k += 32u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + column0 * u.k + k];
    sum0_0 = fma(row0, vector0, sum0_0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0 + bias[column0];
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
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
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = bf16_vector(b[(baseB + column0 * u.k + k) / 4u]);
    sum0_0 += dot(row0, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
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
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int4_vector(b[((baseB + column0 * u.k + k) / 4u) / 2u], (baseB + column0 * u.k + k) / 4u) * scales[(column0 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn int8_vector(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
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
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int8_vector(b[(baseB + column0 * u.k + k) / 4u]) * scales[(column0 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
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
  let ownColumn = ((group.y * groups.x + group.x) * 8u + local.y) * 1u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  var sum0_0 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
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
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = bf16_vector(b[(baseB + column0 * u.k + k) / 4u]);
    sum0_0 += dot(row0, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0 + bias[column0];
    }
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
  let ownColumn = ((group.y * groups.x + group.x) * 8u + local.y) * 1u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  var sum0_0 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0 + bias[column0];
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> c: array<f32>;

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
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
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int4_vector(b[((baseB + column0 * u.k + k) / 4u) / 2u], (baseB + column0 * u.k + k) / 4u) * scales[(column0 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = activate(total0_0 + bias[column0]);
    }
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
  let ownColumn = ((group.y * groups.x + group.x) * 8u + local.y) * 1u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  var sum0_0 = f32();
  var sum1_0 = f32();
  var sum2_0 = f32();
  var sum3_0 = f32();
  for (var k = lane * 4u; k < u.k; k += 128u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let row1 = a[(baseA + 1u * u.k + k) / 4u];
    let row2 = a[(baseA + 2u * u.k + k) / 4u];
    let row3 = a[(baseA + 3u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
    sum1_0 += dot(row1, vector0);
    sum2_0 += dot(row2, vector0);
    sum3_0 += dot(row3, vector0);
  }
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  let total1_0 = add_lanes(sum1_0, lane, local.y);
  let total2_0 = add_lanes(sum2_0, lane, local.y);
  let total3_0 = add_lanes(sum3_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 1u * u.n + column0] = total1_0;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 2u * u.n + column0] = total2_0;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 3u * u.n + column0] = total3_0;
    }
  }
}

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":4,"subgroup":true,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
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

@compute @workgroup_size(4, 1)
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
  var sum1_0 = f32();
  var sum1_1 = f32();
  var sum1_2 = f32();
  var sum1_3 = f32();
  var sum2_0 = f32();
  var sum2_1 = f32();
  var sum2_2 = f32();
  var sum2_3 = f32();
  var sum3_0 = f32();
  var sum3_1 = f32();
  var sum3_2 = f32();
  var sum3_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let row1 = a[(baseA + 1u * u.k + k) / 4u];
    let row2 = a[(baseA + 2u * u.k + k) / 4u];
    let row3 = a[(baseA + 3u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    let vector1 = b[(baseB + column1 * u.k + k) / 4u];
    let vector2 = b[(baseB + column2 * u.k + k) / 4u];
    let vector3 = b[(baseB + column3 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum1_0 += dot(row1, vector0);
    sum1_1 += dot(row1, vector1);
    sum1_2 += dot(row1, vector2);
    sum1_3 += dot(row1, vector3);
    sum2_0 += dot(row2, vector0);
    sum2_1 += dot(row2, vector1);
    sum2_2 += dot(row2, vector2);
    sum2_3 += dot(row2, vector3);
    sum3_0 += dot(row3, vector0);
    sum3_1 += dot(row3, vector1);
    sum3_2 += dot(row3, vector2);
    sum3_3 += dot(row3, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total1_0 = subgroupAdd(sum1_0);
  let total1_1 = subgroupAdd(sum1_1);
  let total1_2 = subgroupAdd(sum1_2);
  let total1_3 = subgroupAdd(sum1_3);
  let total2_0 = subgroupAdd(sum2_0);
  let total2_1 = subgroupAdd(sum2_1);
  let total2_2 = subgroupAdd(sum2_2);
  let total2_3 = subgroupAdd(sum2_3);
  let total3_0 = subgroupAdd(sum3_0);
  let total3_1 = subgroupAdd(sum3_1);
  let total3_2 = subgroupAdd(sum3_2);
  let total3_3 = subgroupAdd(sum3_3);
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
    if (ownColumn + 0u < u.n) {
      c[baseC + 1u * u.n + column0] = total1_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 1u * u.n + column1] = total1_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 1u * u.n + column2] = total1_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 1u * u.n + column3] = total1_3;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 2u * u.n + column0] = total2_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 2u * u.n + column1] = total2_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 2u * u.n + column2] = total2_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 2u * u.n + column3] = total2_3;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 3u * u.n + column0] = total3_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 3u * u.n + column1] = total3_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 3u * u.n + column2] = total3_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 3u * u.n + column3] = total3_3;
    }
  }
}

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
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
@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 1u; k < u.k; k += 4u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = f16_element(b[(baseB + column0 * u.k + k) / 2u], baseB + column0 * u.k + k);
    let vector1 = f16_element(b[(baseB + column1 * u.k + k) / 2u], baseB + column1 * u.k + k);
    let vector2 = f16_element(b[(baseB + column2 * u.k + k) / 2u], baseB + column2 * u.k + k);
    let vector3 = f16_element(b[(baseB + column3 * u.k + k) / 2u], baseB + column3 * u.k + k);
    let vector4 = f16_element(b[(baseB + column4 * u.k + k) / 2u], baseB + column4 * u.k + k);
    let vector5 = f16_element(b[(baseB + column5 * u.k + k) / 2u], baseB + column5 * u.k + k);
    let vector6 = f16_element(b[(baseB + column6 * u.k + k) / 2u], baseB + column6 * u.k + k);
    let vector7 = f16_element(b[(baseB + column7 * u.k + k) / 2u], baseB + column7 * u.k + k);
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
    sum0_4 = fma(row0, vector4, sum0_4);
    sum0_5 = fma(row0, vector5, sum0_5);
    sum0_6 = fma(row0, vector6, sum0_6);
    sum0_7 = fma(row0, vector7, sum0_7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
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

@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 1u; k < u.k; k += 4u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + column0 * u.k + k];
    let vector1 = b[baseB + column1 * u.k + k];
    let vector2 = b[baseB + column2 * u.k + k];
    let vector3 = b[baseB + column3 * u.k + k];
    let vector4 = b[baseB + column4 * u.k + k];
    let vector5 = b[baseB + column5 * u.k + k];
    let vector6 = b[baseB + column6 * u.k + k];
    let vector7 = b[baseB + column7 * u.k + k];
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
    sum0_4 = fma(row0, vector4, sum0_4);
    sum0_5 = fma(row0, vector5, sum0_5);
    sum0_6 = fma(row0, vector6, sum0_6);
    sum0_7 = fma(row0, vector7, sum0_7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
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

@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 1u; k < u.k; k += 4u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + column0 * u.k + k];
    let vector1 = b[baseB + column1 * u.k + k];
    let vector2 = b[baseB + column2 * u.k + k];
    let vector3 = b[baseB + column3 * u.k + k];
    let vector4 = b[baseB + column4 * u.k + k];
    let vector5 = b[baseB + column5 * u.k + k];
    let vector6 = b[baseB + column6 * u.k + k];
    let vector7 = b[baseB + column7 * u.k + k];
    sum0_0 = fma(row0, vector0, sum0_0);
    sum0_1 = fma(row0, vector1, sum0_1);
    sum0_2 = fma(row0, vector2, sum0_2);
    sum0_3 = fma(row0, vector3, sum0_3);
    sum0_4 = fma(row0, vector4, sum0_4);
    sum0_5 = fma(row0, vector5, sum0_5);
    sum0_6 = fma(row0, vector6, sum0_6);
    sum0_7 = fma(row0, vector7, sum0_7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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
    if (ownColumn + 4u < u.n) {
      c[baseC + 0u * u.n + column4] = total0_4 + bias[column4];
    }
    if (ownColumn + 5u < u.n) {
      c[baseC + 0u * u.n + column5] = total0_5 + bias[column5];
    }
    if (ownColumn + 6u < u.n) {
      c[baseC + 0u * u.n + column6] = total0_6 + bias[column6];
    }
    if (ownColumn + 7u < u.n) {
      c[baseC + 0u * u.n + column7] = total0_7 + bias[column7];
    }
  }
}

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
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
@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = bf16_vector(b[(baseB + column0 * u.k + k) / 4u]);
    let vector1 = bf16_vector(b[(baseB + column1 * u.k + k) / 4u]);
    let vector2 = bf16_vector(b[(baseB + column2 * u.k + k) / 4u]);
    let vector3 = bf16_vector(b[(baseB + column3 * u.k + k) / 4u]);
    let vector4 = bf16_vector(b[(baseB + column4 * u.k + k) / 4u]);
    let vector5 = bf16_vector(b[(baseB + column5 * u.k + k) / 4u]);
    let vector6 = bf16_vector(b[(baseB + column6 * u.k + k) / 4u]);
    let vector7 = bf16_vector(b[(baseB + column7 * u.k + k) / 4u]);
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum0_4 += dot(row0, vector4);
    sum0_5 += dot(row0, vector5);
    sum0_6 += dot(row0, vector6);
    sum0_7 += dot(row0, vector7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
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
@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int4_vector(b[((baseB + column0 * u.k + k) / 4u) / 2u], (baseB + column0 * u.k + k) / 4u) * scales[(column0 * u.k + k) / 32u];
    let vector1 = int4_vector(b[((baseB + column1 * u.k + k) / 4u) / 2u], (baseB + column1 * u.k + k) / 4u) * scales[(column1 * u.k + k) / 32u];
    let vector2 = int4_vector(b[((baseB + column2 * u.k + k) / 4u) / 2u], (baseB + column2 * u.k + k) / 4u) * scales[(column2 * u.k + k) / 32u];
    let vector3 = int4_vector(b[((baseB + column3 * u.k + k) / 4u) / 2u], (baseB + column3 * u.k + k) / 4u) * scales[(column3 * u.k + k) / 32u];
    let vector4 = int4_vector(b[((baseB + column4 * u.k + k) / 4u) / 2u], (baseB + column4 * u.k + k) / 4u) * scales[(column4 * u.k + k) / 32u];
    let vector5 = int4_vector(b[((baseB + column5 * u.k + k) / 4u) / 2u], (baseB + column5 * u.k + k) / 4u) * scales[(column5 * u.k + k) / 32u];
    let vector6 = int4_vector(b[((baseB + column6 * u.k + k) / 4u) / 2u], (baseB + column6 * u.k + k) / 4u) * scales[(column6 * u.k + k) / 32u];
    let vector7 = int4_vector(b[((baseB + column7 * u.k + k) / 4u) / 2u], (baseB + column7 * u.k + k) / 4u) * scales[(column7 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum0_4 += dot(row0, vector4);
    sum0_5 += dot(row0, vector5);
    sum0_6 += dot(row0, vector6);
    sum0_7 += dot(row0, vector7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
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
@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int8_vector(b[(baseB + column0 * u.k + k) / 4u]) * scales[(column0 * u.k + k) / 32u];
    let vector1 = int8_vector(b[(baseB + column1 * u.k + k) / 4u]) * scales[(column1 * u.k + k) / 32u];
    let vector2 = int8_vector(b[(baseB + column2 * u.k + k) / 4u]) * scales[(column2 * u.k + k) / 32u];
    let vector3 = int8_vector(b[(baseB + column3 * u.k + k) / 4u]) * scales[(column3 * u.k + k) / 32u];
    let vector4 = int8_vector(b[(baseB + column4 * u.k + k) / 4u]) * scales[(column4 * u.k + k) / 32u];
    let vector5 = int8_vector(b[(baseB + column5 * u.k + k) / 4u]) * scales[(column5 * u.k + k) / 32u];
    let vector6 = int8_vector(b[(baseB + column6 * u.k + k) / 4u]) * scales[(column6 * u.k + k) / 32u];
    let vector7 = int8_vector(b[(baseB + column7 * u.k + k) / 4u]) * scales[(column7 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum0_4 += dot(row0, vector4);
    sum0_5 += dot(row0, vector5);
    sum0_6 += dot(row0, vector6);
    sum0_7 += dot(row0, vector7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
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

@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    let vector1 = b[(baseB + column1 * u.k + k) / 4u];
    let vector2 = b[(baseB + column2 * u.k + k) / 4u];
    let vector3 = b[(baseB + column3 * u.k + k) / 4u];
    let vector4 = b[(baseB + column4 * u.k + k) / 4u];
    let vector5 = b[(baseB + column5 * u.k + k) / 4u];
    let vector6 = b[(baseB + column6 * u.k + k) / 4u];
    let vector7 = b[(baseB + column7 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum0_4 += dot(row0, vector4);
    sum0_5 += dot(row0, vector5);
    sum0_6 += dot(row0, vector6);
    sum0_7 += dot(row0, vector7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
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
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = bf16_vector(b[(baseB + column0 * u.k + k) / 4u]);
    let vector1 = bf16_vector(b[(baseB + column1 * u.k + k) / 4u]);
    let vector2 = bf16_vector(b[(baseB + column2 * u.k + k) / 4u]);
    let vector3 = bf16_vector(b[(baseB + column3 * u.k + k) / 4u]);
    let vector4 = bf16_vector(b[(baseB + column4 * u.k + k) / 4u]);
    let vector5 = bf16_vector(b[(baseB + column5 * u.k + k) / 4u]);
    let vector6 = bf16_vector(b[(baseB + column6 * u.k + k) / 4u]);
    let vector7 = bf16_vector(b[(baseB + column7 * u.k + k) / 4u]);
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum0_4 += dot(row0, vector4);
    sum0_5 += dot(row0, vector5);
    sum0_6 += dot(row0, vector6);
    sum0_7 += dot(row0, vector7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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
    if (ownColumn + 4u < u.n) {
      c[baseC + 0u * u.n + column4] = total0_4 + bias[column4];
    }
    if (ownColumn + 5u < u.n) {
      c[baseC + 0u * u.n + column5] = total0_5 + bias[column5];
    }
    if (ownColumn + 6u < u.n) {
      c[baseC + 0u * u.n + column6] = total0_6 + bias[column6];
    }
    if (ownColumn + 7u < u.n) {
      c[baseC + 0u * u.n + column7] = total0_7 + bias[column7];
    }
  }
}

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
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
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    let vector1 = b[(baseB + column1 * u.k + k) / 4u];
    let vector2 = b[(baseB + column2 * u.k + k) / 4u];
    let vector3 = b[(baseB + column3 * u.k + k) / 4u];
    let vector4 = b[(baseB + column4 * u.k + k) / 4u];
    let vector5 = b[(baseB + column5 * u.k + k) / 4u];
    let vector6 = b[(baseB + column6 * u.k + k) / 4u];
    let vector7 = b[(baseB + column7 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum0_4 += dot(row0, vector4);
    sum0_5 += dot(row0, vector5);
    sum0_6 += dot(row0, vector6);
    sum0_7 += dot(row0, vector7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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
    if (ownColumn + 4u < u.n) {
      c[baseC + 0u * u.n + column4] = total0_4 + bias[column4];
    }
    if (ownColumn + 5u < u.n) {
      c[baseC + 0u * u.n + column5] = total0_5 + bias[column5];
    }
    if (ownColumn + 6u < u.n) {
      c[baseC + 0u * u.n + column6] = total0_6 + bias[column6];
    }
    if (ownColumn + 7u < u.n) {
      c[baseC + 0u * u.n + column7] = total0_7 + bias[column7];
    }
  }
}

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
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

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
}
@compute @workgroup_size(4, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + local.y) * 8u;
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
  for (var k = lane * 4u; k < u.k; k += 16u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let vector0 = int4_vector(b[((baseB + column0 * u.k + k) / 4u) / 2u], (baseB + column0 * u.k + k) / 4u) * scales[(column0 * u.k + k) / 32u];
    let vector1 = int4_vector(b[((baseB + column1 * u.k + k) / 4u) / 2u], (baseB + column1 * u.k + k) / 4u) * scales[(column1 * u.k + k) / 32u];
    let vector2 = int4_vector(b[((baseB + column2 * u.k + k) / 4u) / 2u], (baseB + column2 * u.k + k) / 4u) * scales[(column2 * u.k + k) / 32u];
    let vector3 = int4_vector(b[((baseB + column3 * u.k + k) / 4u) / 2u], (baseB + column3 * u.k + k) / 4u) * scales[(column3 * u.k + k) / 32u];
    let vector4 = int4_vector(b[((baseB + column4 * u.k + k) / 4u) / 2u], (baseB + column4 * u.k + k) / 4u) * scales[(column4 * u.k + k) / 32u];
    let vector5 = int4_vector(b[((baseB + column5 * u.k + k) / 4u) / 2u], (baseB + column5 * u.k + k) / 4u) * scales[(column5 * u.k + k) / 32u];
    let vector6 = int4_vector(b[((baseB + column6 * u.k + k) / 4u) / 2u], (baseB + column6 * u.k + k) / 4u) * scales[(column6 * u.k + k) / 32u];
    let vector7 = int4_vector(b[((baseB + column7 * u.k + k) / 4u) / 2u], (baseB + column7 * u.k + k) / 4u) * scales[(column7 * u.k + k) / 32u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum0_4 += dot(row0, vector4);
    sum0_5 += dot(row0, vector5);
    sum0_6 += dot(row0, vector6);
    sum0_7 += dot(row0, vector7);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total0_4 = subgroupAdd(sum0_4);
  let total0_5 = subgroupAdd(sum0_5);
  let total0_6 = subgroupAdd(sum0_6);
  let total0_7 = subgroupAdd(sum0_7);
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
    if (ownColumn + 4u < u.n) {
      c[baseC + 0u * u.n + column4] = activate(total0_4 + bias[column4]);
    }
    if (ownColumn + 5u < u.n) {
      c[baseC + 0u * u.n + column5] = activate(total0_5 + bias[column5]);
    }
    if (ownColumn + 6u < u.n) {
      c[baseC + 0u * u.n + column6] = activate(total0_6 + bias[column6]);
    }
    if (ownColumn + 7u < u.n) {
      c[baseC + 0u * u.n + column7] = activate(total0_7 + bias[column7]);
    }
  }
}

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
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
@compute @workgroup_size(8, 1)
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
  for (var k = lane * 1u; k < u.k; k += 8u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
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

@compute @workgroup_size(8, 1)
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
  for (var k = lane * 1u; k < u.k; k += 8u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
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

@compute @workgroup_size(8, 1)
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
  for (var k = lane * 1u; k < u.k; k += 8u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
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
@compute @workgroup_size(8, 1)
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
  for (var k = lane * 4u; k < u.k; k += 32u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
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
@compute @workgroup_size(8, 1)
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
  for (var k = lane * 4u; k < u.k; k += 32u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
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
@compute @workgroup_size(8, 1)
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
  for (var k = lane * 4u; k < u.k; k += 32u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
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

@compute @workgroup_size(8, 1)
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
  for (var k = lane * 4u; k < u.k; k += 32u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
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
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
@compute @workgroup_size(8, 1)
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
  for (var k = lane * 4u; k < u.k; k += 32u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
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
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(8, 1)
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
  for (var k = lane * 4u; k < u.k; k += 32u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
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

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
}
@compute @workgroup_size(8, 1)
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
  for (var k = lane * 4u; k < u.k; k += 32u) {
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

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
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

@compute @workgroup_size(8, 1)
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
  var sum1_0 = f32();
  var sum1_1 = f32();
  var sum1_2 = f32();
  var sum1_3 = f32();
  var sum2_0 = f32();
  var sum2_1 = f32();
  var sum2_2 = f32();
  var sum2_3 = f32();
  var sum3_0 = f32();
  var sum3_1 = f32();
  var sum3_2 = f32();
  var sum3_3 = f32();
  for (var k = lane * 4u; k < u.k; k += 32u) {
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
    let row1 = a[(baseA + 1u * u.k + k) / 4u];
    let row2 = a[(baseA + 2u * u.k + k) / 4u];
    let row3 = a[(baseA + 3u * u.k + k) / 4u];
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    let vector1 = b[(baseB + column1 * u.k + k) / 4u];
    let vector2 = b[(baseB + column2 * u.k + k) / 4u];
    let vector3 = b[(baseB + column3 * u.k + k) / 4u];
    sum0_0 += dot(row0, vector0);
    sum0_1 += dot(row0, vector1);
    sum0_2 += dot(row0, vector2);
    sum0_3 += dot(row0, vector3);
    sum1_0 += dot(row1, vector0);
    sum1_1 += dot(row1, vector1);
    sum1_2 += dot(row1, vector2);
    sum1_3 += dot(row1, vector3);
    sum2_0 += dot(row2, vector0);
    sum2_1 += dot(row2, vector1);
    sum2_2 += dot(row2, vector2);
    sum2_3 += dot(row2, vector3);
    sum3_0 += dot(row3, vector0);
    sum3_1 += dot(row3, vector1);
    sum3_2 += dot(row3, vector2);
    sum3_3 += dot(row3, vector3);
  }
  let total0_0 = subgroupAdd(sum0_0);
  let total0_1 = subgroupAdd(sum0_1);
  let total0_2 = subgroupAdd(sum0_2);
  let total0_3 = subgroupAdd(sum0_3);
  let total1_0 = subgroupAdd(sum1_0);
  let total1_1 = subgroupAdd(sum1_1);
  let total1_2 = subgroupAdd(sum1_2);
  let total1_3 = subgroupAdd(sum1_3);
  let total2_0 = subgroupAdd(sum2_0);
  let total2_1 = subgroupAdd(sum2_1);
  let total2_2 = subgroupAdd(sum2_2);
  let total2_3 = subgroupAdd(sum2_3);
  let total3_0 = subgroupAdd(sum3_0);
  let total3_1 = subgroupAdd(sum3_1);
  let total3_2 = subgroupAdd(sum3_2);
  let total3_3 = subgroupAdd(sum3_3);
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
    if (ownColumn + 0u < u.n) {
      c[baseC + 1u * u.n + column0] = total1_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 1u * u.n + column1] = total1_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 1u * u.n + column2] = total1_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 1u * u.n + column3] = total1_3;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 2u * u.n + column0] = total2_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 2u * u.n + column1] = total2_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 2u * u.n + column2] = total2_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 2u * u.n + column3] = total2_3;
    }
    if (ownColumn + 0u < u.n) {
      c[baseC + 3u * u.n + column0] = total3_0;
    }
    if (ownColumn + 1u < u.n) {
      c[baseC + 3u * u.n + column1] = total3_1;
    }
    if (ownColumn + 2u < u.n) {
      c[baseC + 3u * u.n + column2] = total3_2;
    }
    if (ownColumn + 3u < u.n) {
      c[baseC + 3u * u.n + column3] = total3_3;
    }
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
