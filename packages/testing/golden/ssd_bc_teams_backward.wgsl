// Canonical configuration: primitive ssd_backward, case "130m", adapter lavapipe.
// ssd_bc_teams_backward {"q":32,"side":"B","lanes":8,"rows":8,"vectors":1}
// ssd_bc_teams_backward
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
  out_batch_start: u32,
  block_stride: u32,
  dots_start: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> planes: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<vec4f>;
@group(0) @binding(3) var<storage, read> states: array<vec4f>;
@group(0) @binding(4) var<storage, read> keys: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradScores: array<vec4f>;
@group(0) @binding(6) var<storage, read> others: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradKeys: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> rowDots: array<vec4f>;


fn values_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    values[base + min(line + 0u, end - 1u) * stride],
    values[base + min(line + 1u, end - 1u) * stride],
    values[base + min(line + 2u, end - 1u) * stride],
    values[base + min(line + 3u, end - 1u) * stride],
  );
}

fn states_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    states[base + min(line + 0u, end - 1u) * stride],
    states[base + min(line + 1u, end - 1u) * stride],
    states[base + min(line + 2u, end - 1u) * stride],
    states[base + min(line + 3u, end - 1u) * stride],
  );
}

fn others_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    others[base + min(line + 0u, end - 1u) * stride],
    others[base + min(line + 1u, end - 1u) * stride],
    others[base + min(line + 2u, end - 1u) * stride],
    others[base + min(line + 3u, end - 1u) * stride],
  );
}

// gradG summed over the blocks of heads; `stride`: between its lines, which the block's columns are
fn scores_sum(base: u32, line: u32, block_stride: u32) -> mat4x4f {
  var sum = mat4x4f();
  for (var part = 0u; part < u.blocks; part++) {
    let at = base + part * block_stride + line * 8u;
    sum += mat4x4f(gradScores[at], gradScores[at + 8u], gradScores[at + 16u], gradScores[at + 24u]);
  }
  return sum;
}

@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let column_teams = (u.n + 31u) / 32u;
  let team = group_id.x;
  let row = team / column_teams * 8u;
  let column_team = team % column_teams;
  let own_column = column_team * 32u + lane * 4u;
  let inside = own_column < u.n;
  let column = min(own_column, u.n - 4u);

  let group = group_id.y / u.blocks;
  let block = group_id.y % u.blocks;
  let cell = group_id.z;
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * 32u;
  let tokens = min(32u, u.l - first);
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  let width = u.n / 4u;
  let stride = u.h * u.p / 4u;
  let key_stride = u.g * width;
  let key = ((batch * u.l + first) * u.g + group) * width + column / 4u;
  let key0_0 = keys[key + min(row + 0u, tokens - 1u) * key_stride + 0u];
  let key1_0 = keys[key + min(row + 1u, tokens - 1u) * key_stride + 0u];
  let key2_0 = keys[key + min(row + 2u, tokens - 1u) * key_stride + 0u];
  let key3_0 = keys[key + min(row + 3u, tokens - 1u) * key_stride + 0u];
  let key4_0 = keys[key + min(row + 4u, tokens - 1u) * key_stride + 0u];
  let key5_0 = keys[key + min(row + 5u, tokens - 1u) * key_stride + 0u];
  let key6_0 = keys[key + min(row + 6u, tokens - 1u) * key_stride + 0u];
  let key7_0 = keys[key + min(row + 7u, tokens - 1u) * key_stride + 0u];
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
    let value = (batch * u.l + first) * stride + head * u.p / 4u;
    let state = (cell * u.h + head) * u.p * width + column / 4u;
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
        let own0 = transpose(values_block(value + k / 4u, stride, row + 0u, tokens));
        let own1 = transpose(values_block(value + k / 4u, stride, row + 4u, tokens));
        let sources = min(8u, (u.p - round + 3u) / 4u);
        for (var source = 0u; source < sources; source++) {
          let k = round + 4u * source;
          let b0 = states_block(state + 0u, width, k, u.p);
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
    let weight0 = planes[plane_start + 8u + row / 4u + 0u];
    let scale0 = planes[plane_start + 0u + row / 4u + 0u];
    let dots0 = weight0 * subgroupAdd(select(vec4f(), vec4f(dot(acc0_0, key0_0), dot(acc1_0, key1_0), dot(acc2_0, key2_0), dot(acc3_0, key3_0)), inside));
    let weight1 = planes[plane_start + 8u + row / 4u + 1u];
    let scale1 = planes[plane_start + 0u + row / 4u + 1u];
    let dots1 = weight1 * subgroupAdd(select(vec4f(), vec4f(dot(acc4_0, key4_0), dot(acc5_0, key5_0), dot(acc6_0, key6_0), dot(acc7_0, key7_0)), inside));
    let to = u.dots_start / 4u + ((column_team * u.cells + cell) * u.h + head) * 8u + row / 4u;
    rowDots[to + 0u] = dots0;
    rowDots[to + 1u] = dots1;
    total0_0 += scale0[0] * acc0_0;
    total1_0 += scale0[1] * acc1_0;
    total2_0 += scale0[2] * acc2_0;
    total3_0 += scale0[3] * acc3_0;
    total4_0 += scale1[0] * acc4_0;
    total5_0 += scale1[1] * acc5_0;
    total6_0 += scale1[2] * acc6_0;
    total7_0 += scale1[3] * acc7_0;
  }
  if (block == 0u && row < tokens) {
    let other = ((batch * u.l + first) * u.g + group) * width + column / 4u;
    let score = (cell * u.g + group) * 256u;
    let score_stride = u.cells * u.g * 256u;

    for (var round = row; round < tokens; round += 32u) {
      let k = round + 4u * lane;
      let own0 = scores_sum(score + row / 4u + 0u, min(k, 28u), score_stride);
      let own1 = scores_sum(score + row / 4u + 1u, min(k, 28u), score_stride);
      let sources = min(8u, (tokens - round + 3u) / 4u);
      for (var source = 0u; source < sources; source++) {
        let k = round + 4u * source;
        let b0 = others_block(other + 0u, key_stride, k, tokens);
        {
          let a0 = subgroupShuffle(own0[0], source);
          let a1 = subgroupShuffle(own1[0], source);
          total0_0 = fma(vec4f(a0.x), b0[0], total0_0);
          total1_0 = fma(vec4f(a0.y), b0[0], total1_0);
          total2_0 = fma(vec4f(a0.z), b0[0], total2_0);
          total3_0 = fma(vec4f(a0.w), b0[0], total3_0);
          total4_0 = fma(vec4f(a1.x), b0[0], total4_0);
          total5_0 = fma(vec4f(a1.y), b0[0], total5_0);
          total6_0 = fma(vec4f(a1.z), b0[0], total6_0);
          total7_0 = fma(vec4f(a1.w), b0[0], total7_0);
        }
        {
          let a0 = subgroupShuffle(own0[1], source);
          let a1 = subgroupShuffle(own1[1], source);
          total0_0 = fma(vec4f(a0.x), b0[1], total0_0);
          total1_0 = fma(vec4f(a0.y), b0[1], total1_0);
          total2_0 = fma(vec4f(a0.z), b0[1], total2_0);
          total3_0 = fma(vec4f(a0.w), b0[1], total3_0);
          total4_0 = fma(vec4f(a1.x), b0[1], total4_0);
          total5_0 = fma(vec4f(a1.y), b0[1], total5_0);
          total6_0 = fma(vec4f(a1.z), b0[1], total6_0);
          total7_0 = fma(vec4f(a1.w), b0[1], total7_0);
        }
        {
          let a0 = subgroupShuffle(own0[2], source);
          let a1 = subgroupShuffle(own1[2], source);
          total0_0 = fma(vec4f(a0.x), b0[2], total0_0);
          total1_0 = fma(vec4f(a0.y), b0[2], total1_0);
          total2_0 = fma(vec4f(a0.z), b0[2], total2_0);
          total3_0 = fma(vec4f(a0.w), b0[2], total3_0);
          total4_0 = fma(vec4f(a1.x), b0[2], total4_0);
          total5_0 = fma(vec4f(a1.y), b0[2], total5_0);
          total6_0 = fma(vec4f(a1.z), b0[2], total6_0);
          total7_0 = fma(vec4f(a1.w), b0[2], total7_0);
        }
        {
          let a0 = subgroupShuffle(own0[3], source);
          let a1 = subgroupShuffle(own1[3], source);
          total0_0 = fma(vec4f(a0.x), b0[3], total0_0);
          total1_0 = fma(vec4f(a0.y), b0[3], total1_0);
          total2_0 = fma(vec4f(a0.z), b0[3], total2_0);
          total3_0 = fma(vec4f(a0.w), b0[3], total3_0);
          total4_0 = fma(vec4f(a1.x), b0[3], total4_0);
          total5_0 = fma(vec4f(a1.y), b0[3], total5_0);
          total6_0 = fma(vec4f(a1.z), b0[3], total6_0);
          total7_0 = fma(vec4f(a1.w), b0[3], total7_0);
        }
      }
    }
  }
  if (inside && row + 0u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 0u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total0_0;
  }
  if (inside && row + 1u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 1u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total1_0;
  }
  if (inside && row + 2u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 2u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total2_0;
  }
  if (inside && row + 3u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 3u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total3_0;
  }
  if (inside && row + 4u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 4u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total4_0;
  }
  if (inside && row + 5u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 5u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total5_0;
  }
  if (inside && row + 6u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 6u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total6_0;
  }
  if (inside && row + 7u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 7u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to + 0u] = total7_0;
  }
}
