// Shared by the cross entropies: parameters, checks, and the mask of rows that are not ignored.
import type { CrossEntropySpec } from "@x/base";
import {
  and,
  arange,
  type CheckIdsParams,
  constant,
  eq,
  ge,
  lt,
  ne,
  requireDType,
  reshape,
  ShapeError,
  showShape,
  type Spec,
  type Tensor,
  where,
} from "@x/tensor/core";

/** Parameters of the cross entropies. */
export type CrossEntropyParams = Pick<CrossEntropySpec, "ignoreIndex" | "labelSmoothing">;

export function check(op: string, logits: Spec, targets: Spec): void {
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

/** Targets are columns of the logits, or the one to ignore. */
export function targetRange(op: string, cols: number, ignoreIndex: number): CheckIdsParams {
  return { op, must: "targets must be columns of the logits, in", size: cols, except: ignoreIndex };
}

export function specOf({ shape }: Spec, p: CrossEntropyParams): CrossEntropySpec {
  return { rows: shape[0]!, cols: shape[1]!, ...p };
}

/** bool `[n]`: rows whose target is a column other than `ignoreIndex`. */
export function countedRows(targets: Tensor, cols: number, ignoreIndex: number): Tensor {
  return and(ne(targets, ignoreIndex), and(ge(targets, 0), lt(targets, cols)));
}

/** Losses of rows: 0 where the target is ignored, NaN where it is out of range, until a read raises. @param counted what {@link countedRows} says */
export function rowLosses(loss: Tensor, targets: Tensor, counted: Tensor, ignoreIndex: number): Tensor {
  return where(counted, loss, where(eq(targets, ignoreIndex), 0, constant(NaN, loss.dtype, loss.device)));
}

/** bool `[n, v]`: the target's column of each row. */
export function hits(targets: Tensor, cols: number): Tensor {
  return eq(reshape(targets, [targets.shape[0]!, 1]), arange(0, cols, 1, { dtype: "i32", device: targets.device }));
}
