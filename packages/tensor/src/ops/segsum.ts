// Decays between the positions of a segment: the matrix at the heart of state space duality, in its plain and exact
// form.
import { ShapeError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { arange, constant } from "./creation.ts";
import { cumsum } from "./cumsum.ts";
import { exp, ge, gt, where } from "./elementwise.ts";
import { broadcastTo } from "./sum.ts";
import { unsqueeze } from "./reshape.ts";
import { tidy } from "../memory/scope.ts";
import { requireFloats } from "../arguments/require-tensors.ts";
import { requireArity } from "../arguments/require.ts";

/**
 * L[…, i, j] = exp(x[j + 1] + … + x[i]) for i ≥ j (1 on the diagonal), 0 above.
 *
 * The sums are running sums of x masked to k > j, not differences of one running sum: nothing cancels. The argument of
 * exp is masked before, the result after, so no value overflows that is not asked for. Costs q² per segment; the fused
 * SSD never makes this matrix.
 *
 * @param x `[…, q]`, f32 or f64, log decays
 * @returns `[…, q, q]`
 * @throws ShapeError for a scalar
 * Source: state-spaces/mamba, mamba_ssm/modules/ssd_minimal.py (segsum).
 * @example
 * segsumExp(tensor([0, Math.log(0.5)]));   // [[1, 0], [0.5, 1]]
 */
export function segsumExp(x: Tensor): Tensor {
  requireArity("segsumExp", arguments, 1);
  requireFloats("segsumExp", { x });
  const q = x.shape.at(-1);
  if (q === undefined)
    throw new ShapeError("segsumExp: x must have an axis; got a scalar.", { op: "segsumExp", got: x.shape });
  return tidy(() => {
    const position = arange(0, q, 1, { dtype: "i32", device: x.device });
    const row = unsqueeze(position, 1); // [q, 1]
    const zero = constant(0, x.dtype, x.device);
    const spread = broadcastTo(unsqueeze(x, -1), [...x.shape, q]); // [..., k, j]
    const sums = cumsum(where(gt(row, position), spread, zero), -2); // [..., i, j]
    const lower = ge(row, position); // [q, q]
    return where(lower, exp(where(lower, sums, zero)), zero);
  });
}
