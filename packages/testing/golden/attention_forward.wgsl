// Canonical configuration: primitive attention, case "b1 h8 l2048 a64", adapter nvidia.
// attention_forward {"headDim":64,"vector":true,"threads":64,"perThread":4,"columns":32,"sees":"causal","append":false,"split":false,"statistics":true}
// attention_forward
struct Uniforms {
  l: u32,
  m: u32,
  group: u32,
  kvHeads: u32,
  splits: u32,
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
  keys_batch: u32,
  keys_token: u32,
  keys_offset: u32,
  values_batch: u32,
  values_token: u32,
  values_offset: u32,
  y_batch: u32,
  y_token: u32,
  y_offset: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> logSum: array<f32>;

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
fn at_y(batch: u32, token: u32, head: u32) -> u32 {
  return u.y_offset / 4u + batch * u.y_batch + token * u.y_token + head * 16u;
}
fn write_y(at: u32, d: u32, value: vec4f) {
  if (d < 16u) {
    y[at + d] = value;
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
var<workgroup> tops: array<f32, 32>;
var<workgroup> totals: array<f32, 32>;
var<workgroup> factors: array<f32, 32>;
var<workgroup> seen: array<vec2u, 32>;

fn limits_of(batch: u32, token: u32) -> vec2u {
  return vec2u(0u, u.m - u.l + token + 1u);
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group_id: vec3u) {
  let lane = local % 8u;
  let row0 = local / 8u * 4u;
  let first_row = group_id.x * 32u;
  let all_rows = u.l * u.group;
  let kv_head = group_id.y / u.splits;
  let batch = group_id.z;
  let last_row = min(first_row + 32u, all_rows) - 1u;
  var low = u.m;
  var high = 0u;
  low = 0u;
  high = limits_of(batch, last_row / u.group).y;
  for (var row = local; row < 32u; row += 64u) {
    tops[row] = -3.40282346e38;
    totals[row] = 0.0;
    factors[row] = 1.0;
    var limits = vec2u();
    if (first_row + row < all_rows) {
      limits = limits_of(batch, (first_row + row) / u.group);
    }
    seen[row] = limits;
  }
  var sum0_0 = vec4f();
  var sum0_1 = vec4f();
  var sum0_2 = vec4f();
  var sum0_3 = vec4f();
  var sum1_0 = vec4f();
  var sum1_1 = vec4f();
  var sum1_2 = vec4f();
  var sum1_3 = vec4f();
  for (var key = low / 32u * 32u; key < high; key += 32u) {
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
      if (first_row + row < all_rows) {
        value = read_q(at_q(batch, (first_row + row) / u.group, kv_head * u.group + (first_row + row) % u.group), d);
      }
      left[row * 9u + i % 8u] = value;
    }
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = chunk * 8u + i % 8u;
      var value = vec4f();
      if (key + row < high) {
        value = read_k(at_k(batch, key + row, kv_head), d);
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
  {
    let row = row0 + 0u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score0_0 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 0u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score0_1 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 0u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score0_2 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 0u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score0_3 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 1u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score1_0 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 1u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score1_1 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 1u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score1_2 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 1u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score1_3 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 2u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score2_0 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 2u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score2_1 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 2u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score2_2 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 2u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score2_3 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 3u;
    let column = lane + 0u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score3_0 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 3u;
    let column = lane + 8u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score3_1 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 3u;
    let column = lane + 16u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score3_2 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  {
    let row = row0 + 3u;
    let column = lane + 24u;
    let at = row * 33u + column;
    let limits = seen[row];
    let index = key + column;
    scores[at] = select(-3.40282346e38, score3_3 * u.scale, index >= limits.x && index < min(limits.y, high));
  }
  workgroupBarrier();
  if (local < 32u) {
    let at = local * 33u;
    let old = tops[local];
    var top = old;
    for (var column = 0u; column < 32u; column += 1u) {
      top = max(top, scores[at + column]);
    }
    var total = 0.0;
    for (var column = 0u; column < 32u; column += 1u) {
      let score = scores[at + column];
      // a score that is NaN, or as infinite as the top, has no weight that is a number
      let weight = keep_nan(select(0.0, weight_of(score - top), score > -3.40282346e38), score - top);
      scores[at + column] = weight;
      total += weight;
    }
    let factor = weight_of(old - top);
    factors[local] = factor;
    totals[local] = totals[local] * factor + total;
    tops[local] = top;
  }
  {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = 0u * 8u + i % 8u;
      var value = vec4f();
      if (key + row < high) {
        value = read_v(at_v(batch, key + row, kv_head), d);
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
    sum0_0 = factors[row0 + 0u] * sum0_0 + part0;
    sum0_1 = factors[row0 + 1u] * sum0_1 + part1;
    sum0_2 = factors[row0 + 2u] * sum0_2 + part2;
    sum0_3 = factors[row0 + 3u] * sum0_3 + part3;
  }
  {
    workgroupBarrier();
    for (var i = local; i < 256u; i += 64u) {
      let row = i / 8u;
      let d = 1u * 8u + i % 8u;
      var value = vec4f();
      if (key + row < high) {
        value = read_v(at_v(batch, key + row, kv_head), d);
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
    sum1_0 = factors[row0 + 0u] * sum1_0 + part0;
    sum1_1 = factors[row0 + 1u] * sum1_1 + part1;
    sum1_2 = factors[row0 + 2u] * sum1_2 + part2;
    sum1_3 = factors[row0 + 3u] * sum1_3 + part3;
  }
  }
  workgroupBarrier();
  if (first_row + row0 + 0u < all_rows) {
    let index = first_row + row0 + 0u;
    let limits = seen[row0 + 0u];
    let total = or_nan(totals[row0 + 0u], totals[row0 + 0u] == 0.0 && limits.x < limits.y);
    let share = keep_nan(select(0.0, 1.0 / max(total, 1e-37), total > 0.0), total);
    let at = at_y(batch, index / u.group, kv_head * u.group + index % u.group);
    write_y(at, 0u + lane, sum0_0 * share);
    write_y(at, 8u + lane, sum1_0 * share);
    if (lane == 0u) {
      logSum[(batch * u.l + index / u.group) * u.kvHeads * u.group + kv_head * u.group + index % u.group] = keep_nan(select(0.0, tops[row0 + 0u] + log(max(total, 1e-37)), total > 0.0), total);
    }
  }
  if (first_row + row0 + 1u < all_rows) {
    let index = first_row + row0 + 1u;
    let limits = seen[row0 + 1u];
    let total = or_nan(totals[row0 + 1u], totals[row0 + 1u] == 0.0 && limits.x < limits.y);
    let share = keep_nan(select(0.0, 1.0 / max(total, 1e-37), total > 0.0), total);
    let at = at_y(batch, index / u.group, kv_head * u.group + index % u.group);
    write_y(at, 0u + lane, sum0_1 * share);
    write_y(at, 8u + lane, sum1_1 * share);
    if (lane == 0u) {
      logSum[(batch * u.l + index / u.group) * u.kvHeads * u.group + kv_head * u.group + index % u.group] = keep_nan(select(0.0, tops[row0 + 1u] + log(max(total, 1e-37)), total > 0.0), total);
    }
  }
  if (first_row + row0 + 2u < all_rows) {
    let index = first_row + row0 + 2u;
    let limits = seen[row0 + 2u];
    let total = or_nan(totals[row0 + 2u], totals[row0 + 2u] == 0.0 && limits.x < limits.y);
    let share = keep_nan(select(0.0, 1.0 / max(total, 1e-37), total > 0.0), total);
    let at = at_y(batch, index / u.group, kv_head * u.group + index % u.group);
    write_y(at, 0u + lane, sum0_2 * share);
    write_y(at, 8u + lane, sum1_2 * share);
    if (lane == 0u) {
      logSum[(batch * u.l + index / u.group) * u.kvHeads * u.group + kv_head * u.group + index % u.group] = keep_nan(select(0.0, tops[row0 + 2u] + log(max(total, 1e-37)), total > 0.0), total);
    }
  }
  if (first_row + row0 + 3u < all_rows) {
    let index = first_row + row0 + 3u;
    let limits = seen[row0 + 3u];
    let total = or_nan(totals[row0 + 3u], totals[row0 + 3u] == 0.0 && limits.x < limits.y);
    let share = keep_nan(select(0.0, 1.0 / max(total, 1e-37), total > 0.0), total);
    let at = at_y(batch, index / u.group, kv_head * u.group + index % u.group);
    write_y(at, 0u + lane, sum0_3 * share);
    write_y(at, 8u + lane, sum1_3 * share);
    if (lane == 0u) {
      logSum[(batch * u.l + index / u.group) * u.kvHeads * u.group + kv_head * u.group + index % u.group] = keep_nan(select(0.0, tops[row0 + 3u] + log(max(total, 1e-37)), total > 0.0), total);
    }
  }
}
