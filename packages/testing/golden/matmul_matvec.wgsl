// Canonical configuration: primitive linear, case "its decode step", adapter nvidia.
// matmul_matvec {"columns":2,"parts":1,"rowGroups":1,"lanes":32,"outputs":1,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none","oneBlock":true,"steps":6}
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

@compute @workgroup_size(32, 1, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let matrix = u.firstMatrix + group.z;

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let lane = local.x;
  let ownColumn = ((group.y * groups.x + group.x) * 1u + 0u) * 2u;
  let column0 = min(ownColumn + 0u, u.n - 1u);
  let column1 = min(ownColumn + 1u, u.n - 1u);
  let first = (local.z * 32u + lane) * 4u;
  var sum0_0 = f32();
  var sum0_1 = f32();
  for (var k = first; k < u.k; k += 768u) {
    let k_0 = k + 0u;
    let k_1 = k + 128u;
    let k_2 = k + 256u;
    let k_3 = k + 384u;
    let k_4 = k + 512u;
    let k_5 = k + 640u;
    let vector0_0 = b[(baseB + column0 * u.k + k_0) / 4u];
    let vector1_0 = b[(baseB + column1 * u.k + k_0) / 4u];
    let vector0_1 = b[(baseB + column0 * u.k + k_1) / 4u];
    let vector1_1 = b[(baseB + column1 * u.k + k_1) / 4u];
    let vector0_2 = b[(baseB + column0 * u.k + k_2) / 4u];
    let vector1_2 = b[(baseB + column1 * u.k + k_2) / 4u];
    let vector0_3 = b[(baseB + column0 * u.k + k_3) / 4u];
    let vector1_3 = b[(baseB + column1 * u.k + k_3) / 4u];
    let vector0_4 = b[(baseB + column0 * u.k + k_4) / 4u];
    let vector1_4 = b[(baseB + column1 * u.k + k_4) / 4u];
    let vector0_5 = b[(baseB + column0 * u.k + k_5) / 4u];
    let vector1_5 = b[(baseB + column1 * u.k + k_5) / 4u];
    let row0_0 = a[(baseA + 0u * u.k + k_0) / 4u];
    let row0_1 = a[(baseA + 0u * u.k + k_1) / 4u];
    let row0_2 = a[(baseA + 0u * u.k + k_2) / 4u];
    let row0_3 = a[(baseA + 0u * u.k + k_3) / 4u];
    let row0_4 = a[(baseA + 0u * u.k + k_4) / 4u];
    let row0_5 = a[(baseA + 0u * u.k + k_5) / 4u];
    sum0_0 += dot(row0_0, vector0_0);
    sum0_1 += dot(row0_0, vector1_0);
    sum0_0 += dot(row0_1, vector0_1);
    sum0_1 += dot(row0_1, vector1_1);
    sum0_0 += dot(row0_2, vector0_2);
    sum0_1 += dot(row0_2, vector1_2);
    sum0_0 += dot(row0_3, vector0_3);
    sum0_1 += dot(row0_3, vector1_3);
    sum0_0 += dot(row0_4, vector0_4);
    sum0_1 += dot(row0_4, vector1_4);
    sum0_0 += dot(row0_5, vector0_5);
    sum0_1 += dot(row0_5, vector1_5);
  }
  sum0_0 = select(sum0_0, sum0_1, (lane & 16u) != 0u) + subgroupShuffleXor(select(sum0_1, sum0_0, (lane & 16u) != 0u), 16u);
  sum0_0 = select(sum0_0, sum0_0, (lane & 8u) != 0u) + subgroupShuffleXor(select(sum0_0, sum0_0, (lane & 8u) != 0u), 8u);
  sum0_0 = select(sum0_0, sum0_0, (lane & 4u) != 0u) + subgroupShuffleXor(select(sum0_0, sum0_0, (lane & 4u) != 0u), 4u);
  sum0_0 = select(sum0_0, sum0_0, (lane & 2u) != 0u) + subgroupShuffleXor(select(sum0_0, sum0_0, (lane & 2u) != 0u), 2u);
  sum0_0 = select(sum0_0, sum0_0, (lane & 1u) != 0u) + subgroupShuffleXor(select(sum0_0, sum0_0, (lane & 1u) != 0u), 1u);
  let row = 0u;
  let column = ownColumn + 0u + select(0u, 1u, (lane & 16u) != 0u);
  if ((lane & 15u) == 0u && column + 0u < u.n) { c[baseC + (row + 0u) * u.n + column + 0u] = sum0_0; }
}
