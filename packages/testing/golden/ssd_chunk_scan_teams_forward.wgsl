// Canonical configuration: primitive ssd, case "130m", adapter lavapipe.
// ssd_chunk_scan_teams_forward {"q":32,"D":true,"z":false,"lanes":8,"rows":8,"vectors":1}
// ssd_chunk_scan_teams_forward
enable subgroups;
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  d_head: u32,
  d_channel: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> planes: array<vec4f>;
@group(0) @binding(2) var<storage, read> scores: array<vec4f>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>;
@group(0) @binding(4) var<storage, read> C: array<vec4f>;
@group(0) @binding(5) var<storage, read> states: array<vec4f>;
@group(0) @binding(6) var<storage, read> D: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;


fn x_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    x[base + min(line + 0u, end - 1u) * stride],
    x[base + min(line + 1u, end - 1u) * stride],
    x[base + min(line + 2u, end - 1u) * stride],
    x[base + min(line + 3u, end - 1u) * stride],
  );
}

fn C_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    C[base + min(line + 0u, end - 1u) * stride],
    C[base + min(line + 1u, end - 1u) * stride],
    C[base + min(line + 2u, end - 1u) * stride],
    C[base + min(line + 3u, end - 1u) * stride],
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

fn scores_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    scores[base + min(line + 0u, end - 1u) * stride],
    scores[base + min(line + 1u, end - 1u) * stride],
    scores[base + min(line + 2u, end - 1u) * stride],
    scores[base + min(line + 3u, end - 1u) * stride],
  );
}

fn pair_decays(later: vec4f, earlier: vec4f, later_documents: vec4f, earlier_documents: vec4f, counts: vec4<bool>) -> vec4f {
  let reaches = (later_documents == earlier_documents) & counts;
  return select(vec4f(), exp(min(later - earlier, vec4f())), reaches);
}

fn row_scaled(block: mat4x4f, factor: vec4f) -> mat4x4f {
  return mat4x4f(block[0] * factor, block[1] * factor, block[2] * factor, block[3] * factor);
}

// G_ij L_ij dt_j of four rows i from `row` on, at depths j from `k` on
fn within(block: mat4x4f, row: u32, k: u32, cumulative: vec4f, documents: vec4f, earlier: vec4f, earlier_documents: vec4f, size: vec4f) -> mat4x4f {
  let rows = vec4u(row) + vec4u(0u, 1u, 2u, 3u);
  return mat4x4f(
    block[0] * size[0] * pair_decays(cumulative, vec4f(earlier[0]), documents, vec4f(earlier_documents[0]), vec4u(k + 0u) <= rows),
    block[1] * size[1] * pair_decays(cumulative, vec4f(earlier[1]), documents, vec4f(earlier_documents[1]), vec4u(k + 1u) <= rows),
    block[2] * size[2] * pair_decays(cumulative, vec4f(earlier[2]), documents, vec4f(earlier_documents[2]), vec4u(k + 2u) <= rows),
    block[3] * size[3] * pair_decays(cumulative, vec4f(earlier[3]), documents, vec4f(earlier_documents[3]), vec4u(k + 3u) <= rows),
  );
}

@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let column_teams = (u.p + 31u) / 32u;
  let team = group_id.x;
  let row = team / column_teams * 8u;
  let column_team = team % column_teams;
  let own_column = column_team * 32u + lane * 4u;
  let inside = own_column < u.p;
  let column = min(own_column, u.p - 4u);

  let head = group_id.y;
  let cell = group_id.z;
  let group = head / (u.h / u.g);
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * 32u;
  let tokens = min(32u, u.l - first);
  if (row >= tokens) { return; }
  let plane_start = (cell * u.h + head) * 48u;
  let width = u.n / 4u;
  let key = ((batch * u.l + first) * u.g + group) * width;
  let state = (cell * u.h + head) * u.p * (u.n / 4u);
  let cumulative0 = planes[plane_start + 32u + row / 4u + 0u];
  let documents0 = planes[plane_start + 40u + row / 4u + 0u];
  let reached0 = planes[plane_start + 16u + row / 4u + 0u];
  let cumulative1 = planes[plane_start + 32u + row / 4u + 1u];
  let documents1 = planes[plane_start + 40u + row / 4u + 1u];
  let reached1 = planes[plane_start + 16u + row / 4u + 1u];
  var acc0_0 = vec4f();
  var acc1_0 = vec4f();
  var acc2_0 = vec4f();
  var acc3_0 = vec4f();
  var acc4_0 = vec4f();
  var acc5_0 = vec4f();
  var acc6_0 = vec4f();
  var acc7_0 = vec4f();
  for (var round = 0u; round < u.n; round += 32u) {
    let k = round + 4u * lane;
    let own0 = row_scaled(transpose(C_block(key + k / 4u, u.g * width, row + 0u, tokens)), reached0);
    let own1 = row_scaled(transpose(C_block(key + k / 4u, u.g * width, row + 4u, tokens)), reached1);
    let sources = min(8u, (u.n - round + 3u) / 4u);
    for (var source = 0u; source < sources; source++) {
      let k = round + 4u * source;
      let b0 = transpose(states_block(state + k / 4u, width, column + 0u, u.p));
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
  let stride = u.h * u.p / 4u;
  let source_start = (batch * u.l + first) * stride + head * u.p / 4u + column / 4u;
  let score = (cell * u.g + group) * 256u;
  let end = min(row + 8u, tokens);
  for (var round = 0u; round < end; round += 32u) {
    let k = round + 4u * lane;
    let own0 = within(transpose(scores_block(score + k / 4u, 8u, row + 0u, 32u)), row + 0u, k, cumulative0, documents0, planes[plane_start + 32u + k / 4u], planes[plane_start + 40u + k / 4u], planes[plane_start + 24u + k / 4u]);
    let own1 = within(transpose(scores_block(score + k / 4u, 8u, row + 4u, 32u)), row + 4u, k, cumulative1, documents1, planes[plane_start + 32u + k / 4u], planes[plane_start + 40u + k / 4u], planes[plane_start + 24u + k / 4u]);
    let sources = min(8u, (end - round + 3u) / 4u);
    for (var source = 0u; source < sources; source++) {
      let k = round + 4u * source;
      let b0 = x_block(source_start + 0u, stride, k, tokens);
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
  if (inside && row + 0u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 0u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc0_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (inside && row + 1u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 1u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc1_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (inside && row + 2u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 2u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc2_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (inside && row + 3u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 3u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc3_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (inside && row + 4u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 4u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc4_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (inside && row + 5u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 5u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc5_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (inside && row + 6u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 6u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc6_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
  if (inside && row + 7u < tokens) {
    {
      let channel = column / 4u + 0u;
      let at = ((batch * u.l + first + row + 7u) * u.h + head) * u.p / 4u + channel;
      y[at] = acc7_0 + vec4f(D[head * u.d_head + (4u * channel + 0u) * u.d_channel], D[head * u.d_head + (4u * channel + 1u) * u.d_channel], D[head * u.d_head + (4u * channel + 2u) * u.d_channel], D[head * u.d_head + (4u * channel + 3u) * u.d_channel]) * x[at];
    }
  }
}
