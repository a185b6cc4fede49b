// Mean squared error: a composition, small enough to need no kernel.
import { requireReduction } from "../cross-entropy/index.ts";
import { checkOptions, mean, opScope, requireArity, square, sub, sum, type Tensor } from "@x/tensor/core";
import type { Reduction } from "../cross-entropy/rows.ts";

/**
 * Squared error `(prediction − target)²`, by default its mean over all elements.
 *
 * @param prediction any shape, f32 (f64 on the CPU)
 * @param target a shape that broadcasts with it
 * @returns a scalar; with reduction "none" the broadcast shape
 * @throws ShapeError when the shapes do not broadcast; ConfigError for an unknown option
 * @example
 * mseLoss(tensor([1, 2]), tensor([1, 4]));   // 2
 */
export function mseLoss(prediction: Tensor, target: Tensor, options: { readonly reduction?: Reduction } = {}): Tensor {
  requireArity("mseLoss", arguments, 3);
  checkOptions("mseLoss", options, { reduction: true });
  const { reduction = "mean" } = options;
  requireReduction("mseLoss", reduction);
  return opScope("mseLoss", { prediction, target }, () => {
    const errors = square(sub(prediction, target));
    if (reduction === "none") return errors;
    return reduction === "sum" ? sum(errors) : mean(errors);
  });
}
