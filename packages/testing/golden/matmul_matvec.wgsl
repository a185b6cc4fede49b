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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  var near0_4 = f32();
  var far0_4 = f32();
  var near0_5 = f32();
  var far0_5 = f32();
  var near0_6 = f32();
  var far0_6 = f32();
  var near0_7 = f32();
  var far0_7 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 1u; first < u.k; first += 256u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  var sum0_4 = f32();
  var sum0_5 = f32();
  var sum0_6 = f32();
  var sum0_7 = f32();
  let end = min(first + 256u, u.k);
  for (var k = first; k < end; k += 1u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  near0_4 += sum0_4;
  near0_5 += sum0_5;
  near0_6 += sum0_6;
  near0_7 += sum0_7;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
    far0_4 += near0_4;
    near0_4 = f32();
    far0_5 += near0_5;
    near0_5 = f32();
    far0_6 += near0_6;
    near0_6 = f32();
    far0_7 += near0_7;
    near0_7 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
  let sum0_4 = far0_4 + near0_4;
  let sum0_5 = far0_5 + near0_5;
  let sum0_6 = far0_6 + near0_6;
  let sum0_7 = far0_7 + near0_7;
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
// no line of its own; SHA-256 b610997a6546e3595a57817c4d7b88c1cb6540514da1e8edffcf8a68952b803f

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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 1u; first < u.k; first += 8192u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 8192u, u.k);
  for (var k = first; k < end; k += 32u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 1u; first < u.k; first += 8192u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 8192u, u.k);
  for (var k = first; k < end; k += 32u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 1u; first < u.k; first += 8192u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 8192u, u.k);
  for (var k = first; k < end; k += 32u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 4u; first < u.k; first += 32768u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 32768u, u.k);
  for (var k = first; k < end; k += 128u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 4u; first < u.k; first += 32768u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 32768u, u.k);
  for (var k = first; k < end; k += 128u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 4u; first < u.k; first += 32768u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 32768u, u.k);
  for (var k = first; k < end; k += 128u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 4u; first < u.k; first += 32768u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 32768u, u.k);
  for (var k = first; k < end; k += 128u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
// no line of its own; SHA-256 bddf603021bd9664584fec7e765693befd408ef91d55bb3f0e0f20ee95d9c4e5

// ---- matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 d4368fd92f9b17ca2fcf9a166f7f88b2b72e16de9e7cf16c99df26fa2481fecc

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
  var near0_0 = f32();
  var far0_0 = f32();
  var near0_1 = f32();
  var far0_1 = f32();
  var near0_2 = f32();
  var far0_2 = f32();
  var near0_3 = f32();
  var far0_3 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 4u; first < u.k; first += 32768u) {
  var sum0_0 = f32();
  var sum0_1 = f32();
  var sum0_2 = f32();
  var sum0_3 = f32();
  let end = min(first + 32768u, u.k);
  for (var k = first; k < end; k += 128u) {
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
  near0_0 += sum0_0;
  near0_1 += sum0_1;
  near0_2 += sum0_2;
  near0_3 += sum0_3;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
    far0_1 += near0_1;
    near0_1 = f32();
    far0_2 += near0_2;
    near0_2 = f32();
    far0_3 += near0_3;
    near0_3 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let sum0_1 = far0_1 + near0_1;
  let sum0_2 = far0_2 + near0_2;
  let sum0_3 = far0_3 + near0_3;
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
// no line of its own; SHA-256 1da4c20b7daec9c6533a027ca5ef638e00b7216996ce7821fb8154979d0163f7

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
  var near0_0 = f32();
  var far0_0 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 1u; first < u.k; first += 8192u) {
  var sum0_0 = f32();
  let end = min(first + 8192u, u.k);
  for (var k = first; k < end; k += 32u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = f16_element(b[(baseB + column0 * u.k + k) / 2u], baseB + column0 * u.k + k);
    sum0_0 = fma(row0, vector0, sum0_0);
  }
  near0_0 += sum0_0;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let total0_0 = add_lanes(sum0_0, lane, local.y);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
  }
}

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// no line of its own; SHA-256 65309e7d81fe30d5036be56b86c28d7dd0dc54de808c92cb9e69361420026108

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// no line of its own; SHA-256 f6a8ca1bcd0df32c068f05c5223f6840434a243f823452faee6bcee1f9f8d416

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 abd59c0fb1df05816cab21dd8aed983533f8f44e6e2d75f0e857df2dfe580395

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 4a22415e54ac3d128c0f6399f7d282f3369b3115e097f040881f15058f941ac2

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
// no line of its own; SHA-256 87caae5d452823a5f8aeae2ac2f994f4bb7ec6ecf1431ffeccadcdc08858ed1a

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 5f67fe10eca9f627487a8daf56ee857ff6cdb4e2ee9f5e2a1d0896ba9db99863

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 00cc224b7da0a952f161843f8fc9cd2429a9d7eef1504c63a4e1c4673f7b4b7c

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 1a08f5dda9cbe50a17007f70980fa3613926e442f7c19c6816dd625312dc758f

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 49a88a6a646b755edbe68ae8dfd39d8c9d48f13a67eef78cf2fc96c71828e4c2

// ---- matmul_matvec {"lanes":32,"outputs":8,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 89ff49415145097ae8af7e40b94220a3983d58f5a40039e1aae283ff592413b1

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":4,"subgroup":true,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 9d4c6127c6f077c733ca54aea7b2fb0b9edb105db758791c0a62a70694c5f7d2

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
// no line of its own; SHA-256 4837c4d99df62f3f3f0a67da92041194d21ebd2cce0509ed08cae7fbae51a048

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// no line of its own; SHA-256 4186f4e2a2f6bc545e2389b32d1c505f2d4d7764a9ca0d534e93a628dd8564cf

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// no line of its own; SHA-256 70b92539c803f8374d1400162afdab8346c841075cdc021abe9904f2f44f3ce4

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 507a225176c840ecf1fbbffc9d22e5186fcce86f3ea5023a197f834a0b2e4543

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 582fe6d6fc3652496aa9ca7bc6e0e77a4def245cee59613752d7e8e94f2c5772

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
// no line of its own; SHA-256 50cd99c8f1cbd916e3be939910375ff74f8882a3624123db3f7484ebefeb3bfd

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 576281fe7c220dd4904f27e27fde941ac41ac23ea4ecd93ef4e70b34eca3519d

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 977c85f7bd82ad9b40d4cce9d3c9a71f68ddc0225163db7b7817191ca03b809c

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 933d989b1c751b529b73b6d0df1a9590a964cecd840d3eeabeae3a6ab41f588b

// ---- matmul_matvec {"lanes":4,"outputs":1,"columns":8,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 8794d55d0bbffc6e213d53c5caefc5f88b406ae28241ebba8a5fd66d03eedc9f

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none","typeB":"f16"}
// no line of its own; SHA-256 086b7ba7cd07bbfdccb237f00548206118840f851287d9b5dd1a61435d8e46f8

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":false,"activation":"none"}
// no line of its own; SHA-256 82a56a5ffbca5ba988a09dc118e71633bf70b9a315193566034a068350ec33e6

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":false,"bias":true,"activation":"none"}
// no line of its own; SHA-256 400b19d022dae5f75e990c1cc39debf550cdaa6aacff2eebccfa187224338a48

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 f6e7f80840c6a339a1b9f77bdd2fce8877140a266e2fefb1bf55d2d6ef92c393

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 4bd7467ff55dd6d40ec505f82bf02fbff364e86a92b7bfa766dc7e646011ef7c

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","typeB":"int8","groupSize":32}
// no line of its own; SHA-256 770fc3a2760fe3ee9f18755db1afd9deff90ddd19e53abef9c5e8ee9c8a35d48

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 1943a96f19b606d81192ee2d54e472ede2631fd6cbd7959e0acfb173221d7d32

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none","typeB":"bf16"}
// no line of its own; SHA-256 3e245c98943e1ee3afecb10443e071d9b4bacd2b15145689877e4d0ebc83226f

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"none"}
// no line of its own; SHA-256 bc350d87f59704a6e5d883b2f9c3a1e23adaec01c042a292dd872e261bbd02f4

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":true,"activation":"silu","typeB":"int4","groupSize":32}
// no line of its own; SHA-256 9bf8543658146cd51d6ff785b020f768b5e843fdab9c0cf41dd733e00af40d10

// ---- matmul_matvec {"lanes":8,"outputs":1,"columns":4,"subgroup":true,"rows":4,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
// no line of its own; SHA-256 c0239a2a231943173166a0b011f7060adae8d879b7f15c9381db99a8a8f83da4

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
  var near0_0 = f32();
  var far0_0 = f32();
  // In blocks of blocks, so that no chain of additions is long.
  var blocks = 0u;
  for (var first = lane * 1u; first < u.k; first += 2048u) {
  var sum0_0 = f32();
  let end = min(first + 2048u, u.k);
  for (var k = first; k < end; k += 8u) {
    let row0 = a[baseA + 0u * u.k + k];
    let vector0 = b[baseB + k * u.n + column0];
    sum0_0 = fma(row0, vector0, sum0_0);
  }
  near0_0 += sum0_0;
  blocks++;
  if (blocks % 256u == 0u) {
    far0_0 += near0_0;
    near0_0 = f32();
  }
  }
  let sum0_0 = far0_0 + near0_0;
  let total0_0 = add_lanes(sum0_0, lane, local.x);
  if (lane == 0u) {
    if (ownColumn + 0u < u.n) {
      c[baseC + 0u * u.n + column0] = total0_0;
    }
  }
}
