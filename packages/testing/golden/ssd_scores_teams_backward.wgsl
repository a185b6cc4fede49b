// Canonical configuration: primitive ssd_backward, case "130m", adapter lavapipe.
// ssd_scores_teams_backward {"q":32,"lanes":8,"rows":8,"vectors":1}
// ssd_scores_teams_backward
enable subgroups;
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
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> planes: array<vec4f>;
@group(0) @binding(2) var<storage, read> scores: array<vec4f>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradScores: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> intra: array<vec2f>;


fn x_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    x[base + min(line + 0u, end - 1u) * stride],
    x[base + min(line + 1u, end - 1u) * stride],
    x[base + min(line + 2u, end - 1u) * stride],
    x[base + min(line + 3u, end - 1u) * stride],
  );
}

fn gradY_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    gradY[base + min(line + 0u, end - 1u) * stride],
    gradY[base + min(line + 1u, end - 1u) * stride],
    gradY[base + min(line + 2u, end - 1u) * stride],
    gradY[base + min(line + 3u, end - 1u) * stride],
  );
}

fn pair_decays(later: vec4f, earlier: vec4f, later_documents: vec4f, earlier_documents: vec4f, counts: vec4<bool>) -> vec4f {
  let reaches = (later_documents == earlier_documents) & counts;
  return select(vec4f(), exp(min(later - earlier, vec4f())), reaches);
}

@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let column_teams = (32u + 31u) / 32u;
  let team = group_id.x;
  let row = team / column_teams * 8u;
  let column_team = team % column_teams;
  let own_column = column_team * 32u + lane * 4u;
  let inside = own_column < 32u;
  let column = min(own_column, 32u - 4u);

  let group = group_id.y / u.blocks;
  let block = group_id.y % u.blocks;
  let cell = group_id.z;
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * 32u;
  let tokens = min(32u, u.l - first);
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  let stride = u.h * u.p / 4u;
  let columns0 = vec4u(column + 0u) + vec4u(0u, 1u, 2u, 3u);
  let score = ((cell * u.g + group) * 32u + row) * 8u + column / 4u;
  let score0_0 = scores[score + 0u];
  let score1_0 = scores[score + 8u];
  let score2_0 = scores[score + 16u];
  let score3_0 = scores[score + 24u];
  let score4_0 = scores[score + 32u];
  let score5_0 = scores[score + 40u];
  let score6_0 = scores[score + 48u];
  let score7_0 = scores[score + 56u];
  var total0_0 = vec4f();
  var total1_0 = vec4f();
  var total2_0 = vec4f();
  var total3_0 = vec4f();
  var total4_0 = vec4f();
  var total5_0 = vec4f();
  var total6_0 = vec4f();
  var total7_0 = vec4f();
  for (var head = first_head; head < end_head; head++) {
    let plane_start = (cell * u.h + head) * 48u;
    let values = (batch * u.l + first) * stride + head * u.p / 4u;
    var acc0_0 = vec4f();
    var acc1_0 = vec4f();
    var acc2_0 = vec4f();
    var acc3_0 = vec4f();
    var acc4_0 = vec4f();
    var acc5_0 = vec4f();
    var acc6_0 = vec4f();
    var acc7_0 = vec4f();
    if (row < tokens) {
      for (var round = 0u; round < u.p; round += 32u) {
        let k = round + 4u * lane;
        let own0 = transpose(gradY_block(values + k / 4u, stride, row + 0u, tokens));
        let own1 = transpose(gradY_block(values + k / 4u, stride, row + 4u, tokens));
        let sources = min(8u, (u.p - round + 3u) / 4u);
        for (var source = 0u; source < sources; source++) {
          let k = round + 4u * source;
          let b0 = transpose(x_block(values + k / 4u, stride, column + 0u, tokens));
          {
            let a0 = subgroupShuffle(own0[0], source);
            let a1 = subgroupShuffle(own1[0], source);
            acc0_0 = fma(vec4f(a0.x), b0[0], acc0_0);
            acc1_0 = fma(vec4f(a0.y), b0[0], acc1_0);
            acc2_0 = fma(vec4f(a0.z), b0[0], acc2_0);
            acc3_0 = fma(vec4f(a0.w), b0[0], acc3_0);
            acc4_0 = fma(vec4f(a1.x), b0[0], acc4_0);
            acc5_0 = fma(vec4f(a1.y), b0[0], acc5_0);
            acc6_0 = fma(vec4f(a1.z), b0[0], acc6_0);
            acc7_0 = fma(vec4f(a1.w), b0[0], acc7_0);
          }
          {
            let a0 = subgroupShuffle(own0[1], source);
            let a1 = subgroupShuffle(own1[1], source);
            acc0_0 = fma(vec4f(a0.x), b0[1], acc0_0);
            acc1_0 = fma(vec4f(a0.y), b0[1], acc1_0);
            acc2_0 = fma(vec4f(a0.z), b0[1], acc2_0);
            acc3_0 = fma(vec4f(a0.w), b0[1], acc3_0);
            acc4_0 = fma(vec4f(a1.x), b0[1], acc4_0);
            acc5_0 = fma(vec4f(a1.y), b0[1], acc5_0);
            acc6_0 = fma(vec4f(a1.z), b0[1], acc6_0);
            acc7_0 = fma(vec4f(a1.w), b0[1], acc7_0);
          }
          {
            let a0 = subgroupShuffle(own0[2], source);
            let a1 = subgroupShuffle(own1[2], source);
            acc0_0 = fma(vec4f(a0.x), b0[2], acc0_0);
            acc1_0 = fma(vec4f(a0.y), b0[2], acc1_0);
            acc2_0 = fma(vec4f(a0.z), b0[2], acc2_0);
            acc3_0 = fma(vec4f(a0.w), b0[2], acc3_0);
            acc4_0 = fma(vec4f(a1.x), b0[2], acc4_0);
            acc5_0 = fma(vec4f(a1.y), b0[2], acc5_0);
            acc6_0 = fma(vec4f(a1.z), b0[2], acc6_0);
            acc7_0 = fma(vec4f(a1.w), b0[2], acc7_0);
          }
          {
            let a0 = subgroupShuffle(own0[3], source);
            let a1 = subgroupShuffle(own1[3], source);
            acc0_0 = fma(vec4f(a0.x), b0[3], acc0_0);
            acc1_0 = fma(vec4f(a0.y), b0[3], acc1_0);
            acc2_0 = fma(vec4f(a0.z), b0[3], acc2_0);
            acc3_0 = fma(vec4f(a0.w), b0[3], acc3_0);
            acc4_0 = fma(vec4f(a1.x), b0[3], acc4_0);
            acc5_0 = fma(vec4f(a1.y), b0[3], acc5_0);
            acc6_0 = fma(vec4f(a1.z), b0[3], acc6_0);
            acc7_0 = fma(vec4f(a1.w), b0[3], acc7_0);
          }
        }
      }
    }
    let cumulative_of_rows0 = planes[plane_start + 32u + row / 4u + 0u];
    let documents_of_rows0 = planes[plane_start + 40u + row / 4u + 0u];
    let cumulative_of_rows1 = planes[plane_start + 32u + row / 4u + 1u];
    let documents_of_rows1 = planes[plane_start + 40u + row / 4u + 1u];
    let cumulative0 = planes[plane_start + 32u + column / 4u + 0u];
    let documents0 = planes[plane_start + 40u + column / 4u + 0u];
    let size0 = planes[plane_start + 24u + column / 4u + 0u];
    var rectangles0 = vec4f();
    var column_sums0 = vec4f();
    {
      let here = vec4f(cumulative_of_rows0[0]);
      let document = vec4f(documents_of_rows0[0]);
      let own_row = vec4u(row + 0u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 0u < tokens);
      let weighted0 = acc0_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total0_0 += weighted0 * size0;
      let pairs0 = weighted0 * score0_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    {
      let here = vec4f(cumulative_of_rows0[1]);
      let document = vec4f(documents_of_rows0[1]);
      let own_row = vec4u(row + 1u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 1u < tokens);
      let weighted0 = acc1_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total1_0 += weighted0 * size0;
      let pairs0 = weighted0 * score1_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    {
      let here = vec4f(cumulative_of_rows0[2]);
      let document = vec4f(documents_of_rows0[2]);
      let own_row = vec4u(row + 2u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 2u < tokens);
      let weighted0 = acc2_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total2_0 += weighted0 * size0;
      let pairs0 = weighted0 * score2_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    {
      let here = vec4f(cumulative_of_rows0[3]);
      let document = vec4f(documents_of_rows0[3]);
      let own_row = vec4u(row + 3u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 3u < tokens);
      let weighted0 = acc3_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total3_0 += weighted0 * size0;
      let pairs0 = weighted0 * score3_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    {
      let here = vec4f(cumulative_of_rows1[0]);
      let document = vec4f(documents_of_rows1[0]);
      let own_row = vec4u(row + 4u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 4u < tokens);
      let weighted0 = acc4_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total4_0 += weighted0 * size0;
      let pairs0 = weighted0 * score4_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    {
      let here = vec4f(cumulative_of_rows1[1]);
      let document = vec4f(documents_of_rows1[1]);
      let own_row = vec4u(row + 5u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 5u < tokens);
      let weighted0 = acc5_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total5_0 += weighted0 * size0;
      let pairs0 = weighted0 * score5_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    {
      let here = vec4f(cumulative_of_rows1[2]);
      let document = vec4f(documents_of_rows1[2]);
      let own_row = vec4u(row + 6u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 6u < tokens);
      let weighted0 = acc6_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total6_0 += weighted0 * size0;
      let pairs0 = weighted0 * score6_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    {
      let here = vec4f(cumulative_of_rows1[3]);
      let document = vec4f(documents_of_rows1[3]);
      let own_row = vec4u(row + 7u);
      var before = 0.0;

      let columns_before0 = columns0 < own_row;
      let counts0 = (columns0 <= own_row) & vec4<bool>(row + 7u < tokens);
      let weighted0 = acc7_0 * pair_decays(here, cumulative0, document, documents0, counts0);
      total7_0 += weighted0 * size0;
      let pairs0 = weighted0 * score7_0;
      column_sums0 += pairs0;
      let m0 = select(vec4f(), pairs0 * size0, columns_before0);
      let inner0 = before + vec4f(0.0, m0.x, m0.x + m0.y, m0.x + m0.y + m0.z);
      before = inner0.w + m0.w;
      let lanes_before = subgroupExclusiveAdd(before);
      rectangles0 += select(vec4f(), inner0 + lanes_before, counts0);
    }
    let sums = ((row / 8u * u.cells + cell) * u.h + head) * 32u + column;
    intra[sums + 0u] = vec2f(rectangles0[0], column_sums0[0]);
    intra[sums + 1u] = vec2f(rectangles0[1], column_sums0[1]);
    intra[sums + 2u] = vec2f(rectangles0[2], column_sums0[2]);
    intra[sums + 3u] = vec2f(rectangles0[3], column_sums0[3]);
  }
  let to = (((block * u.cells + cell) * u.g + group) * 32u + row) * 8u + column / 4u;
  gradScores[to + 0u] = total0_0;
  gradScores[to + 8u] = total1_0;
  gradScores[to + 16u] = total2_0;
  gradScores[to + 24u] = total3_0;
  gradScores[to + 32u] = total4_0;
  gradScores[to + 40u] = total5_0;
  gradScores[to + 48u] = total6_0;
  gradScores[to + 56u] = total7_0;
}
