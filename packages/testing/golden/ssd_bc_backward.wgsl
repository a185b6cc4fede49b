// Canonical configuration: primitive ssd_backward, case "130m", adapter nvidia.
// ssd_bc_backward {"q":64,"side":"B"}
// ssd_bc_backward
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  heads_per_block: u32,
  blocks: u32,
  cells: u32,
  out_batch_start: u32,
  block_stride: u32,
  dots_start: u32,
  x_batch: u32,
  x_token: u32,
  x_offset: u32,
  own_batch: u32,
  own_token: u32,
  own_offset: u32,
  other_batch: u32,
  other_token: u32,
  other_offset: u32,
  gradOwn_batch: u32,
  gradOwn_token: u32,
  gradOwn_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> states: array<f32>;
@group(0) @binding(4) var<storage, read> own: array<f32>;
@group(0) @binding(5) var<storage, read> gradScores: array<f32>;
@group(0) @binding(6) var<storage, read> other: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradOwn: array<f32>;
@group(0) @binding(8) var<storage, read_write> rowDots: array<f32>;

fn decay_of_sum(parts: vec2f) -> f32 {
  let sum = parts.x + parts.y;
  return select(0.0, exp(clamp(sum, -104.0, 0.0)), sum > -104.0);
}

var<workgroup> scratch: array<vec4f, 544>;
var<workgroup> token: array<vec4f, 64>; // dt, cumulative log decay in two parts, slope

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

var<workgroup> weight: array<f32, 64>;

fn summed_score(place: Place, row: u32, k: u32) -> f32 {
  var sum = 0.0;
  for (var block = 0u; block < u.blocks; block++) {
    sum += gradScores[(((block * u.cells + place.cell) * u.g + place.group) * 64u + k) * 64u + row];
  }
  return sum;
}

fn from_state_left(place: Place, row: u32, k: u32) -> f32 {
  return select(0.0, x[u.x_offset + place.batch * u.x_batch + (place.first + row) * u.x_token + place.head * u.p + k], k < u.p && place.first + row < u.l) * weight[row];
}

fn from_state_right(place: Place, k: u32, column: u32) -> f32 {
  return select(0.0, states[((place.cell * u.h + place.head) * u.p + k) * u.n + column], k < u.p && column < u.n);
}

fn within_left(place: Place, row: u32, k: u32) -> f32 {
  return summed_score(place, row, k);
}

fn within_right(place: Place, k: u32, column: u32) -> f32 {
  return select(0.0, other[u.other_offset + place.batch * u.other_batch + (place.first + k) * u.other_token + place.group * u.n + column], column < u.n && place.first + k < u.l);
}

fn own_at(place: Place, row: u32, column: u32) -> f32 {
  return select(0.0, own[u.own_offset + place.batch * u.own_batch + (place.first + row) * u.own_token + place.group * u.n + column], column < u.n && place.first + row < u.l);
}

fn put(place: Place, row: u32, column: u32, value: f32) {
  if (place.first + row >= u.l || column >= u.n) { return; }
  let batch = place.batch - u.out_batch_start;
  let at = u.gradOwn_offset + batch * u.gradOwn_batch + (place.first + row) * u.gradOwn_token + place.group * u.n + column;
  gradOwn[block_of(place) * u.block_stride + at] = value;
}

fn block_of(place: Place) -> u32 {
  return (place.head - place.group * (u.h / u.g)) / u.heads_per_block;
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32) {
  let tx = lid % 8u;
  let ty = lid / 8u;
  let row0 = 0u;
  let columns = (u.n + 63u) / 64u;
  let column_tile = group_id.x % columns;
  let column0 = column_tile * 64u;
  let block = group_id.x / columns;
  let group = group_id.y;
  let block_place = place_of(group_id.z, group * (u.h / u.g) + block * u.heads_per_block, group);
  var own_tile = array<vec4f, 8>();
  for (var s = lid; s < 512u; s += 128u) {
    let row = row0 + s / 8u;
    let column = column0 + 0u + 4u * (s % 8u);
    scratch[s] = vec4f(own_at(block_place, row, column + 0u), own_at(block_place, row, column + 1u), own_at(block_place, row, column + 2u), own_at(block_place, row, column + 3u));
  }
  workgroupBarrier();
  own_tile[0] = scratch[(4u * ty + 0u) * 8u + tx];
  own_tile[2] = scratch[(4u * ty + 1u) * 8u + tx];
  own_tile[4] = scratch[(4u * ty + 2u) * 8u + tx];
  own_tile[6] = scratch[(4u * ty + 3u) * 8u + tx];
  workgroupBarrier();
  for (var s = lid; s < 512u; s += 128u) {
    let row = row0 + s / 8u;
    let column = column0 + 32u + 4u * (s % 8u);
    scratch[s] = vec4f(own_at(block_place, row, column + 0u), own_at(block_place, row, column + 1u), own_at(block_place, row, column + 2u), own_at(block_place, row, column + 3u));
  }
  workgroupBarrier();
  own_tile[1] = scratch[(4u * ty + 0u) * 8u + tx];
  own_tile[3] = scratch[(4u * ty + 1u) * 8u + tx];
  own_tile[5] = scratch[(4u * ty + 2u) * 8u + tx];
  own_tile[7] = scratch[(4u * ty + 3u) * 8u + tx];
  workgroupBarrier();
  var total = array<vec4f, 8>();
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  for (var head = first_head; head < end_head; head++) {
    let place = place_of(group_id.z, head, group);
    for (var i = lid; i < 64u; i += 128u) {
      token[i] = steps[(place.cell * u.h + place.head) * 64u + i];
    }
    workgroupBarrier();
    for (var i = lid; i < 64u; i += 128u) {
      weight[i] = decay_of_sum(token[63u].yz - token[i].yz);
    }
    workgroupBarrier();
    var acc = array<vec4f, 8>();
    for (var k0 = 0u; k0 < u.p; k0 += 16u) {
      for (var s = lid; s < 256u; s += 128u) {
        let k = s % 16u;
        let quad = s / 16u;
        let row = row0 + 4u * quad;
        scratch[k * 17u + quad] = vec4f(from_state_left(place, row + 0u, k0 + k), from_state_left(place, row + 1u, k0 + k), from_state_left(place, row + 2u, k0 + k), from_state_left(place, row + 3u, k0 + k));
      }
      for (var s = lid; s < 256u; s += 128u) {
        let quad = s % 16u;
        let k = s / 16u;
        let column = column0 + 4u * quad;
        scratch[272u + k * 17u + quad] = vec4f(from_state_right(place, k0 + k, column + 0u), from_state_right(place, k0 + k, column + 1u), from_state_right(place, k0 + k, column + 2u), from_state_right(place, k0 + k, column + 3u));
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
    scratch[tx * 16u + ty] = vec4f(
      dot(acc[0], own_tile[0]) + dot(acc[1], own_tile[1]),
      dot(acc[2], own_tile[2]) + dot(acc[3], own_tile[3]),
      dot(acc[4], own_tile[4]) + dot(acc[5], own_tile[5]),
      dot(acc[6], own_tile[6]) + dot(acc[7], own_tile[7]),
    );
    total[0] += token[4u * ty + 0u].x * acc[0];
    total[1] += token[4u * ty + 0u].x * acc[1];
    total[2] += token[4u * ty + 1u].x * acc[2];
    total[3] += token[4u * ty + 1u].x * acc[3];
    total[4] += token[4u * ty + 2u].x * acc[4];
    total[5] += token[4u * ty + 2u].x * acc[5];
    total[6] += token[4u * ty + 3u].x * acc[6];
    total[7] += token[4u * ty + 3u].x * acc[7];
    workgroupBarrier();
    for (var i = lid; i < 64u; i += 128u) {
      var sum = 0.0;
      for (var x = 0u; x < 8u; x++) { sum += scratch[x * 16u + i / 4u][i % 4u]; }
      rowDots[u.dots_start + ((column_tile * u.cells + place.cell) * u.h + place.head) * 64u + i] = sum;
    }
    workgroupBarrier();
  }
  let place = block_place;
  if (block == 0u) {
    for (var k0 = 0u; k0 < 64u; k0 += 16u) {
      for (var s = lid; s < 256u; s += 128u) {
        let quad = s % 16u;
        let k = s / 16u;
        let row = row0 + 4u * quad;
        scratch[k * 17u + quad] = vec4f(within_left(place, row + 0u, k0 + k), within_left(place, row + 1u, k0 + k), within_left(place, row + 2u, k0 + k), within_left(place, row + 3u, k0 + k));
      }
      for (var s = lid; s < 256u; s += 128u) {
        let quad = s % 16u;
        let k = s / 16u;
        let column = column0 + 4u * quad;
        scratch[272u + k * 17u + quad] = vec4f(within_right(place, k0 + k, column + 0u), within_right(place, k0 + k, column + 1u), within_right(place, k0 + k, column + 2u), within_right(place, k0 + k, column + 3u));
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
      total[0] += part[0];
      total[1] += part[1];
      total[2] += part[2];
      total[3] += part[3];
      total[4] += part[4];
      total[5] += part[5];
      total[6] += part[6];
      total[7] += part[7];
      workgroupBarrier();
    }
  }
  scratch[(4u * ty + 0u) * 8u + tx] = total[0];
  scratch[(4u * ty + 1u) * 8u + tx] = total[2];
  scratch[(4u * ty + 2u) * 8u + tx] = total[4];
  scratch[(4u * ty + 3u) * 8u + tx] = total[6];
  workgroupBarrier();
  for (var s = lid; s < 2048u; s += 128u) {
    put(place, row0 + s / 32u, column0 + 0u + s % 32u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
  scratch[(4u * ty + 0u) * 8u + tx] = total[1];
  scratch[(4u * ty + 1u) * 8u + tx] = total[3];
  scratch[(4u * ty + 2u) * 8u + tx] = total[5];
  scratch[(4u * ty + 3u) * 8u + tx] = total[7];
  workgroupBarrier();
  for (var s = lid; s < 2048u; s += 128u) {
    put(place, row0 + s / 32u, column0 + 32u + s % 32u, scratch[s / 4u][s % 4u]);
  }
  workgroupBarrier();
}
