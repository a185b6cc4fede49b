// softmax, log-softmax and log-sum-exp over the middle axis of [outer, n, inner]. README.md derives the one-pass sum.
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { peakFunction, planRows, type RowConfig, rowEntry, rowFeatures, rowReductions, rowType, rowWorkgroups, totalFunction } from "../rows/rows.ts";

export type SoftmaxResult = "softmax" | "log_softmax" | "logsumexp";

/** What is baked into the text. */
export interface SoftmaxConfig extends RowConfig {
  readonly result: SoftmaxResult;
}

/** Every row is read once for its maximum and sum together, and once more where a result per element is wanted; README §1–2. */
export const softmaxKernel: Kernel<"x" | "y", "rows" | "units" | "inner", SoftmaxConfig> = defineKernel({
  name: "softmax",
  uniforms: { rows: "u32", units: "u32", inner: "u32" },
  features: rowFeatures,
  bindings: (config) => ({ x: `read ${rowType(config)}`, y: `read_write ${config.result === "logsumexp" ? "f32" : rowType(config)}` }),
  wgsl({ result, ...layout }) {
    const value = result === "softmax" ? "exp(x[at] - largest) * share" : "(x[at] - largest) - log_sum";
    const each = result === "logsumexp"
      ? `  if (lane == 0u) { y[row] = largest + log_sum; }\n`
      : `  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = ${value};
  }
`;
    return `${rowReductions(layout, ["max", "sum"])}
${totalFunction(layout)}${peakFunction(layout)}
${rowEntry(layout, `  let base = row / u.inner * u.units * u.inner + row % u.inner;
  var local_largest = x[base]${layout.vec === 4 ? ".x" : ""};
  var local_sum = 0.0;
  for (var r = lane; r < u.units; r += THREADS) {
    let v = x[base + r * u.inner];
    let top = peak(v);
    if (top > local_largest) {
      local_sum = local_sum * exp(local_largest - top);
      local_largest = top;
    }
    local_sum += total(exp(v - local_largest));
  }
  let largest = row_max(local_largest, lane);
  let sum = row_sum(local_sum * exp(local_largest - largest), lane);
${result === "softmax" ? "  let share = 1.0 / sum;\n" : "  let log_sum = log(sum);\n"}${each}`)}`;
  },
});

/** A softmax over n of [outer, n, inner]. */
export interface SoftmaxSpec {
  readonly result: SoftmaxResult;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/**
 * y = exp(x − max) / Σ exp(x − max), or x − log Σ exp x, or log Σ exp x, along the middle axis of f32 [outer, n, inner].
 *
 * @returns a program over buffers `x` and `y` (of [outer, inner] for `logsumexp`)
 * @example
 * softmax.program({ result: "softmax", outer: 32, n: 1024, inner: 1 })
 */
function program({ result, outer, n, inner }: SoftmaxSpec, caps: Caps = baseCaps): Program {
  const rows = outer * inner;
  if (rows * n === 0) return { temps: {}, dispatches: [] };
  // neighbouring threads on neighbouring columns read whole lines already
  const layout: RowConfig = inner > 1 ? { threads: 1, vec: 1 } : planRows(rows, n, caps);
  return {
    temps: {},
    dispatches: [dispatch(softmaxKernel, {
      config: { result, ...layout }, buffers: { x: "x", y: "y" }, uniforms: { rows, units: n / layout.vec, inner }, workgroups: rowWorkgroups(rows, layout, caps),
    })],
  };
}

/** The softmax family. */
export const softmax: { readonly program: (spec: SoftmaxSpec, caps?: Caps) => Program; readonly kernels: { readonly softmax: typeof softmaxKernel } } = {
  program,
  kernels: { softmax: softmaxKernel },
};
