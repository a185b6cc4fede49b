// The choice of experts and their weights: one workgroup per token.
import type { ExpertRoutingSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { lowestWord, nanWord } from "../rows/nonfinite.ts";

/** Threads that share a token. */
const threads = 64;

export type ExpertRoutingConfig = Pick<
  ExpertRoutingSpec,
  "routing" | "normalize" | "correction" | "experts" | "perToken" | "groups" | "topGroups"
>;

/**
 * Floats as integers of the same order, all above 0: −0 as 0, NaN above all numbers. Words in, words out: WGSL may
 * assume that neither NaN nor infinities exist.
 */
const keyFunctions = `fn is_nan(word: u32) -> bool { return (word & 0x7fffffffu) > 0x7f800000u; }
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
`;

/** The word by which an expert competes. */
function choiceOf({ routing, correction }: ExpertRoutingConfig): string {
  if (routing === "softmax") return "word";
  const score = "sigmoid(bounded(word))";
  return correction
    ? `select(bitcast<u32>(${score} + correction[j]), ${nanWord}, is_nan(word) || is_nan(bitcast<u32>(correction[j])))`
    : `select(bitcast<u32>(${score}), ${nanWord}, is_nan(word))`;
}

/** Sets the keys of all but the best groups to 0; a group counts as much as its two best. */
function keepGroups({ experts, groups, topGroups }: ExpertRoutingConfig): string {
  if (groups === 1) return "";
  return `  for (var group = lane; group < ${groups}u; group += THREADS) {
    var first = 0u;
    var second = 0u;
    for (var j = group * ${experts / groups}u; j < (group + 1u) * ${experts / groups}u; j++) {
      let key = keys[j];
      second = max(second, min(key, first));
      first = max(first, key);
    }
    // the words that the two keys came from
    let a = select(~first, first ^ 0x80000000u, first > 0x7fffffffu);
    let b = select(~second, second ^ 0x80000000u, second > 0x7fffffffu);
    group_keys[group] = select(key_of(bitcast<u32>(bitcast<f32>(a) + bitcast<f32>(b))), 0xffffffffu, is_nan(a) || is_nan(b));
  }
  workgroupBarrier();
  if (lane == 0u) {
    for (var r = 0u; r < ${topGroups}u; r++) {
      var best = 0u;
      var most = 0u;
      for (var group = 0u; group < ${groups}u; group++) {
        if (group_keys[group] > most) {
          most = group_keys[group];
          best = group;
        }
      }
      group_keys[best] = 0u;
    }
  }
  workgroupBarrier();
  for (var j = lane; j < EXPERTS; j += THREADS) {
    if (group_keys[j / ${experts / groups}u] != 0u) { keys[j] = 0u; }
  }
  workgroupBarrier();
`;
}

/** What the first thread does with the chosen ones: shares, their sum, the weights. */
function weigh({ routing, normalize }: ExpertRoutingConfig): string {
  const share =
    routing === "softmax"
      ? `select(exp(bounded(bitcast<u32>(bounded_difference(word, top)))), 0.0, word == ${lowestWord})`
      : "sigmoid(bounded(word))";
  const divisor = routing === "softmax" ? (normalize ? "total" : "all") : normalize ? "(total + 1e-20)" : "1.0";
  const broken = routing === "softmax" || normalize ? "invalid" : "is_nan(logits[row * EXPERTS + chosen[r]])";
  return `    var total = 0.0;
    var invalid = ${routing === "softmax" ? "(top & 0x7fffffffu) >= 0x7f800000u" : "false"};
    for (var r = 0u; r < PER_TOKEN; r++) {
      let word = logits[row * EXPERTS + chosen[r]];
      invalid = invalid || is_nan(word);
      let share = ${share};
      total += share;
      shares[r] = share;
    }
    for (var r = 0u; r < PER_TOKEN; r++) {
      ids[row * PER_TOKEN + r] = i32(chosen[r]);
      weights[row * PER_TOKEN + r] = select(bitcast<u32>(shares[r] / ${divisor} * u.scale), ${nanWord}, ${broken});
    }
`;
}

/** Σ exp(logit − largest) over all experts. */
const sumOfAll = `  var part = 0.0;
  for (var j = lane; j < EXPERTS; j += THREADS) {
    let word = logits[row * EXPERTS + j];
    part += select(exp(bounded(bitcast<u32>(bounded_difference(word, top)))), 0.0, word == ${lowestWord} || is_nan(word));
  }
  parts[lane] = part;
  workgroupBarrier();
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    if (lane < half) { parts[lane] += parts[lane + half]; }
    workgroupBarrier();
  }
  let all = parts[0];
`;

export const expertRouting = defineKernel({
  name: "expert_routing",
  uniforms: { rows: "u32", scale: "f32" },
  bindings: ({ correction }: ExpertRoutingConfig) => ({
    logits: "read u32",
    ...(correction && { correction: "read f32" as const }),
    ids: "read_write i32",
    weights: "read_write u32",
  }),
  wgsl: (config) => {
    const { experts, perToken, groups, routing, normalize } = config;
    const overAll = routing === "softmax" && !normalize;
    return `const THREADS = ${threads}u;
const EXPERTS = ${experts}u;
const PER_TOKEN = ${perToken}u;
${keyFunctions}// a difference of two numbers; of what is none, some number
fn bounded_difference(a: u32, b: u32) -> f32 {
  let finite = (a & 0x7fffffffu) < 0x7f800000u && (b & 0x7fffffffu) < 0x7f800000u;
  return max(bitcast<f32>(select(0u, a, finite)) * 0.5 - bitcast<f32>(select(0u, b, finite)) * 0.5, -100.0) * 2.0;
}
var<workgroup> keys: array<u32, ${experts}>;
var<workgroup> best_keys: array<u32, ${threads}>;
var<workgroup> best_places: array<u32, ${threads}>;
var<workgroup> chosen: array<u32, ${perToken}>;
var<workgroup> shares: array<f32, ${perToken}>;
${groups > 1 ? `var<workgroup> group_keys: array<u32, ${groups}>;\n` : ""}${overAll ? `var<workgroup> parts: array<f32, ${threads}>;\n` : ""}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group_id: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group_id.y * grid.x + group_id.x;
  if (row >= u.rows) { return; }
  for (var j = lane; j < EXPERTS; j += THREADS) {
    let word = logits[row * EXPERTS + j];
    keys[j] = key_of(${choiceOf(config)});
  }
  workgroupBarrier();
${keepGroups(config)}  for (var r = 0u; r < PER_TOKEN; r++) {
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
${routing === "softmax" ? "  let top = logits[row * EXPERTS + chosen[0]];\n" : ""}${overAll ? sumOfAll : ""}  if (lane == 0u) {
${weigh(config)}  }
}
`;
  },
});

/** Buffers logits, correction, ids (i32) and weights. */
export function routing({ rows, scale, ...config }: ExpertRoutingSpec, caps: Caps = baseCaps): Program {
  if (rows === 0) return programOf([]);
  const { routing: kind, normalize, correction, experts, perToken, groups, topGroups } = config;
  return programOf([
    dispatch(expertRouting, {
      config: { routing: kind, normalize, correction, experts, perToken, groups, topGroups },
      uniforms: { rows, scale },
      workgroups: grid1d(rows, 1, caps),
    }),
  ]);
}
