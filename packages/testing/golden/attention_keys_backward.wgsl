// Canonical configuration: primitive attention_backward, case "b1 h8 l2048 a64", adapter nvidia.
// attention_keys_backward {"headDim":64,"vector":true,"threads":64,"perThread":4,"columns":32,"causal":true,"ranges":false}
// attention_keys_backward
struct Uniforms {
  l: u32,
  m: u32,
  group: u32,
  kvHeads: u32,
  scale: f32,
  q_batch: u32,
  q_token: u32,
  q_offset: u32,
  k_batch: u32,
  k_token: u32,
  k_offset: u32,
  v_batch: u32,
  v_token: u32,
  v_offset: u32,
  gradY_batch: u32,
  gradY_token: u32,
  gradY_offset: u32,
  gradK_batch: u32,
  gradK_token: u32,
  gradK_offset: u32,
  gradV_batch: u32,
  gradV_token: u32,
  gradV_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradY: array<vec4f>;
@group(0) @binding(5) var<storage, read> queries: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradK: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradV: array<vec4f>;

fn at_q(batch: u32, token: u32, head: u32) -> u32 {
  return u.q_offset / 4u + batch * u.q_batch + token * u.q_token + head * 16u;
}
fn read_q(at: u32, d: u32) -> vec4f {
  return q[at + d];
}
fn at_k(batch: u32, token: u32, head: u32) -> u32 {
  return u.k_offset / 4u + batch * u.k_batch + token * u.k_token + head * 16u;
}
fn read_k(at: u32, d: u32) -> vec4f {
  return k[at + d];
}
fn at_v(batch: u32, token: u32, head: u32) -> u32 {
  return u.v_offset / 4u + batch * u.v_batch + token * u.v_token + head * 16u;
}
fn read_v(at: u32, d: u32) -> vec4f {
  return v[at + d];
}
fn at_gradY(batch: u32, token: u32, head: u32) -> u32 {
  return u.gradY_offset / 4u + batch * u.gradY_batch + token * u.gradY_token + head * 16u;
}
fn read_gradY(at: u32, d: u32) -> vec4f {
  return gradY[at + d];
}
fn at_gradK(batch: u32, token: u32, head: u32) -> u32 {
  return u.gradK_offset / 4u + batch * u.gradK_batch + token * u.gradK_token + head * 16u;
}
fn write_gradK(at: u32, d: u32, value: vec4f) {
  if (d < 16u) {
    gradK[at + d] = value;
  }
}
fn at_gradV(batch: u32, token: u32, head: u32) -> u32 {
  return u.gradV_offset / 4u + batch * u.gradV_batch + token * u.gradV_token + head * 16u;
}
fn write_gradV(at: u32, d: u32, value: vec4f) {
  if (d < 16u) {
    gradV[at + d] = value;
  }
}
var<workgroup> left: array<vec4f, 288>;
var<workgroup> right: array<vec4f, 288>;
var<workgroup> scores: array<f32, 1056>;
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn or_word(value: f32, word: u32, holds: bool) -> f32 { return bitcast<f32>(select(bitcast<u32>(value), word, holds)); }
fn or_nan(value: f32, holds: bool) -> f32 { return or_word(value, 0x7fc00000u, holds); }
fn keep_nan(value: f32, source: f32) -> f32 { return or_nan(value, is_nan(source)); }
fn weight_of(x: f32) -> f32 {
  return keep_nan(select(0.0, exp(clamp(x, -87.0, 87.0)), x > -87.0), x);
}
fn query_of(batch: u32, kv_head: u32, row: u32) -> vec4f {
  if (row >= u.l * u.group) {
    return vec4f();
  }
  return queries[(batch * u.l + row / u.group) * u.kvHeads * u.group + kv_head * u.group + row % u.group];
}
var<workgroup> known: array<vec4f, 32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group_id: vec3u) {
  let lane = local % 8u;
  let row0 = local / 8u * 4u;
  let key = group_id.x * 32u;
  let all_rows = u.l * u.group;
  let kv_head = group_id.y;
  let batch = group_id.z;
  let first = (max(key, u.m - u.l) - (u.m - u.l)) * u.group;
  var sumK0_0 = vec4f();
  var sumK0_1 = vec4f();
  var sumK0_2 = vec4f();
  var sumK0_3 = vec4f();
  var sumK1_0 = vec4f();
  var sumK1_1 = vec4f();
  var sumK1_2 = vec4f();
  var sumK1_3 = vec4f();
  var sumV0_0 = vec4f();
  var sumV0_1 = vec4f();
  var sumV0_2 = vec4f();
  var sumV0_3 = vec4f();
  var sumV1_0 = vec4f();
  var sumV1_1 = vec4f();
  var sumV1_2 = vec4f();
  var sumV1_3 = vec4f();
  for (var query_row = first / 32u * 32u; query_row < all_rows; query_row += 32u) {
    workgroupBarrier();
    for (var column = local; column < 32u; column += 64u) {
      known[column] = query_of(batch, kv_head, query_row + column);
    }
  var score0_0 = 0.0;
  var score0_1 = 0.0;
  var score0_2 = 0.0;
  var score0_3 = 0.0;
  var score1_0 = 0.0;
  var score1_1 = 0.0;
  var score1_2 = 0.0;
  var score1_3 = 0.0;
  var score2_0 = 0.0;
  var score2_1 = 0.0;
  var score2_2 = 0.0;
  var score2_3 = 0.0;
  var score3_0 = 0.0;
  var score3_1 = 0.0;
  var score3_2 = 0.0;
  var score3_3 = 0.0;
  for (var chunk = 0u; chunk < 2u; chunk += 1u) {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = chunk * 8u + i % 8u;
      var value = vec4f();
      if (key + row < u.m) {
        value = read_k(at_k(batch, key + row, kv_head), d);
      }
      left[row * 9u + i % 8u] = value;
    }
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = chunk * 8u + i % 8u;
      var value = vec4f();
      if (query_row + row < all_rows) {
        value = read_q(at_q(batch, (query_row + row) / u.group, kv_head * u.group + (query_row + row) % u.group), d);
      }
      right[row * 9u + i % 8u] = value;
    }
    workgroupBarrier();
    for (var d = 0u; d < 8u; d += 1u) {
      let a0 = left[(row0 + 0u) * 9u + d];
      let a1 = left[(row0 + 1u) * 9u + d];
      let a2 = left[(row0 + 2u) * 9u + d];
      let a3 = left[(row0 + 3u) * 9u + d];
      let b0 = right[(lane + 0u) * 9u + d];
      let b1 = right[(lane + 8u) * 9u + d];
      let b2 = right[(lane + 16u) * 9u + d];
      let b3 = right[(lane + 24u) * 9u + d];
      score0_0 += dot(a0, b0);
      score0_1 += dot(a0, b1);
      score0_2 += dot(a0, b2);
      score0_3 += dot(a0, b3);
      score1_0 += dot(a1, b0);
      score1_1 += dot(a1, b1);
      score1_2 += dot(a1, b2);
      score1_3 += dot(a1, b3);
      score2_0 += dot(a2, b0);
      score2_1 += dot(a2, b1);
      score2_2 += dot(a2, b2);
      score2_3 += dot(a2, b3);
      score3_0 += dot(a3, b0);
      score3_1 += dot(a3, b1);
      score3_2 += dot(a3, b2);
      score3_3 += dot(a3, b3);
    }
  }
  var product0_0 = 0.0;
  var product0_1 = 0.0;
  var product0_2 = 0.0;
  var product0_3 = 0.0;
  var product1_0 = 0.0;
  var product1_1 = 0.0;
  var product1_2 = 0.0;
  var product1_3 = 0.0;
  var product2_0 = 0.0;
  var product2_1 = 0.0;
  var product2_2 = 0.0;
  var product2_3 = 0.0;
  var product3_0 = 0.0;
  var product3_1 = 0.0;
  var product3_2 = 0.0;
  var product3_3 = 0.0;
  for (var chunk = 0u; chunk < 2u; chunk += 1u) {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = chunk * 8u + i % 8u;
      var value = vec4f();
      if (key + row < u.m) {
        value = read_v(at_v(batch, key + row, kv_head), d);
      }
      left[row * 9u + i % 8u] = value;
    }
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = chunk * 8u + i % 8u;
      var value = vec4f();
      if (query_row + row < all_rows) {
        value = read_gradY(at_gradY(batch, (query_row + row) / u.group, kv_head * u.group + (query_row + row) % u.group), d);
      }
      right[row * 9u + i % 8u] = value;
    }
    workgroupBarrier();
    for (var d = 0u; d < 8u; d += 1u) {
      let a0 = left[(row0 + 0u) * 9u + d];
      let a1 = left[(row0 + 1u) * 9u + d];
      let a2 = left[(row0 + 2u) * 9u + d];
      let a3 = left[(row0 + 3u) * 9u + d];
      let b0 = right[(lane + 0u) * 9u + d];
      let b1 = right[(lane + 8u) * 9u + d];
      let b2 = right[(lane + 16u) * 9u + d];
      let b3 = right[(lane + 24u) * 9u + d];
      product0_0 += dot(a0, b0);
      product0_1 += dot(a0, b1);
      product0_2 += dot(a0, b2);
      product0_3 += dot(a0, b3);
      product1_0 += dot(a1, b0);
      product1_1 += dot(a1, b1);
      product1_2 += dot(a1, b2);
      product1_3 += dot(a1, b3);
      product2_0 += dot(a2, b0);
      product2_1 += dot(a2, b1);
      product2_2 += dot(a2, b2);
      product2_3 += dot(a2, b3);
      product3_0 += dot(a3, b0);
      product3_1 += dot(a3, b1);
      product3_2 += dot(a3, b2);
      product3_3 += dot(a3, b3);
    }
  }
  {
    let row = row0 + 0u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score0_0 * u.scale - query.x), seen);
    let grad = weight * (product0_0 - query.y) * u.scale;
    score0_0 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 0u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score0_1 * u.scale - query.x), seen);
    let grad = weight * (product0_1 - query.y) * u.scale;
    score0_1 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 0u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score0_2 * u.scale - query.x), seen);
    let grad = weight * (product0_2 - query.y) * u.scale;
    score0_2 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 0u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score0_3 * u.scale - query.x), seen);
    let grad = weight * (product0_3 - query.y) * u.scale;
    score0_3 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 1u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score1_0 * u.scale - query.x), seen);
    let grad = weight * (product1_0 - query.y) * u.scale;
    score1_0 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 1u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score1_1 * u.scale - query.x), seen);
    let grad = weight * (product1_1 - query.y) * u.scale;
    score1_1 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 1u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score1_2 * u.scale - query.x), seen);
    let grad = weight * (product1_2 - query.y) * u.scale;
    score1_2 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 1u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score1_3 * u.scale - query.x), seen);
    let grad = weight * (product1_3 - query.y) * u.scale;
    score1_3 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 2u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score2_0 * u.scale - query.x), seen);
    let grad = weight * (product2_0 - query.y) * u.scale;
    score2_0 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 2u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score2_1 * u.scale - query.x), seen);
    let grad = weight * (product2_1 - query.y) * u.scale;
    score2_1 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 2u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score2_2 * u.scale - query.x), seen);
    let grad = weight * (product2_2 - query.y) * u.scale;
    score2_2 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 2u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score2_3 * u.scale - query.x), seen);
    let grad = weight * (product2_3 - query.y) * u.scale;
    score2_3 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 3u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score3_0 * u.scale - query.x), seen);
    let grad = weight * (product3_0 - query.y) * u.scale;
    score3_0 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 3u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score3_1 * u.scale - query.x), seen);
    let grad = weight * (product3_1 - query.y) * u.scale;
    score3_1 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 3u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score3_2 * u.scale - query.x), seen);
    let grad = weight * (product3_2 - query.y) * u.scale;
    score3_2 = grad;
    scores[at] = weight;
  }
  {
    let row = row0 + 3u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let query = known[column];
    let index = key + row;
    let seen = f32(index) >= query.z && f32(index) < query.w;
    let weight = select(0.0, weight_of(score3_3 * u.scale - query.x), seen);
    let grad = weight * (product3_3 - query.y) * u.scale;
    score3_3 = grad;
    scores[at] = weight;
  }
  {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = 0u * 8u + i % 8u;
      var value = vec4f();
      if (query_row + row < all_rows) {
        value = read_gradY(at_gradY(batch, (query_row + row) / u.group, kv_head * u.group + (query_row + row) % u.group), d);
      }
      right[row * 9u + i % 8u] = value;
    }
    workgroupBarrier();
    var part0 = vec4f();
    var part1 = vec4f();
    var part2 = vec4f();
    var part3 = vec4f();
    for (var column = 0u; column < 32u; column += 1u) {
      let b = right[column * 9u + lane];
      part0 += scores[(row0 + 0u) * 33u + column] * b;
      part1 += scores[(row0 + 1u) * 33u + column] * b;
      part2 += scores[(row0 + 2u) * 33u + column] * b;
      part3 += scores[(row0 + 3u) * 33u + column] * b;
    }
    sumV0_0 = sumV0_0 + part0;
    sumV0_1 = sumV0_1 + part1;
    sumV0_2 = sumV0_2 + part2;
    sumV0_3 = sumV0_3 + part3;
  }
  {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = 1u * 8u + i % 8u;
      var value = vec4f();
      if (query_row + row < all_rows) {
        value = read_gradY(at_gradY(batch, (query_row + row) / u.group, kv_head * u.group + (query_row + row) % u.group), d);
      }
      right[row * 9u + i % 8u] = value;
    }
    workgroupBarrier();
    var part0 = vec4f();
    var part1 = vec4f();
    var part2 = vec4f();
    var part3 = vec4f();
    for (var column = 0u; column < 32u; column += 1u) {
      let b = right[column * 9u + lane];
      part0 += scores[(row0 + 0u) * 33u + column] * b;
      part1 += scores[(row0 + 1u) * 33u + column] * b;
      part2 += scores[(row0 + 2u) * 33u + column] * b;
      part3 += scores[(row0 + 3u) * 33u + column] * b;
    }
    sumV1_0 = sumV1_0 + part0;
    sumV1_1 = sumV1_1 + part1;
    sumV1_2 = sumV1_2 + part2;
    sumV1_3 = sumV1_3 + part3;
  }
    workgroupBarrier();
  {
    let row = row0 + 0u;
    let column = lane + 0u;
    let at = row * 33u + column;
    scores[at] = score0_0;
  }
  {
    let row = row0 + 0u;
    let column = lane + 8u;
    let at = row * 33u + column;
    scores[at] = score0_1;
  }
  {
    let row = row0 + 0u;
    let column = lane + 16u;
    let at = row * 33u + column;
    scores[at] = score0_2;
  }
  {
    let row = row0 + 0u;
    let column = lane + 24u;
    let at = row * 33u + column;
    scores[at] = score0_3;
  }
  {
    let row = row0 + 1u;
    let column = lane + 0u;
    let at = row * 33u + column;
    scores[at] = score1_0;
  }
  {
    let row = row0 + 1u;
    let column = lane + 8u;
    let at = row * 33u + column;
    scores[at] = score1_1;
  }
  {
    let row = row0 + 1u;
    let column = lane + 16u;
    let at = row * 33u + column;
    scores[at] = score1_2;
  }
  {
    let row = row0 + 1u;
    let column = lane + 24u;
    let at = row * 33u + column;
    scores[at] = score1_3;
  }
  {
    let row = row0 + 2u;
    let column = lane + 0u;
    let at = row * 33u + column;
    scores[at] = score2_0;
  }
  {
    let row = row0 + 2u;
    let column = lane + 8u;
    let at = row * 33u + column;
    scores[at] = score2_1;
  }
  {
    let row = row0 + 2u;
    let column = lane + 16u;
    let at = row * 33u + column;
    scores[at] = score2_2;
  }
  {
    let row = row0 + 2u;
    let column = lane + 24u;
    let at = row * 33u + column;
    scores[at] = score2_3;
  }
  {
    let row = row0 + 3u;
    let column = lane + 0u;
    let at = row * 33u + column;
    scores[at] = score3_0;
  }
  {
    let row = row0 + 3u;
    let column = lane + 8u;
    let at = row * 33u + column;
    scores[at] = score3_1;
  }
  {
    let row = row0 + 3u;
    let column = lane + 16u;
    let at = row * 33u + column;
    scores[at] = score3_2;
  }
  {
    let row = row0 + 3u;
    let column = lane + 24u;
    let at = row * 33u + column;
    scores[at] = score3_3;
  }
  {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = 0u * 8u + i % 8u;
      var value = vec4f();
      if (query_row + row < all_rows) {
        value = read_q(at_q(batch, (query_row + row) / u.group, kv_head * u.group + (query_row + row) % u.group), d);
      }
      right[row * 9u + i % 8u] = value;
    }
    workgroupBarrier();
    var part0 = vec4f();
    var part1 = vec4f();
    var part2 = vec4f();
    var part3 = vec4f();
    for (var column = 0u; column < 32u; column += 1u) {
      let b = right[column * 9u + lane];
      part0 += scores[(row0 + 0u) * 33u + column] * b;
      part1 += scores[(row0 + 1u) * 33u + column] * b;
      part2 += scores[(row0 + 2u) * 33u + column] * b;
      part3 += scores[(row0 + 3u) * 33u + column] * b;
    }
    sumK0_0 = sumK0_0 + part0;
    sumK0_1 = sumK0_1 + part1;
    sumK0_2 = sumK0_2 + part2;
    sumK0_3 = sumK0_3 + part3;
  }
  {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = 1u * 8u + i % 8u;
      var value = vec4f();
      if (query_row + row < all_rows) {
        value = read_q(at_q(batch, (query_row + row) / u.group, kv_head * u.group + (query_row + row) % u.group), d);
      }
      right[row * 9u + i % 8u] = value;
    }
    workgroupBarrier();
    var part0 = vec4f();
    var part1 = vec4f();
    var part2 = vec4f();
    var part3 = vec4f();
    for (var column = 0u; column < 32u; column += 1u) {
      let b = right[column * 9u + lane];
      part0 += scores[(row0 + 0u) * 33u + column] * b;
      part1 += scores[(row0 + 1u) * 33u + column] * b;
      part2 += scores[(row0 + 2u) * 33u + column] * b;
      part3 += scores[(row0 + 3u) * 33u + column] * b;
    }
    sumK1_0 = sumK1_0 + part0;
    sumK1_1 = sumK1_1 + part1;
    sumK1_2 = sumK1_2 + part2;
    sumK1_3 = sumK1_3 + part3;
  }
  }
  if (key + row0 + 0u < u.m) {
    let at_k = at_gradK(batch, key + row0 + 0u, kv_head);
    let at_v = at_gradV(batch, key + row0 + 0u, kv_head);
    write_gradK(at_k, 0u + lane, sumK0_0);
    write_gradV(at_v, 0u + lane, sumV0_0);
    write_gradK(at_k, 8u + lane, sumK1_0);
    write_gradV(at_v, 8u + lane, sumV1_0);
  }
  if (key + row0 + 1u < u.m) {
    let at_k = at_gradK(batch, key + row0 + 1u, kv_head);
    let at_v = at_gradV(batch, key + row0 + 1u, kv_head);
    write_gradK(at_k, 0u + lane, sumK0_1);
    write_gradV(at_v, 0u + lane, sumV0_1);
    write_gradK(at_k, 8u + lane, sumK1_1);
    write_gradV(at_v, 8u + lane, sumV1_1);
  }
  if (key + row0 + 2u < u.m) {
    let at_k = at_gradK(batch, key + row0 + 2u, kv_head);
    let at_v = at_gradV(batch, key + row0 + 2u, kv_head);
    write_gradK(at_k, 0u + lane, sumK0_2);
    write_gradV(at_v, 0u + lane, sumV0_2);
    write_gradK(at_k, 8u + lane, sumK1_2);
    write_gradV(at_v, 8u + lane, sumV1_2);
  }
  if (key + row0 + 3u < u.m) {
    let at_k = at_gradK(batch, key + row0 + 3u, kv_head);
    let at_v = at_gradV(batch, key + row0 + 3u, kv_head);
    write_gradK(at_k, 0u + lane, sumK0_3);
    write_gradV(at_v, 0u + lane, sumV0_3);
    write_gradK(at_k, 8u + lane, sumK1_3);
    write_gradV(at_v, 8u + lane, sumV1_3);
  }
}
