// Undoing a broadcast: what a gradient does on its way back through one.
import { requireTensors } from "../require-tensors.ts";
import { checkShape, sameShape, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./shape-ops.ts";
import { tidy } from "../scope.ts";

/** Sums `x` over the axes along which `shape` was repeated to become x's shape. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  requireTensors("sumTo", { x });
  checkShape("sumTo", shape);
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  return tidy(() => reshape(axes.length > 0 ? sum(x, axes) : x, shape));
}
