// Canonical configuration: primitive ssd, case "130m", adapter lavapipe.
// ssd_chunk_scores_teams_forward {"q":32,"lanes":8,"rows":8,"vectors":1}
// ssd_chunk_scores_teams_forward
enable subgroups;
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
@group(0) @binding(1) var<storage, read> C: array<vec4f>;
@group(0) @binding(2) var<storage, read> B: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<vec4f>;


fn C_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    C[base + min(line + 0u, end - 1u) * stride],
    C[base + min(line + 1u, end - 1u) * stride],
    C[base + min(line + 2u, end - 1u) * stride],
    C[base + min(line + 3u, end - 1u) * stride],
  );
}

fn B_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    B[base + min(line + 0u, end - 1u) * stride],
    B[base + min(line + 1u, end - 1u) * stride],
    B[base + min(line + 2u, end - 1u) * stride],
    B[base + min(line + 3u, end - 1u) * stride],
  );
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

  let group = group_id.y;
  let cell = group_id.z;
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * 32u;
  let tokens = min(32u, u.l - first);
  let width = u.n / 4u;
  let key = ((batch * u.l + first) * u.g + group) * width;
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
    let own0 = transpose(C_block(key + k / 4u, u.g * width, row + 0u, tokens));
    let own1 = transpose(C_block(key + k / 4u, u.g * width, row + 4u, tokens));
    let sources = min(8u, (u.n - round + 3u) / 4u);
    for (var source = 0u; source < sources; source++) {
      let k = round + 4u * source;
      let b0 = transpose(B_block(key + k / 4u, u.g * width, column + 0u, tokens));
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
  let score = ((cell * u.g + group) * 32u + row) * 8u + column / 4u;
  scores[score + 0u] = acc0_0;
  scores[score + 8u] = acc1_0;
  scores[score + 16u] = acc2_0;
  scores[score + 24u] = acc3_0;
  scores[score + 32u] = acc4_0;
  scores[score + 40u] = acc5_0;
  scores[score + 48u] = acc6_0;
  scores[score + 56u] = acc7_0;
}
