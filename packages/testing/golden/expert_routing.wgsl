// Canonical configuration: primitive expert_routing, case "64 experts, 4096 tokens", adapter nvidia.
// expert_routing {"routing":"softmax","normalize":true,"correction":false,"experts":64,"perToken":6,"groups":1,"topGroups":1}
// expert_routing
struct Uniforms {
  rows: u32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read_write> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> weights: array<u32>;

const THREADS = 64u;
const EXPERTS = 64u;
const PER_TOKEN = 6u;
fn is_nan(word: u32) -> bool { return (word & 0x7fffffffu) > 0x7f800000u; }
fn key_of(word: u32) -> u32 {
  let bits = select(word, 0u, word == 0x80000000u);
  return select(select(bits | 0x80000000u, ~bits, bits > 0x7fffffffu), 0xffffffffu, is_nan(word));
}
// a number in place of what is none: the argument of a sigmoid or an exponential, bounded
fn bounded(word: u32) -> f32 {
  let size = min(word & 0x7fffffffu, 0x42ae0000u); // 87
  return bitcast<f32>((word & 0x80000000u) | size);
}
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }
// a difference of two numbers; of what is none, some number
fn bounded_difference(a: u32, b: u32) -> f32 {
  let finite = (a & 0x7fffffffu) < 0x7f800000u && (b & 0x7fffffffu) < 0x7f800000u;
  return max(bitcast<f32>(select(0u, a, finite)) * 0.5 - bitcast<f32>(select(0u, b, finite)) * 0.5, -100.0) * 2.0;
}
var<workgroup> keys: array<u32, 64>;
var<workgroup> best_keys: array<u32, 64>;
var<workgroup> best_places: array<u32, 64>;
var<workgroup> chosen: array<u32, 6>;
var<workgroup> shares: array<f32, 6>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group_id.y * grid.x + group_id.x;
  if (row >= u.rows) { return; }
  for (var j = lane; j < EXPERTS; j += THREADS) {
    let word = logits[row * EXPERTS + j];
    keys[j] = key_of(word);
  }
  workgroupBarrier();
  for (var r = 0u; r < PER_TOKEN; r++) {
    var most = 0u;
    var place = 0u;
    for (var j = lane; j < EXPERTS; j += THREADS) {
      if (keys[j] > most) {
        most = keys[j];
        place = j;
      }
    }
    best_keys[lane] = most;
    best_places[lane] = place;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
      if (lane < half) {
        let key = best_keys[lane + half];
        let other = best_places[lane + half];
        if (key > best_keys[lane] || (key == best_keys[lane] && other < best_places[lane])) {
          best_keys[lane] = key;
          best_places[lane] = other;
        }
      }
      workgroupBarrier();
    }
    if (lane == 0u) {
      chosen[r] = best_places[0];
      keys[best_places[0]] = 0u;
    }
    workgroupBarrier();
  }
  let top = logits[row * EXPERTS + chosen[0]];
  if (lane == 0u) {
    var total = 0.0;
    var invalid = (top & 0x7fffffffu) >= 0x7f800000u;
    for (var r = 0u; r < PER_TOKEN; r++) {
      let word = logits[row * EXPERTS + chosen[r]];
      invalid = invalid || is_nan(word);
      let share = select(exp(bounded(bitcast<u32>(bounded_difference(word, top)))), 0.0, word == 0xff800000u);
      total += share;
      shares[r] = share;
    }
    for (var r = 0u; r < PER_TOKEN; r++) {
      ids[row * PER_TOKEN + r] = i32(chosen[r]);
      weights[row * PER_TOKEN + r] = select(bitcast<u32>(shares[r] / total * u.scale), 0x7fc00000u, invalid);
    }
  }
}
