// Constant factors of a model (config.multipliers). A factor of 1 takes no op.
import type { Linear, QuantizedLinear } from "@x/nn/core";
import { mul, type Tensor, tensor } from "@x/tensor/core";
import type { Mamba2Config } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";

/** x times a factor; x itself where that is 1. */
export function scaled(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor);
}

/** in_proj(ssmIn · u) […, d] → […, dInProj], its columns z, x, B, C and dt times the five factors `ssm`. */
export function scaledInProj(inProj: Linear | QuantizedLinear, u: Tensor, config: Mamba2Config): Tensor {
  const { ssmIn, ssm } = config.multipliers;
  if (ssm.every((factor) => factor === 1)) return inProj.forward(scaled(u, ssmIn));
  const { dMlp, dSsm, nHeads, convColumns } = dimensions(config);
  // without a bias, ssmIn is one more factor of every column
  const perColumn = inProj.bias ? 1 : ssmIn;
  const sizes = [2 * dMlp, dSsm, ...convColumns, nHeads];
  const factors = [1, ...ssm].flatMap((factor, i) => new Array<number>(sizes[i]!).fill(perColumn * factor));
  const projected = inProj.forward(inProj.bias ? scaled(u, ssmIn) : u);
  return mul(projected, tensor(factors, { dtype: projected.dtype, device: projected.device }));
}
