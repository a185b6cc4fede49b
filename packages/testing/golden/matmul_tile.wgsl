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
// no line of its own; SHA-256 4e5d6882a3d79c4487e1f1d86b74f2591b3fd9979839e207f21e104fe1cafe2a

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":true,"vectorA":false,"vectorB":false,"vectorC":true,"evenDepth":false}
// no line of its own; SHA-256 7b9b60d5b4409519977715f212b1de1198d634dca0f4a0b6f9811bdd18362cde

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

fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn erf(x: f32) -> f32 {
  let a = min(abs(x), 4.0);
  let square = a * a;
  let series = 1.1283792 * x * (1.0 + square * (-0.33333333 + square * (0.1 + square * (-0.023809524 + square * (0.0046296296 - square * 0.00075757576)))));
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-square);
  return or_nan(select(select(1.0 - tail, tail - 1.0, x < 0.0), series, a < 0.5), is_nan(x));
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

fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn relu(x: f32) -> f32 { return or_word(x, 0u, (bitcast<u32>(x) - 0x80000000u) <= 0x7f800000u); }
fn activate(x: f32) -> f32 {
  return relu(x);
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
// no line of its own; SHA-256 a707627de44d6c591777f1407b3b8b4981d843e44e83eba0b87575337803556b

// ---- matmul_tile {"stage":"shared","rows":4,"vectors":1,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 e8fe5cbeb02db2944a6a5966547022fa9bf75647bacf3b205631c55fda7cc464

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
// no line of its own; SHA-256 140d363076ac066bc98b2a8a3e1cc15a6e32b308838cd1791b15f4999da47069

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
// no line of its own; SHA-256 326702c125651f1a0cff4182a7b71c64a0ce571f20a5f8e2ff414a1cff9ba934

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
// no line of its own; SHA-256 f8995250eaf8a901d9064b099a60356f1dff42040ebe1f32eac482a2f8c5751f

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 92e9ce9aab1f5bd377a567c4e93a64b73517d109d24a8019ced81aa66950f320

// ---- matmul_tile {"stage":"shared","rows":8,"vectors":2,"threadsX":8,"threadsY":8,"depth":16,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 8084f07aa25ebe3a2a788590ae33d013d46f0268135bb975a33be835e1ad1ca5

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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

fn load_a(base: u32, line: u32, k: u32) -> vec4f {
  return vec4f(
    element_a(base, line, k + 0u),
    element_a(base, line, k + 1u),
    element_a(base, line, k + 2u),
    element_a(base, line, k + 3u),
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
  let row = group.y * 16u + local.y * 16u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  var c8_0 = vec4f();
  var c9_0 = vec4f();
  var c10_0 = vec4f();
  var c11_0 = vec4f();
  var c12_0 = vec4f();
  var c13_0 = vec4f();
  var c14_0 = vec4f();
  var c15_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let own0 = load_a(baseA, row + 0u + lane, k);
    let own1 = load_a(baseA, row + 8u + lane, k);
    let b0 = load_b(baseB, column + 0u, k);
    let a0_0 = vec4f(subgroupBroadcast(own0.x, 0u));
    c0_0 = fma(a0_0, b0[0], c0_0);
    let a0_1 = vec4f(subgroupBroadcast(own0.y, 0u));
    c0_0 = fma(a0_1, b0[1], c0_0);
    let a0_2 = vec4f(subgroupBroadcast(own0.z, 0u));
    c0_0 = fma(a0_2, b0[2], c0_0);
    let a0_3 = vec4f(subgroupBroadcast(own0.w, 0u));
    c0_0 = fma(a0_3, b0[3], c0_0);
    let a1_0 = vec4f(subgroupBroadcast(own0.x, 1u));
    c1_0 = fma(a1_0, b0[0], c1_0);
    let a1_1 = vec4f(subgroupBroadcast(own0.y, 1u));
    c1_0 = fma(a1_1, b0[1], c1_0);
    let a1_2 = vec4f(subgroupBroadcast(own0.z, 1u));
    c1_0 = fma(a1_2, b0[2], c1_0);
    let a1_3 = vec4f(subgroupBroadcast(own0.w, 1u));
    c1_0 = fma(a1_3, b0[3], c1_0);
    let a2_0 = vec4f(subgroupBroadcast(own0.x, 2u));
    c2_0 = fma(a2_0, b0[0], c2_0);
    let a2_1 = vec4f(subgroupBroadcast(own0.y, 2u));
    c2_0 = fma(a2_1, b0[1], c2_0);
    let a2_2 = vec4f(subgroupBroadcast(own0.z, 2u));
    c2_0 = fma(a2_2, b0[2], c2_0);
    let a2_3 = vec4f(subgroupBroadcast(own0.w, 2u));
    c2_0 = fma(a2_3, b0[3], c2_0);
    let a3_0 = vec4f(subgroupBroadcast(own0.x, 3u));
    c3_0 = fma(a3_0, b0[0], c3_0);
    let a3_1 = vec4f(subgroupBroadcast(own0.y, 3u));
    c3_0 = fma(a3_1, b0[1], c3_0);
    let a3_2 = vec4f(subgroupBroadcast(own0.z, 3u));
    c3_0 = fma(a3_2, b0[2], c3_0);
    let a3_3 = vec4f(subgroupBroadcast(own0.w, 3u));
    c3_0 = fma(a3_3, b0[3], c3_0);
    let a4_0 = vec4f(subgroupBroadcast(own0.x, 4u));
    c4_0 = fma(a4_0, b0[0], c4_0);
    let a4_1 = vec4f(subgroupBroadcast(own0.y, 4u));
    c4_0 = fma(a4_1, b0[1], c4_0);
    let a4_2 = vec4f(subgroupBroadcast(own0.z, 4u));
    c4_0 = fma(a4_2, b0[2], c4_0);
    let a4_3 = vec4f(subgroupBroadcast(own0.w, 4u));
    c4_0 = fma(a4_3, b0[3], c4_0);
    let a5_0 = vec4f(subgroupBroadcast(own0.x, 5u));
    c5_0 = fma(a5_0, b0[0], c5_0);
    let a5_1 = vec4f(subgroupBroadcast(own0.y, 5u));
    c5_0 = fma(a5_1, b0[1], c5_0);
    let a5_2 = vec4f(subgroupBroadcast(own0.z, 5u));
    c5_0 = fma(a5_2, b0[2], c5_0);
    let a5_3 = vec4f(subgroupBroadcast(own0.w, 5u));
    c5_0 = fma(a5_3, b0[3], c5_0);
    let a6_0 = vec4f(subgroupBroadcast(own0.x, 6u));
    c6_0 = fma(a6_0, b0[0], c6_0);
    let a6_1 = vec4f(subgroupBroadcast(own0.y, 6u));
    c6_0 = fma(a6_1, b0[1], c6_0);
    let a6_2 = vec4f(subgroupBroadcast(own0.z, 6u));
    c6_0 = fma(a6_2, b0[2], c6_0);
    let a6_3 = vec4f(subgroupBroadcast(own0.w, 6u));
    c6_0 = fma(a6_3, b0[3], c6_0);
    let a7_0 = vec4f(subgroupBroadcast(own0.x, 7u));
    c7_0 = fma(a7_0, b0[0], c7_0);
    let a7_1 = vec4f(subgroupBroadcast(own0.y, 7u));
    c7_0 = fma(a7_1, b0[1], c7_0);
    let a7_2 = vec4f(subgroupBroadcast(own0.z, 7u));
    c7_0 = fma(a7_2, b0[2], c7_0);
    let a7_3 = vec4f(subgroupBroadcast(own0.w, 7u));
    c7_0 = fma(a7_3, b0[3], c7_0);
    let a8_0 = vec4f(subgroupBroadcast(own1.x, 0u));
    c8_0 = fma(a8_0, b0[0], c8_0);
    let a8_1 = vec4f(subgroupBroadcast(own1.y, 0u));
    c8_0 = fma(a8_1, b0[1], c8_0);
    let a8_2 = vec4f(subgroupBroadcast(own1.z, 0u));
    c8_0 = fma(a8_2, b0[2], c8_0);
    let a8_3 = vec4f(subgroupBroadcast(own1.w, 0u));
    c8_0 = fma(a8_3, b0[3], c8_0);
    let a9_0 = vec4f(subgroupBroadcast(own1.x, 1u));
    c9_0 = fma(a9_0, b0[0], c9_0);
    let a9_1 = vec4f(subgroupBroadcast(own1.y, 1u));
    c9_0 = fma(a9_1, b0[1], c9_0);
    let a9_2 = vec4f(subgroupBroadcast(own1.z, 1u));
    c9_0 = fma(a9_2, b0[2], c9_0);
    let a9_3 = vec4f(subgroupBroadcast(own1.w, 1u));
    c9_0 = fma(a9_3, b0[3], c9_0);
    let a10_0 = vec4f(subgroupBroadcast(own1.x, 2u));
    c10_0 = fma(a10_0, b0[0], c10_0);
    let a10_1 = vec4f(subgroupBroadcast(own1.y, 2u));
    c10_0 = fma(a10_1, b0[1], c10_0);
    let a10_2 = vec4f(subgroupBroadcast(own1.z, 2u));
    c10_0 = fma(a10_2, b0[2], c10_0);
    let a10_3 = vec4f(subgroupBroadcast(own1.w, 2u));
    c10_0 = fma(a10_3, b0[3], c10_0);
    let a11_0 = vec4f(subgroupBroadcast(own1.x, 3u));
    c11_0 = fma(a11_0, b0[0], c11_0);
    let a11_1 = vec4f(subgroupBroadcast(own1.y, 3u));
    c11_0 = fma(a11_1, b0[1], c11_0);
    let a11_2 = vec4f(subgroupBroadcast(own1.z, 3u));
    c11_0 = fma(a11_2, b0[2], c11_0);
    let a11_3 = vec4f(subgroupBroadcast(own1.w, 3u));
    c11_0 = fma(a11_3, b0[3], c11_0);
    let a12_0 = vec4f(subgroupBroadcast(own1.x, 4u));
    c12_0 = fma(a12_0, b0[0], c12_0);
    let a12_1 = vec4f(subgroupBroadcast(own1.y, 4u));
    c12_0 = fma(a12_1, b0[1], c12_0);
    let a12_2 = vec4f(subgroupBroadcast(own1.z, 4u));
    c12_0 = fma(a12_2, b0[2], c12_0);
    let a12_3 = vec4f(subgroupBroadcast(own1.w, 4u));
    c12_0 = fma(a12_3, b0[3], c12_0);
    let a13_0 = vec4f(subgroupBroadcast(own1.x, 5u));
    c13_0 = fma(a13_0, b0[0], c13_0);
    let a13_1 = vec4f(subgroupBroadcast(own1.y, 5u));
    c13_0 = fma(a13_1, b0[1], c13_0);
    let a13_2 = vec4f(subgroupBroadcast(own1.z, 5u));
    c13_0 = fma(a13_2, b0[2], c13_0);
    let a13_3 = vec4f(subgroupBroadcast(own1.w, 5u));
    c13_0 = fma(a13_3, b0[3], c13_0);
    let a14_0 = vec4f(subgroupBroadcast(own1.x, 6u));
    c14_0 = fma(a14_0, b0[0], c14_0);
    let a14_1 = vec4f(subgroupBroadcast(own1.y, 6u));
    c14_0 = fma(a14_1, b0[1], c14_0);
    let a14_2 = vec4f(subgroupBroadcast(own1.z, 6u));
    c14_0 = fma(a14_2, b0[2], c14_0);
    let a14_3 = vec4f(subgroupBroadcast(own1.w, 6u));
    c14_0 = fma(a14_3, b0[3], c14_0);
    let a15_0 = vec4f(subgroupBroadcast(own1.x, 7u));
    c15_0 = fma(a15_0, b0[0], c15_0);
    let a15_1 = vec4f(subgroupBroadcast(own1.y, 7u));
    c15_0 = fma(a15_1, b0[1], c15_0);
    let a15_2 = vec4f(subgroupBroadcast(own1.z, 7u));
    c15_0 = fma(a15_2, b0[2], c15_0);
    let a15_3 = vec4f(subgroupBroadcast(own1.w, 7u));
    c15_0 = fma(a15_3, b0[3], c15_0);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 8u, column + 0u, c8_0);
  store(baseC, row + 9u, column + 0u, c9_0);
  store(baseC, row + 10u, column + 0u, c10_0);
  store(baseC, row + 11u, column + 0u, c11_0);
  store(baseC, row + 12u, column + 0u, c12_0);
  store(baseC, row + 13u, column + 0u, c13_0);
  store(baseC, row + 14u, column + 0u, c14_0);
  store(baseC, row + 15u, column + 0u, c15_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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

fn load_a(base: u32, line: u32, k: u32) -> vec4f {
  return a[(base + min(line, u.m - 1u) * u.k + k) / 4u];
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
  let row = group.y * 16u + local.y * 16u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  var c8_0 = vec4f();
  var c9_0 = vec4f();
  var c10_0 = vec4f();
  var c11_0 = vec4f();
  var c12_0 = vec4f();
  var c13_0 = vec4f();
  var c14_0 = vec4f();
  var c15_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let own0 = load_a(baseA, row + 0u + lane, k);
    let own1 = load_a(baseA, row + 8u + lane, k);
    let b0 = load_b(baseB, column + 0u, k);
    let a0_0 = vec4f(subgroupBroadcast(own0.x, 0u));
    c0_0 = fma(a0_0, b0[0], c0_0);
    let a0_1 = vec4f(subgroupBroadcast(own0.y, 0u));
    c0_0 = fma(a0_1, b0[1], c0_0);
    let a0_2 = vec4f(subgroupBroadcast(own0.z, 0u));
    c0_0 = fma(a0_2, b0[2], c0_0);
    let a0_3 = vec4f(subgroupBroadcast(own0.w, 0u));
    c0_0 = fma(a0_3, b0[3], c0_0);
    let a1_0 = vec4f(subgroupBroadcast(own0.x, 1u));
    c1_0 = fma(a1_0, b0[0], c1_0);
    let a1_1 = vec4f(subgroupBroadcast(own0.y, 1u));
    c1_0 = fma(a1_1, b0[1], c1_0);
    let a1_2 = vec4f(subgroupBroadcast(own0.z, 1u));
    c1_0 = fma(a1_2, b0[2], c1_0);
    let a1_3 = vec4f(subgroupBroadcast(own0.w, 1u));
    c1_0 = fma(a1_3, b0[3], c1_0);
    let a2_0 = vec4f(subgroupBroadcast(own0.x, 2u));
    c2_0 = fma(a2_0, b0[0], c2_0);
    let a2_1 = vec4f(subgroupBroadcast(own0.y, 2u));
    c2_0 = fma(a2_1, b0[1], c2_0);
    let a2_2 = vec4f(subgroupBroadcast(own0.z, 2u));
    c2_0 = fma(a2_2, b0[2], c2_0);
    let a2_3 = vec4f(subgroupBroadcast(own0.w, 2u));
    c2_0 = fma(a2_3, b0[3], c2_0);
    let a3_0 = vec4f(subgroupBroadcast(own0.x, 3u));
    c3_0 = fma(a3_0, b0[0], c3_0);
    let a3_1 = vec4f(subgroupBroadcast(own0.y, 3u));
    c3_0 = fma(a3_1, b0[1], c3_0);
    let a3_2 = vec4f(subgroupBroadcast(own0.z, 3u));
    c3_0 = fma(a3_2, b0[2], c3_0);
    let a3_3 = vec4f(subgroupBroadcast(own0.w, 3u));
    c3_0 = fma(a3_3, b0[3], c3_0);
    let a4_0 = vec4f(subgroupBroadcast(own0.x, 4u));
    c4_0 = fma(a4_0, b0[0], c4_0);
    let a4_1 = vec4f(subgroupBroadcast(own0.y, 4u));
    c4_0 = fma(a4_1, b0[1], c4_0);
    let a4_2 = vec4f(subgroupBroadcast(own0.z, 4u));
    c4_0 = fma(a4_2, b0[2], c4_0);
    let a4_3 = vec4f(subgroupBroadcast(own0.w, 4u));
    c4_0 = fma(a4_3, b0[3], c4_0);
    let a5_0 = vec4f(subgroupBroadcast(own0.x, 5u));
    c5_0 = fma(a5_0, b0[0], c5_0);
    let a5_1 = vec4f(subgroupBroadcast(own0.y, 5u));
    c5_0 = fma(a5_1, b0[1], c5_0);
    let a5_2 = vec4f(subgroupBroadcast(own0.z, 5u));
    c5_0 = fma(a5_2, b0[2], c5_0);
    let a5_3 = vec4f(subgroupBroadcast(own0.w, 5u));
    c5_0 = fma(a5_3, b0[3], c5_0);
    let a6_0 = vec4f(subgroupBroadcast(own0.x, 6u));
    c6_0 = fma(a6_0, b0[0], c6_0);
    let a6_1 = vec4f(subgroupBroadcast(own0.y, 6u));
    c6_0 = fma(a6_1, b0[1], c6_0);
    let a6_2 = vec4f(subgroupBroadcast(own0.z, 6u));
    c6_0 = fma(a6_2, b0[2], c6_0);
    let a6_3 = vec4f(subgroupBroadcast(own0.w, 6u));
    c6_0 = fma(a6_3, b0[3], c6_0);
    let a7_0 = vec4f(subgroupBroadcast(own0.x, 7u));
    c7_0 = fma(a7_0, b0[0], c7_0);
    let a7_1 = vec4f(subgroupBroadcast(own0.y, 7u));
    c7_0 = fma(a7_1, b0[1], c7_0);
    let a7_2 = vec4f(subgroupBroadcast(own0.z, 7u));
    c7_0 = fma(a7_2, b0[2], c7_0);
    let a7_3 = vec4f(subgroupBroadcast(own0.w, 7u));
    c7_0 = fma(a7_3, b0[3], c7_0);
    let a8_0 = vec4f(subgroupBroadcast(own1.x, 0u));
    c8_0 = fma(a8_0, b0[0], c8_0);
    let a8_1 = vec4f(subgroupBroadcast(own1.y, 0u));
    c8_0 = fma(a8_1, b0[1], c8_0);
    let a8_2 = vec4f(subgroupBroadcast(own1.z, 0u));
    c8_0 = fma(a8_2, b0[2], c8_0);
    let a8_3 = vec4f(subgroupBroadcast(own1.w, 0u));
    c8_0 = fma(a8_3, b0[3], c8_0);
    let a9_0 = vec4f(subgroupBroadcast(own1.x, 1u));
    c9_0 = fma(a9_0, b0[0], c9_0);
    let a9_1 = vec4f(subgroupBroadcast(own1.y, 1u));
    c9_0 = fma(a9_1, b0[1], c9_0);
    let a9_2 = vec4f(subgroupBroadcast(own1.z, 1u));
    c9_0 = fma(a9_2, b0[2], c9_0);
    let a9_3 = vec4f(subgroupBroadcast(own1.w, 1u));
    c9_0 = fma(a9_3, b0[3], c9_0);
    let a10_0 = vec4f(subgroupBroadcast(own1.x, 2u));
    c10_0 = fma(a10_0, b0[0], c10_0);
    let a10_1 = vec4f(subgroupBroadcast(own1.y, 2u));
    c10_0 = fma(a10_1, b0[1], c10_0);
    let a10_2 = vec4f(subgroupBroadcast(own1.z, 2u));
    c10_0 = fma(a10_2, b0[2], c10_0);
    let a10_3 = vec4f(subgroupBroadcast(own1.w, 2u));
    c10_0 = fma(a10_3, b0[3], c10_0);
    let a11_0 = vec4f(subgroupBroadcast(own1.x, 3u));
    c11_0 = fma(a11_0, b0[0], c11_0);
    let a11_1 = vec4f(subgroupBroadcast(own1.y, 3u));
    c11_0 = fma(a11_1, b0[1], c11_0);
    let a11_2 = vec4f(subgroupBroadcast(own1.z, 3u));
    c11_0 = fma(a11_2, b0[2], c11_0);
    let a11_3 = vec4f(subgroupBroadcast(own1.w, 3u));
    c11_0 = fma(a11_3, b0[3], c11_0);
    let a12_0 = vec4f(subgroupBroadcast(own1.x, 4u));
    c12_0 = fma(a12_0, b0[0], c12_0);
    let a12_1 = vec4f(subgroupBroadcast(own1.y, 4u));
    c12_0 = fma(a12_1, b0[1], c12_0);
    let a12_2 = vec4f(subgroupBroadcast(own1.z, 4u));
    c12_0 = fma(a12_2, b0[2], c12_0);
    let a12_3 = vec4f(subgroupBroadcast(own1.w, 4u));
    c12_0 = fma(a12_3, b0[3], c12_0);
    let a13_0 = vec4f(subgroupBroadcast(own1.x, 5u));
    c13_0 = fma(a13_0, b0[0], c13_0);
    let a13_1 = vec4f(subgroupBroadcast(own1.y, 5u));
    c13_0 = fma(a13_1, b0[1], c13_0);
    let a13_2 = vec4f(subgroupBroadcast(own1.z, 5u));
    c13_0 = fma(a13_2, b0[2], c13_0);
    let a13_3 = vec4f(subgroupBroadcast(own1.w, 5u));
    c13_0 = fma(a13_3, b0[3], c13_0);
    let a14_0 = vec4f(subgroupBroadcast(own1.x, 6u));
    c14_0 = fma(a14_0, b0[0], c14_0);
    let a14_1 = vec4f(subgroupBroadcast(own1.y, 6u));
    c14_0 = fma(a14_1, b0[1], c14_0);
    let a14_2 = vec4f(subgroupBroadcast(own1.z, 6u));
    c14_0 = fma(a14_2, b0[2], c14_0);
    let a14_3 = vec4f(subgroupBroadcast(own1.w, 6u));
    c14_0 = fma(a14_3, b0[3], c14_0);
    let a15_0 = vec4f(subgroupBroadcast(own1.x, 7u));
    c15_0 = fma(a15_0, b0[0], c15_0);
    let a15_1 = vec4f(subgroupBroadcast(own1.y, 7u));
    c15_0 = fma(a15_1, b0[1], c15_0);
    let a15_2 = vec4f(subgroupBroadcast(own1.z, 7u));
    c15_0 = fma(a15_2, b0[2], c15_0);
    let a15_3 = vec4f(subgroupBroadcast(own1.w, 7u));
    c15_0 = fma(a15_3, b0[3], c15_0);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 8u, column + 0u, c8_0);
  store(baseC, row + 9u, column + 0u, c9_0);
  store(baseC, row + 10u, column + 0u, c10_0);
  store(baseC, row + 11u, column + 0u, c11_0);
  store(baseC, row + 12u, column + 0u, c12_0);
  store(baseC, row + 13u, column + 0u, c13_0);
  store(baseC, row + 14u, column + 0u, c14_0);
  store(baseC, row + 15u, column + 0u, c15_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":true}
// no line of its own; SHA-256 7dd7f3671a5d5e4480d2a7cc70ae819e9d5f6ebcecc0c3f13f44655e088d80a3

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 e8445714e9e4885ebf6866ee46f2162c8197eb87a1f339fa7e5fc9a5b484cf99

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 82f91405dce7df52bf82bc5645196c5b56517b32e5c8be3b7fc71c3eaf7bc4d3

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
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

fn load_a(base: u32, line: u32, k: u32) -> vec4f {
  return a[(base + k * u.m + min(line, u.m - 4u)) / 4u];
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
  let row = group.y * 16u + local.y * 16u;
  let column = group.x * 64u + local.x * 4u;
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  var c4_0 = vec4f();
  var c5_0 = vec4f();
  var c6_0 = vec4f();
  var c7_0 = vec4f();
  var c8_0 = vec4f();
  var c9_0 = vec4f();
  var c10_0 = vec4f();
  var c11_0 = vec4f();
  var c12_0 = vec4f();
  var c13_0 = vec4f();
  var c14_0 = vec4f();
  var c15_0 = vec4f();
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let own0 = load_a(baseA, row + 0u + 4u * (lane / 4u), k + lane % 4u);
    let own1 = load_a(baseA, row + 8u + 4u * (lane / 4u), k + lane % 4u);
    let b0 = load_b(baseB, column + 0u, k);
    let a0_0 = vec4f(subgroupBroadcast(own0.x, 0u));
    c0_0 = fma(a0_0, b0[0], c0_0);
    let a0_1 = vec4f(subgroupBroadcast(own0.x, 1u));
    c0_0 = fma(a0_1, b0[1], c0_0);
    let a0_2 = vec4f(subgroupBroadcast(own0.x, 2u));
    c0_0 = fma(a0_2, b0[2], c0_0);
    let a0_3 = vec4f(subgroupBroadcast(own0.x, 3u));
    c0_0 = fma(a0_3, b0[3], c0_0);
    let a1_0 = vec4f(subgroupBroadcast(own0.y, 0u));
    c1_0 = fma(a1_0, b0[0], c1_0);
    let a1_1 = vec4f(subgroupBroadcast(own0.y, 1u));
    c1_0 = fma(a1_1, b0[1], c1_0);
    let a1_2 = vec4f(subgroupBroadcast(own0.y, 2u));
    c1_0 = fma(a1_2, b0[2], c1_0);
    let a1_3 = vec4f(subgroupBroadcast(own0.y, 3u));
    c1_0 = fma(a1_3, b0[3], c1_0);
    let a2_0 = vec4f(subgroupBroadcast(own0.z, 0u));
    c2_0 = fma(a2_0, b0[0], c2_0);
    let a2_1 = vec4f(subgroupBroadcast(own0.z, 1u));
    c2_0 = fma(a2_1, b0[1], c2_0);
    let a2_2 = vec4f(subgroupBroadcast(own0.z, 2u));
    c2_0 = fma(a2_2, b0[2], c2_0);
    let a2_3 = vec4f(subgroupBroadcast(own0.z, 3u));
    c2_0 = fma(a2_3, b0[3], c2_0);
    let a3_0 = vec4f(subgroupBroadcast(own0.w, 0u));
    c3_0 = fma(a3_0, b0[0], c3_0);
    let a3_1 = vec4f(subgroupBroadcast(own0.w, 1u));
    c3_0 = fma(a3_1, b0[1], c3_0);
    let a3_2 = vec4f(subgroupBroadcast(own0.w, 2u));
    c3_0 = fma(a3_2, b0[2], c3_0);
    let a3_3 = vec4f(subgroupBroadcast(own0.w, 3u));
    c3_0 = fma(a3_3, b0[3], c3_0);
    let a4_0 = vec4f(subgroupBroadcast(own0.x, 4u));
    c4_0 = fma(a4_0, b0[0], c4_0);
    let a4_1 = vec4f(subgroupBroadcast(own0.x, 5u));
    c4_0 = fma(a4_1, b0[1], c4_0);
    let a4_2 = vec4f(subgroupBroadcast(own0.x, 6u));
    c4_0 = fma(a4_2, b0[2], c4_0);
    let a4_3 = vec4f(subgroupBroadcast(own0.x, 7u));
    c4_0 = fma(a4_3, b0[3], c4_0);
    let a5_0 = vec4f(subgroupBroadcast(own0.y, 4u));
    c5_0 = fma(a5_0, b0[0], c5_0);
    let a5_1 = vec4f(subgroupBroadcast(own0.y, 5u));
    c5_0 = fma(a5_1, b0[1], c5_0);
    let a5_2 = vec4f(subgroupBroadcast(own0.y, 6u));
    c5_0 = fma(a5_2, b0[2], c5_0);
    let a5_3 = vec4f(subgroupBroadcast(own0.y, 7u));
    c5_0 = fma(a5_3, b0[3], c5_0);
    let a6_0 = vec4f(subgroupBroadcast(own0.z, 4u));
    c6_0 = fma(a6_0, b0[0], c6_0);
    let a6_1 = vec4f(subgroupBroadcast(own0.z, 5u));
    c6_0 = fma(a6_1, b0[1], c6_0);
    let a6_2 = vec4f(subgroupBroadcast(own0.z, 6u));
    c6_0 = fma(a6_2, b0[2], c6_0);
    let a6_3 = vec4f(subgroupBroadcast(own0.z, 7u));
    c6_0 = fma(a6_3, b0[3], c6_0);
    let a7_0 = vec4f(subgroupBroadcast(own0.w, 4u));
    c7_0 = fma(a7_0, b0[0], c7_0);
    let a7_1 = vec4f(subgroupBroadcast(own0.w, 5u));
    c7_0 = fma(a7_1, b0[1], c7_0);
    let a7_2 = vec4f(subgroupBroadcast(own0.w, 6u));
    c7_0 = fma(a7_2, b0[2], c7_0);
    let a7_3 = vec4f(subgroupBroadcast(own0.w, 7u));
    c7_0 = fma(a7_3, b0[3], c7_0);
    let a8_0 = vec4f(subgroupBroadcast(own1.x, 0u));
    c8_0 = fma(a8_0, b0[0], c8_0);
    let a8_1 = vec4f(subgroupBroadcast(own1.x, 1u));
    c8_0 = fma(a8_1, b0[1], c8_0);
    let a8_2 = vec4f(subgroupBroadcast(own1.x, 2u));
    c8_0 = fma(a8_2, b0[2], c8_0);
    let a8_3 = vec4f(subgroupBroadcast(own1.x, 3u));
    c8_0 = fma(a8_3, b0[3], c8_0);
    let a9_0 = vec4f(subgroupBroadcast(own1.y, 0u));
    c9_0 = fma(a9_0, b0[0], c9_0);
    let a9_1 = vec4f(subgroupBroadcast(own1.y, 1u));
    c9_0 = fma(a9_1, b0[1], c9_0);
    let a9_2 = vec4f(subgroupBroadcast(own1.y, 2u));
    c9_0 = fma(a9_2, b0[2], c9_0);
    let a9_3 = vec4f(subgroupBroadcast(own1.y, 3u));
    c9_0 = fma(a9_3, b0[3], c9_0);
    let a10_0 = vec4f(subgroupBroadcast(own1.z, 0u));
    c10_0 = fma(a10_0, b0[0], c10_0);
    let a10_1 = vec4f(subgroupBroadcast(own1.z, 1u));
    c10_0 = fma(a10_1, b0[1], c10_0);
    let a10_2 = vec4f(subgroupBroadcast(own1.z, 2u));
    c10_0 = fma(a10_2, b0[2], c10_0);
    let a10_3 = vec4f(subgroupBroadcast(own1.z, 3u));
    c10_0 = fma(a10_3, b0[3], c10_0);
    let a11_0 = vec4f(subgroupBroadcast(own1.w, 0u));
    c11_0 = fma(a11_0, b0[0], c11_0);
    let a11_1 = vec4f(subgroupBroadcast(own1.w, 1u));
    c11_0 = fma(a11_1, b0[1], c11_0);
    let a11_2 = vec4f(subgroupBroadcast(own1.w, 2u));
    c11_0 = fma(a11_2, b0[2], c11_0);
    let a11_3 = vec4f(subgroupBroadcast(own1.w, 3u));
    c11_0 = fma(a11_3, b0[3], c11_0);
    let a12_0 = vec4f(subgroupBroadcast(own1.x, 4u));
    c12_0 = fma(a12_0, b0[0], c12_0);
    let a12_1 = vec4f(subgroupBroadcast(own1.x, 5u));
    c12_0 = fma(a12_1, b0[1], c12_0);
    let a12_2 = vec4f(subgroupBroadcast(own1.x, 6u));
    c12_0 = fma(a12_2, b0[2], c12_0);
    let a12_3 = vec4f(subgroupBroadcast(own1.x, 7u));
    c12_0 = fma(a12_3, b0[3], c12_0);
    let a13_0 = vec4f(subgroupBroadcast(own1.y, 4u));
    c13_0 = fma(a13_0, b0[0], c13_0);
    let a13_1 = vec4f(subgroupBroadcast(own1.y, 5u));
    c13_0 = fma(a13_1, b0[1], c13_0);
    let a13_2 = vec4f(subgroupBroadcast(own1.y, 6u));
    c13_0 = fma(a13_2, b0[2], c13_0);
    let a13_3 = vec4f(subgroupBroadcast(own1.y, 7u));
    c13_0 = fma(a13_3, b0[3], c13_0);
    let a14_0 = vec4f(subgroupBroadcast(own1.z, 4u));
    c14_0 = fma(a14_0, b0[0], c14_0);
    let a14_1 = vec4f(subgroupBroadcast(own1.z, 5u));
    c14_0 = fma(a14_1, b0[1], c14_0);
    let a14_2 = vec4f(subgroupBroadcast(own1.z, 6u));
    c14_0 = fma(a14_2, b0[2], c14_0);
    let a14_3 = vec4f(subgroupBroadcast(own1.z, 7u));
    c14_0 = fma(a14_3, b0[3], c14_0);
    let a15_0 = vec4f(subgroupBroadcast(own1.w, 4u));
    c15_0 = fma(a15_0, b0[0], c15_0);
    let a15_1 = vec4f(subgroupBroadcast(own1.w, 5u));
    c15_0 = fma(a15_1, b0[1], c15_0);
    let a15_2 = vec4f(subgroupBroadcast(own1.w, 6u));
    c15_0 = fma(a15_2, b0[2], c15_0);
    let a15_3 = vec4f(subgroupBroadcast(own1.w, 7u));
    c15_0 = fma(a15_3, b0[3], c15_0);
  }
  store(baseC, row + 0u, column + 0u, c0_0);
  store(baseC, row + 1u, column + 0u, c1_0);
  store(baseC, row + 2u, column + 0u, c2_0);
  store(baseC, row + 3u, column + 0u, c3_0);
  store(baseC, row + 4u, column + 0u, c4_0);
  store(baseC, row + 5u, column + 0u, c5_0);
  store(baseC, row + 6u, column + 0u, c6_0);
  store(baseC, row + 7u, column + 0u, c7_0);
  store(baseC, row + 8u, column + 0u, c8_0);
  store(baseC, row + 9u, column + 0u, c9_0);
  store(baseC, row + 10u, column + 0u, c10_0);
  store(baseC, row + 11u, column + 0u, c11_0);
  store(baseC, row + 12u, column + 0u, c12_0);
  store(baseC, row + 13u, column + 0u, c13_0);
  store(baseC, row + 14u, column + 0u, c14_0);
  store(baseC, row + 15u, column + 0u, c15_0);
}

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"f16"}
// no line of its own; SHA-256 d1b19aa992c574fd0b1a3e109b1c10df30e464fcf050417c9c7ad7ae4d8ff2dd

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 c84d315700a0234a46f05a0a739be572a915d8a78a6564f0fd2c53e9f275a19d

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 c5c9e5a6804ccfbd5c407e9b3a20186c831e804dd8ba73109e95fdc003d7fa24

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 70a76cc1529d85f322ec124136305b053f8dac1dec8542f0e00b75ae2c9f2e76

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":true}
// no line of its own; SHA-256 5f216d3b850651daf895ca72cb405451c8df1438e249c936809c29655ebd8a3c

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 e21d9c8561adca9c987516a2f3f761c0bb50c3987d832c83370af4784db41e82

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 c4de8a45f8563858a48583fffe774bc84c8f3d2b471fa757ef7aa0a77873cdd0

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 e8e91cc5a03fe63d255b339c85a48e71943df16313a73f245a5927e45d5d1c69

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"f16"}
// no line of its own; SHA-256 ddcff2ad6b3c9c547ad550e2b661f86d2ee330ef313bfa6903736ee3fe03b63b

// ---- matmul_tile {"stage":"subgroup","rows":16,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 b16ec8f3d94b491917c3ca3d58a0125f482c0ce3adc09921b0a04ec0c5572a23

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 0bf9c8574ff7e55af1b5f33ef195dc0e3da74d269c68de61632ecc956e6283db

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 ea45e53d88f5fed55050af8aaf3c71306388cd3744a747e967bad303c40bc45b

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 edc802ad8cdf027b0bd27cec64a5deb71e77ff22e21d7c4b2254ea0f2efa9122

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 32365ea9ffd1abf803d5879b89ad2f678650525a146721fbf6eaddfbcd37b275

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 f786b4b5767d5244cc1b12ee1a8ad808c1bf96a4600885747e5afce7a79a5d07

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 306e080dc91873120f339b5da27d3d71be4301eaeded27764ca09afcd924748a

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 fa3adc359993349958b7a529b4e6af95661cc90bde3af3c69e480024a533cbf3

// ---- matmul_tile {"stage":"subgroup","rows":32,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 bace6f4143f8e7fa9c6185697eb1c95cb622782929f49af5cf76568573dd9be0

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
// no line of its own; SHA-256 bea27abf8883386abbda2af9263ede3a80b8538bd2d66bfe80e8e679e9791e3e

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 2daa325d04571fe7830979dd324f24f93952995151fcc6e56a0092a777b21d5c

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":true,"vectorC":true,"evenDepth":false}
// no line of its own; SHA-256 2e74d85f7237ec443bb57eae2d1264e4d31ec1fdd0edd0b59aadbb9264653f14

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":true}
// no line of its own; SHA-256 adaadb32a725ac634be99f99ceff93a81fe3dfbb45b8aeb17387a9ae769423a1

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
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
fn load_a(base: u32, line: u32, k: u32) -> vec4f {
  return a[(base + min(line, u.m - 1u) * u.k + k) / 4u];
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let own0 = load_a(baseA, row + 0u + lane, k);
    let b0 = load_b(baseB, column + 0u, k);
    let a0_0 = vec4f(subgroupBroadcast(own0.x, 0u));
    c0_0 = fma(a0_0, b0[0], c0_0);
    let a0_1 = vec4f(subgroupBroadcast(own0.y, 0u));
    c0_0 = fma(a0_1, b0[1], c0_0);
    let a0_2 = vec4f(subgroupBroadcast(own0.z, 0u));
    c0_0 = fma(a0_2, b0[2], c0_0);
    let a0_3 = vec4f(subgroupBroadcast(own0.w, 0u));
    c0_0 = fma(a0_3, b0[3], c0_0);
    let a1_0 = vec4f(subgroupBroadcast(own0.x, 1u));
    c1_0 = fma(a1_0, b0[0], c1_0);
    let a1_1 = vec4f(subgroupBroadcast(own0.y, 1u));
    c1_0 = fma(a1_1, b0[1], c1_0);
    let a1_2 = vec4f(subgroupBroadcast(own0.z, 1u));
    c1_0 = fma(a1_2, b0[2], c1_0);
    let a1_3 = vec4f(subgroupBroadcast(own0.w, 1u));
    c1_0 = fma(a1_3, b0[3], c1_0);
    let a2_0 = vec4f(subgroupBroadcast(own0.x, 2u));
    c2_0 = fma(a2_0, b0[0], c2_0);
    let a2_1 = vec4f(subgroupBroadcast(own0.y, 2u));
    c2_0 = fma(a2_1, b0[1], c2_0);
    let a2_2 = vec4f(subgroupBroadcast(own0.z, 2u));
    c2_0 = fma(a2_2, b0[2], c2_0);
    let a2_3 = vec4f(subgroupBroadcast(own0.w, 2u));
    c2_0 = fma(a2_3, b0[3], c2_0);
    let a3_0 = vec4f(subgroupBroadcast(own0.x, 3u));
    c3_0 = fma(a3_0, b0[0], c3_0);
    let a3_1 = vec4f(subgroupBroadcast(own0.y, 3u));
    c3_0 = fma(a3_1, b0[1], c3_0);
    let a3_2 = vec4f(subgroupBroadcast(own0.z, 3u));
    c3_0 = fma(a3_2, b0[2], c3_0);
    let a3_3 = vec4f(subgroupBroadcast(own0.w, 3u));
    c3_0 = fma(a3_3, b0[3], c3_0);
    let a4_0 = vec4f(subgroupBroadcast(own0.x, 4u));
    c4_0 = fma(a4_0, b0[0], c4_0);
    let a4_1 = vec4f(subgroupBroadcast(own0.y, 4u));
    c4_0 = fma(a4_1, b0[1], c4_0);
    let a4_2 = vec4f(subgroupBroadcast(own0.z, 4u));
    c4_0 = fma(a4_2, b0[2], c4_0);
    let a4_3 = vec4f(subgroupBroadcast(own0.w, 4u));
    c4_0 = fma(a4_3, b0[3], c4_0);
    let a5_0 = vec4f(subgroupBroadcast(own0.x, 5u));
    c5_0 = fma(a5_0, b0[0], c5_0);
    let a5_1 = vec4f(subgroupBroadcast(own0.y, 5u));
    c5_0 = fma(a5_1, b0[1], c5_0);
    let a5_2 = vec4f(subgroupBroadcast(own0.z, 5u));
    c5_0 = fma(a5_2, b0[2], c5_0);
    let a5_3 = vec4f(subgroupBroadcast(own0.w, 5u));
    c5_0 = fma(a5_3, b0[3], c5_0);
    let a6_0 = vec4f(subgroupBroadcast(own0.x, 6u));
    c6_0 = fma(a6_0, b0[0], c6_0);
    let a6_1 = vec4f(subgroupBroadcast(own0.y, 6u));
    c6_0 = fma(a6_1, b0[1], c6_0);
    let a6_2 = vec4f(subgroupBroadcast(own0.z, 6u));
    c6_0 = fma(a6_2, b0[2], c6_0);
    let a6_3 = vec4f(subgroupBroadcast(own0.w, 6u));
    c6_0 = fma(a6_3, b0[3], c6_0);
    let a7_0 = vec4f(subgroupBroadcast(own0.x, 7u));
    c7_0 = fma(a7_0, b0[0], c7_0);
    let a7_1 = vec4f(subgroupBroadcast(own0.y, 7u));
    c7_0 = fma(a7_1, b0[1], c7_0);
    let a7_2 = vec4f(subgroupBroadcast(own0.z, 7u));
    c7_0 = fma(a7_2, b0[2], c7_0);
    let a7_3 = vec4f(subgroupBroadcast(own0.w, 7u));
    c7_0 = fma(a7_3, b0[3], c7_0);
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

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"bf16"}
// no line of its own; SHA-256 0bb417e0d14ade4208f3a88b0c413dee3f4e8a07b851d36156c139690f3be021

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 76e1347d6d9082f3e5cef936944ad9850908f92bc0ae7c3d6d7929163c1201e3

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":false,"evenDepth":true,"typeB":"int4","groupSize":8}
// no line of its own; SHA-256 e53e88c15ebb7b52e93b1d11ba6d26106a3c833f08e3639f4ce25f0df0edee7f

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
// no line of its own; SHA-256 4707aebb2a3e019eb3e99dfc57a95bd558c54f400eee876d4dc6a2cfdf3a432e

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":true,"vectorA":false,"vectorB":false,"vectorC":true,"evenDepth":false}
// no line of its own; SHA-256 e2f716abef83c689a2183bca5471e8e4440fe507f29e671e9c4da12ccb162200

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":false,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 37722ee6fce2e0d4bf6c49e1df0d072c3ab11e6ec7d2c43e9bd036cf7fd8fffb

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":true,"activation":"gelu","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 d8f262b79d96218d0fc036913034abd2c0ff70dd48e4daf84bfabf28468e193d

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 1660c0d46ffd6799711f2bda04222436d4061598f1eda45e22bceb35860214b3

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"int8","groupSize":16}
// no line of its own; SHA-256 922795a156c7703a7597c17e5eb1e014e994dd276d3d30a8f29a1701e3687d73

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":true,"activation":"relu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 ff8b9ad47eea2c5aa177ba32497b5c90f823ee4096f7a456afe211ea0360be2a

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":false,"transposeB":true,"bias":true,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
// no line of its own; SHA-256 18178be1d6476497542e693a53881210ab0e877b96576a9fa17712975bca84b5

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
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

fn load_a(base: u32, line: u32, k: u32) -> vec4f {
  return vec4f(
    element_a(base, line + 0u, k),
    element_a(base, line + 1u, k),
    element_a(base, line + 2u, k),
    element_a(base, line + 3u, k),
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
  for (var k = firstDepth; k < endDepth; k += 4u) {
    let own0 = load_a(baseA, row + 0u + 4u * (lane / 4u), k + lane % 4u);
    let b0 = load_b(baseB, column + 0u, k);
    let a0_0 = vec4f(subgroupBroadcast(own0.x, 0u));
    c0_0 = fma(a0_0, b0[0], c0_0);
    let a0_1 = vec4f(subgroupBroadcast(own0.x, 1u));
    c0_0 = fma(a0_1, b0[1], c0_0);
    let a0_2 = vec4f(subgroupBroadcast(own0.x, 2u));
    c0_0 = fma(a0_2, b0[2], c0_0);
    let a0_3 = vec4f(subgroupBroadcast(own0.x, 3u));
    c0_0 = fma(a0_3, b0[3], c0_0);
    let a1_0 = vec4f(subgroupBroadcast(own0.y, 0u));
    c1_0 = fma(a1_0, b0[0], c1_0);
    let a1_1 = vec4f(subgroupBroadcast(own0.y, 1u));
    c1_0 = fma(a1_1, b0[1], c1_0);
    let a1_2 = vec4f(subgroupBroadcast(own0.y, 2u));
    c1_0 = fma(a1_2, b0[2], c1_0);
    let a1_3 = vec4f(subgroupBroadcast(own0.y, 3u));
    c1_0 = fma(a1_3, b0[3], c1_0);
    let a2_0 = vec4f(subgroupBroadcast(own0.z, 0u));
    c2_0 = fma(a2_0, b0[0], c2_0);
    let a2_1 = vec4f(subgroupBroadcast(own0.z, 1u));
    c2_0 = fma(a2_1, b0[1], c2_0);
    let a2_2 = vec4f(subgroupBroadcast(own0.z, 2u));
    c2_0 = fma(a2_2, b0[2], c2_0);
    let a2_3 = vec4f(subgroupBroadcast(own0.z, 3u));
    c2_0 = fma(a2_3, b0[3], c2_0);
    let a3_0 = vec4f(subgroupBroadcast(own0.w, 0u));
    c3_0 = fma(a3_0, b0[0], c3_0);
    let a3_1 = vec4f(subgroupBroadcast(own0.w, 1u));
    c3_0 = fma(a3_1, b0[1], c3_0);
    let a3_2 = vec4f(subgroupBroadcast(own0.w, 2u));
    c3_0 = fma(a3_2, b0[2], c3_0);
    let a3_3 = vec4f(subgroupBroadcast(own0.w, 3u));
    c3_0 = fma(a3_3, b0[3], c3_0);
    let a4_0 = vec4f(subgroupBroadcast(own0.x, 4u));
    c4_0 = fma(a4_0, b0[0], c4_0);
    let a4_1 = vec4f(subgroupBroadcast(own0.x, 5u));
    c4_0 = fma(a4_1, b0[1], c4_0);
    let a4_2 = vec4f(subgroupBroadcast(own0.x, 6u));
    c4_0 = fma(a4_2, b0[2], c4_0);
    let a4_3 = vec4f(subgroupBroadcast(own0.x, 7u));
    c4_0 = fma(a4_3, b0[3], c4_0);
    let a5_0 = vec4f(subgroupBroadcast(own0.y, 4u));
    c5_0 = fma(a5_0, b0[0], c5_0);
    let a5_1 = vec4f(subgroupBroadcast(own0.y, 5u));
    c5_0 = fma(a5_1, b0[1], c5_0);
    let a5_2 = vec4f(subgroupBroadcast(own0.y, 6u));
    c5_0 = fma(a5_2, b0[2], c5_0);
    let a5_3 = vec4f(subgroupBroadcast(own0.y, 7u));
    c5_0 = fma(a5_3, b0[3], c5_0);
    let a6_0 = vec4f(subgroupBroadcast(own0.z, 4u));
    c6_0 = fma(a6_0, b0[0], c6_0);
    let a6_1 = vec4f(subgroupBroadcast(own0.z, 5u));
    c6_0 = fma(a6_1, b0[1], c6_0);
    let a6_2 = vec4f(subgroupBroadcast(own0.z, 6u));
    c6_0 = fma(a6_2, b0[2], c6_0);
    let a6_3 = vec4f(subgroupBroadcast(own0.z, 7u));
    c6_0 = fma(a6_3, b0[3], c6_0);
    let a7_0 = vec4f(subgroupBroadcast(own0.w, 4u));
    c7_0 = fma(a7_0, b0[0], c7_0);
    let a7_1 = vec4f(subgroupBroadcast(own0.w, 5u));
    c7_0 = fma(a7_1, b0[1], c7_0);
    let a7_2 = vec4f(subgroupBroadcast(own0.w, 6u));
    c7_0 = fma(a7_2, b0[2], c7_0);
    let a7_3 = vec4f(subgroupBroadcast(own0.w, 7u));
    c7_0 = fma(a7_3, b0[3], c7_0);
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

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 bed8992aad3d05ff467825c151c7cc5d007bd40703b77bf2ad55af0e10c91b20

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":1,"threadsX":16,"threadsY":1,"depth":4,"subgroupSize":8,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 c7ccc7bace05dfde1cba657e890f0bc14de9a7d64a7f34ef8297a40344da41b5

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
// no line of its own; SHA-256 0d1d1c11cd2da3012040a3fd40ef08d61dd2f4ada18d6abdf13416cc1a1ec6b7

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 d5604220359e970f6e29fcb6958215c9918b758f2dc9202f126d4e0edd9acc51

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":true,"vectorC":true,"evenDepth":false}
// no line of its own; SHA-256 a1f2a904806572dbc0b8af0d71214176aa3a8aaa9fd6813df2731579f7d4dd5a

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":false,"vectorC":false,"evenDepth":true}
// no line of its own; SHA-256 f4120a1706b95f041827dbcb767a1d098f940db41f228567b1e4b2c3f009f0aa

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
// no line of its own; SHA-256 98f030ec74e570909bc79c6e9dd5e7cc16bd7ecb84ca5fd92440e2f341ad8cad

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"bf16"}
// no line of its own; SHA-256 8c4cf9d8f6585348630063c8acf21621cf72b066e58503b6275f9fe78859b762

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 34f8ee88271d659775db8fda30d2536f5c3b8694dbdbd139342def06d755bd9c

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":false,"evenDepth":true,"typeB":"int4","groupSize":8}
// no line of its own; SHA-256 390baaec53436b6966552d0903f8f20fd99c015f31bdeb7a16b6d131c4bedaeb

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"bf16"}
// no line of its own; SHA-256 ec3527816098c327e334bab97896c5872d5efc810499da98c3bcbabf0dc89179

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"none","split":true,"vectorA":false,"vectorB":false,"vectorC":true,"evenDepth":false}
// no line of its own; SHA-256 9cb85d986342d372e23b4067eb2ddd73f102ec7f755dd9d8fdb2d1ad6fb9a378

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":false,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 82c6a12d63f19143d3813239d2502eb17d178196b37692e1fca07056a1bdbeb4

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"gelu","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 ae9935f63c151f3e271aa7e8a0a85a7770d878c7eae6e60d1e9a89178a6247e1

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 0585c0fb74a99559c689dde67c06c2ee0c9f9e0cf2ab8e247d57abf24fe90dfd

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"none","split":false,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true,"typeB":"int8","groupSize":16}
// no line of its own; SHA-256 02b6fed4e3e8405c0ffb1475ff20c59d9849a30e34828dd6efd4c5ec39378130

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"relu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 70e5207b0eb1654f42aa3cb2b97f903ed289b99e9e5b1b7ac7fcff39a725739c

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":false,"transposeB":true,"bias":true,"activation":"silu","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false,"typeB":"f16"}
// no line of its own; SHA-256 80cc4a2022c6ab641546a17f261f2b5072ed6b2fab75845e678cecd28743a027

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 18255aa81c11c858b9007fe9bf0188a4304ea958c028aafb433d3c2b523f878a

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":true,"transposeB":false,"bias":false,"activation":"none","split":true,"vectorA":true,"vectorB":true,"vectorC":true,"evenDepth":true}
// no line of its own; SHA-256 6fb06648b41ef497952f95a486bd6fb243574d7b8ad2d9248e5faf36c28da383

// ---- matmul_tile {"stage":"subgroup","rows":8,"vectors":2,"threadsX":8,"threadsY":1,"depth":4,"subgroupSize":4,"transposeA":true,"transposeB":true,"bias":false,"activation":"none","split":false,"vectorA":false,"vectorB":false,"vectorC":false,"evenDepth":false}
// no line of its own; SHA-256 e9ea2326a1952c5e99fb5412d6df86989e74412073c13da285801b858be1ae79
