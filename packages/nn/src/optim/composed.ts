// What optimizers composed of ops share: the numbers of a step as scalars, and the gradient as it is to be taken.
import { cast, mul, reshape, slice, type Tensor } from "@x/tensor/core";
import type { GradientFlow } from "./optimizer.ts";

/** Element `index` of the step's numbers as a scalar that can be multiplied with `like`. */
export function hyperScalar(hyper: Tensor, index: number, like: Tensor): Tensor {
  return cast(reshape(slice(hyper, 0, index, index + 1), []), like.dtype);
}

/** A gradient, or a norm of gradients, multiplied by what is still to be multiplied. */
export function scaledGradient({ scale }: GradientFlow, grad: Tensor): Tensor {
  return scale ? mul(grad, scale) : grad;
}
