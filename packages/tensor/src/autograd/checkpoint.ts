// Checkpointing: a part of a computation that is run again for its gradient.
import { reshape } from "../ops/reshape.ts";
import type { Primitive } from "../primitive.ts";
import { requireTensorList } from "../arguments/require-tensors.ts";
import { runSynchronous, withScope } from "../memory/scope.ts";
import { withTape } from "./tape.ts";
import type { Tensor } from "../tensor.ts";
import { activeTapes } from "./tracers.ts";
import { requireArity } from "../arguments/require.ts";

/**
 * Runs `f` without keeping its intermediates for the gradient; they are computed again when it is needed.
 *
 * @param f function of the tensors it closes over; must compute the same values when it runs again
 * @param wrt every tensor that `f` uses and a gradient may be wanted for (activations and parameters), `[…]`, any dtype
 * @returns what `f` returns
 * @throws DTypeError when `wrt` is no array of tensors; TypeError when `f` is async; what takes the
 *   gradient: TypeError when `f` uses a tensor that gradients flow to and `wrt` does not list
 * @example
 * const w = tensor([1, 2, 3]);
 * const { grads } = gradientsOf(() => checkpoint(() => silu(mul(x, w)), [x, w]).sum(), [w]);
 */
export function checkpoint(f: () => Tensor, wrt: readonly Tensor[]): Tensor {
  requireArity("checkpoint", arguments, 2);
  requireTensorList("checkpoint", "wrt", wrt);
  // A tensor of its own: a tape tells an output from an input by the object.
  const own = (): Tensor => {
    const y = runSynchronous("checkpoint", f);
    return reshape(y, y.shape);
  };
  const recomputed: Primitive = {
    name: "checkpoint",
    inputs: wrt.map((_, i) => `x${i}`),
    outputs: ["y"],
    cases: [],
    infer: () => ({}),
    reference: () => ({ y: own() }),
  };
  const y = withTape("checkpoint", null, () => withScope(own));
  const x = Object.fromEntries(wrt.map((tensor, i) => [`x${i}`, tensor]));
  for (const tape of activeTapes()) tape.record(recomputed, x, { y }, undefined);
  return y;
}
