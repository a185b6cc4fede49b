// Cross entropy between rows of logits and integer targets, reduced to one loss.
import { describeValue, type OptionKeys } from "@x/base";
import {
  apply,
  checkOptions,
  ConfigError,
  DTypeError,
  requireArity,
  requireNumber,
  requireTensors,
  reshape,
  type Shape,
  ShapeError,
  showShape,
  sizeOf,
  Tensor,
  tidy,
} from "@x/tensor/core";
import { crossEntropyRowsPrimitive, type Reduction, reduceRows } from "./rows.ts";

/** Options of the cross entropies. */
export interface CrossEntropyOptions {
  /** default "mean": over the targets that count */
  readonly reduction?: Reduction;
  /** targets with this value count for nothing; default −100 */
  readonly ignoreIndex?: number;
  /** share of the target spread evenly over all columns, in [0, 1]; default 0 */
  readonly labelSmoothing?: number;
}

/** What the cross entropies read. */
export const crossEntropyOptions: OptionKeys<CrossEntropyOptions> = {
  reduction: true,
  ignoreIndex: true,
  labelSmoothing: true,
};

/** Raises unless a reduction is known. */
export function requireReduction(op: string, reduction: Reduction): void {
  if (!["mean", "sum", "none"].includes(reduction))
    throw ConfigError.must(op, "reduction", 'be "mean", "sum" or "none"', reduction);
}

/** Options with nothing left open. */
export function lossOptions(op: string, options: CrossEntropyOptions): Required<CrossEntropyOptions> {
  const { reduction = "mean", ignoreIndex = -100, labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw ConfigError.must(op, "labelSmoothing", "be from 0 to 1", labelSmoothing);
  }
  requireNumber(op, "ignoreIndex", ignoreIndex, "a whole number", Number.isSafeInteger);
  requireReduction(op, reduction);
  return { reduction, ignoreIndex, labelSmoothing };
}

/** Checks that targets have the shape of what they belong to without its last axis; returns that shape. */
export function targetShape(op: string, of: string, x: Tensor, targets: Tensor): Shape {
  if (!(targets instanceof Tensor)) {
    throw new DTypeError(
      `${op}: targets must be a tensor of i32; got ${describeValue(targets)}. Make one with tensor(Int32Array.from(…), { shape, device }).`,
      { op, got: targets },
    );
  }
  const lead = x.shape.slice(0, -1);
  if (x.shape.length === 0 || showShape(lead) !== showShape(targets.shape)) {
    throw new ShapeError(
      `${op}: targets must have the shape of ${of} without its last axis, ${showShape(lead)}; got ${showShape(targets.shape)}.`,
      {
        op,
        expected: lead,
        got: targets.shape,
      },
    );
  }
  return lead;
}

/**
 * Cross entropy `−log softmax(logits)[target]` in nats, and its mean over the rows that count. The log-sum-exp subtracts the row's largest logit,
 * so nothing overflows. Rows whose target is `ignoreIndex` count for nothing: loss 0, gradient 0, not in the mean. The mean of no rows is NaN
 * (its gradient 0), as in PyTorch.
 * Any other target must be a column: the CPU raises about one that is not at once, a GPU at the next read.
 *
 * @param logits `[…, v]`, f32 or f64; −∞ has no share: the loss is finite where the target's logit is, and ∞ where the target's is −∞ or where smoothing spreads
 *   some of the target to a −∞. Rows that hold NaN or +∞, or −∞ alone, give NaN; so does, as in PyTorch, a target of −∞ of whose own loss smoothing 1 takes 0 · ∞.
 * @param targets logits' shape without its last axis, i32
 * @returns a scalar; with reduction "none" the targets' shape
 * @throws ShapeError, DTypeError, ConfigError when something does not fit
 * @example
 * crossEntropy(tensor([[0, 0], [2, 0]]), tensor(new Int32Array([1, -100])));   // log 2
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  requireArity("crossEntropy", arguments, 3);
  requireTensors("crossEntropy", { logits, targets });
  checkOptions("crossEntropy", options, crossEntropyOptions);
  const { reduction, ignoreIndex, labelSmoothing } = lossOptions("crossEntropy", options);
  const lead = targetShape("crossEntropy", "logits", logits, targets);
  const cols = logits.shape.at(-1)!;
  const rows = sizeOf(lead);
  return tidy(() => {
    const flat =
      lead.length === 1
        ? { logits, targets }
        : { logits: reshape(logits, [rows, cols]), targets: reshape(targets, [rows]) };
    const { loss } = apply(crossEntropyRowsPrimitive, flat, { ignoreIndex, labelSmoothing });
    const reduced = reduceRows(loss, flat.targets, cols, ignoreIndex, reduction);
    return reduction === "none" && lead.length !== 1 ? reshape(reduced, lead) : reduced;
  });
}
