// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, f16_element(b[(base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)) / 2u], base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":true,"vectorC":true,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":true}
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
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

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

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    bf16_vector(b[at + (k + 0u) * stride]),
    bf16_vector(b[at + (k + 1u) * stride]),
    bf16_vector(b[at + (k + 2u) * stride]),
    bf16_vector(b[at + (k + 3u) * stride]),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":true}
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
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

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

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
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

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"bf16"}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn bf16_element(word: u32, index: u32) -> f32 {
  return bitcast<f32>((word >> (index % 2u * 16u)) << 16u);
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, bf16_element(b[(base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)) / 2u], base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":false,"evenDepth":true,"typeB":"int4","groupSize":8}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
}
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
    int4_vector(b[(at + min(line + 0u, u.n - 1u) * stride) / 2u], at + min(line + 0u, u.n - 1u) * stride) * scales[(min(line + 0u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 1u, u.n - 1u) * stride) / 2u], at + min(line + 1u, u.n - 1u) * stride) * scales[(min(line + 1u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 2u, u.n - 1u) * stride) / 2u], at + min(line + 2u, u.n - 1u) * stride) * scales[(min(line + 2u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 3u, u.n - 1u) * stride) / 2u], at + min(line + 3u, u.n - 1u) * stride) * scales[(min(line + 3u, u.n - 1u) * u.k + k) / 8u],
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
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
    bf16_vector(b[at + min(line + 0u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 1u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 2u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 3u, u.n - 1u) * stride]),
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":true,"vectorA":false,"vectorB":false,"vectorC":true,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
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

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w);
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"gelu","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

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

fn erf(x: f32) -> f32 {
  let a = min(abs(x), 4.0);
  let square = a * a;
  let series = 1.1283792 * x * (1.0 + square * (-0.33333333 + square * (0.1 + square * (-0.023809524 + square * (0.0046296296 - square * 0.00075757576)))));
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-square);
  return select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 0.5);
}
fn gelu(x: f32) -> f32 { return 0.5 * x * (1.0 + erf(0.70710678 * x)); }
fn activate(x: vec4f) -> vec4f {
  return vec4f(gelu(x.x), gelu(x.y), gelu(x.z), gelu(x.w));
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = activate(sum + bias[column / 4u]);
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x + bias[column + 0u];
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y + bias[column + 1u];
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z + bias[column + 2u];
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w + bias[column + 3u];
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"int8","groupSize":16}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> c: array<vec4f>;

fn int8_vector(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
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
    int8_vector(b[at + min(line + 0u, u.n - 1u) * stride]) * scales[(min(line + 0u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 1u, u.n - 1u) * stride]) * scales[(min(line + 1u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 2u, u.n - 1u) * stride]) * scales[(min(line + 2u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 3u, u.n - 1u) * stride]) * scales[(min(line + 3u, u.n - 1u) * u.k + k) / 16u],
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum + bias[column / 4u];
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"relu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn activate(x: f32) -> f32 {
  return max(x, f32());
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x + bias[column + 0u]);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y + bias[column + 1u]);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z + bias[column + 2u]);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w + bias[column + 3u]);
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, f16_element(b[(base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)) / 2u], base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x + bias[column + 0u]);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y + bias[column + 1u]);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z + bias[column + 2u]);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w + bias[column + 3u]);
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(k, u.k - 1u) * u.m + min(line, u.m - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
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

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(k, u.k - 1u) * u.m + min(line, u.m - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"f16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn f16_vector(words: vec2u) -> vec4f {
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    f16_vector(b[at + min(line + 0u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 1u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 2u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 3u, u.n - 1u) * stride]),
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"none","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
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

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let a0 = load_a(baseA, row + 0u, k);
    let a1 = load_a(baseA, row + 4u, k);
    let b0 = load_b(baseB, column + 0u, k);
    let b1 = load_b(baseB, column + 32u, k);
    c0_0 = fma(vec4f(a0[0].x), b0[0], c0_0);
    c0_1 = fma(vec4f(a0[0].x), b1[0], c0_1);
    c1_0 = fma(vec4f(a0[0].y), b0[0], c1_0);
    c1_1 = fma(vec4f(a0[0].y), b1[0], c1_1);
    c2_0 = fma(vec4f(a0[0].z), b0[0], c2_0);
    c2_1 = fma(vec4f(a0[0].z), b1[0], c2_1);
    c3_0 = fma(vec4f(a0[0].w), b0[0], c3_0);
    c3_1 = fma(vec4f(a0[0].w), b1[0], c3_1);
    c4_0 = fma(vec4f(a1[0].x), b0[0], c4_0);
    c4_1 = fma(vec4f(a1[0].x), b1[0], c4_1);
    c5_0 = fma(vec4f(a1[0].y), b0[0], c5_0);
    c5_1 = fma(vec4f(a1[0].y), b1[0], c5_1);
    c6_0 = fma(vec4f(a1[0].z), b0[0], c6_0);
    c6_1 = fma(vec4f(a1[0].z), b1[0], c6_1);
    c7_0 = fma(vec4f(a1[0].w), b0[0], c7_0);
    c7_1 = fma(vec4f(a1[0].w), b1[0], c7_1);
    c0_0 = fma(vec4f(a0[1].x), b0[1], c0_0);
    c0_1 = fma(vec4f(a0[1].x), b1[1], c0_1);
    c1_0 = fma(vec4f(a0[1].y), b0[1], c1_0);
    c1_1 = fma(vec4f(a0[1].y), b1[1], c1_1);
    c2_0 = fma(vec4f(a0[1].z), b0[1], c2_0);
    c2_1 = fma(vec4f(a0[1].z), b1[1], c2_1);
    c3_0 = fma(vec4f(a0[1].w), b0[1], c3_0);
    c3_1 = fma(vec4f(a0[1].w), b1[1], c3_1);
    c4_0 = fma(vec4f(a1[1].x), b0[1], c4_0);
    c4_1 = fma(vec4f(a1[1].x), b1[1], c4_1);
    c5_0 = fma(vec4f(a1[1].y), b0[1], c5_0);
    c5_1 = fma(vec4f(a1[1].y), b1[1], c5_1);
    c6_0 = fma(vec4f(a1[1].z), b0[1], c6_0);
    c6_1 = fma(vec4f(a1[1].z), b1[1], c6_1);
    c7_0 = fma(vec4f(a1[1].w), b0[1], c7_0);
    c7_1 = fma(vec4f(a1[1].w), b1[1], c7_1);
    c0_0 = fma(vec4f(a0[2].x), b0[2], c0_0);
    c0_1 = fma(vec4f(a0[2].x), b1[2], c0_1);
    c1_0 = fma(vec4f(a0[2].y), b0[2], c1_0);
    c1_1 = fma(vec4f(a0[2].y), b1[2], c1_1);
    c2_0 = fma(vec4f(a0[2].z), b0[2], c2_0);
    c2_1 = fma(vec4f(a0[2].z), b1[2], c2_1);
    c3_0 = fma(vec4f(a0[2].w), b0[2], c3_0);
    c3_1 = fma(vec4f(a0[2].w), b1[2], c3_1);
    c4_0 = fma(vec4f(a1[2].x), b0[2], c4_0);
    c4_1 = fma(vec4f(a1[2].x), b1[2], c4_1);
    c5_0 = fma(vec4f(a1[2].y), b0[2], c5_0);
    c5_1 = fma(vec4f(a1[2].y), b1[2], c5_1);
    c6_0 = fma(vec4f(a1[2].z), b0[2], c6_0);
    c6_1 = fma(vec4f(a1[2].z), b1[2], c6_1);
    c7_0 = fma(vec4f(a1[2].w), b0[2], c7_0);
    c7_1 = fma(vec4f(a1[2].w), b1[2], c7_1);
    c0_0 = fma(vec4f(a0[3].x), b0[3], c0_0);
    c0_1 = fma(vec4f(a0[3].x), b1[3], c0_1);
    c1_0 = fma(vec4f(a0[3].y), b0[3], c1_0);
    c1_1 = fma(vec4f(a0[3].y), b1[3], c1_1);
    c2_0 = fma(vec4f(a0[3].z), b0[3], c2_0);
    c2_1 = fma(vec4f(a0[3].z), b1[3], c2_1);
    c3_0 = fma(vec4f(a0[3].w), b0[3], c3_0);
    c3_1 = fma(vec4f(a0[3].w), b1[3], c3_1);
    c4_0 = fma(vec4f(a1[3].x), b0[3], c4_0);
    c4_1 = fma(vec4f(a1[3].x), b1[3], c4_1);
    c5_0 = fma(vec4f(a1[3].y), b0[3], c5_0);
    c5_1 = fma(vec4f(a1[3].y), b1[3], c5_1);
    c6_0 = fma(vec4f(a1[3].z), b0[3], c6_0);
    c6_1 = fma(vec4f(a1[3].z), b1[3], c6_1);
    c7_0 = fma(vec4f(a1[3].w), b0[3], c7_0);
    c7_1 = fma(vec4f(a1[3].w), b1[3], c7_1);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"quad","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// matmul_tile
enable subgroups;
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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 16u + local.y * 16u;
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
  var c8_0 = vec4f();
  var c8_1 = vec4f();
  var c9_0 = vec4f();
  var c9_1 = vec4f();
  var c10_0 = vec4f();
  var c10_1 = vec4f();
  var c11_0 = vec4f();
  var c11_1 = vec4f();
  var c12_0 = vec4f();
  var c12_1 = vec4f();
  var c13_0 = vec4f();
  var c13_1 = vec4f();
  var c14_0 = vec4f();
  var c14_1 = vec4f();
  var c15_0 = vec4f();
  var c15_1 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * (lane % 4u));
    let own1 = load_a(baseA, row + 4u, k + 4u * (lane % 4u));
    let own2 = load_a(baseA, row + 8u, k + 4u * (lane % 4u));
    let own3 = load_a(baseA, row + 12u, k + 4u * (lane % 4u));
    {
      let b0 = load_b(baseB, column + 0u, k + 0u);
      let b1 = load_b(baseB, column + 32u, k + 0u);
      {
        let a0 = quadBroadcast(own0[0], 0u);
        let a1 = quadBroadcast(own1[0], 0u);
        let a2 = quadBroadcast(own2[0], 0u);
        let a3 = quadBroadcast(own3[0], 0u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 0u);
        let a1 = quadBroadcast(own1[1], 0u);
        let a2 = quadBroadcast(own2[1], 0u);
        let a3 = quadBroadcast(own3[1], 0u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 0u);
        let a1 = quadBroadcast(own1[2], 0u);
        let a2 = quadBroadcast(own2[2], 0u);
        let a3 = quadBroadcast(own3[2], 0u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 0u);
        let a1 = quadBroadcast(own1[3], 0u);
        let a2 = quadBroadcast(own2[3], 0u);
        let a3 = quadBroadcast(own3[3], 0u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 4u);
      let b1 = load_b(baseB, column + 32u, k + 4u);
      {
        let a0 = quadBroadcast(own0[0], 1u);
        let a1 = quadBroadcast(own1[0], 1u);
        let a2 = quadBroadcast(own2[0], 1u);
        let a3 = quadBroadcast(own3[0], 1u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 1u);
        let a1 = quadBroadcast(own1[1], 1u);
        let a2 = quadBroadcast(own2[1], 1u);
        let a3 = quadBroadcast(own3[1], 1u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 1u);
        let a1 = quadBroadcast(own1[2], 1u);
        let a2 = quadBroadcast(own2[2], 1u);
        let a3 = quadBroadcast(own3[2], 1u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 1u);
        let a1 = quadBroadcast(own1[3], 1u);
        let a2 = quadBroadcast(own2[3], 1u);
        let a3 = quadBroadcast(own3[3], 1u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 8u);
      let b1 = load_b(baseB, column + 32u, k + 8u);
      {
        let a0 = quadBroadcast(own0[0], 2u);
        let a1 = quadBroadcast(own1[0], 2u);
        let a2 = quadBroadcast(own2[0], 2u);
        let a3 = quadBroadcast(own3[0], 2u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 2u);
        let a1 = quadBroadcast(own1[1], 2u);
        let a2 = quadBroadcast(own2[1], 2u);
        let a3 = quadBroadcast(own3[1], 2u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 2u);
        let a1 = quadBroadcast(own1[2], 2u);
        let a2 = quadBroadcast(own2[2], 2u);
        let a3 = quadBroadcast(own3[2], 2u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 2u);
        let a1 = quadBroadcast(own1[3], 2u);
        let a2 = quadBroadcast(own2[3], 2u);
        let a3 = quadBroadcast(own3[3], 2u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 12u);
      let b1 = load_b(baseB, column + 32u, k + 12u);
      {
        let a0 = quadBroadcast(own0[0], 3u);
        let a1 = quadBroadcast(own1[0], 3u);
        let a2 = quadBroadcast(own2[0], 3u);
        let a3 = quadBroadcast(own3[0], 3u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 3u);
        let a1 = quadBroadcast(own1[1], 3u);
        let a2 = quadBroadcast(own2[1], 3u);
        let a3 = quadBroadcast(own3[1], 3u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 3u);
        let a1 = quadBroadcast(own1[2], 3u);
        let a2 = quadBroadcast(own2[2], 3u);
        let a3 = quadBroadcast(own3[2], 3u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 3u);
        let a1 = quadBroadcast(own1[3], 3u);
        let a2 = quadBroadcast(own2[3], 3u);
        let a3 = quadBroadcast(own3[3], 3u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
  store(baseC, row + 8u, column + 0u, c8_0);
  store(baseC, row + 8u, column + 32u, c8_1);
  store(baseC, row + 9u, column + 0u, c9_0);
  store(baseC, row + 9u, column + 32u, c9_1);
  store(baseC, row + 10u, column + 0u, c10_0);
  store(baseC, row + 10u, column + 32u, c10_1);
  store(baseC, row + 11u, column + 0u, c11_0);
  store(baseC, row + 11u, column + 32u, c11_1);
  store(baseC, row + 12u, column + 0u, c12_0);
  store(baseC, row + 12u, column + 32u, c12_1);
  store(baseC, row + 13u, column + 0u, c13_0);
  store(baseC, row + 13u, column + 32u, c13_1);
  store(baseC, row + 14u, column + 0u, c14_0);
  store(baseC, row + 14u, column + 32u, c14_1);
  store(baseC, row + 15u, column + 0u, c15_0);
  store(baseC, row + 15u, column + 32u, c15_1);
}

// ---- matmul_tile {"stage":"quad","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// matmul_tile
enable subgroups;
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

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 16u + local.y * 16u;
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
  var c8_0 = vec4f();
  var c8_1 = vec4f();
  var c9_0 = vec4f();
  var c9_1 = vec4f();
  var c10_0 = vec4f();
  var c10_1 = vec4f();
  var c11_0 = vec4f();
  var c11_1 = vec4f();
  var c12_0 = vec4f();
  var c12_1 = vec4f();
  var c13_0 = vec4f();
  var c13_1 = vec4f();
  var c14_0 = vec4f();
  var c14_1 = vec4f();
  var c15_0 = vec4f();
  var c15_1 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * (lane % 4u));
    let own1 = load_a(baseA, row + 4u, k + 4u * (lane % 4u));
    let own2 = load_a(baseA, row + 8u, k + 4u * (lane % 4u));
    let own3 = load_a(baseA, row + 12u, k + 4u * (lane % 4u));
    {
      let b0 = load_b(baseB, column + 0u, k + 0u);
      let b1 = load_b(baseB, column + 32u, k + 0u);
      {
        let a0 = quadBroadcast(own0[0], 0u);
        let a1 = quadBroadcast(own1[0], 0u);
        let a2 = quadBroadcast(own2[0], 0u);
        let a3 = quadBroadcast(own3[0], 0u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 0u);
        let a1 = quadBroadcast(own1[1], 0u);
        let a2 = quadBroadcast(own2[1], 0u);
        let a3 = quadBroadcast(own3[1], 0u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 0u);
        let a1 = quadBroadcast(own1[2], 0u);
        let a2 = quadBroadcast(own2[2], 0u);
        let a3 = quadBroadcast(own3[2], 0u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 0u);
        let a1 = quadBroadcast(own1[3], 0u);
        let a2 = quadBroadcast(own2[3], 0u);
        let a3 = quadBroadcast(own3[3], 0u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 4u);
      let b1 = load_b(baseB, column + 32u, k + 4u);
      {
        let a0 = quadBroadcast(own0[0], 1u);
        let a1 = quadBroadcast(own1[0], 1u);
        let a2 = quadBroadcast(own2[0], 1u);
        let a3 = quadBroadcast(own3[0], 1u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 1u);
        let a1 = quadBroadcast(own1[1], 1u);
        let a2 = quadBroadcast(own2[1], 1u);
        let a3 = quadBroadcast(own3[1], 1u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 1u);
        let a1 = quadBroadcast(own1[2], 1u);
        let a2 = quadBroadcast(own2[2], 1u);
        let a3 = quadBroadcast(own3[2], 1u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 1u);
        let a1 = quadBroadcast(own1[3], 1u);
        let a2 = quadBroadcast(own2[3], 1u);
        let a3 = quadBroadcast(own3[3], 1u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 8u);
      let b1 = load_b(baseB, column + 32u, k + 8u);
      {
        let a0 = quadBroadcast(own0[0], 2u);
        let a1 = quadBroadcast(own1[0], 2u);
        let a2 = quadBroadcast(own2[0], 2u);
        let a3 = quadBroadcast(own3[0], 2u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 2u);
        let a1 = quadBroadcast(own1[1], 2u);
        let a2 = quadBroadcast(own2[1], 2u);
        let a3 = quadBroadcast(own3[1], 2u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 2u);
        let a1 = quadBroadcast(own1[2], 2u);
        let a2 = quadBroadcast(own2[2], 2u);
        let a3 = quadBroadcast(own3[2], 2u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 2u);
        let a1 = quadBroadcast(own1[3], 2u);
        let a2 = quadBroadcast(own2[3], 2u);
        let a3 = quadBroadcast(own3[3], 2u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 12u);
      let b1 = load_b(baseB, column + 32u, k + 12u);
      {
        let a0 = quadBroadcast(own0[0], 3u);
        let a1 = quadBroadcast(own1[0], 3u);
        let a2 = quadBroadcast(own2[0], 3u);
        let a3 = quadBroadcast(own3[0], 3u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 3u);
        let a1 = quadBroadcast(own1[1], 3u);
        let a2 = quadBroadcast(own2[1], 3u);
        let a3 = quadBroadcast(own3[1], 3u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 3u);
        let a1 = quadBroadcast(own1[2], 3u);
        let a2 = quadBroadcast(own2[2], 3u);
        let a3 = quadBroadcast(own3[2], 3u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 3u);
        let a1 = quadBroadcast(own1[3], 3u);
        let a2 = quadBroadcast(own2[3], 3u);
        let a3 = quadBroadcast(own3[3], 3u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
  store(baseC, row + 8u, column + 0u, c8_0);
  store(baseC, row + 8u, column + 32u, c8_1);
  store(baseC, row + 9u, column + 0u, c9_0);
  store(baseC, row + 9u, column + 32u, c9_1);
  store(baseC, row + 10u, column + 0u, c10_0);
  store(baseC, row + 10u, column + 32u, c10_1);
  store(baseC, row + 11u, column + 0u, c11_0);
  store(baseC, row + 11u, column + 32u, c11_1);
  store(baseC, row + 12u, column + 0u, c12_0);
  store(baseC, row + 12u, column + 32u, c12_1);
  store(baseC, row + 13u, column + 0u, c13_0);
  store(baseC, row + 13u, column + 32u, c13_1);
  store(baseC, row + 14u, column + 0u, c14_0);
  store(baseC, row + 14u, column + 32u, c14_1);
  store(baseC, row + 15u, column + 0u, c15_0);
  store(baseC, row + 15u, column + 32u, c15_1);
}

// ---- matmul_tile {"stage":"quad","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":16,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x + bias[column + 0u];
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y + bias[column + 1u];
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z + bias[column + 2u];
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w + bias[column + 3u];
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 16u + local.y * 16u;
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
  var c8_0 = vec4f();
  var c8_1 = vec4f();
  var c9_0 = vec4f();
  var c9_1 = vec4f();
  var c10_0 = vec4f();
  var c10_1 = vec4f();
  var c11_0 = vec4f();
  var c11_1 = vec4f();
  var c12_0 = vec4f();
  var c12_1 = vec4f();
  var c13_0 = vec4f();
  var c13_1 = vec4f();
  var c14_0 = vec4f();
  var c14_1 = vec4f();
  var c15_0 = vec4f();
  var c15_1 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * (lane % 4u));
    let own1 = load_a(baseA, row + 4u, k + 4u * (lane % 4u));
    let own2 = load_a(baseA, row + 8u, k + 4u * (lane % 4u));
    let own3 = load_a(baseA, row + 12u, k + 4u * (lane % 4u));
    {
      let b0 = load_b(baseB, column + 0u, k + 0u);
      let b1 = load_b(baseB, column + 32u, k + 0u);
      {
        let a0 = quadBroadcast(own0[0], 0u);
        let a1 = quadBroadcast(own1[0], 0u);
        let a2 = quadBroadcast(own2[0], 0u);
        let a3 = quadBroadcast(own3[0], 0u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 0u);
        let a1 = quadBroadcast(own1[1], 0u);
        let a2 = quadBroadcast(own2[1], 0u);
        let a3 = quadBroadcast(own3[1], 0u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 0u);
        let a1 = quadBroadcast(own1[2], 0u);
        let a2 = quadBroadcast(own2[2], 0u);
        let a3 = quadBroadcast(own3[2], 0u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 0u);
        let a1 = quadBroadcast(own1[3], 0u);
        let a2 = quadBroadcast(own2[3], 0u);
        let a3 = quadBroadcast(own3[3], 0u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 4u);
      let b1 = load_b(baseB, column + 32u, k + 4u);
      {
        let a0 = quadBroadcast(own0[0], 1u);
        let a1 = quadBroadcast(own1[0], 1u);
        let a2 = quadBroadcast(own2[0], 1u);
        let a3 = quadBroadcast(own3[0], 1u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 1u);
        let a1 = quadBroadcast(own1[1], 1u);
        let a2 = quadBroadcast(own2[1], 1u);
        let a3 = quadBroadcast(own3[1], 1u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 1u);
        let a1 = quadBroadcast(own1[2], 1u);
        let a2 = quadBroadcast(own2[2], 1u);
        let a3 = quadBroadcast(own3[2], 1u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 1u);
        let a1 = quadBroadcast(own1[3], 1u);
        let a2 = quadBroadcast(own2[3], 1u);
        let a3 = quadBroadcast(own3[3], 1u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 8u);
      let b1 = load_b(baseB, column + 32u, k + 8u);
      {
        let a0 = quadBroadcast(own0[0], 2u);
        let a1 = quadBroadcast(own1[0], 2u);
        let a2 = quadBroadcast(own2[0], 2u);
        let a3 = quadBroadcast(own3[0], 2u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 2u);
        let a1 = quadBroadcast(own1[1], 2u);
        let a2 = quadBroadcast(own2[1], 2u);
        let a3 = quadBroadcast(own3[1], 2u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 2u);
        let a1 = quadBroadcast(own1[2], 2u);
        let a2 = quadBroadcast(own2[2], 2u);
        let a3 = quadBroadcast(own3[2], 2u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 2u);
        let a1 = quadBroadcast(own1[3], 2u);
        let a2 = quadBroadcast(own2[3], 2u);
        let a3 = quadBroadcast(own3[3], 2u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 12u);
      let b1 = load_b(baseB, column + 32u, k + 12u);
      {
        let a0 = quadBroadcast(own0[0], 3u);
        let a1 = quadBroadcast(own1[0], 3u);
        let a2 = quadBroadcast(own2[0], 3u);
        let a3 = quadBroadcast(own3[0], 3u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 3u);
        let a1 = quadBroadcast(own1[1], 3u);
        let a2 = quadBroadcast(own2[1], 3u);
        let a3 = quadBroadcast(own3[1], 3u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 3u);
        let a1 = quadBroadcast(own1[2], 3u);
        let a2 = quadBroadcast(own2[2], 3u);
        let a3 = quadBroadcast(own3[2], 3u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 3u);
        let a1 = quadBroadcast(own1[3], 3u);
        let a2 = quadBroadcast(own2[3], 3u);
        let a3 = quadBroadcast(own3[3], 3u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
  store(baseC, row + 8u, column + 0u, c8_0);
  store(baseC, row + 8u, column + 32u, c8_1);
  store(baseC, row + 9u, column + 0u, c9_0);
  store(baseC, row + 9u, column + 32u, c9_1);
  store(baseC, row + 10u, column + 0u, c10_0);
  store(baseC, row + 10u, column + 32u, c10_1);
  store(baseC, row + 11u, column + 0u, c11_0);
  store(baseC, row + 11u, column + 32u, c11_1);
  store(baseC, row + 12u, column + 0u, c12_0);
  store(baseC, row + 12u, column + 32u, c12_1);
  store(baseC, row + 13u, column + 0u, c13_0);
  store(baseC, row + 13u, column + 32u, c13_1);
  store(baseC, row + 14u, column + 0u, c14_0);
  store(baseC, row + 14u, column + 32u, c14_1);
  store(baseC, row + 15u, column + 0u, c15_0);
  store(baseC, row + 15u, column + 32u, c15_1);
}

// ---- matmul_tile {"stage":"quad","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":16,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// matmul_tile
enable subgroups;
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 16u + local.y * 16u;
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
  var c8_0 = vec4f();
  var c8_1 = vec4f();
  var c9_0 = vec4f();
  var c9_1 = vec4f();
  var c10_0 = vec4f();
  var c10_1 = vec4f();
  var c11_0 = vec4f();
  var c11_1 = vec4f();
  var c12_0 = vec4f();
  var c12_1 = vec4f();
  var c13_0 = vec4f();
  var c13_1 = vec4f();
  var c14_0 = vec4f();
  var c14_1 = vec4f();
  var c15_0 = vec4f();
  var c15_1 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * (lane % 4u));
    let own1 = load_a(baseA, row + 4u, k + 4u * (lane % 4u));
    let own2 = load_a(baseA, row + 8u, k + 4u * (lane % 4u));
    let own3 = load_a(baseA, row + 12u, k + 4u * (lane % 4u));
    {
      let b0 = load_b(baseB, column + 0u, k + 0u);
      let b1 = load_b(baseB, column + 32u, k + 0u);
      {
        let a0 = quadBroadcast(own0[0], 0u);
        let a1 = quadBroadcast(own1[0], 0u);
        let a2 = quadBroadcast(own2[0], 0u);
        let a3 = quadBroadcast(own3[0], 0u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 0u);
        let a1 = quadBroadcast(own1[1], 0u);
        let a2 = quadBroadcast(own2[1], 0u);
        let a3 = quadBroadcast(own3[1], 0u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 0u);
        let a1 = quadBroadcast(own1[2], 0u);
        let a2 = quadBroadcast(own2[2], 0u);
        let a3 = quadBroadcast(own3[2], 0u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 0u);
        let a1 = quadBroadcast(own1[3], 0u);
        let a2 = quadBroadcast(own2[3], 0u);
        let a3 = quadBroadcast(own3[3], 0u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 4u);
      let b1 = load_b(baseB, column + 32u, k + 4u);
      {
        let a0 = quadBroadcast(own0[0], 1u);
        let a1 = quadBroadcast(own1[0], 1u);
        let a2 = quadBroadcast(own2[0], 1u);
        let a3 = quadBroadcast(own3[0], 1u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 1u);
        let a1 = quadBroadcast(own1[1], 1u);
        let a2 = quadBroadcast(own2[1], 1u);
        let a3 = quadBroadcast(own3[1], 1u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 1u);
        let a1 = quadBroadcast(own1[2], 1u);
        let a2 = quadBroadcast(own2[2], 1u);
        let a3 = quadBroadcast(own3[2], 1u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 1u);
        let a1 = quadBroadcast(own1[3], 1u);
        let a2 = quadBroadcast(own2[3], 1u);
        let a3 = quadBroadcast(own3[3], 1u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 8u);
      let b1 = load_b(baseB, column + 32u, k + 8u);
      {
        let a0 = quadBroadcast(own0[0], 2u);
        let a1 = quadBroadcast(own1[0], 2u);
        let a2 = quadBroadcast(own2[0], 2u);
        let a3 = quadBroadcast(own3[0], 2u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 2u);
        let a1 = quadBroadcast(own1[1], 2u);
        let a2 = quadBroadcast(own2[1], 2u);
        let a3 = quadBroadcast(own3[1], 2u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 2u);
        let a1 = quadBroadcast(own1[2], 2u);
        let a2 = quadBroadcast(own2[2], 2u);
        let a3 = quadBroadcast(own3[2], 2u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 2u);
        let a1 = quadBroadcast(own1[3], 2u);
        let a2 = quadBroadcast(own2[3], 2u);
        let a3 = quadBroadcast(own3[3], 2u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
    {
      let b0 = load_b(baseB, column + 0u, k + 12u);
      let b1 = load_b(baseB, column + 32u, k + 12u);
      {
        let a0 = quadBroadcast(own0[0], 3u);
        let a1 = quadBroadcast(own1[0], 3u);
        let a2 = quadBroadcast(own2[0], 3u);
        let a3 = quadBroadcast(own3[0], 3u);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[0], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[0], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[0], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[0], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[0], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[0], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[0], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[0], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[0], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[0], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[0], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[0], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[0], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[0], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[0], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[0], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[0], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[0], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[0], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[0], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[0], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[0], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[0], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[0], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[1], 3u);
        let a1 = quadBroadcast(own1[1], 3u);
        let a2 = quadBroadcast(own2[1], 3u);
        let a3 = quadBroadcast(own3[1], 3u);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[1], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[1], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[1], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[1], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[1], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[1], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[1], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[1], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[1], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[1], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[1], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[1], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[1], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[1], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[1], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[1], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[1], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[1], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[1], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[1], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[1], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[1], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[1], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[1], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[2], 3u);
        let a1 = quadBroadcast(own1[2], 3u);
        let a2 = quadBroadcast(own2[2], 3u);
        let a3 = quadBroadcast(own3[2], 3u);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[2], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[2], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[2], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[2], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[2], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[2], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[2], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[2], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[2], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[2], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[2], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[2], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[2], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[2], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[2], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[2], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[2], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[2], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[2], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[2], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[2], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[2], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[2], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[2], c15_1);
      }
      {
        let a0 = quadBroadcast(own0[3], 3u);
        let a1 = quadBroadcast(own1[3], 3u);
        let a2 = quadBroadcast(own2[3], 3u);
        let a3 = quadBroadcast(own3[3], 3u);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c0_1 = fma(vec4f(a0.x), b1[3], c0_1);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c1_1 = fma(vec4f(a0.y), b1[3], c1_1);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c2_1 = fma(vec4f(a0.z), b1[3], c2_1);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c3_1 = fma(vec4f(a0.w), b1[3], c3_1);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c4_1 = fma(vec4f(a1.x), b1[3], c4_1);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c5_1 = fma(vec4f(a1.y), b1[3], c5_1);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c6_1 = fma(vec4f(a1.z), b1[3], c6_1);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
        c7_1 = fma(vec4f(a1.w), b1[3], c7_1);
        c8_0 = fma(vec4f(a2.x), b0[3], c8_0);
        c8_1 = fma(vec4f(a2.x), b1[3], c8_1);
        c9_0 = fma(vec4f(a2.y), b0[3], c9_0);
        c9_1 = fma(vec4f(a2.y), b1[3], c9_1);
        c10_0 = fma(vec4f(a2.z), b0[3], c10_0);
        c10_1 = fma(vec4f(a2.z), b1[3], c10_1);
        c11_0 = fma(vec4f(a2.w), b0[3], c11_0);
        c11_1 = fma(vec4f(a2.w), b1[3], c11_1);
        c12_0 = fma(vec4f(a3.x), b0[3], c12_0);
        c12_1 = fma(vec4f(a3.x), b1[3], c12_1);
        c13_0 = fma(vec4f(a3.y), b0[3], c13_0);
        c13_1 = fma(vec4f(a3.y), b1[3], c13_1);
        c14_0 = fma(vec4f(a3.z), b0[3], c14_0);
        c14_1 = fma(vec4f(a3.z), b1[3], c14_1);
        c15_0 = fma(vec4f(a3.w), b0[3], c15_0);
        c15_1 = fma(vec4f(a3.w), b1[3], c15_1);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
  store(baseC, row + 8u, column + 0u, c8_0);
  store(baseC, row + 8u, column + 32u, c8_1);
  store(baseC, row + 9u, column + 0u, c9_0);
  store(baseC, row + 9u, column + 32u, c9_1);
  store(baseC, row + 10u, column + 0u, c10_0);
  store(baseC, row + 10u, column + 32u, c10_1);
  store(baseC, row + 11u, column + 0u, c11_0);
  store(baseC, row + 11u, column + 32u, c11_1);
  store(baseC, row + 12u, column + 0u, c12_0);
  store(baseC, row + 12u, column + 32u, c12_1);
  store(baseC, row + 13u, column + 0u, c13_0);
  store(baseC, row + 13u, column + 32u, c13_1);
  store(baseC, row + 14u, column + 0u, c14_0);
  store(baseC, row + 14u, column + 32u, c14_1);
  store(baseC, row + 15u, column + 0u, c15_0);
  store(baseC, row + 15u, column + 32u, c15_1);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 128>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, f16_element(b[(base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)) / 2u], base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 128>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":true,"vectorC":true,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 128>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 128>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    a[at + min(line + 0u, u.m - 1u) * stride],
    a[at + min(line + 1u, u.m - 1u) * stride],
    a[at + min(line + 2u, u.m - 1u) * stride],
    a[at + min(line + 3u, u.m - 1u) * stride],
  ));
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false,"typeB":"bf16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 128>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), bf16_vector(b[at + min(k + 0u, u.k - 1u) * stride]), k + 0u < u.k),
    select(vec4f(), bf16_vector(b[at + min(k + 1u, u.k - 1u) * stride]), k + 1u < u.k),
    select(vec4f(), bf16_vector(b[at + min(k + 2u, u.k - 1u) * stride]), k + 2u < u.k),
    select(vec4f(), bf16_vector(b[at + min(k + 3u, u.k - 1u) * stride]), k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 128>;

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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 128>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    a[at + min(line + 0u, u.m - 1u) * stride],
    a[at + min(line + 1u, u.m - 1u) * stride],
    a[at + min(line + 2u, u.m - 1u) * stride],
    a[at + min(line + 3u, u.m - 1u) * stride],
  ));
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(part, row + 0u, column + 0u, c0_0);
  store(part, row + 1u, column + 0u, c1_0);
  store(part, row + 2u, column + 0u, c2_0);
  store(part, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"bf16"}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn bf16_element(word: u32, index: u32) -> f32 {
  return bitcast<f32>((word >> (index % 2u * 16u)) << 16u);
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, bf16_element(b[(base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)) / 2u], base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":false,"evenDepth":false,"typeB":"int4","groupSize":8}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    int4_vector(b[(at + min(line + 0u, u.n - 1u) * stride) / 2u], at + min(line + 0u, u.n - 1u) * stride) * scales[(min(line + 0u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 1u, u.n - 1u) * stride) / 2u], at + min(line + 1u, u.n - 1u) * stride) * scales[(min(line + 1u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 2u, u.n - 1u) * stride) / 2u], at + min(line + 2u, u.n - 1u) * stride) * scales[(min(line + 2u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 3u, u.n - 1u) * stride) / 2u], at + min(line + 3u, u.n - 1u) * stride) * scales[(min(line + 3u, u.n - 1u) * u.k + k) / 8u],
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
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
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  if (k >= u.k) {
    return mat4x4f();
  }
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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
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
    bf16_vector(b[at + min(line + 0u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 1u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 2u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 3u, u.n - 1u) * stride]),
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":true,"vectorA":false,"vectorB":false,"vectorC":true,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(part, row + 0u, column + 0u, c0_0);
  store(part, row + 1u, column + 0u, c1_0);
  store(part, row + 2u, column + 0u, c2_0);
  store(part, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w);
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":true,"activation":"gelu","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
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
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    b[at + min(line + 0u, u.n - 1u) * stride],
    b[at + min(line + 1u, u.n - 1u) * stride],
    b[at + min(line + 2u, u.n - 1u) * stride],
    b[at + min(line + 3u, u.n - 1u) * stride],
  ));
}

fn erf(x: f32) -> f32 {
  let a = min(abs(x), 4.0);
  let square = a * a;
  let series = 1.1283792 * x * (1.0 + square * (-0.33333333 + square * (0.1 + square * (-0.023809524 + square * (0.0046296296 - square * 0.00075757576)))));
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-square);
  return select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 0.5);
}
fn gelu(x: f32) -> f32 { return 0.5 * x * (1.0 + erf(0.70710678 * x)); }
fn activate(x: vec4f) -> vec4f {
  return vec4f(gelu(x.x), gelu(x.y), gelu(x.z), gelu(x.w));
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = activate(sum + bias[column / 4u]);
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x + bias[column + 0u];
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y + bias[column + 1u];
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z + bias[column + 2u];
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w + bias[column + 3u];
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"int8","groupSize":16}
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn int8_vector(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
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
    int8_vector(b[at + min(line + 0u, u.n - 1u) * stride]) * scales[(min(line + 0u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 1u, u.n - 1u) * stride]) * scales[(min(line + 1u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 2u, u.n - 1u) * stride]) * scales[(min(line + 2u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 3u, u.n - 1u) * stride]) * scales[(min(line + 3u, u.n - 1u) * u.k + k) / 16u],
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum + bias[column / 4u];
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":true,"activation":"relu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn activate(x: f32) -> f32 {
  return max(x, f32());
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x + bias[column + 0u]);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y + bias[column + 1u]);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z + bias[column + 2u]);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w + bias[column + 3u]);
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":true,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 144>;
var<workgroup> tile_b: array<vec4f, 144>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, f16_element(b[(base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)) / 2u], base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x + bias[column + 0u]);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y + bias[column + 1u]);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z + bias[column + 2u]);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w + bias[column + 3u]);
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 9u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 9u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 9u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 9u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 9u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 128>;
var<workgroup> tile_b: array<vec4f, 128>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(k, u.k - 1u) * u.m + min(line, u.m - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_a[(step * 4u + 0u) * 8u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 8u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 8u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 8u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 8u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
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
var<workgroup> tile_a: array<vec4f, 128>;
var<workgroup> tile_b: array<vec4f, 128>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_a[(step * 4u + 0u) * 8u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 8u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 8u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 8u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 8u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
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
var<workgroup> tile_a: array<vec4f, 128>;
var<workgroup> tile_b: array<vec4f, 128>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_a[(step * 4u + 0u) * 8u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 8u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 8u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 8u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_b[(step * 4u + 0u) * 8u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 8u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 8u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 8u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 8u + local.y * 1u + 0u];
      let b0 = tile_b[d * 8u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(part, row + 0u, column + 0u, c0_0);
  store(part, row + 1u, column + 0u, c1_0);
  store(part, row + 2u, column + 0u, c2_0);
  store(part, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 128>;
var<workgroup> tile_b: array<vec4f, 144>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(k, u.k - 1u) * u.m + min(line, u.m - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_a[(step * 4u + 0u) * 8u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 8u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 8u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 8u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 8u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false,"typeB":"f16"}
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

// [depth][line / 4]
var<workgroup> tile_a: array<vec4f, 128>;
var<workgroup> tile_b: array<vec4f, 144>;

fn f16_vector(words: vec2u) -> vec4f {
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    f16_vector(b[at + min(line + 0u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 1u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 2u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 3u, u.n - 1u) * stride]),
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_a[(step * 4u + 0u) * 8u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 8u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 8u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 8u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 8u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
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
var<workgroup> tile_a: array<vec4f, 128>;
var<workgroup> tile_b: array<vec4f, 144>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 32u + local.y * 4u;
  let column = group.x * 32u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var a0_next = mat4x4f();
  var b0_next = mat4x4f();
  for (var k = firstDepth; k < endDepth; k += 16u) {
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      a0_next = load_a(baseA, group.y * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 32u + line * 4u, k + step * 4u);
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block % 8u;
      let step = block / 8u;
      tile_a[(step * 4u + 0u) * 8u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 8u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 8u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 8u + line] = a0_next[3];
    }
    if (index + 0u < 32u) {
      let block = index + 0u;
      let line = block / 2u % 8u;
      let step = block / 16u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 9u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 9u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 9u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 9u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 8u + local.y * 1u + 0u];
      let b0 = tile_b[d * 9u + local.x + 0u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
}

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"prefetch":true,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 272>;
var<workgroup> tile_b: array<vec4f, 256>;

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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
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
    let line = block % 16u;
    let step = block / 16u;
    b0_next = load_b(baseB, group.x * 64u + line * 4u, firstDepth + step * 4u);
  }
  for (var k = firstDepth; k < endDepth; k += 16u) {
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 17u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 17u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 17u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 17u + line] = a0_next[3];
    }
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      tile_b[(step * 4u + 0u) * 16u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 16u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 16u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 16u + line] = b0_next[3];
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
        let line = block % 16u;
        let step = block / 16u;
        b0_next = load_b(baseB, group.x * 64u + line * 4u, k + 16u + step * 4u);
      }
    }
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 17u + local.y * 2u + 0u];
      let a1 = tile_a[d * 17u + local.y * 2u + 1u];
      let b0 = tile_b[d * 16u + local.x + 0u];
      let b1 = tile_b[d * 16u + local.x + 8u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c0_1 = fma(vec4f(a0.x), b1, c0_1);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c1_1 = fma(vec4f(a0.y), b1, c1_1);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c2_1 = fma(vec4f(a0.z), b1, c2_1);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
      c3_1 = fma(vec4f(a0.w), b1, c3_1);
      c4_0 = fma(vec4f(a1.x), b0, c4_0);
      c4_1 = fma(vec4f(a1.x), b1, c4_1);
      c5_0 = fma(vec4f(a1.y), b0, c5_0);
      c5_1 = fma(vec4f(a1.y), b1, c5_1);
      c6_0 = fma(vec4f(a1.z), b0, c6_0);
      c6_1 = fma(vec4f(a1.z), b1, c6_1);
      c7_0 = fma(vec4f(a1.w), b0, c7_0);
      c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"prefetch":true,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 272>;
var<workgroup> tile_b: array<vec4f, 272>;

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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
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
      tile_a[(step * 4u + 0u) * 17u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 17u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 17u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 17u + line] = a0_next[3];
    }
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 17u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 17u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 17u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 17u + line] = b0_next[3];
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
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 17u + local.y * 2u + 0u];
      let a1 = tile_a[d * 17u + local.y * 2u + 1u];
      let b0 = tile_b[d * 17u + local.x + 0u];
      let b1 = tile_b[d * 17u + local.x + 8u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c0_1 = fma(vec4f(a0.x), b1, c0_1);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c1_1 = fma(vec4f(a0.y), b1, c1_1);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c2_1 = fma(vec4f(a0.z), b1, c2_1);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
      c3_1 = fma(vec4f(a0.w), b1, c3_1);
      c4_0 = fma(vec4f(a1.x), b0, c4_0);
      c4_1 = fma(vec4f(a1.x), b1, c4_1);
      c5_0 = fma(vec4f(a1.y), b0, c5_0);
      c5_1 = fma(vec4f(a1.y), b1, c5_1);
      c6_0 = fma(vec4f(a1.z), b0, c6_0);
      c6_1 = fma(vec4f(a1.z), b1, c6_1);
      c7_0 = fma(vec4f(a1.w), b0, c7_0);
      c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"prefetch":true,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 256>;
var<workgroup> tile_b: array<vec4f, 256>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
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
    let line = block % 16u;
    let step = block / 16u;
    a0_next = load_a(baseA, group.y * 64u + line * 4u, firstDepth + step * 4u);
  }
  {
    let block = index + 0u;
    let line = block % 16u;
    let step = block / 16u;
    b0_next = load_b(baseB, group.x * 64u + line * 4u, firstDepth + step * 4u);
  }
  for (var k = firstDepth; k < endDepth; k += 16u) {
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      tile_a[(step * 4u + 0u) * 16u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 16u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 16u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 16u + line] = a0_next[3];
    }
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      tile_b[(step * 4u + 0u) * 16u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 16u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 16u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 16u + line] = b0_next[3];
    }
    workgroupBarrier();
    if (k + 16u < endDepth) {
      {
        let block = index + 0u;
        let line = block % 16u;
        let step = block / 16u;
        a0_next = load_a(baseA, group.y * 64u + line * 4u, k + 16u + step * 4u);
      }
      {
        let block = index + 0u;
        let line = block % 16u;
        let step = block / 16u;
        b0_next = load_b(baseB, group.x * 64u + line * 4u, k + 16u + step * 4u);
      }
    }
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 16u + local.y * 2u + 0u];
      let a1 = tile_a[d * 16u + local.y * 2u + 1u];
      let b0 = tile_b[d * 16u + local.x + 0u];
      let b1 = tile_b[d * 16u + local.x + 8u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c0_1 = fma(vec4f(a0.x), b1, c0_1);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c1_1 = fma(vec4f(a0.y), b1, c1_1);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c2_1 = fma(vec4f(a0.z), b1, c2_1);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
      c3_1 = fma(vec4f(a0.w), b1, c3_1);
      c4_0 = fma(vec4f(a1.x), b0, c4_0);
      c4_1 = fma(vec4f(a1.x), b1, c4_1);
      c5_0 = fma(vec4f(a1.y), b0, c5_0);
      c5_1 = fma(vec4f(a1.y), b1, c5_1);
      c6_0 = fma(vec4f(a1.z), b0, c6_0);
      c6_1 = fma(vec4f(a1.z), b1, c6_1);
      c7_0 = fma(vec4f(a1.w), b0, c7_0);
      c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
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

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 272>;
var<workgroup> tile_b: array<vec4f, 256>;

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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
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
  for (var k = firstDepth; k < endDepth; k += 16u) {
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 64u + line * 4u, k + step * 4u);
    }
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      b0_next = load_b(baseB, group.x * 64u + line * 4u, k + step * 4u);
    }
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 17u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 17u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 17u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 17u + line] = a0_next[3];
    }
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      tile_b[(step * 4u + 0u) * 16u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 16u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 16u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 16u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 17u + local.y * 2u + 0u];
      let a1 = tile_a[d * 17u + local.y * 2u + 1u];
      let b0 = tile_b[d * 16u + local.x + 0u];
      let b1 = tile_b[d * 16u + local.x + 8u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c0_1 = fma(vec4f(a0.x), b1, c0_1);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c1_1 = fma(vec4f(a0.y), b1, c1_1);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c2_1 = fma(vec4f(a0.z), b1, c2_1);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
      c3_1 = fma(vec4f(a0.w), b1, c3_1);
      c4_0 = fma(vec4f(a1.x), b0, c4_0);
      c4_1 = fma(vec4f(a1.x), b1, c4_1);
      c5_0 = fma(vec4f(a1.y), b0, c5_0);
      c5_1 = fma(vec4f(a1.y), b1, c5_1);
      c6_0 = fma(vec4f(a1.z), b0, c6_0);
      c6_1 = fma(vec4f(a1.z), b1, c6_1);
      c7_0 = fma(vec4f(a1.w), b0, c7_0);
      c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 272>;
var<workgroup> tile_b: array<vec4f, 272>;

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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
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
  for (var k = firstDepth; k < endDepth; k += 16u) {
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      a0_next = load_a(baseA, group.y * 64u + line * 4u, k + step * 4u);
    }
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      b0_next = load_b(baseB, group.x * 64u + line * 4u, k + step * 4u);
    }
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      tile_a[(step * 4u + 0u) * 17u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 17u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 17u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 17u + line] = a0_next[3];
    }
    {
      let block = index + 0u;
      let line = block / 2u % 16u;
      let step = block / 32u * 2u + block % 2u;
      tile_b[(step * 4u + 0u) * 17u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 17u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 17u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 17u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 17u + local.y * 2u + 0u];
      let a1 = tile_a[d * 17u + local.y * 2u + 1u];
      let b0 = tile_b[d * 17u + local.x + 0u];
      let b1 = tile_b[d * 17u + local.x + 8u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c0_1 = fma(vec4f(a0.x), b1, c0_1);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c1_1 = fma(vec4f(a0.y), b1, c1_1);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c2_1 = fma(vec4f(a0.z), b1, c2_1);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
      c3_1 = fma(vec4f(a0.w), b1, c3_1);
      c4_0 = fma(vec4f(a1.x), b0, c4_0);
      c4_1 = fma(vec4f(a1.x), b1, c4_1);
      c5_0 = fma(vec4f(a1.y), b0, c5_0);
      c5_1 = fma(vec4f(a1.y), b1, c5_1);
      c6_0 = fma(vec4f(a1.z), b0, c6_0);
      c6_1 = fma(vec4f(a1.z), b1, c6_1);
      c7_0 = fma(vec4f(a1.w), b0, c7_0);
      c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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
var<workgroup> tile_a: array<vec4f, 256>;
var<workgroup> tile_b: array<vec4f, 256>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
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
  for (var k = firstDepth; k < endDepth; k += 16u) {
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      a0_next = load_a(baseA, group.y * 64u + line * 4u, k + step * 4u);
    }
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      b0_next = load_b(baseB, group.x * 64u + line * 4u, k + step * 4u);
    }
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      tile_a[(step * 4u + 0u) * 16u + line] = a0_next[0];
      tile_a[(step * 4u + 1u) * 16u + line] = a0_next[1];
      tile_a[(step * 4u + 2u) * 16u + line] = a0_next[2];
      tile_a[(step * 4u + 3u) * 16u + line] = a0_next[3];
    }
    {
      let block = index + 0u;
      let line = block % 16u;
      let step = block / 16u;
      tile_b[(step * 4u + 0u) * 16u + line] = b0_next[0];
      tile_b[(step * 4u + 1u) * 16u + line] = b0_next[1];
      tile_b[(step * 4u + 2u) * 16u + line] = b0_next[2];
      tile_b[(step * 4u + 3u) * 16u + line] = b0_next[3];
    }
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let a0 = tile_a[d * 16u + local.y * 2u + 0u];
      let a1 = tile_a[d * 16u + local.y * 2u + 1u];
      let b0 = tile_b[d * 16u + local.x + 0u];
      let b1 = tile_b[d * 16u + local.x + 8u];
      c0_0 = fma(vec4f(a0.x), b0, c0_0);
      c0_1 = fma(vec4f(a0.x), b1, c0_1);
      c1_0 = fma(vec4f(a0.y), b0, c1_0);
      c1_1 = fma(vec4f(a0.y), b1, c1_1);
      c2_0 = fma(vec4f(a0.z), b0, c2_0);
      c2_1 = fma(vec4f(a0.z), b1, c2_1);
      c3_0 = fma(vec4f(a0.w), b0, c3_0);
      c3_1 = fma(vec4f(a0.w), b1, c3_1);
      c4_0 = fma(vec4f(a1.x), b0, c4_0);
      c4_1 = fma(vec4f(a1.x), b1, c4_1);
      c5_0 = fma(vec4f(a1.y), b0, c5_0);
      c5_1 = fma(vec4f(a1.y), b1, c5_1);
      c6_0 = fma(vec4f(a1.z), b0, c6_0);
      c6_1 = fma(vec4f(a1.z), b1, c6_1);
      c7_0 = fma(vec4f(a1.w), b0, c7_0);
      c7_1 = fma(vec4f(a1.w), b1, c7_1);
    }
    workgroupBarrier();
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 0u, column + 32u, c0_1);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 1u, column + 32u, c1_1);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 2u, column + 32u, c2_1);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 3u, column + 32u, c3_1);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 4u, column + 32u, c4_1);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 5u, column + 32u, c5_1);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 6u, column + 32u, c6_1);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 7u, column + 32u, c7_1);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, f16_element(b[(base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)) / 2u], base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":true,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    a[at + min(line + 0u, u.m - 1u) * stride],
    a[at + min(line + 1u, u.m - 1u) * stride],
    a[at + min(line + 2u, u.m - 1u) * stride],
    a[at + min(line + 3u, u.m - 1u) * stride],
  ));
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false,"typeB":"bf16"}
// matmul_tile
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), bf16_vector(b[at + min(k + 0u, u.k - 1u) * stride]), k + 0u < u.k),
    select(vec4f(), bf16_vector(b[at + min(k + 1u, u.k - 1u) * stride]), k + 1u < u.k),
    select(vec4f(), bf16_vector(b[at + min(k + 2u, u.k - 1u) * stride]), k + 2u < u.k),
    select(vec4f(), bf16_vector(b[at + min(k + 3u, u.k - 1u) * stride]), k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// matmul_tile
enable subgroups;
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
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    a[at + min(line + 0u, u.m - 1u) * stride],
    a[at + min(line + 1u, u.m - 1u) * stride],
    a[at + min(line + 2u, u.m - 1u) * stride],
    a[at + min(line + 3u, u.m - 1u) * stride],
  ));
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(part, row + 0u, column + 0u, c0_0);
  store(part, row + 1u, column + 0u, c1_0);
  store(part, row + 2u, column + 0u, c2_0);
  store(part, row + 3u, column + 0u, c3_0);
  store(part, row + 4u, column + 0u, c4_0);
  store(part, row + 5u, column + 0u, c5_0);
  store(part, row + 6u, column + 0u, c6_0);
  store(part, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"bf16"}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn bf16_element(word: u32, index: u32) -> f32 {
  return bitcast<f32>((word >> (index % 2u * 16u)) << 16u);
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, bf16_element(b[(base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)) / 2u], base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":false,"evenDepth":false,"typeB":"int4","groupSize":8}
// matmul_tile
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn int4_vector(word: u32, index: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    int4_vector(b[(at + min(line + 0u, u.n - 1u) * stride) / 2u], at + min(line + 0u, u.n - 1u) * stride) * scales[(min(line + 0u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 1u, u.n - 1u) * stride) / 2u], at + min(line + 1u, u.n - 1u) * stride) * scales[(min(line + 1u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 2u, u.n - 1u) * stride) / 2u], at + min(line + 2u, u.n - 1u) * stride) * scales[(min(line + 2u, u.n - 1u) * u.k + k) / 8u],
    int4_vector(b[(at + min(line + 3u, u.n - 1u) * stride) / 2u], at + min(line + 3u, u.n - 1u) * stride) * scales[(min(line + 3u, u.n - 1u) * u.k + k) / 8u],
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  if (k >= u.k) {
    return mat4x4f();
  }
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

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
// matmul_tile
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn bf16_vector(words: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
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
    bf16_vector(b[at + min(line + 0u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 1u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 2u, u.n - 1u) * stride]),
    bf16_vector(b[at + min(line + 3u, u.n - 1u) * stride]),
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// matmul_tile
enable subgroups;
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

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":true,"vectorA":false,"vectorB":false,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(part, row + 0u, column + 0u, c0_0);
  store(part, row + 1u, column + 0u, c1_0);
  store(part, row + 2u, column + 0u, c2_0);
  store(part, row + 3u, column + 0u, c3_0);
  store(part, row + 4u, column + 0u, c4_0);
  store(part, row + 5u, column + 0u, c5_0);
  store(part, row + 6u, column + 0u, c6_0);
  store(part, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":false,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w);
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":true,"activation":"gelu","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    b[at + min(line + 0u, u.n - 1u) * stride],
    b[at + min(line + 1u, u.n - 1u) * stride],
    b[at + min(line + 2u, u.n - 1u) * stride],
    b[at + min(line + 3u, u.n - 1u) * stride],
  ));
}

fn erf(x: f32) -> f32 {
  let a = min(abs(x), 4.0);
  let square = a * a;
  let series = 1.1283792 * x * (1.0 + square * (-0.33333333 + square * (0.1 + square * (-0.023809524 + square * (0.0046296296 - square * 0.00075757576)))));
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-square);
  return select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 0.5);
}
fn gelu(x: f32) -> f32 { return 0.5 * x * (1.0 + erf(0.70710678 * x)); }
fn activate(x: vec4f) -> vec4f {
  return vec4f(gelu(x.x), gelu(x.y), gelu(x.z), gelu(x.w));
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = activate(sum + bias[column / 4u]);
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x + bias[column + 0u];
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y + bias[column + 1u];
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z + bias[column + 2u];
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w + bias[column + 3u];
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false,"typeB":"int8","groupSize":16}
// matmul_tile
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> c: array<vec4f>;

fn int8_vector(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    int8_vector(b[at + min(line + 0u, u.n - 1u) * stride]) * scales[(min(line + 0u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 1u, u.n - 1u) * stride]) * scales[(min(line + 1u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 2u, u.n - 1u) * stride]) * scales[(min(line + 2u, u.n - 1u) * u.k + k) / 16u],
    int8_vector(b[at + min(line + 3u, u.n - 1u) * stride]) * scales[(min(line + 3u, u.n - 1u) * u.k + k) / 16u],
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum + bias[column / 4u];
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":true,"activation":"relu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn activate(x: f32) -> f32 {
  return max(x, f32());
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x + bias[column + 0u]);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y + bias[column + 1u]);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z + bias[column + 2u]);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w + bias[column + 3u]);
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":false,"transposeB":true,"bias":true,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn f16_element(word: u32, index: u32) -> f32 {
  return unpack2x16float(word >> (index % 2u * 16u)).x;
}
fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(line, u.m - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, f16_element(b[(base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)) / 2u], base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)), k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}
fn silu(x: f32) -> f32 { return x * sigmoid(x); }
fn activate(x: f32) -> f32 {
  return silu(x);
}
fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = activate(sum.x + bias[column + 0u]);
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = activate(sum.y + bias[column + 1u]);
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = activate(sum.z + bias[column + 2u]);
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = activate(sum.w + bias[column + 3u]);
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(k, u.k - 1u) * u.m + min(line, u.m - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(k, u.k - 1u) * u.n + min(line, u.n - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// matmul_tile
enable subgroups;
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    a[at + (k + 0u) * stride],
    a[at + (k + 1u) * stride],
    a[at + (k + 2u) * stride],
    a[at + (k + 3u) * stride],
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    b[at + (k + 0u) * stride],
    b[at + (k + 1u) * stride],
    b[at + (k + 2u) * stride],
    b[at + (k + 3u) * stride],
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.n / 4u;
  let at = (base + min(line, u.n - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), b[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), b[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), b[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), b[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let part = group.z % u.splits * u.splitSize + baseC;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(part, row + 0u, column + 0u, c0_0);
  store(part, row + 1u, column + 0u, c1_0);
  store(part, row + 2u, column + 0u, c2_0);
  store(part, row + 3u, column + 0u, c3_0);
  store(part, row + 4u, column + 0u, c4_0);
  store(part, row + 5u, column + 0u, c5_0);
  store(part, row + 6u, column + 0u, c6_0);
  store(part, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// matmul_tile
enable subgroups;
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
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

fn element_a(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, a[base + min(k, u.k - 1u) * u.m + min(line, u.m - 1u)], k < u.k);
}

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_a(base, line + 0u, k + 0u), element_a(base, line + 1u, k + 0u), element_a(base, line + 2u, k + 0u), element_a(base, line + 3u, k + 0u),
    element_a(base, line + 0u, k + 1u), element_a(base, line + 1u, k + 1u), element_a(base, line + 2u, k + 1u), element_a(base, line + 3u, k + 1u),
    element_a(base, line + 0u, k + 2u), element_a(base, line + 1u, k + 2u), element_a(base, line + 2u, k + 2u), element_a(base, line + 3u, k + 2u),
    element_a(base, line + 0u, k + 3u), element_a(base, line + 1u, k + 3u), element_a(base, line + 2u, k + 3u), element_a(base, line + 3u, k + 3u),
  );
}

fn element_b(base: u32, line: u32, k: u32) -> f32 {
  return select(0.0, b[base + min(line, u.n - 1u) * u.k + min(k, u.k - 1u)], k < u.k);
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  return mat4x4f(
    element_b(base, line + 0u, k + 0u), element_b(base, line + 1u, k + 0u), element_b(base, line + 2u, k + 0u), element_b(base, line + 3u, k + 0u),
    element_b(base, line + 0u, k + 1u), element_b(base, line + 1u, k + 1u), element_b(base, line + 2u, k + 1u), element_b(base, line + 3u, k + 1u),
    element_b(base, line + 0u, k + 2u), element_b(base, line + 1u, k + 2u), element_b(base, line + 2u, k + 2u), element_b(base, line + 3u, k + 2u),
    element_b(base, line + 0u, k + 3u), element_b(base, line + 1u, k + 3u), element_b(base, line + 2u, k + 3u), element_b(base, line + 3u, k + 3u),
  );
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column + 0u < u.n) {
    c[base + row * u.n + column + 0u] = sum.x;
  }
  if (row < u.m && column + 1u < u.n) {
    c[base + row * u.n + column + 1u] = sum.y;
  }
  if (row < u.m && column + 2u < u.n) {
    c[base + row * u.n + column + 2u] = sum.z;
  }
  if (row < u.m && column + 3u < u.n) {
    c[base + row * u.n + column + 3u] = sum.w;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false,"typeB":"f16"}
// matmul_tile
enable subgroups;
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
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

fn f16_vector(words: vec2u) -> vec4f {
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}
fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
  let stride = u.k / 4u;
  let at = (base + k) / 4u;
  return transpose(mat4x4f(
    f16_vector(b[at + min(line + 0u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 1u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 2u, u.n - 1u) * stride]),
    f16_vector(b[at + min(line + 3u, u.n - 1u) * stride]),
  ));
}

fn store(base: u32, row: u32, column: u32, sum: vec4f) {
  if (row < u.m && column < u.n) {
    c[(base + row * u.n + column) / 4u] = sum;
  }
}

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":32,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":false}
// matmul_tile
enable subgroups;
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

fn load_a(base: u32, line: u32, k: u32) -> mat4x4f {
  let stride = u.m / 4u;
  let at = (base + min(line, u.m - 4u)) / 4u;
  return mat4x4f(
    select(vec4f(), a[at + min(k + 0u, u.k - 1u) * stride], k + 0u < u.k),
    select(vec4f(), a[at + min(k + 1u, u.k - 1u) * stride], k + 1u < u.k),
    select(vec4f(), a[at + min(k + 2u, u.k - 1u) * stride], k + 2u < u.k),
    select(vec4f(), a[at + min(k + 3u, u.k - 1u) * stride], k + 3u < u.k),
  );
}

fn load_b(base: u32, line: u32, k: u32) -> mat4x4f {
  if (k >= u.k) {
    return mat4x4f();
  }
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

@compute @workgroup_size(16, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let matrix = u.firstMatrix + group.z / u.splits;
  let firstDepth = group.z % u.splits * u.splitDepth;
  let endDepth = min(u.k, firstDepth + u.splitDepth);

  let inner = matrix % u.innerSize;
  let outer = matrix / u.innerSize;
  let baseA = u.offsetA + outer * u.outerStrideA + inner * u.innerStrideA;
  let baseB = u.offsetB + outer * u.outerStrideB + inner * u.innerStrideB;
  let baseC = u.offsetC + matrix * u.m * u.n;
  let row = group.y * 8u + local.y * 8u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 32u) {
    let own0 = load_a(baseA, row + 0u, k + 4u * lane);
    let own1 = load_a(baseA, row + 4u, k + 4u * lane);
    for (var source = 0u; source < 8u; source++) {
      let b0 = load_b(baseB, column + 0u, k + 4u * source);
      {
        let a0 = subgroupShuffle(own0[0], source);
        let a1 = subgroupShuffle(own1[0], source);
        c0_0 = fma(vec4f(a0.x), b0[0], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[0], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[0], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[0], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[0], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[0], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[0], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[0], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[1], source);
        let a1 = subgroupShuffle(own1[1], source);
        c0_0 = fma(vec4f(a0.x), b0[1], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[1], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[1], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[1], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[1], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[1], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[1], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[1], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[2], source);
        let a1 = subgroupShuffle(own1[2], source);
        c0_0 = fma(vec4f(a0.x), b0[2], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[2], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[2], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[2], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[2], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[2], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[2], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[2], c7_0);
      }
      {
        let a0 = subgroupShuffle(own0[3], source);
        let a1 = subgroupShuffle(own1[3], source);
        c0_0 = fma(vec4f(a0.x), b0[3], c0_0);
        c1_0 = fma(vec4f(a0.y), b0[3], c1_0);
        c2_0 = fma(vec4f(a0.z), b0[3], c2_0);
        c3_0 = fma(vec4f(a0.w), b0[3], c3_0);
        c4_0 = fma(vec4f(a1.x), b0[3], c4_0);
        c5_0 = fma(vec4f(a1.y), b0[3], c5_0);
        c6_0 = fma(vec4f(a1.z), b0[3], c6_0);
        c7_0 = fma(vec4f(a1.w), b0[3], c7_0);
      }
    }
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
}
