// Sample-tokens: WGSL of what a workgroup finds together: sums, the best token, the thresholds of filters, the place of a draw. README.md §2–3.
import type { Caps } from "../caps.ts";

/** Segments that a search divides a range into, each for as many threads. */
export const SEGMENTS = 32;

/**
 * Threads of a row. A pass over the keys waits for memory, so that a GPU takes as many as it can; where threads are loops on a processor, few.
 */
export function threadsOf({
  adapter,
  maxComputeInvocationsPerWorkgroup,
  maxComputeWorkgroupStorageSize,
}: Caps): number {
  const most = adapter === "software" ? 128 : 1024;
  const fits = (threads: number): boolean =>
    threads <= maxComputeInvocationsPerWorkgroup && 24 * threads + 24 * SEGMENTS <= maxComputeWorkgroupStorageSize;
  let threads = most;
  while (threads > 128 && !fits(threads)) threads /= 2;
  return threads;
}

/** WGSL: what the threads hold, combined; every thread gets the result. `best` is the larger key, of equal ones the lower token. */
export function reductions(threads: number): string {
  const some = threads > 128 ? 32 : 16; // threads that combine what all hold
  return `var<workgroup> lanes: array<vec4f, ${threads}>;
var<workgroup> leaves: array<vec4f, ${SEGMENTS}>;
var<workgroup> pairs: array<vec2u, ${threads}>;
var<workgroup> pair_leaves: array<vec2u, ${some}>;

fn row_sum(part: vec4f, lane: u32) -> vec4f {
  lanes[lane] = part;
  workgroupBarrier();
  if (lane < ${some}u) {
    var sum = lanes[lane];
    for (var i = lane + ${some}u; i < ${threads}u; i += ${some}u) { sum += lanes[i]; }
    leaves[lane] = sum;
  }
  workgroupBarrier();
  var sum = leaves[0];
  for (var i = 1u; i < ${some}u; i++) { sum += leaves[i]; }
  workgroupBarrier();
  return sum;
}

fn better(a: vec2u, b: vec2u) -> vec2u {
  return select(b, a, a.x > b.x || (a.x == b.x && a.y < b.y));
}

fn row_best(part: vec2u, lane: u32) -> vec2u {
  pairs[lane] = part;
  workgroupBarrier();
  if (lane < ${some}u) {
    var best = pairs[lane];
    for (var i = lane + ${some}u; i < ${threads}u; i += ${some}u) { best = better(best, pairs[i]); }
    pair_leaves[lane] = best;
  }
  workgroupBarrier();
  var best = pair_leaves[0];
  for (var i = 1u; i < ${some}u; i++) { best = better(best, pair_leaves[i]); }
  workgroupBarrier();
  return best;
}
`;
}

/**
 * WGSL: which tokens are kept so far, and the thresholds of the filters. A filter ranks tokens by `rank` and keeps the highest whose `amount` (1 each or
 * their weights) reaches what is needed. `floor_of`: the highest rank at which the amounts of that rank and above reach `needed`, and the amount above it.
 * `find`: the first token up to which the amounts reach `wanted` (go beyond it, if `beyond`); only tokens of rank `only`, unless that is 0. `key_at`: 0, which
 * cannot be chosen, beyond the row; four loads at once hide the way to memory.
 */
export const filters = (threads: number): string => `const TOP_K = 0u;
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
    for (var first = lane; first < u.cols; first += ${4 * threads}u) {
      let four = vec4u(key_at(first), key_at(first + ${threads}u), key_at(first + ${2 * threads}u), key_at(first + ${3 * threads}u));
      for (var i = 0u; i < 4u; i++) {
        let own = rank(filter_by, four[i]);
        if (own >= next.x) {
          let token = first + i * ${threads}u;
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
    let size = (length + ${SEGMENTS - 1}u) / ${SEGMENTS}u;
    let start = begin + lane / ${threads / SEGMENTS}u * size;
    let end = min(min(start + size, begin + length), u.cols);
    var part = 0.0;
    for (var token = start + lane % ${threads / SEGMENTS}u; token < end; token += ${threads / SEGMENTS}u) {
      let key = keys[base + token];
      if (only == 0u || rank(filter_by, key) == only) { part += amount(filter_by, token, key); }
    }
    lanes[lane].x = part;
    workgroupBarrier();
    if (lane < ${SEGMENTS}u) {
      var sum = 0.0;
      for (var i = 0u; i < ${threads / SEGMENTS}u; i++) { sum += lanes[lane * ${threads / SEGMENTS}u + i].x; }
      leaves[lane].x = sum;
    }
    workgroupBarrier();
    var chosen = 0u;
    var before = 0.0;
    var passed = 0.0;
    var reached = false;
    for (var segment = 0u; segment < ${SEGMENTS}u; segment++) {
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
`;
