// Canonical configuration: primitive linear, case "its decode step", adapter nvidia.
// matmul_matvec {"lanes":32,"outputs":1,"columns":4,"subgroup":true,"rows":1,"transposeA":false,"transposeB":true,"vectorB":true,"bias":false,"activation":"none"}
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
    let vector0 = b[(baseB + column0 * u.k + k) / 4u];
    let vector1 = b[(baseB + column1 * u.k + k) / 4u];
    let vector2 = b[(baseB + column2 * u.k + k) / 4u];
    let vector3 = b[(baseB + column3 * u.k + k) / 4u];
    let row0 = a[(baseA + 0u * u.k + k) / 4u];
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
