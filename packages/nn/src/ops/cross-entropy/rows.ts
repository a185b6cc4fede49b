// Cross entropy of every row of a matrix of logits, and its gradient. Reduction over rows is in cross-entropy.ts.
import { crossEntropyWasm } from "@x/kernels-wasm";
import { crossEntropy as kernels } from "@x/kernels-wgsl";
import {
  add,
  and,
  apply,
  arange,
  cast,
  constant,
  definePrimitive,
  div,
  eq,
  exp,
  ge,
  type HostTensor,
  logsumexp,
  lt,
  maximum,
  mean,
  mul,
  ne,
  type Primitive,
  requireDType,
  reshape,
  ShapeError,
  showShape,
  sizeOf,
  type Spec,
  sub,
  sum,
  type Tensor,
  where,
} from "@x/tensor/core";
import { checkSpec } from "../norm-checks.ts";

/** Parameters of the cross entropies. */
export interface CrossEntropyParams {
  /** Rows with this target count for nothing. */
  readonly ignoreIndex: number;
  /** Share of the target that is spread evenly over all columns, in [0, 1). */
  readonly labelSmoothing: number;
}

function check(op: string, logits: Spec, targets: Spec): void {
  requireDType(op, "logits", logits.dtype, ["f32", "f64"]);
  requireDType(op, "targets", targets.dtype, ["i32"]);
  if (
    logits.shape.length !== 2 ||
    targets.shape.length !== 1 ||
    logits.shape[0] !== targets.shape[0] ||
    logits.shape[1] === 0
  ) {
    const got = `${showShape(logits.shape)} and ${showShape(targets.shape)}`;
    throw new ShapeError(`${op}: logits must have shape [n, v] with v of at least 1, and targets [n]; got ${got}.`, {
      op,
      shapes: { logits: logits.shape, targets: targets.shape },
    });
  }
}

/** Raises about a target that is neither a column nor the one to ignore. */
function checkTargets(op: string, { data }: HostTensor, cols: number, ignoreIndex: number): void {
  for (let i = 0; i < data.length; i++) {
    const target = data[i]!;
    if ((target >= 0 && target < cols) || target === ignoreIndex) continue;
    throw new ShapeError(
      `${op}: targets must be columns of the logits, in [0, ${cols}), or ${ignoreIndex}, which is ignored; got ${target} at position ${i}.`,
      {
        op,
        expected: cols,
        got: target,
      },
    );
  }
}

function kernelCall(
  logits: Spec,
  p: CrossEntropyParams,
): { rows: number; cols: number; ignoreIndex: number; labelSmoothing: number } {
  return {
    rows: logits.shape[0]!,
    cols: logits.shape[1]!,
    ignoreIndex: p.ignoreIndex,
    labelSmoothing: p.labelSmoothing,
  };
}

/** bool `[n]`: which rows count: those whose target is a column and not the one to ignore. */
export function countedRows(targets: Tensor, cols: number, ignoreIndex: number): Tensor {
  return and(ne(targets, ignoreIndex), and(ge(targets, 0), lt(targets, cols)));
}

/** Losses of rows: 0 where the target is ignored, NaN where it is no column either. @param counted what {@link countedRows} says */
export function rowLosses(loss: Tensor, targets: Tensor, counted: Tensor, ignoreIndex: number): Tensor {
  return where(counted, loss, where(eq(targets, ignoreIndex), 0, constant(NaN, loss.dtype, loss.device)));
}

/** bool `[n, v]`: the target's column of each row. */
function hits(targets: Tensor, cols: number): Tensor {
  return eq(reshape(targets, [targets.shape[0]!, 1]), arange(0, cols, 1, { dtype: "i32", device: targets.device }));
}

/** loss = (1 − s)·(lse − logits[target]) + s·(lse − mean(logits)), 0 in rows that do not count; lse = log Σ exp(logits). */
export const crossEntropyRowsPrimitive: Primitive<"logits" | "targets", never, "loss" | "lse", CrossEntropyParams> =
  definePrimitive({
    name: "cross_entropy",
    inputs: ["logits", "targets"],
    outputs: ["loss", "lse"],
    infer({ logits, targets }, _p: CrossEntropyParams) {
      check("crossEntropy", logits, targets);
      const perRow = { shape: targets.shape, dtype: logits.dtype };
      return { loss: perRow, lse: perRow };
    },
    check: ({ logits, targets }, { ignoreIndex }) =>
      checkTargets("crossEntropy", targets, logits.shape[1]!, ignoreIndex),
    reference({ logits, targets }, { ignoreIndex, labelSmoothing }) {
      const cols = logits.shape[1]!;
      const lse = logsumexp(logits, -1);
      const hit = sum(where(hits(targets, cols), logits, 0), -1);
      // Without smoothing the other logits may be −∞.
      const sharp = sub(lse, hit);
      const loss =
        labelSmoothing === 0
          ? sharp
          : add(mul(sharp, 1 - labelSmoothing), mul(sub(lse, mean(logits, -1)), labelSmoothing));
      return { loss: rowLosses(loss, targets, countedRows(targets, cols, ignoreIndex), ignoreIndex), lse };
    },
    cpu(
      { logits: { data: logits, shape }, targets: { data: targets } },
      { loss: { data: loss }, lse: { data: lse } },
      { ignoreIndex, labelSmoothing },
    ) {
      const [rows, cols] = shape as [number, number];
      for (let r = 0, base = 0; r < rows; r++, base += cols) {
        let top = logits[base]!;
        let total = 0;
        for (let j = 0; j < cols; j++) {
          const v = logits[base + j]!;
          total += v;
          if (v > top) top = v;
        }
        // A sum with +∞, or of −∞ alone, is taken as it is; such a row has no shares.
        const shift = Math.abs(top) === Infinity ? 0 : top;
        let scaled = 0;
        for (let j = 0; j < cols; j++) scaled += Math.exp(logits[base + j]! - shift);
        const logSum = Math.log(scaled);
        const target = targets[r]!;
        const counts = target !== ignoreIndex && target >= 0 && target < cols;
        // Without smoothing the other logits may be −∞.
        const spread = labelSmoothing === 0 ? 0 : labelSmoothing * (top - total / cols);
        loss[r] = !counts
          ? 0
          : shift !== top
            ? NaN
            : (1 - labelSmoothing) * (top - logits[base + target]!) + spread + logSum;
        lse[r] = shift + logSum;
      }
    },
    webgpu: ({ logits }, p, caps) => kernels.program(kernelCall(logits, p), caps),
    wasm: ({ logits }, p) => crossEntropyWasm.program(kernelCall(logits, p)),
    vjp({ x: { logits, targets }, y: { lse }, grad, p }) {
      if (!grad.loss && !grad.lse) return {};
      const gradLoss = grad.loss ?? mul(grad.lse!, 0);
      return {
        logits: apply(crossEntropyBackwardPrimitive, { logits, targets, lse, gradLoss, gradLse: grad.lse }, p)
          .gradLogits,
      };
    },
    cases: [
      rowsCase("one column", 3, 1, {}),
      rowsCase("63 columns", 4, 63, {}),
      rowsCase("64 columns, smoothed", 3, 64, { labelSmoothing: 0.1 }),
      rowsCase("65 columns", 70, 65, { ignoreIndex: 3 }),
      rowsCase("257 columns, smoothed", 5, 257, { labelSmoothing: 0.3 }),
      { ...rowsCase("byte vocabulary", 8192, 256, {}), bench: true },
      { ...rowsCase("130m vocabulary", 1024, 50288, {}), bench: true },
    ],
    cost: ({ logits }) => ({ flops: 5 * sizeOf(logits.shape), bytes: 4 * sizeOf(logits.shape) }),
  });

/** Targets drawn from −1, which is ignored, to the last column: some rows count for nothing. */
function rowsCase(
  name: string,
  rows: number,
  cols: number,
  p: Partial<CrossEntropyParams>,
): (typeof crossEntropyRowsPrimitive)["cases"][number] {
  return {
    name,
    inputs: {
      logits: { shape: [rows, cols], fill: { normal: [1, 3] } },
      targets: { shape: [rows], dtype: "i32", fill: { integers: [p.ignoreIndex === undefined ? -1 : 0, cols] } },
    },
    params: { ignoreIndex: -1, labelSmoothing: 0, ...p },
  };
}

/** gradLogits = exp(logits − lse)·(g + gradLse) − g·((1 − s)·onehot + s/v), with g = gradLoss where the row counts, else 0. */
export const crossEntropyBackwardPrimitive: Primitive<
  "logits" | "targets" | "lse" | "gradLoss",
  "gradLse",
  "gradLogits",
  CrossEntropyParams
> = definePrimitive({
  name: "cross_entropy_backward",
  inputs: ["logits", "targets", "lse", "gradLoss"],
  optional: ["gradLse"],
  outputs: ["gradLogits"],
  infer({ logits, targets, lse, gradLoss, gradLse }, _p: CrossEntropyParams) {
    check("crossEntropyBackward", logits, targets);
    for (const [name, spec] of Object.entries({ lse, gradLoss, gradLse })) {
      if (spec) checkSpec("crossEntropyBackward", name, spec, targets.shape, logits.dtype);
    }
    return { gradLogits: { shape: logits.shape, dtype: logits.dtype } };
  },
  check: ({ logits, targets }, { ignoreIndex }) =>
    checkTargets("crossEntropyBackward", targets, logits.shape[1]!, ignoreIndex),
  reference({ logits, targets, lse, gradLoss, gradLse }, { ignoreIndex, labelSmoothing }) {
    const [rows, cols] = logits.shape as [number, number];
    const share = exp(sub(logits, reshape(lse, [rows, 1])));
    const goal = add(mul(cast(hits(targets, cols), logits.dtype), 1 - labelSmoothing), labelSmoothing / cols);
    const arrived = reshape(where(countedRows(targets, cols, ignoreIndex), gradLoss, 0), [rows, 1]);
    const gradLogits = mul(arrived, sub(share, goal));
    return { gradLogits: gradLse ? add(gradLogits, mul(reshape(gradLse, [rows, 1]), share)) : gradLogits };
  },
  cpu(inputs, { gradLogits: { data: gradLogits } }, { ignoreIndex, labelSmoothing }) {
    const {
      logits: { data: logits, shape },
      targets: { data: targets },
      lse: { data: lse },
      gradLoss: { data: gradLoss },
      gradLse,
    } = inputs;
    const [rows, cols] = shape as [number, number];
    for (let r = 0, base = 0; r < rows; r++, base += cols) {
      const target = targets[r]!;
      const counts = target !== ignoreIndex && target >= 0 && target < cols;
      const g = counts ? gradLoss[r]! : 0;
      const scale = gradLse ? g + gradLse.data[r]! : g;
      const spread = (g * labelSmoothing) / cols;
      const shift = Number.isFinite(lse[r]!) ? lse[r]! : NaN;
      for (let j = 0; j < cols; j++)
        gradLogits[base + j] = scale === 0 ? -spread : scale * Math.exp(logits[base + j]! - shift) - spread;
      if (counts) gradLogits[base + target]! -= g * (1 - labelSmoothing);
    }
  },
  webgpu: ({ logits, gradLse }, p, caps) =>
    kernels.backward({ ...kernelCall(logits, p), lse: gradLse !== undefined }, caps),
  wasm: ({ logits, gradLse }, p) => crossEntropyWasm.backward({ ...kernelCall(logits, p), lse: gradLse !== undefined }),
  cases: [
    backwardCase("one column", 3, 1, {}, false),
    backwardCase("63 columns", 4, 63, {}, true),
    backwardCase("64 columns, smoothed", 3, 64, { labelSmoothing: 0.1 }, true),
    backwardCase("65 columns", 70, 65, { ignoreIndex: 3 }, false),
    { ...backwardCase("byte vocabulary", 8192, 256, {}, false), bench: true },
    { ...backwardCase("130m vocabulary", 1024, 50288, {}, false), bench: true },
  ],
  cost: ({ logits }) => ({ flops: 4 * sizeOf(logits.shape), bytes: 8 * sizeOf(logits.shape) }),
});

function backwardCase(
  name: string,
  rows: number,
  cols: number,
  p: Partial<CrossEntropyParams>,
  lse: boolean,
): (typeof crossEntropyBackwardPrimitive)["cases"][number] {
  const { inputs, params } = rowsCase(name, rows, cols, p);
  const perRow = { shape: [rows] };
  return {
    name,
    inputs: {
      ...inputs,
      logits: { shape: [rows, cols] },
      lse: { ...perRow, fill: { uniform: [3, 5] } },
      gradLoss: perRow,
      ...(lse && { gradLse: perRow }),
    },
    params,
  };
}

/** How the losses of rows become one: averaged over the rows that count, added, or left alone. */
export type Reduction = "mean" | "sum" | "none";

/** How many rows count, as a number that may be divided by: 1 where none does. */
export function divisorOf(targets: Tensor, cols: number, ignoreIndex: number, dtype: Spec["dtype"]): Tensor {
  return maximum(rowCount(targets, cols, ignoreIndex, dtype), 1);
}

function rowCount(targets: Tensor, cols: number, ignoreIndex: number, dtype: Spec["dtype"]): Tensor {
  return sum(cast(countedRows(targets, cols, ignoreIndex), dtype));
}

/** Reduces losses per row; the mean over no rows at all is NaN, with gradients of 0, as in PyTorch. */
export function reduceRows(
  loss: Tensor,
  targets: Tensor,
  cols: number,
  ignoreIndex: number,
  reduction: Reduction,
): Tensor {
  if (reduction === "none") return loss;
  const total = sum(loss);
  if (reduction === "sum") return total;
  const count = rowCount(targets, cols, ignoreIndex, loss.dtype);
  return where(eq(count, 0), constant(NaN, loss.dtype, loss.device), div(total, maximum(count, 1)));
}
