// Canonical configuration: primitive ssd, case "130m", adapter lavapipe.
// ssd_state_walk {"q":32,"direction":"forward","initial":false,"final":true,"lanes":8,"rows":8,"vectors":1}
// ssd_state_walk
enable subgroups;
struct Uniforms {
  batch_start: u32,
  l: u32,
  h: u32,
  p: u32,
  g: u32,
  n: u32,
  c: u32,
  cells: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> planes: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<vec4f>;
@group(0) @binding(3) var<storage, read> keys: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> states: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> finalState: array<vec4f>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

fn values_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    values[base + min(line + 0u, end - 1u) * stride],
    values[base + min(line + 1u, end - 1u) * stride],
    values[base + min(line + 2u, end - 1u) * stride],
    values[base + min(line + 3u, end - 1u) * stride],
  );
}

fn keys_block(base: u32, stride: u32, line: u32, end: u32) -> mat4x4f {
  return mat4x4f(
    keys[base + min(line + 0u, end - 1u) * stride],
    keys[base + min(line + 1u, end - 1u) * stride],
    keys[base + min(line + 2u, end - 1u) * stride],
    keys[base + min(line + 3u, end - 1u) * stride],
  );
}

fn weighted(block: mat4x4f, weights: vec4f) -> mat4x4f {
  return mat4x4f(block[0] * weights[0], block[1] * weights[1], block[2] * weights[2], block[3] * weights[3]);
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

  let head = group_id.y;
  let width = u.n / 4u;
  let value_stride = u.h * u.p / 4u;
  let key_stride = u.g * width;
  let own = ((u.batch_start + group_id.z) * u.h + head) * u.p * width + row * width + column / 4u;
  var acc0_0 = vec4f();
  var acc1_0 = vec4f();
  var acc2_0 = vec4f();
  var acc3_0 = vec4f();
  var acc4_0 = vec4f();
  var acc5_0 = vec4f();
  var acc6_0 = vec4f();
  var acc7_0 = vec4f();

  for (var step = 0u; step < u.c; step++) {
    let cell = group_id.z * u.c + step;
    let batch = u.batch_start + cell / u.c;
    let first = cell % u.c * 32u;
    let tokens = min(32u, u.l - first);
    let plane_start = (cell * u.h + head) * 48u;
    let state = ((cell * u.h + head) * u.p + row) * width + column / 4u;

    if (inside && row + 0u < u.p) {
      let at = state + 0u * width + 0u;
      states[at] = acc0_0;
    }
    if (inside && row + 1u < u.p) {
      let at = state + 1u * width + 0u;
      states[at] = acc1_0;
    }
    if (inside && row + 2u < u.p) {
      let at = state + 2u * width + 0u;
      states[at] = acc2_0;
    }
    if (inside && row + 3u < u.p) {
      let at = state + 3u * width + 0u;
      states[at] = acc3_0;
    }
    if (inside && row + 4u < u.p) {
      let at = state + 4u * width + 0u;
      states[at] = acc4_0;
    }
    if (inside && row + 5u < u.p) {
      let at = state + 5u * width + 0u;
      states[at] = acc5_0;
    }
    if (inside && row + 6u < u.p) {
      let at = state + 6u * width + 0u;
      states[at] = acc6_0;
    }
    if (inside && row + 7u < u.p) {
      let at = state + 7u * width + 0u;
      states[at] = acc7_0;
    }

    let through = select(0.0, decay(planes[plane_start + 32u + 7u].w), planes[plane_start + 40u + 7u].w == 0.0);
    acc0_0 *= through;
    acc1_0 *= through;
    acc2_0 *= through;
    acc3_0 *= through;
    acc4_0 *= through;
    acc5_0 *= through;
    acc6_0 *= through;
    acc7_0 *= through;
    let value = (batch * u.l + first) * value_stride + head * u.p / 4u;
    let key = ((batch * u.l + first) * u.g + head / (u.h / u.g)) * width + column / 4u;
    for (var round = 0u; round < tokens; round += 32u) {
      let k = round + 4u * lane;
      let own0 = weighted(values_block(value + min(row / 4u + 0u, u.p / 4u - 1u), value_stride, k, tokens), planes[plane_start + 0u + k / 4u]);
      let own1 = weighted(values_block(value + min(row / 4u + 1u, u.p / 4u - 1u), value_stride, k, tokens), planes[plane_start + 0u + k / 4u]);
      let sources = min(8u, (tokens - round + 3u) / 4u);
      for (var source = 0u; source < sources; source++) {
        let k = round + 4u * source;
        let b0 = keys_block(key + 0u, key_stride, k, tokens);
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
  {
    let state = own;
    if (inside && row + 0u < u.p) {
      let at = state + 0u * width + 0u;
      finalState[at] = acc0_0;
    }
    if (inside && row + 1u < u.p) {
      let at = state + 1u * width + 0u;
      finalState[at] = acc1_0;
    }
    if (inside && row + 2u < u.p) {
      let at = state + 2u * width + 0u;
      finalState[at] = acc2_0;
    }
    if (inside && row + 3u < u.p) {
      let at = state + 3u * width + 0u;
      finalState[at] = acc3_0;
    }
    if (inside && row + 4u < u.p) {
      let at = state + 4u * width + 0u;
      finalState[at] = acc4_0;
    }
    if (inside && row + 5u < u.p) {
      let at = state + 5u * width + 0u;
      finalState[at] = acc5_0;
    }
    if (inside && row + 6u < u.p) {
      let at = state + 6u * width + 0u;
      finalState[at] = acc6_0;
    }
    if (inside && row + 7u < u.p) {
      let at = state + 7u * width + 0u;
      finalState[at] = acc7_0;
    }
  }
}
