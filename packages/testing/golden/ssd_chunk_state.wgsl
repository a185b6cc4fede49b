// ---- ssd_chunk_state {"q":32,"direction":"backward"}
// ssd_chunk_state
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read> keys: array<f32>;
@group(0) @binding(4) var<storage, read_write> states: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

var<workgroup> scratch: array<vec4f, 288>;
var<workgroup> token: array<vec4f, 32>; // dt, cumulative log decay, document count, slope

struct Place {
  chunk: u32,
  head: u32,
  group: u32,
  first: u32,  // first token of the chunk
  batch: u32,  // in the tensors of the caller
  cell: u32,   // batch of the slice and chunk, for the temps
}

fn place_of(cell: u32, head: u32, group: u32) -> Place {
  let chunk = cell % u.c;
  return Place(chunk, head, group, chunk * 32u, u.batch_start + cell / u.c, cell);
}

var<workgroup> weight: array<f32, 32>;

fn outer_left(place: Place, row: u32, k: u32) -> f32 {
  return select(0.0, values[((place.batch * u.l + place.first + k) * u.h + place.head) * u.p + row], row < u.p && place.first + k < u.l) * weight[k];
}

fn outer_right(place: Place, k: u32, column: u32) -> f32 {
  return select(0.0, keys[((place.batch * u.l + place.first + k) * u.g + place.group) * u.n + column], column < u.n && place.first + k < u.l);
}

fn put(place: Place, row: u32, column: u32, value: f32) {
  if (row < u.p && column < u.n) { states[((place.cell * u.h + place.head) * u.p + row) * u.n + column] = value; }
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32) {
  let tx = lid % 4u;
  let ty = lid / 4u;
  let columns = (u.n + 31u) / 32u;
  let row0 = (group_id.x / columns) * 32u;
  let column0 = (group_id.x % columns) * 32u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  for (var i = lid; i < 32u; i += 32u) {
    token[i] = steps[(place.cell * u.h + place.head) * 32u + i];
  }
  workgroupBarrier();
  for (var i = lid; i < 32u; i += 32u) {
    weight[i] = select(0.0, decay(token[i].y), token[i].z == 0.0);
  }
  workgroupBarrier();
  var acc = array<vec4f, 8>();
  for (var k0 = 0u; k0 < 32u; k0 += 16u) {
    for (var s = lid; s < 128u; s += 32u) {
      let quad = s % 8u;
      let k = s / 8u;
      let row = row0 + 4u * quad;
      scratch[k * 9u + quad] = vec4f(outer_left(place, row + 0u, k0 + k), outer_left(place, row + 1u, k0 + k), outer_left(place, row + 2u, k0 + k), outer_left(place, row + 3u, k0 + k));
    }
    for (var s = lid; s < 128u; s += 32u) {
      let quad = s % 8u;
      let k = s / 8u;
      let column = column0 + 4u * quad;
      scratch[144u + k * 9u + quad] = vec4f(outer_right(place, k0 + k, column + 0u), outer_right(place, k0 + k, column + 1u), outer_right(place, k0 + k, column + 2u), outer_right(place, k0 + k, column + 3u));
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let a = scratch[k * 9u + ty];
      let b0 = scratch[144u + k * 9u + tx];
      let b1 = scratch[144u + k * 9u + 4u + tx];
      acc[0] += a[0] * b0;
      acc[1] += a[0] * b1;
      acc[2] += a[1] * b0;
      acc[3] += a[1] * b1;
      acc[4] += a[2] * b0;
      acc[5] += a[2] * b1;
      acc[6] += a[3] * b0;
      acc[7] += a[3] * b1;
    }
    workgroupBarrier();
  }
  scratch[(4u * ty + 0u) * 4u + tx] = acc[0];
  scratch[(4u * ty + 1u) * 4u + tx] = acc[2];
  scratch[(4u * ty + 2u) * 4u + tx] = acc[4];
  scratch[(4u * ty + 3u) * 4u + tx] = acc[6];
  workgroupBarrier();
  for (var s = lid; s < 512u; s += 32u) {
    put(place, row0 + s / 16u, column0 + 0u + s % 16u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
  scratch[(4u * ty + 0u) * 4u + tx] = acc[1];
  scratch[(4u * ty + 1u) * 4u + tx] = acc[3];
  scratch[(4u * ty + 2u) * 4u + tx] = acc[5];
  scratch[(4u * ty + 3u) * 4u + tx] = acc[7];
  workgroupBarrier();
  for (var s = lid; s < 512u; s += 32u) {
    put(place, row0 + s / 16u, column0 + 16u + s % 16u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
}

// ---- ssd_chunk_state {"q":32,"direction":"forward"}
// ssd_chunk_state
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read> keys: array<f32>;
@group(0) @binding(4) var<storage, read_write> states: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

var<workgroup> scratch: array<vec4f, 288>;
var<workgroup> token: array<vec4f, 32>; // dt, cumulative log decay, document count, slope

struct Place {
  chunk: u32,
  head: u32,
  group: u32,
  first: u32,  // first token of the chunk
  batch: u32,  // in the tensors of the caller
  cell: u32,   // batch of the slice and chunk, for the temps
}

fn place_of(cell: u32, head: u32, group: u32) -> Place {
  let chunk = cell % u.c;
  return Place(chunk, head, group, chunk * 32u, u.batch_start + cell / u.c, cell);
}

var<workgroup> weight: array<f32, 32>;

fn outer_left(place: Place, row: u32, k: u32) -> f32 {
  return select(0.0, values[((place.batch * u.l + place.first + k) * u.h + place.head) * u.p + row], row < u.p && place.first + k < u.l) * weight[k];
}

fn outer_right(place: Place, k: u32, column: u32) -> f32 {
  return select(0.0, keys[((place.batch * u.l + place.first + k) * u.g + place.group) * u.n + column], column < u.n && place.first + k < u.l);
}

fn put(place: Place, row: u32, column: u32, value: f32) {
  if (row < u.p && column < u.n) { states[((place.cell * u.h + place.head) * u.p + row) * u.n + column] = value; }
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32) {
  let tx = lid % 4u;
  let ty = lid / 4u;
  let columns = (u.n + 31u) / 32u;
  let row0 = (group_id.x / columns) * 32u;
  let column0 = (group_id.x % columns) * 32u;
  let place = place_of(group_id.z, group_id.y, group_id.y / (u.h / u.g));
  for (var i = lid; i < 32u; i += 32u) {
    token[i] = steps[(place.cell * u.h + place.head) * 32u + i];
  }
  workgroupBarrier();
  for (var i = lid; i < 32u; i += 32u) {
    weight[i] = select(0.0, decay(token[31u].y - token[i].y), token[i].z == token[31u].z) * token[i].x;
  }
  workgroupBarrier();
  var acc = array<vec4f, 8>();
  for (var k0 = 0u; k0 < 32u; k0 += 16u) {
    for (var s = lid; s < 128u; s += 32u) {
      let quad = s % 8u;
      let k = s / 8u;
      let row = row0 + 4u * quad;
      scratch[k * 9u + quad] = vec4f(outer_left(place, row + 0u, k0 + k), outer_left(place, row + 1u, k0 + k), outer_left(place, row + 2u, k0 + k), outer_left(place, row + 3u, k0 + k));
    }
    for (var s = lid; s < 128u; s += 32u) {
      let quad = s % 8u;
      let k = s / 8u;
      let column = column0 + 4u * quad;
      scratch[144u + k * 9u + quad] = vec4f(outer_right(place, k0 + k, column + 0u), outer_right(place, k0 + k, column + 1u), outer_right(place, k0 + k, column + 2u), outer_right(place, k0 + k, column + 3u));
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let a = scratch[k * 9u + ty];
      let b0 = scratch[144u + k * 9u + tx];
      let b1 = scratch[144u + k * 9u + 4u + tx];
      acc[0] += a[0] * b0;
      acc[1] += a[0] * b1;
      acc[2] += a[1] * b0;
      acc[3] += a[1] * b1;
      acc[4] += a[2] * b0;
      acc[5] += a[2] * b1;
      acc[6] += a[3] * b0;
      acc[7] += a[3] * b1;
    }
    workgroupBarrier();
  }
  scratch[(4u * ty + 0u) * 4u + tx] = acc[0];
  scratch[(4u * ty + 1u) * 4u + tx] = acc[2];
  scratch[(4u * ty + 2u) * 4u + tx] = acc[4];
  scratch[(4u * ty + 3u) * 4u + tx] = acc[6];
  workgroupBarrier();
  for (var s = lid; s < 512u; s += 32u) {
    put(place, row0 + s / 16u, column0 + 0u + s % 16u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
  scratch[(4u * ty + 0u) * 4u + tx] = acc[1];
  scratch[(4u * ty + 1u) * 4u + tx] = acc[3];
  scratch[(4u * ty + 2u) * 4u + tx] = acc[5];
  scratch[(4u * ty + 3u) * 4u + tx] = acc[7];
  workgroupBarrier();
  for (var s = lid; s < 512u; s += 32u) {
    put(place, row0 + s / 16u, column0 + 16u + s % 16u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
}

// ---- ssd_chunk_state {"q":64,"direction":"backward"}
// no line of its own; SHA-256 b1ab95ca33dec89335eaa68f537b997a18110b4c34dab9ba43afe2f2f2301d14

// ---- ssd_chunk_state {"q":64,"direction":"forward"}
// no line of its own; SHA-256 0e09bfb5a1212688bfac9c835b009fb69abb8d30f956c224f23d249bb9761e59
