// Cross entropy of rows of logits with integer targets, forward and backward, in one pass over the logits each.
// Formulas: README.md.
import type { CrossEntropySpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { exponentialSum, gradeFunctions, infinityWord, lowestWord, nanWord, wordType } from "../rows/nonfinite.ts";
import {
  carriedFunction,
  halfConfig,
  type HalfConfig,
  type HalfOutput,
  halfOutput,
  peakFunction,
  planRows,
  type RowConfig,
  rowEntry,
  rowFeatures,
  rowReductions,
  rowType,
  rowWorkgroups,
  totalFunction,
} from "../rows/row-layout.ts";

/** Layout; `smoothing`: mix the target with the uniform distribution. */
export interface CrossEntropyConfig extends RowConfig {
  readonly smoothing: boolean;
}

/** WGSL: whether a row counts: its target is a column and not the one to ignore. */
const validFunction = "fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }\n";

export const crossEntropyForward = defineKernel({
  name: "cross_entropy_forward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", ignoreIndex: "i32", labelSmoothing: "f32" },
  features: rowFeatures,
  bindings: (config: CrossEntropyConfig) => ({
    logits: `read ${wordType(config)}`,
    targets: "read i32",
    loss: "read_write u32",
    lse: "read_write u32",
  }),
  wgsl: (config) => {
    const words = wordType(config);
    // Smoothing of 1 takes 0 · ∞ of an absent target's own loss: NaN.
    const smoothed = `    let absent = loaded == ${words}(${lowestWord});
    if (${config.vec === 4 ? "any(absent)" : "absent"}) { lacking = 1.0; }
    all_sums.x += total(select(v, ${rowType(config)}(), absent));
    if (turns % 64u == 63u) { all_sums = carried(all_sums, turns + 1u); }
`;
    return `${rowReductions(config, ["sum", "max"])}
${totalFunction(config)}${peakFunction(config)}${carriedFunction}${gradeFunctions(config)}${validFunction}
${rowEntry(
  config,
  `  let base = row * u.units;
${config.smoothing ? "  var all_sums = vec4f();\n  var lacking = 0.0;\n" : ""}${exponentialSum("logits[base + r]", config.smoothing ? smoothed : "")}  let log_sum = log(sum);
${
  config.smoothing
    ? `  let mean = row_sum((all_sums.x + all_sums.y) + (all_sums.z + all_sums.w), lane) / f32(u.cols);
  let row_lacks = row_max(lacking, lane) > 0.0;
`
    : ""
}  if (lane == 0u) {
    let t = targets[row];
    let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
    // NaN where the target is neither a column nor ignored: a GPU cannot raise.
    var value = select(0u, ${nanWord}, t != u.ignoreIndex && !is_valid(t));
    if (is_valid(t)) {
      let target_word = ${config.vec === 4 ? "logits[base + u32(t) / 4u][u32(t) % 4u]" : "logits[base + u32(t)]"};
      let absent = target_word == ${lowestWord};
      let impossible = absent${config.smoothing ? " || row_lacks" : ""};
      let hit = select(bitcast<f32>(target_word), 0.0, lost || impossible);
      let finite = ${
        config.smoothing
          ? "(1.0 - u.labelSmoothing) * (largest - hit) + u.labelSmoothing * (largest - mean) + log_sum"
          : "largest - hit + log_sum"
      };
      value = select(select(bitcast<u32>(finite), ${infinityWord}, impossible), ${nanWord}, lost${config.smoothing ? " || (absent && u.labelSmoothing == 1.0)" : ""});
    }
    loss[row] = value;
    let special = select(select(${lowestWord}, ${infinityWord}, grade_infinite(largest)), ${nanWord}, grade_nan(largest));
    lse[row] = select(bitcast<u32>(largest + log_sum), special, lost);
  }
`,
)}`;
  },
});

/** Layout; `lse`: a gradient arrives at the log-sum-exp as well; whether gradLogits is stored as f16. */
export interface CrossEntropyBackwardConfig extends RowConfig, HalfConfig {
  readonly lse: boolean;
}

export const crossEntropyBackward = defineKernel({
  name: "cross_entropy_backward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", ignoreIndex: "i32", labelSmoothing: "f32" },
  features: ({ half }) => (half === "native" ? ["shader-f16"] : []),
  bindings: (config: CrossEntropyBackwardConfig) => ({
    logits: `read ${wordType(config)}`,
    targets: "read i32",
    lse: "read u32",
    gradLoss: "read f32",
    ...(config.lse && { gradLse: "read f32" as const }),
    gradLogits: config.half ? "read_write vec2u" : `read_write ${wordType(config)}`,
  }),
  wgsl: (config) => {
    const type = rowType(config);
    const words = wordType(config);
    const result = `select(value, ${words}(select(0u, ${nanWord}, asked)), lost)`;
    return `const THREADS = ${config.threads}u;
${gradeFunctions(config)}${validFunction}${halfOutput(config).wgsl}
${rowEntry(
  config,
  `  let base = row * u.units;
  let t = targets[row];
  let g = select(0.0, gradLoss[row], is_valid(t));
  let hit = u32(max(t, 0));
  let shift_word = lse[row];
  // A row without shares has no gradient either, unless nothing is asked of it.
  let lost = (shift_word & 0x7fffffffu) >= ${infinityWord};
  let asked = g != 0.0${config.lse ? " || gradLse[row] != 0.0" : ""};
  let shift = bitcast<f32>(select(shift_word, 0u, lost));
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(clamp(graded(logits[base + j]) - shift, ${type}(-200.0), ${type}(80.0)));
    ${config.vec === 4 ? "let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);" : "let column = j;"}
    let goal = select(${type}(0.0), ${type}(1.0 - u.labelSmoothing), column == ${config.vec === 4 ? "vec4u(hit)" : "hit"}) + u.labelSmoothing / f32(u.cols);
    let value = bitcast<${words}>(g * (p - goal)${config.lse ? " + gradLse[row] * p" : ""});
    gradLogits[base + j] = ${config.half ? halfOutput(config).of(`bitcast<vec4f>(${result})`) : result};
  }
`,
)}`;
  },
});

/**
 * The cross-entropy family. `program`: logits, targets → loss, lse (per row). `backward`: logits, targets, lse,
 * gradLoss (, gradLse) → gradLogits, as f16 with `half`, for rows of a multiple of four.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [logits, targets, loss, lse] = [4 * 256 * 4, 16, 16, 16].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(crossEntropy.program({ rows: 4, cols: 256, ignoreIndex: -100, labelSmoothing: 0 }), { logits, targets, loss, lse });
 */
export const crossEntropy: {
  program(call: CrossEntropySpec, caps?: Caps): Program;
  backward(call: CrossEntropySpec & HalfOutput & { readonly lse?: boolean }, caps?: Caps): Program;
} = {
  program({ rows, cols, ignoreIndex, labelSmoothing }, caps = baseCaps) {
    const config = { ...planRows(rows, cols, caps), smoothing: labelSmoothing !== 0 };
    return programOf([
      dispatch(crossEntropyForward, {
        config,
        uniforms: { rows, cols, units: cols / config.vec, ignoreIndex, labelSmoothing },
        workgroups: rowWorkgroups(rows, config, caps),
      }),
    ]);
  },
  backward({ rows, cols, ignoreIndex, labelSmoothing, lse = false, half }, caps = baseCaps) {
    const config = { ...planRows(rows, cols, caps), lse, ...halfConfig({ half }, caps) };
    return programOf([
      dispatch(crossEntropyBackward, {
        config,
        uniforms: { rows, cols, units: cols / config.vec, ignoreIndex, labelSmoothing },
        workgroups: rowWorkgroups(rows, config, caps),
      }),
    ]);
  },
};
