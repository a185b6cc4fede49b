// Canonical configuration: primitive sample_tokens, case "130m vocabulary", adapter nvidia.
// sample_tokens_choose {"counts":false,"logProbs":false,"probabilities":false,"threads":256}
// sample_tokens_choose
struct Uniforms {
  rows: u32,
  cols: u32,
  pitch: u32,
  levels: u32,
  top: u32,
  width: u32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> settings: array<f32>;
@group(0) @binding(3) var<storage, read_write> draws: array<u32>;
@group(0) @binding(4) var<storage, read_write> ids: array<i32>;
@group(0) @binding(5) var<storage, read_write> report: array<i32>;

fn order(word: u32) -> u32 {
  let bits = select(word, 0u, word == 0x80000000u);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}
fn value(key: u32) -> f32 { return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u)); }
// 0 of −∞, the last word of NaN and +∞
fn key_of(word: u32) -> u32 {
  let special = (word & 0x7fffffffu) > 0x7f800000u || word == 0x7f800000u;
  return select(select(order(word), 0u, word == 0xff800000u), 0xffffffffu, special);
}
fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y);
  var state = counter + key;
  state.x += state.y;
  state.y = ((state.y << 13u) | (state.y >> 19u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 15u) | (state.y >> 17u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 26u) | (state.y >> 6u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 6u) | (state.y >> 26u)) ^ state.x;
  state += vec2u(keys[1], keys[2] + 1u);
  state.x += state.y;
  state.y = ((state.y << 17u) | (state.y >> 15u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 29u) | (state.y >> 3u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 16u) | (state.y >> 16u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 24u) | (state.y >> 8u)) ^ state.x;
  state += vec2u(keys[2], keys[0] + 2u);
  state.x += state.y;
  state.y = ((state.y << 13u) | (state.y >> 19u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 15u) | (state.y >> 17u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 26u) | (state.y >> 6u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 6u) | (state.y >> 26u)) ^ state.x;
  state += vec2u(keys[0], keys[1] + 3u);
  state.x += state.y;
  state.y = ((state.y << 17u) | (state.y >> 15u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 29u) | (state.y >> 3u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 16u) | (state.y >> 16u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 24u) | (state.y >> 8u)) ^ state.x;
  state += vec2u(keys[1], keys[2] + 4u);
  state.x += state.y;
  state.y = ((state.y << 13u) | (state.y >> 19u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 15u) | (state.y >> 17u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 26u) | (state.y >> 6u)) ^ state.x;
  state.x += state.y;
  state.y = ((state.y << 6u) | (state.y >> 26u)) ^ state.x;
  state += vec2u(keys[2], keys[0] + 5u);
  return state;
}

// a multiple of 2^-24 in [0, 1)
fn unit(bits: u32) -> f32 { return f32(bits >> 8u) * 5.9604644775390625e-8; }
var<workgroup> lanes: array<vec4f, 256>;
var<workgroup> leaves: array<vec4f, 32>;
var<workgroup> pairs: array<vec2u, 256>;
var<workgroup> pair_leaves: array<vec2u, 32>;

fn row_sum(part: vec4f, lane: u32) -> vec4f {
  lanes[lane] = part;
  workgroupBarrier();
  if (lane < 32u) {
    var sum = lanes[lane];
    for (var i = lane + 32u; i < 256u; i += 32u) { sum += lanes[i]; }
    leaves[lane] = sum;
  }
  workgroupBarrier();
  var sum = leaves[0];
  for (var i = 1u; i < 32u; i++) { sum += leaves[i]; }
  workgroupBarrier();
  return sum;
}

fn better(a: vec2u, b: vec2u) -> vec2u {
  return select(b, a, a.x > b.x || (a.x == b.x && a.y < b.y));
}

fn row_best(part: vec2u, lane: u32) -> vec2u {
  pairs[lane] = part;
  workgroupBarrier();
  if (lane < 32u) {
    var best = pairs[lane];
    for (var i = lane + 32u; i < 256u; i += 32u) { best = better(best, pairs[i]); }
    pair_leaves[lane] = best;
  }
  workgroupBarrier();
  var best = pair_leaves[0];
  for (var i = 1u; i < 32u; i++) { best = better(best, pair_leaves[i]); }
  workgroupBarrier();
  return best;
}
const TOP_K = 0u;
const TOP_P = 1u;
const TYPICAL = 2u;

var<private> base: u32;
var<private> top: f32;
var<private> scale: f32; // 1 / temperature
var<private> floor_key = 0u; // of the kept, the lowest key
var<private> floor_last = 0xffffffffu; // and of those with that key, the last token
var<private> least = 0.0; // weight
var<private> typical = false;
var<private> mean_depth = 0.0;
var<private> floor_typical = 0u;
var<private> typical_last = 0xffffffffu;

// how far a score lies below the best, in units of the temperature
fn depth(key: u32) -> f32 { return max(top - value(key), 0.0) * scale; }

fn weight(key: u32) -> f32 {
  let below = depth(key);
  return select(exp(-min(below, 200.0)), 0.0, below > 103.0 || key == 0u);
}

fn rank(filter_by: u32, key: u32) -> u32 {
  if (filter_by != TYPICAL) { return key; }
  return ~bitcast<u32>(abs(min(depth(key), 1e30) - mean_depth));
}

fn kept(token: u32, key: u32) -> bool {
  var holds = key > floor_key || (key == floor_key && token <= floor_last);
  if (least > 0.0) { holds = holds && weight(key) >= least; }
  if (typical) {
    let own = rank(TYPICAL, key);
    holds = holds && (own > floor_typical || (own == floor_typical && token <= typical_last));
  }
  return holds && key != 0u;
}

fn amount(filter_by: u32, token: u32, key: u32) -> f32 {
  if (filter_by == TOP_K) { return select(0.0, 1.0, key != 0u); }
  if (!kept(token, key)) { return 0.0; }
  return weight(key);
}

fn key_at(token: u32) -> u32 { return select(0u, keys[base + min(token, u.cols - 1u)], token < u.cols); }

fn floor_of(filter_by: u32, needed: f32, lane: u32) -> vec2u {
  var found = 0u;
  var above = 0.0; // of the last rank that did not reach
  for (var shift = 30u; ; shift -= 2u) {
    let next = vec3u(found) | (vec3u(1u, 2u, 3u) << vec3u(shift));
    var part = vec4f();
    for (var first = lane; first < u.cols; first += 1024u) {
      let four = vec4u(key_at(first), key_at(first + 256u), key_at(first + 512u), key_at(first + 768u));
      for (var i = 0u; i < 4u; i++) {
        let own = rank(filter_by, four[i]);
        if (own >= next.x) {
          let token = first + i * 256u;
          part += vec4f(select(vec3f(), vec3f(amount(filter_by, token, four[i])), vec3u(own) >= next), 0.0);
        }
      }
    }
    let sums = row_sum(part, lane);
    if (sums.z >= needed) { found = next.z; }
    else if (sums.y >= needed) { found = next.y; above = sums.z; }
    else if (sums.x >= needed) { found = next.x; above = sums.y; }
    else { above = sums.x; }
    if (shift == 0u) { break; }
  }
  return vec2u(found, bitcast<u32>(above));
}

fn find(filter_by: u32, only: u32, wanted: f32, beyond: bool, lane: u32) -> u32 {
  var begin = 0u;
  var rest = wanted;
  var length = u.cols;
  for (var level = 0u; level < u.levels; level++) {
    let size = (length + 31u) / 32u;
    let start = begin + lane / 8u * size;
    let end = min(min(start + size, begin + length), u.cols);
    var part = 0.0;
    for (var token = start + lane % 8u; token < end; token += 8u) {
      let key = keys[base + token];
      if (only == 0u || rank(filter_by, key) == only) { part += amount(filter_by, token, key); }
    }
    lanes[lane].x = part;
    workgroupBarrier();
    if (lane < 32u) {
      var sum = 0.0;
      for (var i = 0u; i < 8u; i++) { sum += lanes[lane * 8u + i].x; }
      leaves[lane].x = sum;
    }
    workgroupBarrier();
    var chosen = 0u;
    var before = 0.0;
    var passed = 0.0;
    var reached = false;
    for (var segment = 0u; segment < 32u; segment++) {
      let sum = leaves[segment].x;
      if (!reached && sum > 0.0) {
        chosen = segment;
        before = passed;
        passed += sum;
        reached = select(passed >= rest, passed > rest, beyond);
      }
    }
    workgroupBarrier();
    begin += chosen * size;
    length = min(size, length - min(length, chosen * size));
    rest -= before;
  }
  return begin;
}


@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  base = row * u.cols;
  var largest = vec2u(0u, 0xffffffffu);
  for (var i = lane; i < u.cols; i += 256u) { largest = better(largest, vec2u(keys[base + i], i)); }
  let best = row_best(largest, lane);
  let faulty = best.x == 0u || best.x == 0xffffffffu;
  top = value(select(best.x, 0x80000000u, faulty));
  scale = 1.0 / max(settings[row * 8u + 0u], 1e-30);
  var token = best.y;
  if (settings[row * 8u + 0u] > 0.0 && settings[row * 8u + 1u] != 1.0) {
    let top_k = settings[row * 8u + 1u];
    if (top_k > 0.0 && top_k < f32(u.cols)) {
      let floor = floor_of(TOP_K, top_k, lane);
      let last = find(TOP_K, max(floor.x, 1u), top_k - bitcast<f32>(floor.y), false, lane);
      if (floor.x > 0u) {
        floor_key = floor.x;
        floor_last = last;
      }
    }
    if (settings[row * 8u + 2u] < 1.0) {
      var part = vec4f();
      for (var i = lane; i < u.cols; i += 256u) { part.x += amount(TOP_P, i, keys[base + i]); }
      let needed = settings[row * 8u + 2u] * row_sum(part, lane).x;
      let floor = floor_of(TOP_P, needed, lane);
      let last = find(TOP_P, floor.x, needed - bitcast<f32>(floor.y), false, lane);
      floor_key = floor.x;
      floor_last = last;
    }
    least = settings[row * 8u + 3u];
    if (settings[row * 8u + 4u] < 1.0) {
      var part = vec4f();
      for (var i = lane; i < u.cols; i += 256u) {
        let key = keys[base + i];
        let share = amount(TOP_P, i, key);
        part += vec4f(share, share * min(depth(key), 1e30), 0.0, 0.0);
      }
      let sums = row_sum(part, lane);
      mean_depth = sums.y / sums.x;
      let needed = settings[row * 8u + 4u] * sums.x;
      let floor = floor_of(TYPICAL, needed, lane);
      let last = find(TYPICAL, floor.x, needed - bitcast<f32>(floor.y), false, lane);
      typical = true;
      floor_typical = floor.x;
      typical_last = last;
    }
    var part = vec4f();
    for (var i = lane; i < u.cols; i += 256u) { part.x += amount(TOP_P, i, keys[base + i]); }
    let total = row_sum(part, lane).x;
    let at = vec2u(draws[4u * row + 2u], draws[4u * row + 3u]);
    let words = threefry(vec2u(draws[4u * row], draws[4u * row + 1u]), vec2u((at.x >> 1u) | (at.y << 31u), at.y >> 1u));
    token = find(TOP_P, 0u, unit(select(words.x, words.y, (at.x & 1u) == 1u)) * total, true, lane);
  }
  token = min(token, u.cols - 1u);
  if (lane == 0u) {
    ids[row] = i32(token);
    report[row * u.width] = i32(token);
    report[row * u.width + 1u] = select(-1, select(i32(best.y), -2, best.x == 0u), faulty);
    let place = draws[4u * row + 2u];
    draws[4u * row + 2u] = place + 1u;
    if (place == 0xffffffffu) { draws[4u * row + 3u] += 1u; }
  }
}
