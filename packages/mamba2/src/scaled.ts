// Factors of a model: no op where a factor is 1.
import { mul, type Tensor } from "@x/tensor/core";

/** x times a factor; x itself where that is 1. */
export function scaled(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor);
}
