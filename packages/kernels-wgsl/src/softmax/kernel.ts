// softmax, log-softmax and log-sum-exp over the middle axis of [outer, n, inner]. README.md derives the one-pass sum.
import { baseCaps, type Caps } from "../caps.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { exponentialSum, gradeFunctions, infinityWord, lowestWord, nanWord, wordType } from "../rows/nonfinite.ts";
import {
  carriedFunction,
  peakFunction,
  planRows,
  type RowConfig,
  rowEntry,
  rowFeatures,
  rowReductions,
  rowWorkgroups,
  totalFunction,
} from "../rows/row-layout.ts";

/** What the softmax kernel writes: a row of probabilities, of their logarithms, or one logarithm of a sum per row. */
export type SoftmaxResult = "softmax" | "log_softmax" | "logsumexp";

/** What is baked into the text. */
export interface SoftmaxConfig extends RowConfig {
  readonly result: SoftmaxResult;
}

/**
 * Every row is read once for its maximum and sum together, and once more where a result per element is wanted; README
 * §1–2.
 */
export const softmaxKernel = defineKernel({
  name: "softmax",
  uniforms: { rows: "u32", units: "u32", inner: "u32" },
  features: rowFeatures,
  bindings: (config: SoftmaxConfig) => ({
    x: `read ${wordType(config)}`,
    y: `read_write ${config.result === "logsumexp" ? "u32" : wordType(config)}`,
  }),
  wgsl({ result, ...layout }) {
    const words = wordType(layout);
    // A row that holds NaN or +∞, or nothing but −∞, has no shares.
    const each = `  let lost = grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest);
  for (var r = lane; r < u.units; r += THREADS) {
    let at = base + r * u.inner;
    ${
      result === "softmax"
        ? `let value = bitcast<${words}>(shrunk(graded(x[at]) - largest) * share);`
        : `let word = x[at];
    let value = select(bitcast<${words}>((graded(word) - largest) - log_sum), ${words}(${lowestWord}), word == ${words}(${lowestWord}));`
    }
    y[at] = select(value, ${words}(${nanWord}), lost);
  }
`;
    const one = `  if (lane == 0u) {
    let special = select(select(${lowestWord}, ${infinityWord}, grade_infinite(largest)), ${nanWord}, grade_nan(largest));
    y[row] = select(bitcast<u32>(largest + log_sum), special, grade_nan(largest) || grade_infinite(largest) || grade_lowest(largest));
  }
`;
    return `${rowReductions(layout, ["max", "sum"])}
${totalFunction(layout)}${peakFunction(layout)}${carriedFunction}${gradeFunctions(layout)}
${rowEntry(
  layout,
  `  let base = row / u.inner * u.units * u.inner + row % u.inner;
${exponentialSum("x[base + r * u.inner]")}${result === "softmax" ? "  let share = 1.0 / sum;\n" : "  let log_sum = log(sum);\n"}${result === "logsumexp" ? one : each}`,
)}`;
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
 * y = exp(x − max) / Σ exp(x − max), or x − log Σ exp x, or log Σ exp x, along the middle axis of f32 [outer, n,
 * inner].
 *
 * @returns a program over buffers `x` and `y` (of [outer, inner] for `logsumexp`)
 * @example
 * softmax.program({ result: "softmax", outer: 32, n: 1024, inner: 1 })
 */
function program({ result, outer, n, inner }: SoftmaxSpec, caps: Caps = baseCaps): Program {
  const rows = outer * inner;
  if (rows * n === 0) return programOf([]);
  // neighbouring threads on neighbouring columns read whole lines already
  const layout: RowConfig = inner > 1 ? { threads: 1, vec: 1 } : planRows(rows, n, caps);
  return programOf([
    dispatch(softmaxKernel, {
      config: { result, ...layout },
      uniforms: { rows, units: n / layout.vec, inner },
      workgroups: rowWorkgroups(rows, layout, caps),
    }),
  ]);
}

/**
 * Softmax of f32 x [outer, n, inner] along n: exp(x − max) / Σ exp(x − max), its logarithm (`log_softmax`), or log Σ
 * exp x (`logsumexp`, y [outer, inner]). Buffers `x` and `y`. NaN and infinities give what PyTorch gives.
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [x, y] = [runner.createBuffer(8), runner.createBuffer(8)];
 * runner.write(x, new Float32Array([0, 0]));
 * runner.run(softmax.program({ result: "softmax", outer: 1, n: 2, inner: 1 }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 8))); // 0.5, 0.5
 */
export const softmax: {
  readonly program: (spec: SoftmaxSpec, caps?: Caps) => Program;
} = {
  program,
};
