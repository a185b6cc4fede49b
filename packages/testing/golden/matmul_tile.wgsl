// Canonical configuration: primitive linear, case "input projection of a 130 M model", adapter nvidia.
// matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"prefetch":true,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// matmul_tile
struct Uniforms {
  m: u32,
  n: u32,
  k: u32,
  splits: u32,
  splitDepth: u32,
  splitSize: u32,
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
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<array<vec4f, 17>, 16>;
var<workgroup> tile_b: array<array<vec4f, 17>, 16>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    a[at + min(line + 0u, u.m - 1u) * stride],
    a[at + min(line + 1u, u.m - 1u) * stride],
    a[at + min(line + 2u, u.m - 1u) * stride],
    a[at + min(line + 3u, u.m - 1u) * stride],
  ));
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    b[at + min(line + 0u, u.n - 1u) * stride],
    b[at + min(line + 1u, u.n - 1u) * stride],
    b[at + min(line + 2u, u.n - 1u) * stride],
    b[at + min(line + 3u, u.n - 1u) * stride],
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) own: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let local = vec2u(index / 2u % 8u, index / 16u * 2u + index % 2u);
  let row = group.y * 64u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c0_1 = vec4f();
  var c1_0 = vec4f();
  var c1_1 = vec4f();
  var c2_0 = vec4f();
  var c2_1 = vec4f();
  var c3_0 = vec4f();
  var c3_1 = vec4f();
  var c4_0 = vec4f();
  var c4_1 = vec4f();
  var c5_0 = vec4f();
  var c5_1 = vec4f();
  var c6_0 = vec4f();
  var c6_1 = vec4f();
  var c7_0 = vec4f();
  var c7_1 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  {
    let block = index + 0u;
    let line = block / 2u % 16u;
    let step = block / 32u * 2u + block % 2u;
    a0_next = load_a(baseA, group.y * 64u + line * 4u, firstDepth + step * 4u);
  }
  {
    let block = index + 0u;
    let line = block / 2u % 16u;
    let step = block / 32u * 2u + block % 2u;
    b0_next = load_b(baseB, group.x * 64u + line * 4u, firstDepth + step * 4u);
  }
  for (var k = firstDepth; k < endDepth; k += 16u) {
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      tile_a[step * 4u + 0u][line] = a0_next[0];
      tile_a[step * 4u + 1u][line] = a0_next[1];
      tile_a[step * 4u + 2u][line] = a0_next[2];
      tile_a[step * 4u + 3u][line] = a0_next[3];
    }
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      tile_b[step * 4u + 0u][line] = b0_next[0];
      tile_b[step * 4u + 1u][line] = b0_next[1];
      tile_b[step * 4u + 2u][line] = b0_next[2];
      tile_b[step * 4u + 3u][line] = b0_next[3];
    }
    workgroupBarrier();
    if (k + 16u < endDepth) {
      {
        let block = index + 0u;
        let line = block / 2u % 16u;
        let step = block / 32u * 2u + block % 2u;
        a0_next = load_a(baseA, group.y * 64u + line * 4u, k + 16u + step * 4u);
      }
      {
        let block = index + 0u;
        let line = block / 2u % 16u;
        let step = block / 32u * 2u + block % 2u;
        b0_next = load_b(baseB, group.x * 64u + line * 4u, k + 16u + step * 4u);
      }
    }
    var p0_0 = vec4f();
    var p0_1 = vec4f();
    var p1_0 = vec4f();
    var p1_1 = vec4f();
    var p2_0 = vec4f();
    var p2_1 = vec4f();
    var p3_0 = vec4f();
    var p3_1 = vec4f();
    var p4_0 = vec4f();
    var p4_1 = vec4f();
    var p5_0 = vec4f();
    var p5_1 = vec4f();
    var p6_0 = vec4f();
    var p6_1 = vec4f();
    var p7_0 = vec4f();
    var p7_1 = vec4f();
    {
      let a0 = tile_a[0][local.y * 2u + 0u];
      let a1 = tile_a[0][local.y * 2u + 1u];
      let b0 = tile_b[0][local.x + 0u];
      let b1 = tile_b[0][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[1][local.y * 2u + 0u];
      let a1 = tile_a[1][local.y * 2u + 1u];
      let b0 = tile_b[1][local.x + 0u];
      let b1 = tile_b[1][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[2][local.y * 2u + 0u];
      let a1 = tile_a[2][local.y * 2u + 1u];
      let b0 = tile_b[2][local.x + 0u];
      let b1 = tile_b[2][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[3][local.y * 2u + 0u];
      let a1 = tile_a[3][local.y * 2u + 1u];
      let b0 = tile_b[3][local.x + 0u];
      let b1 = tile_b[3][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[4][local.y * 2u + 0u];
      let a1 = tile_a[4][local.y * 2u + 1u];
      let b0 = tile_b[4][local.x + 0u];
      let b1 = tile_b[4][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[5][local.y * 2u + 0u];
      let a1 = tile_a[5][local.y * 2u + 1u];
      let b0 = tile_b[5][local.x + 0u];
      let b1 = tile_b[5][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[6][local.y * 2u + 0u];
      let a1 = tile_a[6][local.y * 2u + 1u];
      let b0 = tile_b[6][local.x + 0u];
      let b1 = tile_b[6][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[7][local.y * 2u + 0u];
      let a1 = tile_a[7][local.y * 2u + 1u];
      let b0 = tile_b[7][local.x + 0u];
      let b1 = tile_b[7][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[8][local.y * 2u + 0u];
      let a1 = tile_a[8][local.y * 2u + 1u];
      let b0 = tile_b[8][local.x + 0u];
      let b1 = tile_b[8][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[9][local.y * 2u + 0u];
      let a1 = tile_a[9][local.y * 2u + 1u];
      let b0 = tile_b[9][local.x + 0u];
      let b1 = tile_b[9][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[10][local.y * 2u + 0u];
      let a1 = tile_a[10][local.y * 2u + 1u];
      let b0 = tile_b[10][local.x + 0u];
      let b1 = tile_b[10][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[11][local.y * 2u + 0u];
      let a1 = tile_a[11][local.y * 2u + 1u];
      let b0 = tile_b[11][local.x + 0u];
      let b1 = tile_b[11][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[12][local.y * 2u + 0u];
      let a1 = tile_a[12][local.y * 2u + 1u];
      let b0 = tile_b[12][local.x + 0u];
      let b1 = tile_b[12][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[13][local.y * 2u + 0u];
      let a1 = tile_a[13][local.y * 2u + 1u];
      let b0 = tile_b[13][local.x + 0u];
      let b1 = tile_b[13][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[14][local.y * 2u + 0u];
      let a1 = tile_a[14][local.y * 2u + 1u];
      let b0 = tile_b[14][local.x + 0u];
      let b1 = tile_b[14][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    {
      let a0 = tile_a[15][local.y * 2u + 0u];
      let a1 = tile_a[15][local.y * 2u + 1u];
      let b0 = tile_b[15][local.x + 0u];
      let b1 = tile_b[15][local.x + 8u];
      p0_0 = fma(vec4f(a0.x), b0, p0_0);
      p0_1 = fma(vec4f(a0.x), b1, p0_1);
      p1_0 = fma(vec4f(a0.y), b0, p1_0);
      p1_1 = fma(vec4f(a0.y), b1, p1_1);
      p2_0 = fma(vec4f(a0.z), b0, p2_0);
      p2_1 = fma(vec4f(a0.z), b1, p2_1);
      p3_0 = fma(vec4f(a0.w), b0, p3_0);
      p3_1 = fma(vec4f(a0.w), b1, p3_1);
      p4_0 = fma(vec4f(a1.x), b0, p4_0);
      p4_1 = fma(vec4f(a1.x), b1, p4_1);
      p5_0 = fma(vec4f(a1.y), b0, p5_0);
      p5_1 = fma(vec4f(a1.y), b1, p5_1);
      p6_0 = fma(vec4f(a1.z), b0, p6_0);
      p6_1 = fma(vec4f(a1.z), b1, p6_1);
      p7_0 = fma(vec4f(a1.w), b0, p7_0);
      p7_1 = fma(vec4f(a1.w), b1, p7_1);
    }
    c0_0 += p0_0;
    c0_1 += p0_1;
    c1_0 += p1_0;
    c1_1 += p1_1;
    c2_0 += p2_0;
    c2_1 += p2_1;
    c3_0 += p3_0;
    c3_1 += p3_1;
    c4_0 += p4_0;
    c4_1 += p4_1;
    c5_0 += p5_0;
    c5_1 += p5_1;
    c6_0 += p6_0;
    c6_1 += p6_1;
    c7_0 += p7_0;
    c7_1 += p7_1;
    workgroupBarrier();
  }
  store(part, row + 0u, column + 0u, c0_0);
  store(part, row + 0u, column + 32u, c0_1);
  store(part, row + 1u, column + 0u, c1_0);
  store(part, row + 1u, column + 32u, c1_1);
  store(part, row + 2u, column + 0u, c2_0);
  store(part, row + 2u, column + 32u, c2_1);
  store(part, row + 3u, column + 0u, c3_0);
  store(part, row + 3u, column + 32u, c3_1);
  store(part, row + 4u, column + 0u, c4_0);
  store(part, row + 4u, column + 32u, c4_1);
  store(part, row + 5u, column + 0u, c5_0);
  store(part, row + 5u, column + 32u, c5_1);
  store(part, row + 6u, column + 0u, c6_0);
  store(part, row + 6u, column + 32u, c6_1);
  store(part, row + 7u, column + 0u, c7_0);
  store(part, row + 7u, column + 32u, c7_1);
}
