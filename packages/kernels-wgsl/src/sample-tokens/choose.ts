// Sample-tokens, second kernel: a workgroup per row finds thresholds among the keys by bisection, then the token. README.md §2–4.
import { defineKernel } from "../kernel.ts";
import { threefryFunctions } from "../random/kernel.ts";
import { lowestWord } from "../rows/nonfinite.ts";
import { filters, reductions, SEGMENTS } from "./filters.ts";
import { keyFunctions, setting } from "./keys.ts";

/** What is bound and reported. */
export interface ChooseConfig {
  readonly counts: boolean;
  readonly logProbs: boolean;
  readonly probabilities: boolean;
  /** of a row; see `threadsOf` */
  readonly threads: number;
}

/** How often a range of `cols` must be divided by the segments to become one element. */
export function searchLevels(cols: number): number {
  let [levels, length] = [0, cols];
  for (; length > 1; levels++) length = Math.ceil(length / SEGMENTS);
  return levels;
}

/** WGSL: log-probabilities of the model's own distribution, and the likeliest tokens, into `report`. */
const logProbs = (threads: number): string => `  {
    var part = vec2u(0u, 0xffffffffu);
    for (var i = lane; i < u.cols; i += ${threads}u) { part = better(part, vec2u(key_of(logits[row * u.pitch + i]), i)); }
    var next = row_best(part, lane);
    let largest = value(next.x);
    var sum = vec4f();
    for (var i = lane; i < u.cols; i += ${threads}u) {
      let key = key_of(logits[row * u.pitch + i]);
      sum.x += select(exp(max(value(key) - largest, -200.0)), 0.0, key == 0u);
    }
    let log_sum = log(row_sum(sum, lane).x);
    let place = row * u.width + 2u;
    let own = key_of(logits[row * u.pitch + token]);
    if (lane == 0u) { report[place] = log_prob(own, largest, log_sum); }
    for (var n = 0u; n < u.top; n++) {
      if (lane == 0u) {
        report[place + 1u + n] = i32(next.y);
        report[place + 1u + u.top + n] = log_prob(next.x, largest, log_sum);
      }
      part = vec2u(0u, 0xffffffffu);
      for (var i = lane; i < u.cols; i += ${threads}u) {
        let key = key_of(logits[row * u.pitch + i]);
        if (key < next.x || (key == next.x && i > next.y)) { part = better(part, vec2u(key, i)); }
      }
      next = row_best(part, lane);
    }
  }
`;

/** One token per row of keys, drawn from what the filters keep. */
export const sampleTokensChoose = defineKernel({
  name: "sample_tokens_choose",
  uniforms: { rows: "u32", cols: "u32", pitch: "u32", levels: "u32", top: "u32", width: "u32" },
  bindings: (config: ChooseConfig) => ({
    keys: "read u32",
    settings: "read f32",
    draws: "read_write u32",
    ...(config.counts && { counts: "read_write i32" as const }),
    ...(config.logProbs && { logits: "read u32" as const }),
    ids: "read_write i32",
    report: "read_write i32",
    ...(config.probabilities && { probabilities: "read_write f32" as const }),
  }),
  wgsl: (config) => `${keyFunctions}${threefryFunctions}${reductions(config.threads)}${filters(config.threads)}
${
  config.logProbs
    ? `fn log_prob(key: u32, largest: f32, log_sum: f32) -> i32 {
  return bitcast<i32>(select(bitcast<u32>((value(key) - largest) - log_sum), ${lowestWord}, key == 0u));
}
`
    : ""
}
@compute @workgroup_size(${config.threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= u.rows) { return; }
  base = row * u.cols;
  var largest = vec2u(0u, 0xffffffffu);
  for (var i = lane; i < u.cols; i += ${config.threads}u) { largest = better(largest, vec2u(keys[base + i], i)); }
  let best = row_best(largest, lane);
  let faulty = best.x == 0u || best.x == 0xffffffffu;
  top = value(select(best.x, 0x80000000u, faulty));
  scale = 1.0 / max(${setting("temperature")}, 1e-30);
  var token = best.y;
  if (${setting("temperature")} > 0.0 && ${setting("topK")} != 1.0) {
    let top_k = ${setting("topK")};
    if (top_k > 0.0 && top_k < f32(u.cols)) {
      let floor = floor_of(TOP_K, top_k, lane);
      let last = find(TOP_K, max(floor.x, 1u), top_k - bitcast<f32>(floor.y), false, lane);
      if (floor.x > 0u) {
        floor_key = floor.x;
        floor_last = last;
      }
    }
    if (${setting("topP")} < 1.0) {
      var part = vec4f();
      for (var i = lane; i < u.cols; i += ${config.threads}u) { part.x += amount(TOP_P, i, keys[base + i]); }
      let needed = ${setting("topP")} * row_sum(part, lane).x;
      let floor = floor_of(TOP_P, needed, lane);
      let last = find(TOP_P, floor.x, needed - bitcast<f32>(floor.y), false, lane);
      floor_key = floor.x;
      floor_last = last;
    }
    least = ${setting("minP")};
    if (${setting("typicalP")} < 1.0) {
      var part = vec4f();
      for (var i = lane; i < u.cols; i += ${config.threads}u) {
        let key = keys[base + i];
        let share = amount(TOP_P, i, key);
        part += vec4f(share, share * min(depth(key), 1e30), 0.0, 0.0);
      }
      let sums = row_sum(part, lane);
      mean_depth = sums.y / sums.x;
      let needed = ${setting("typicalP")} * sums.x;
      let floor = floor_of(TYPICAL, needed, lane);
      let last = find(TYPICAL, floor.x, needed - bitcast<f32>(floor.y), false, lane);
      typical = true;
      floor_typical = floor.x;
      typical_last = last;
    }
    var part = vec4f();
    for (var i = lane; i < u.cols; i += ${config.threads}u) { part.x += amount(TOP_P, i, keys[base + i]); }
    let total = row_sum(part, lane).x;
    let at = vec2u(draws[4u * row + 2u], draws[4u * row + 3u]);
    let words = threefry(vec2u(draws[4u * row], draws[4u * row + 1u]), vec2u((at.x >> 1u) | (at.y << 31u), at.y >> 1u));
    token = find(TOP_P, 0u, unit(select(words.x, words.y, (at.x & 1u) == 1u)) * total, true, lane);
${
  config.probabilities
    ? `    for (var i = lane; i < u.cols; i += ${config.threads}u) { probabilities[base + i] = amount(TOP_P, i, keys[base + i]) / total; }
  } else {
    for (var i = lane; i < u.cols; i += ${config.threads}u) { probabilities[base + i] = select(0.0, 1.0, i == token); }
`
    : ""
}  }
  token = min(token, u.cols - 1u);
${config.logProbs ? logProbs(config.threads) : ""}  if (lane == 0u) {
    ids[row] = i32(token);
    report[row * u.width] = i32(token);
    report[row * u.width + 1u] = select(-1, select(i32(best.y), -2, best.x == 0u), faulty);
    let place = draws[4u * row + 2u];
    draws[4u * row + 2u] = place + 1u;
    if (place == 0xffffffffu) { draws[4u * row + 3u] += 1u; }
${config.counts ? "    counts[row * u.pitch + token] += 2;\n" : ""}  }
}
`,
});
