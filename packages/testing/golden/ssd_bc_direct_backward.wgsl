// Canonical configuration: primitive ssd_backward, case "130m", adapter software.
// ssd_bc_direct_backward {"q":32,"side":"B"}
// ssd_bc_direct_backward
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
@group(0) @binding(1) var<storage, read> steps: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read> states: array<vec4f>;
@group(0) @binding(4) var<storage, read> keys: array<vec4f>;
@group(0) @binding(5) var<storage, read> gradScores: array<f32>;
@group(0) @binding(6) var<storage, read> others: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradKeys: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> rowDots: array<f32>;

fn decay(x: f32) -> f32 { return exp(min(x, 0.0)); }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let columns = u.n / 8u;
  if (id.x >= 32u / 8u * columns) { return; }
  let row = id.x / columns * 8u;
  let column = id.x % columns * 8u;
  let lane = id.y;
  let cell = id.z;
  let batch = u.batch_start + cell / u.c;
  let first = cell % u.c * 32u;
  let tokens = min(32u, u.l - first);

  let group = lane / u.blocks;
  let block = lane % u.blocks;
  let heads = u.h / u.g;
  let first_head = group * heads + block * u.heads_per_block;
  let end_head = min(first_head + u.heads_per_block, (group + 1u) * heads);
  let dots = u.dots_start + column / 8u * u.cells * u.h * 32u + row;
  if (row >= tokens) {
    for (var head = first_head; head < end_head; head++) {
      for (var i = 0u; i < 8u; i++) { rowDots[dots + (cell * u.h + head) * 32u + i] = 0.0; }
    }
    return;
  }
  let width = u.n / 4u;
  let key = ((batch * u.l + first) * u.g + group) * width + column / 4u;
  let key_stride = u.g * width;
  var total0_0 = vec4f();
  var total0_1 = vec4f();
  var total1_0 = vec4f();
  var total1_1 = vec4f();
  var total2_0 = vec4f();
  var total2_1 = vec4f();
  var total3_0 = vec4f();
  var total3_1 = vec4f();
  var total4_0 = vec4f();
  var total4_1 = vec4f();
  var total5_0 = vec4f();
  var total5_1 = vec4f();
  var total6_0 = vec4f();
  var total6_1 = vec4f();
  var total7_0 = vec4f();
  var total7_1 = vec4f();
  for (var head = first_head; head < end_head; head++) {
    let state = (cell * u.h + head) * u.p * width + column / 4u;
    let value0 = ((batch * u.l + first + min(row + 0u, tokens - 1u)) * u.h + head) * u.p;
    let value1 = ((batch * u.l + first + min(row + 1u, tokens - 1u)) * u.h + head) * u.p;
    let value2 = ((batch * u.l + first + min(row + 2u, tokens - 1u)) * u.h + head) * u.p;
    let value3 = ((batch * u.l + first + min(row + 3u, tokens - 1u)) * u.h + head) * u.p;
    let value4 = ((batch * u.l + first + min(row + 4u, tokens - 1u)) * u.h + head) * u.p;
    let value5 = ((batch * u.l + first + min(row + 5u, tokens - 1u)) * u.h + head) * u.p;
    let value6 = ((batch * u.l + first + min(row + 6u, tokens - 1u)) * u.h + head) * u.p;
    let value7 = ((batch * u.l + first + min(row + 7u, tokens - 1u)) * u.h + head) * u.p;
    var acc0_0 = vec4f();
    var acc0_1 = vec4f();
    var acc1_0 = vec4f();
    var acc1_1 = vec4f();
    var acc2_0 = vec4f();
    var acc2_1 = vec4f();
    var acc3_0 = vec4f();
    var acc3_1 = vec4f();
    var acc4_0 = vec4f();
    var acc4_1 = vec4f();
    var acc5_0 = vec4f();
    var acc5_1 = vec4f();
    var acc6_0 = vec4f();
    var acc6_1 = vec4f();
    var acc7_0 = vec4f();
    var acc7_1 = vec4f();
    for (var k = 0u; k < u.p; k++) {
      let b0 = states[state + k * width];
      let b1 = states[state + k * width + 1u];
      acc0_0 = fma(vec4f(values[value0 + k]), b0, acc0_0);
      acc0_1 = fma(vec4f(values[value0 + k]), b1, acc0_1);
      acc1_0 = fma(vec4f(values[value1 + k]), b0, acc1_0);
      acc1_1 = fma(vec4f(values[value1 + k]), b1, acc1_1);
      acc2_0 = fma(vec4f(values[value2 + k]), b0, acc2_0);
      acc2_1 = fma(vec4f(values[value2 + k]), b1, acc2_1);
      acc3_0 = fma(vec4f(values[value3 + k]), b0, acc3_0);
      acc3_1 = fma(vec4f(values[value3 + k]), b1, acc3_1);
      acc4_0 = fma(vec4f(values[value4 + k]), b0, acc4_0);
      acc4_1 = fma(vec4f(values[value4 + k]), b1, acc4_1);
      acc5_0 = fma(vec4f(values[value5 + k]), b0, acc5_0);
      acc5_1 = fma(vec4f(values[value5 + k]), b1, acc5_1);
      acc6_0 = fma(vec4f(values[value6 + k]), b0, acc6_0);
      acc6_1 = fma(vec4f(values[value6 + k]), b1, acc6_1);
      acc7_0 = fma(vec4f(values[value7 + k]), b0, acc7_0);
      acc7_1 = fma(vec4f(values[value7 + k]), b1, acc7_1);
    }
    let token = (cell * u.h + head) * 32u;
    let last = steps[token + 31u];
    {
      let s = steps[token + row + 0u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 0u, tokens - 1u) * key_stride;
      rowDots[dots + token + 0u] = select(0.0, weight * (dot(acc0_0, keys[own]) + dot(acc0_1, keys[own + 1u])), row + 0u < tokens);
      total0_0 += s.x * weight * acc0_0;
      total0_1 += s.x * weight * acc0_1;
    }
    {
      let s = steps[token + row + 1u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 1u, tokens - 1u) * key_stride;
      rowDots[dots + token + 1u] = select(0.0, weight * (dot(acc1_0, keys[own]) + dot(acc1_1, keys[own + 1u])), row + 1u < tokens);
      total1_0 += s.x * weight * acc1_0;
      total1_1 += s.x * weight * acc1_1;
    }
    {
      let s = steps[token + row + 2u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 2u, tokens - 1u) * key_stride;
      rowDots[dots + token + 2u] = select(0.0, weight * (dot(acc2_0, keys[own]) + dot(acc2_1, keys[own + 1u])), row + 2u < tokens);
      total2_0 += s.x * weight * acc2_0;
      total2_1 += s.x * weight * acc2_1;
    }
    {
      let s = steps[token + row + 3u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 3u, tokens - 1u) * key_stride;
      rowDots[dots + token + 3u] = select(0.0, weight * (dot(acc3_0, keys[own]) + dot(acc3_1, keys[own + 1u])), row + 3u < tokens);
      total3_0 += s.x * weight * acc3_0;
      total3_1 += s.x * weight * acc3_1;
    }
    {
      let s = steps[token + row + 4u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 4u, tokens - 1u) * key_stride;
      rowDots[dots + token + 4u] = select(0.0, weight * (dot(acc4_0, keys[own]) + dot(acc4_1, keys[own + 1u])), row + 4u < tokens);
      total4_0 += s.x * weight * acc4_0;
      total4_1 += s.x * weight * acc4_1;
    }
    {
      let s = steps[token + row + 5u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 5u, tokens - 1u) * key_stride;
      rowDots[dots + token + 5u] = select(0.0, weight * (dot(acc5_0, keys[own]) + dot(acc5_1, keys[own + 1u])), row + 5u < tokens);
      total5_0 += s.x * weight * acc5_0;
      total5_1 += s.x * weight * acc5_1;
    }
    {
      let s = steps[token + row + 6u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 6u, tokens - 1u) * key_stride;
      rowDots[dots + token + 6u] = select(0.0, weight * (dot(acc6_0, keys[own]) + dot(acc6_1, keys[own + 1u])), row + 6u < tokens);
      total6_0 += s.x * weight * acc6_0;
      total6_1 += s.x * weight * acc6_1;
    }
    {
      let s = steps[token + row + 7u];
      let weight = select(0.0, decay(last.y - s.y), s.z == last.z);
      let own = key + min(row + 7u, tokens - 1u) * key_stride;
      rowDots[dots + token + 7u] = select(0.0, weight * (dot(acc7_0, keys[own]) + dot(acc7_1, keys[own + 1u])), row + 7u < tokens);
      total7_0 += s.x * weight * acc7_0;
      total7_1 += s.x * weight * acc7_1;
    }
  }
  if (block == 0u) {
    let other = ((batch * u.l + first) * u.g + group) * width + column / 4u;
    for (var k = row; k < tokens; k++) {
      var a0 = 0.0;
      var a1 = 0.0;
      var a2 = 0.0;
      var a3 = 0.0;
      var a4 = 0.0;
      var a5 = 0.0;
      var a6 = 0.0;
      var a7 = 0.0;
      for (var part = 0u; part < u.blocks; part++) {
        let score = ((part * u.cells + cell) * u.g + group) * 1024u;
        a0 += gradScores[score + k * 32u + row + 0u];
        a1 += gradScores[score + k * 32u + row + 1u];
        a2 += gradScores[score + k * 32u + row + 2u];
        a3 += gradScores[score + k * 32u + row + 3u];
        a4 += gradScores[score + k * 32u + row + 4u];
        a5 += gradScores[score + k * 32u + row + 5u];
        a6 += gradScores[score + k * 32u + row + 6u];
        a7 += gradScores[score + k * 32u + row + 7u];
      }
      let b0 = others[other + k * key_stride];
      let b1 = others[other + k * key_stride + 1u];
      total0_0 = fma(vec4f(a0), b0, total0_0);
      total0_1 = fma(vec4f(a0), b1, total0_1);
      total1_0 = fma(vec4f(a1), b0, total1_0);
      total1_1 = fma(vec4f(a1), b1, total1_1);
      total2_0 = fma(vec4f(a2), b0, total2_0);
      total2_1 = fma(vec4f(a2), b1, total2_1);
      total3_0 = fma(vec4f(a3), b0, total3_0);
      total3_1 = fma(vec4f(a3), b1, total3_1);
      total4_0 = fma(vec4f(a4), b0, total4_0);
      total4_1 = fma(vec4f(a4), b1, total4_1);
      total5_0 = fma(vec4f(a5), b0, total5_0);
      total5_1 = fma(vec4f(a5), b1, total5_1);
      total6_0 = fma(vec4f(a6), b0, total6_0);
      total6_1 = fma(vec4f(a6), b1, total6_1);
      total7_0 = fma(vec4f(a7), b0, total7_0);
      total7_1 = fma(vec4f(a7), b1, total7_1);
    }
  }
  if (row + 0u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 0u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total0_0;
    gradKeys[to + 1u] = total0_1;
  }
  if (row + 1u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 1u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total1_0;
    gradKeys[to + 1u] = total1_1;
  }
  if (row + 2u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 2u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total2_0;
    gradKeys[to + 1u] = total2_1;
  }
  if (row + 3u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 3u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total3_0;
    gradKeys[to + 1u] = total3_1;
  }
  if (row + 4u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 4u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total4_0;
    gradKeys[to + 1u] = total4_1;
  }
  if (row + 5u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 5u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total5_0;
    gradKeys[to + 1u] = total5_1;
  }
  if (row + 6u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 6u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total6_0;
    gradKeys[to + 1u] = total6_1;
  }
  if (row + 7u < tokens) {
    let to = (block * u.block_stride + (((batch - u.out_batch_start) * u.l + first + row + 7u) * u.g + group) * u.n) / 4u + column / 4u;
    gradKeys[to] = total7_0;
    gradKeys[to + 1u] = total7_1;
  }
}
