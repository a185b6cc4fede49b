// Sample-tokens, first kernel: a key for every score. Keys are words in the order of the scores, so that what is largest, a threshold and a tie are exact; README.md §1.
import { threadsOf, type LinearConfig, linearMain } from "../grid.ts";
import { defineKernel } from "../kernel.ts";
import { infinityWord, lowestWord } from "../rows/nonfinite.ts";

/** Which optional buffers are bound. */
export interface KeysConfig extends LinearConfig {
  readonly counts: boolean;
  readonly bias: boolean;
  readonly allowed: boolean;
}

/** What a row's settings are, by index: f32 on the device, so that rows differ and a captured step sees new values. */
export const sampleSettings = {
  temperature: 0,
  topK: 1,
  topP: 2,
  minP: 3,
  typicalP: 4,
  repetitionPenalty: 5,
  presencePenalty: 6,
  frequencyPenalty: 7,
  length: 8,
} as const;

/** WGSL: `order(word)` of the bits of a number, and `value(key)`, the number of such a key. ±0 have one key. */
export const keyFunctions: string = `fn order(word: u32) -> u32 {
  let bits = select(word, 0u, word == 0x80000000u);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}
fn value(key: u32) -> f32 { return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u)); }
// 0 of −∞, the last word of NaN and +∞
fn key_of(word: u32) -> u32 {
  let special = (word & 0x7fffffffu) > ${infinityWord} || word == ${infinityWord};
  return select(select(order(word), 0u, word == ${lowestWord}), 0xffffffffu, special);
}
`;

/** WGSL expression: a setting of the row. */
export const setting = (name: Exclude<keyof typeof sampleSettings, "length">): string =>
  `settings[row * ${sampleSettings.length}u + ${sampleSettings[name]}u]`;

/** keys[row, i] of the score after penalties and bias; 0 where the token cannot be chosen. */
export const sampleTokensKeys = defineKernel({
  name: "sample_tokens_keys",
  uniforms: { count: "u32", cols: "u32", pitch: "u32" },
  bindings: ({ counts, bias, allowed }: KeysConfig) => ({
    logits: "read u32",
    ...(counts && { settings: "read f32" as const, counts: "read i32" as const }),
    ...(bias && { bias: "read u32" as const }),
    ...(allowed && { allowed: "read u32" as const }),
    keys: "read_write u32",
  }),
  wgsl: ({ counts, bias, allowed, ...linear }) => `${keyFunctions}
${linearMain(
  threadsOf(linear),
  `  if (index >= u.count) { return; }
  let row = index / u.cols;
  let token = index % u.cols;
  let at = row * u.pitch + token;
  let key = key_of(logits[at]);
  if (key == 0u || key == 0xffffffffu) {
    keys[index] = key;
    return;
  }
  var score = value(key);
${
  counts
    ? `  let seen = counts[at];
  if (seen != 0) {
    let penalty = ${setting("repetitionPenalty")};
    score = select(score / penalty, score * penalty, score < 0.0);
  }
  if (seen > 1) { score -= ${setting("frequencyPenalty")} * f32(seen >> 1u) + ${setting("presencePenalty")}; }
`
    : ""
}${
    bias
      ? `  let added = key_of(bias[at]);
  if (added == 0u) {
    keys[index] = 0u;
    return;
  }
  score += value(added);
`
      : ""
  }  let changed = order(bitcast<u32>(clamp(score, -3.4028233e38, 3.4028233e38)));
  keys[index] = ${
    allowed
      ? "select(0u, changed, ((allowed[row * ((u.cols + 31u) / 32u) + token / 32u] >> (token % 32u)) & 1u) == 1u)"
      : "changed"
  };`,
)}`,
});
