// Gradients of one step from several batches: those of the loss over all of them together, not of a mean of means.
import { describeValue } from "@x/base";
import {
  add,
  cast,
  ConfigError,
  constant,
  div,
  eq,
  gradientsOf,
  leaves,
  mul,
  ne,
  ShapeError,
  showShape,
  sum,
  Tensor,
  where,
} from "@x/tensor/core";
import { IGNORE_INDEX } from "../data/tokens.ts";

/**
 * What a loss function returns: a scalar, the mean over what counts in the batch; or a scalar `sum` and how many terms it has, from which the trainer takes `sum / count`
 * over all batches of a step.
 */
export type BatchLoss = Tensor | { readonly sum: Tensor; readonly count: Tensor | number };

/** Loss and gradients of a step, both still to be multiplied by `scale`, where it is there. No gradient of what the loss of no batch reaches. */
export interface Accumulated {
  readonly loss: Tensor;
  readonly grads: readonly (Tensor | undefined)[];
  readonly scale: Tensor | undefined;
}

/**
 * The mean loss over all batches and its gradients, one batch after another. Losses are weighted by what they are means of: the `count` that the loss function returns, else the
 * targets `y` that are not −100. Where a batch has neither, all must have the same shapes.
 *
 * @param factor on every loss whose gradients are taken; `scale` divides by it again
 */
export function accumulate<B>(
  batches: readonly B[],
  lossFn: (batch: B) => BatchLoss,
  wrt: readonly Tensor[],
  factor: number,
): Accumulated {
  if (batches.length === 1) {
    const { value, grads } = gradientsOf(() => scaled(meanOf(lossFn(batches[0]!)).mean, factor), wrt);
    return { loss: value, grads, scale: constantScale(1 / factor, value) };
  }
  let running:
    | {
        readonly loss: Tensor;
        readonly grads: readonly (Tensor | undefined)[];
        readonly total: Tensor | undefined;
        readonly first: Tensor | undefined;
      }
    | undefined;
  for (const batch of batches) {
    const {
      value: [loss, weight, first],
      grads,
    } = gradientsOf((): readonly [Tensor, Tensor?, Tensor?] => {
      const { mean, weight = targetsOf(batch, mean.dtype) } = meanOf(lossFn(batch));
      if (!weight) return [scaled(mean, factor)];
      // Relative to the first batch's, so that the factors stay near 1, where products in halves keep small gradients.
      const reference = running?.first ?? notZero(weight);
      // A batch in which nothing counts adds nothing, though its own mean is NaN.
      return [where(eq(weight, 0), 0, mul(scaled(mean, factor), div(weight, reference))), weight, reference];
    }, wrt);
    if (running && (weight === undefined) !== (running.total === undefined)) {
      throw new ConfigError(
        "trainer: lossFn must return the same kind of value for all batches of a step, a scalar or { sum, count }, and all must have targets y or none; got both.",
        { field: "lossFn" },
      );
    }
    running = {
      loss: running ? add(running.loss, loss) : loss,
      grads: grads.map((grad, i) => {
        const before = running?.grads[i];
        return before && grad ? add(before, grad) : (before ?? grad);
      }),
      total: running?.total && weight ? add(running.total, weight) : weight,
      first: running?.first ?? first,
    };
  }
  const { loss, grads, total, first } = running!;
  if (total && first) {
    // As of one whole batch: where nothing counts in any of them, the loss is NaN and no gradient comes of it.
    return {
      loss: where(eq(total, 0), constant(NaN, loss.dtype, loss.device), loss),
      grads,
      scale: mul(div(first, notZero(total)), 1 / factor),
    };
  }
  requireOneShape(batches);
  return { loss, grads, scale: constantScale(1 / (batches.length * factor), loss) };
}

function scaled(loss: Tensor, factor: number): Tensor {
  return factor === 1 ? loss : mul(loss, factor);
}

function constantScale(scale: number, { dtype, device }: Tensor): Tensor | undefined {
  return scale === 1 ? undefined : constant(scale, dtype, device);
}

/** A count that can be divided by. */
function notZero(count: Tensor): Tensor {
  return where(eq(count, 0), 1, count);
}

function meanOf(found: BatchLoss): { readonly mean: Tensor; readonly weight?: Tensor } {
  if (found instanceof Tensor) return { mean: scalar("lossFn", found) };
  const { sum: total, count } = (found ?? {}) as Partial<Exclude<BatchLoss, Tensor>>;
  if (!(total instanceof Tensor) || !(count instanceof Tensor || typeof count === "number")) {
    const got = found instanceof Promise ? "a promise: it must be synchronous" : describeValue(found);
    throw new ConfigError(
      `trainer: lossFn must return a scalar tensor, or { sum, count } with a scalar tensor and a number or scalar tensor; got ${got}.`,
      { field: "lossFn", got: found },
    );
  }
  scalar("lossFn's sum", total);
  if (typeof count === "number" && !(count >= 0 && count < Infinity)) {
    throw new ConfigError(`trainer: lossFn's count must be a finite number of at least 0; got ${count}.`, {
      field: "lossFn",
      got: count,
    });
  }
  const weight =
    typeof count === "number"
      ? constant(count, total.dtype, total.device)
      : scalar("lossFn's count", count.dtype === total.dtype ? count : cast(count, total.dtype));
  return { mean: where(eq(weight, 0), constant(NaN, total.dtype, total.device), div(total, notZero(weight))), weight };
}

function scalar(what: string, loss: Tensor): Tensor {
  if (loss.size === 1) return loss;
  throw new ShapeError(
    `trainer: ${what} must be a scalar; got shape ${showShape(loss.shape)}. Take its sum() or mean().`,
    { op: "trainer", got: loss.shape },
  );
}

/** How many targets of a batch count; undefined where it has none. */
function targetsOf(batch: unknown, dtype: Tensor["dtype"]): Tensor | undefined {
  const { y } = batch as { readonly y?: unknown };
  if (!(y instanceof Tensor)) return undefined;
  if (y.dtype === "i32") return sum(cast(ne(y, IGNORE_INDEX), dtype));
  return y.dtype === "u32" ? constant(y.size, dtype, y.device) : undefined;
}

function requireOneShape(batches: readonly unknown[]): void {
  const shapes = batches.map((batch) =>
    leaves(batch)
      .map(({ shape }) => showShape(shape))
      .join(" and "),
  );
  const other = shapes.find((shape) => shape !== shapes[0]);
  if (other === undefined) return;
  throw new ConfigError(
    `trainer: batches of one step must have the same shapes, or targets y of whole numbers, since the mean of several means needs their weights; got ${shapes[0]}, then ${other}. ` +
      "Let lossFn return { sum, count }.",
    { field: "batch", expected: shapes[0], got: other },
  );
}
