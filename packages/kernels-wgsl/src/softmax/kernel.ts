// softmax, log-softmax and log-sum-exp over the middle axis of [outer, n, inner]. README.md derives the one-pass sum.
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";
import { planRows, type RowConfig, rowEntry, rowReductions, rowWorkgroups } from "../rows/rows.ts";

export type SoftmaxResult = "softmax" | "log_softmax" | "logsumexp";

/** What is baked into the text. */
export interface SoftmaxConfig {
  readonly result: SoftmaxResult;
  readonly threads: RowConfig["threads"];
}

/** Every row is read once for its maximum and sum together, and once more where a result per element is wanted; README §1–2. */
export const softmaxKernel: Kernel<"x" | "y", "rows" | "n" | "inner", SoftmaxConfig> = defineKernel({
  name: "softmax",
  uniforms: { rows: "u32", n: "u32", inner: "u32" },
  bindings: () => ({ x: "read f32", y: "read_write f32" }),
  wgsl({ result, threads }) {
    const layout: RowConfig = { threads, vec: 1 };
    const value = result === "softmax" ? "exp(x[at] - largest) * share" : "(x[at] - largest) - log_sum";
    const each = result === "logsumexp"
      ? `  if (lane == 0u) { y[row] = largest + log_sum; }\n`
      : `  for (var r = lane; r < u.n; r += THREADS) {
    let at = base + r * u.inner;
    y[at] = ${value};
  }
`;
    return `${rowReductions(layout, ["max", "sum"])}
${rowEntry(layout, `  let base = row / u.inner * u.n * u.inner + row % u.inner;
  var local_largest = x[base];
  var local_sum = 0.0;
  for (var r = lane; r < u.n; r += THREADS) {
    let value = x[base + r * u.inner];
    if (value > local_largest) {
      local_sum = local_sum * exp(local_largest - value);
      local_largest = value;
    }
    local_sum += exp(value - local_largest);
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
  const { threads }: RowConfig = inner > 1 ? { threads: 1, vec: 1 } : { ...planRows(rows, n, caps), vec: 1 };
  const layout: RowConfig = { threads, vec: 1 };
  return {
    temps: {},
    dispatches: [dispatch(softmaxKernel, {
      config: { result, threads }, buffers: { x: "x", y: "y" }, uniforms: { rows, n, inner }, workgroups: rowWorkgroups(rows, layout, caps),
    })],
  };
}

/** The softmax family. */
export const softmax: { readonly program: (spec: SoftmaxSpec, caps?: Caps) => Program; readonly kernels: { readonly softmax: typeof softmaxKernel } } = {
  program,
  kernels: { softmax: softmaxKernel },
};
