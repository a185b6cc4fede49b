// Cross entropy of rows of logits with integer targets, forward and backward, in one pass over the logits each. Formulas: README.md.
import { baseCaps, type Caps } from "../caps.ts";
import { functionsFor } from "../elementwise/functions.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { peakFunction, planRows, type RowConfig, rowEntry, rowFeatures, rowReductions, rowType, rowWorkgroups, totalFunction } from "../rows/rows.ts";

/** Layout; `smoothing`: mix the target with the uniform distribution. */
export interface CrossEntropyConfig extends RowConfig {
  readonly smoothing: boolean;
}

/** WGSL: whether a row counts: its target is a column and not the one to ignore. */
const validFunction = "fn is_valid(t: i32) -> bool { return t != u.ignoreIndex && t >= 0 && t < i32(u.cols); }\n";

/** WGSL of a row's loss: NaN where the target is neither a column nor ignored, since a GPU cannot raise. */
const loudLoss = "or_nan(value, t != u.ignoreIndex && !is_valid(t))";

export const crossEntropyForward: Kernel<
  "logits" | "targets" | "loss" | "lse", "rows" | "cols" | "units" | "ignoreIndex" | "labelSmoothing", CrossEntropyConfig
> = defineKernel({
  name: "cross_entropy_forward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", ignoreIndex: "i32", labelSmoothing: "f32" },
  features: rowFeatures,
  bindings: (config) => ({
    logits: `read ${rowType(config)}`,
    targets: "read i32",
    loss: "read_write f32",
    lse: "read_write f32",
  }),
  wgsl: (config) => `${rowReductions(config, ["sum", "max"])}
${functionsFor(loudLoss)}${totalFunction(config)}${peakFunction(config)}${validFunction}
${rowEntry(config, `  let base = row * u.units;
  var top = -3.0e38;
  var scaled = 0.0;
${config.smoothing ? "  var sum = 0.0;\n" : ""}  for (var j = lane; j < u.units; j += THREADS) {
    let v = logits[base + j];
    let raised = max(top, peak(v));
    scaled = scaled * exp(top - raised) + total(exp(v - raised));
    top = raised;
${config.smoothing ? "    sum += total(v);\n" : ""}  }
  let row_top = row_max(top, lane);
  let log_sum = log(row_sum(scaled * exp(top - row_top), lane));
${config.smoothing ? "  let mean = row_sum(sum, lane) / f32(u.cols);\n" : ""}  if (lane == 0u) {
    let t = targets[row];
    var value = 0.0;
    if (is_valid(t)) {
      let hit = ${config.vec === 4 ? "logits[base + u32(t) / 4u][u32(t) % 4u]" : "logits[base + u32(t)]"};
      value = ${config.smoothing
        ? "(1.0 - u.labelSmoothing) * (row_top - hit) + u.labelSmoothing * (row_top - mean) + log_sum"
        : "row_top - hit + log_sum"};
    }
    loss[row] = ${loudLoss};
    lse[row] = row_top + log_sum;
  }
`)}`,
});

/** Layout; `lse`: a gradient arrives at the log-sum-exp as well. */
export interface CrossEntropyBackwardConfig extends RowConfig {
  readonly lse: boolean;
}

export const crossEntropyBackward: Kernel<
  "logits" | "targets" | "lse" | "gradLoss" | "gradLse" | "gradLogits", "rows" | "cols" | "units" | "ignoreIndex" | "labelSmoothing",
  CrossEntropyBackwardConfig
> = defineKernel({
  name: "cross_entropy_backward",
  uniforms: { rows: "u32", cols: "u32", units: "u32", ignoreIndex: "i32", labelSmoothing: "f32" },
  bindings: (config) => ({
    logits: `read ${rowType(config)}`,
    targets: "read i32",
    lse: "read f32",
    gradLoss: "read f32",
    ...(config.lse && { gradLse: "read f32" as const }),
    gradLogits: `read_write ${rowType(config)}`,
  }),
  wgsl: (config) => {
    const type = rowType(config);
    return `const THREADS = ${config.threads}u;
${validFunction}
${rowEntry(config, `  let base = row * u.units;
  let t = targets[row];
  let g = select(0.0, gradLoss[row], is_valid(t));
  let hit = u32(max(t, 0));
  let shift = lse[row];
  for (var j = lane; j < u.units; j += THREADS) {
    let p = exp(logits[base + j] - shift);
    ${config.vec === 4 ? "let column = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u);" : "let column = j;"}
    let goal = select(${type}(0.0), ${type}(1.0 - u.labelSmoothing), column == ${config.vec === 4 ? "vec4u(hit)" : "hit"}) + u.labelSmoothing / f32(u.cols);
    gradLogits[base + j] = g * (p - goal)${config.lse ? " + gradLse[row] * p" : ""};
  }
`)}`;
  },
});

/** Size and options of a call. */
export interface CrossEntropyCall {
  readonly rows: number;
  readonly cols: number;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

/**
 * The cross-entropy family. `program`: logits, targets → loss, lse (per row). `backward`: logits, targets, lse, gradLoss (, gradLse) → gradLogits.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [logits, targets, loss, lse] = [4 * 256 * 4, 16, 16, 16].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.run(crossEntropy.program({ rows: 4, cols: 256, ignoreIndex: -100, labelSmoothing: 0 }), { logits, targets, loss, lse });
 */
export const crossEntropy: {
  program(call: CrossEntropyCall, caps?: Caps): Program;
  backward(call: CrossEntropyCall & { readonly lse?: boolean }, caps?: Caps): Program;
  readonly kernels: { readonly crossEntropyForward: typeof crossEntropyForward; readonly crossEntropyBackward: typeof crossEntropyBackward };
} = {
  program({ rows, cols, ignoreIndex, labelSmoothing }, caps = baseCaps) {
    const config = { ...planRows(rows, cols, caps), smoothing: labelSmoothing !== 0 };
    return {
      temps: {},
      dispatches: [dispatch(crossEntropyForward, {
        config,
        buffers: { logits: "logits", targets: "targets", loss: "loss", lse: "lse" },
        uniforms: { rows, cols, units: cols / config.vec, ignoreIndex, labelSmoothing },
        workgroups: rowWorkgroups(rows, config, caps),
      })],
    };
  },
  backward({ rows, cols, ignoreIndex, labelSmoothing, lse = false }, caps = baseCaps) {
    const config = { ...planRows(rows, cols, caps), lse };
    return {
      temps: {},
      dispatches: [dispatch(crossEntropyBackward, {
        config,
        buffers: {
          logits: "logits", targets: "targets", lse: "lse", gradLoss: "gradLoss", gradLogits: "gradLogits", ...(lse && { gradLse: "gradLse" }),
        },
        uniforms: { rows, cols, units: cols / config.vec, ignoreIndex, labelSmoothing },
        workgroups: rowWorkgroups(rows, config, caps),
      })],
    };
  },
  kernels: { crossEntropyForward, crossEntropyBackward },
};
