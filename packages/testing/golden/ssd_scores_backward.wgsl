// Canonical configuration: primitive ssd_backward, case "130m", adapter nvidia.
// ssd_scores_backward {"q":64,"D":true}
// ssd_scores_backward
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
  x_batch: u32,
  x_token: u32,
  x_offset: u32,
  gradY_batch: u32,
  gradY_token: u32,
  gradY_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> scores: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> gradY: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradScores: array<f32>;
@group(0) @binding(6) var<storage, read_write> intra: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> skips: array<f32>;

fn decays_of_sums(whole: vec4f, rest: vec4f) -> vec4f {
  let sum = whole + rest;
  return select(vec4f(), exp(clamp(sum, vec4f(-104.0), vec4f())), sum > vec4f(-104.0));
}

var<workgroup> scratch: array<vec4f, 768>;
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

fn pairs_left(place: Place, row: u32, k: u32) -> f32 {
  return select(0.0, gradY[u.gradY_offset + place.batch * u.gradY_batch + (place.first + row) * u.gradY_token + place.head * u.p + k], k < u.p && place.first + row < u.l);
}

fn pairs_right(place: Place, k: u32, column: u32) -> f32 {
  return select(0.0, x[u.x_offset + place.batch * u.x_batch + (place.first + column) * u.x_token + place.head * u.p + k], k < u.p && place.first + column < u.l);
}

fn score(place: Place, row: u32, column: u32) -> f32 {
  return scores[((place.cell * u.g + place.group) * 64u + row) * 64u + column];
}

fn put(place: Place, row: u32, column: u32, value: f32) {
  gradScores[(((place.head * u.cells + place.cell) * u.g + place.group) * 64u + row) * 64u + column] = value;
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(local_invocation_index) lid: u32) {
  let tx = lid % 8u;
  let ty = lid / 8u;
  let row0 = 0u;
  let column0 = 0u;
  let group = group_id.y;
  let block = group_id.x;
  let block_place = place_of(group_id.z, block, group); // its head is the block
  var score_tile = array<vec4f, 8>();
  for (var s = lid; s < 512u; s += 128u) {
    let row = row0 + s / 8u;
    let column = column0 + 0u + 4u * (s % 8u);
    scratch[s] = vec4f(score(block_place, row, column + 0u), score(block_place, row, column + 1u), score(block_place, row, column + 2u), score(block_place, row, column + 3u));
  }
  workgroupBarrier();
  score_tile[0] = scratch[(4u * ty + 0u) * 8u + tx];
  score_tile[2] = scratch[(4u * ty + 1u) * 8u + tx];
  score_tile[4] = scratch[(4u * ty + 2u) * 8u + tx];
  score_tile[6] = scratch[(4u * ty + 3u) * 8u + tx];
  workgroupBarrier();
  for (var s = lid; s < 512u; s += 128u) {
    let row = row0 + s / 8u;
    let column = column0 + 32u + 4u * (s % 8u);
    scratch[s] = vec4f(score(block_place, row, column + 0u), score(block_place, row, column + 1u), score(block_place, row, column + 2u), score(block_place, row, column + 3u));
  }
  workgroupBarrier();
  score_tile[1] = scratch[(4u * ty + 0u) * 8u + tx];
  score_tile[3] = scratch[(4u * ty + 1u) * 8u + tx];
  score_tile[5] = scratch[(4u * ty + 2u) * 8u + tx];
  score_tile[7] = scratch[(4u * ty + 3u) * 8u + tx];
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
    var acc = array<vec4f, 8>();
    for (var k0 = 0u; k0 < u.p; k0 += 16u) {
      for (var s = lid; s < 256u; s += 128u) {
        let k = s % 16u;
        let quad = s / 16u;
        let row = row0 + 4u * quad;
        scratch[k * 17u + quad] = vec4f(pairs_left(place, row + 0u, k0 + k), pairs_left(place, row + 1u, k0 + k), pairs_left(place, row + 2u, k0 + k), pairs_left(place, row + 3u, k0 + k));
      }
      for (var s = lid; s < 256u; s += 128u) {
        let k = s % 16u;
        let quad = s / 16u;
        let column = column0 + 4u * quad;
        scratch[272u + k * 17u + quad] = vec4f(pairs_right(place, k0 + k, column + 0u), pairs_right(place, k0 + k, column + 1u), pairs_right(place, k0 + k, column + 2u), pairs_right(place, k0 + k, column + 3u));
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
    if (4u * tx + 0u == 4u * ty) {
      let at = ((u.batch_start * u.c + place.cell) * u.h + place.head) * 64u + 4u * ty;
      skips[at + 0u] = acc[0][0]; skips[at + 1u] = acc[2][1]; skips[at + 2u] = acc[4][2]; skips[at + 3u] = acc[6][3];
    }
    if (4u * tx + 32u == 4u * ty) {
      let at = ((u.batch_start * u.c + place.cell) * u.h + place.head) * 64u + 4u * ty;
      skips[at + 0u] = acc[1][0]; skips[at + 1u] = acc[3][1]; skips[at + 2u] = acc[5][2]; skips[at + 3u] = acc[7][3];
    }
    {
      let column = 4u * tx + 0u;
      let column4 = vec4u(column) + vec4u(0u, 1u, 2u, 3u);
      let t0 = token[column];
      let t1 = token[column + 1u];
      let t2 = token[column + 2u];
      let t3 = token[column + 3u];
      let dt = vec4f(t0.x, t1.x, t2.x, t3.x);
      let sums = vec4f(t0.y, t1.y, t2.y, t3.y);
      let rests = vec4f(t0.z, t1.z, t2.z, t3.z);
      var rows = vec4f(0.0);
      var rectangle = vec4f(0.0);
      var columns = vec4f(0.0);
      {
        let row = 4u * ty + 0u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[0] * decays;
        total[0] += weighted * dt;
        let pairs = weighted * score_tile[0];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[0] = before.w + m.w;
      }
      {
        let row = 4u * ty + 1u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[2] * decays;
        total[2] += weighted * dt;
        let pairs = weighted * score_tile[2];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[1] = before.w + m.w;
      }
      {
        let row = 4u * ty + 2u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[4] * decays;
        total[4] += weighted * dt;
        let pairs = weighted * score_tile[4];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[2] = before.w + m.w;
      }
      {
        let row = 4u * ty + 3u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[6] * decays;
        total[6] += weighted * dt;
        let pairs = weighted * score_tile[6];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[3] = before.w + m.w;
      }
      let quad = tx + 0u;
      scratch[quad * 16u + ty] = rows;
      scratch[256u + ty * 16u + quad] = rectangle;
      scratch[512u + ty * 16u + quad] = columns;
    }
    {
      let column = 4u * tx + 32u;
      let column4 = vec4u(column) + vec4u(0u, 1u, 2u, 3u);
      let t0 = token[column];
      let t1 = token[column + 1u];
      let t2 = token[column + 2u];
      let t3 = token[column + 3u];
      let dt = vec4f(t0.x, t1.x, t2.x, t3.x);
      let sums = vec4f(t0.y, t1.y, t2.y, t3.y);
      let rests = vec4f(t0.z, t1.z, t2.z, t3.z);
      var rows = vec4f(0.0);
      var rectangle = vec4f(0.0);
      var columns = vec4f(0.0);
      {
        let row = 4u * ty + 0u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[1] * decays;
        total[1] += weighted * dt;
        let pairs = weighted * score_tile[1];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[0] = before.w + m.w;
      }
      {
        let row = 4u * ty + 1u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[3] * decays;
        total[3] += weighted * dt;
        let pairs = weighted * score_tile[3];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[1] = before.w + m.w;
      }
      {
        let row = 4u * ty + 2u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[5] * decays;
        total[5] += weighted * dt;
        let pairs = weighted * score_tile[5];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[2] = before.w + m.w;
      }
      {
        let row = 4u * ty + 3u;
        let here = token[row];
        let decays = select(vec4f(0.0), decays_of_sums(here.y - sums, here.z - rests), column4 <= vec4u(row));
        let weighted = acc[7] * decays;
        total[7] += weighted * dt;
        let pairs = weighted * score_tile[7];
        columns += pairs;
        let m = select(vec4f(0.0), pairs * dt, column4 < vec4u(row));
        let before = vec4f(0.0, m.x, m.x + m.y, m.x + m.y + m.z);
        rectangle += select(vec4f(0.0), before, column4 <= vec4u(row));
        rows[3] = before.w + m.w;
      }
      let quad = tx + 8u;
      scratch[quad * 16u + ty] = rows;
      scratch[256u + ty * 16u + quad] = rectangle;
      scratch[512u + ty * 16u + quad] = columns;
    }
    workgroupBarrier();
    if (lid < 16u) {
      var sum = vec4f(0.0);
      for (var quad = 0u; quad < 16u; quad++) {
        let own = scratch[quad * 16u + lid];
        scratch[quad * 16u + lid] = sum;
        sum += own;
      }
    }
    workgroupBarrier();
    for (var i = lid; i < 64u; i += 128u) {
      let quad = i / 4u;
      let part = i % 4u;
      var sums = vec2f(0.0);
      for (var y = 0u; y < 16u; y++) {
        let earlier = scratch[quad * 16u + y];
        let later_rows = vec4u(4u * y) + vec4u(0u, 1u, 2u, 3u) >= vec4u(i);
        sums.x += dot(select(vec4f(0.0), earlier, later_rows), vec4f(1.0)) + scratch[256u + y * 16u + quad][part];
        sums.y += scratch[512u + y * 16u + quad][part];
      }
      intra[(place.cell * u.h + place.head) * 64u + i] = sums;
    }
    workgroupBarrier();
  }
  let place = block_place;
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
