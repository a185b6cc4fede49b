// Canonical configuration: primitive ssd, case "130m", adapter nvidia.
// ssd_chunk_scores_forward {"q":64}
// ssd_chunk_scores_forward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  C_batch: u32,
  C_token: u32,
  C_offset: u32,
  B_batch: u32,
  B_token: u32,
  B_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> C: array<f32>;
@group(0) @binding(2) var<storage, read> B: array<f32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;


var<workgroup> scratch: array<vec4f, 544>;

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
  return Place(chunk, head, group, chunk * 64u, u.batch_start + cell / u.c, cell);
}

fn scores_of_left(place: Place, row: u32, k: u32) -> f32 {
  return select(0.0, C[u.C_offset + place.batch * u.C_batch + (place.first + row) * u.C_token + place.group * u.n + k], k < u.n && place.first + row < u.l);
}

fn scores_of_right(place: Place, k: u32, column: u32) -> f32 {
  return select(0.0, B[u.B_offset + place.batch * u.B_batch + (place.first + column) * u.B_token + place.group * u.n + k], k < u.n && place.first + column < u.l);
}

fn put(place: Place, row: u32, column: u32, value: f32) {
  scores[((place.cell * u.g + place.group) * 64u + row) * 64u + column] = value;
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32) {
  let tx = lid % 8u;
  let ty = lid / 8u;
  let row0 = 0u;
  let column0 = 0u;
  let place = place_of(group_id.z, 0u, group_id.y);
  var acc = array<vec4f, 8>();
  for (var k0 = 0u; k0 < u.n; k0 += 16u) {
    for (var s = lid; s < 256u; s += 128u) {
      let k = s % 16u;
      let quad = s / 16u;
      let row = row0 + 4u * quad;
      scratch[k * 17u + quad] = vec4f(scores_of_left(place, row + 0u, k0 + k), scores_of_left(place, row + 1u, k0 + k), scores_of_left(place, row + 2u, k0 + k), scores_of_left(place, row + 3u, k0 + k));
    }
    for (var s = lid; s < 256u; s += 128u) {
      let k = s % 16u;
      let quad = s / 16u;
      let column = column0 + 4u * quad;
      scratch[272u + k * 17u + quad] = vec4f(scores_of_right(place, k0 + k, column + 0u), scores_of_right(place, k0 + k, column + 1u), scores_of_right(place, k0 + k, column + 2u), scores_of_right(place, k0 + k, column + 3u));
    }
    workgroupBarrier();
    var part = array<vec4f, 8>();
    for (var k = 0u; k < 16u; k++) {
      let a = scratch[k * 17u + ty];
      let b0 = scratch[272u + k * 17u + tx];
      let b1 = scratch[272u + k * 17u + 8u + tx];
      part[0] += a[0] * b0;
      part[1] += a[0] * b1;
      part[2] += a[1] * b0;
      part[3] += a[1] * b1;
      part[4] += a[2] * b0;
      part[5] += a[2] * b1;
      part[6] += a[3] * b0;
      part[7] += a[3] * b1;
    }
    acc[0] += part[0];
    acc[1] += part[1];
    acc[2] += part[2];
    acc[3] += part[3];
    acc[4] += part[4];
    acc[5] += part[5];
    acc[6] += part[6];
    acc[7] += part[7];
    workgroupBarrier();
  }
  scratch[(4u * ty + 0u) * 8u + tx] = acc[0];
  scratch[(4u * ty + 1u) * 8u + tx] = acc[2];
  scratch[(4u * ty + 2u) * 8u + tx] = acc[4];
  scratch[(4u * ty + 3u) * 8u + tx] = acc[6];
  workgroupBarrier();
  for (var s = lid; s < 2048u; s += 128u) {
    put(place, row0 + s / 32u, column0 + 0u + s % 32u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
  scratch[(4u * ty + 0u) * 8u + tx] = acc[1];
  scratch[(4u * ty + 1u) * 8u + tx] = acc[3];
  scratch[(4u * ty + 2u) * 8u + tx] = acc[5];
  scratch[(4u * ty + 3u) * 8u + tx] = acc[7];
  workgroupBarrier();
  for (var s = lid; s < 2048u; s += 128u) {
    put(place, row0 + s / 32u, column0 + 32u + s % 32u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
}
