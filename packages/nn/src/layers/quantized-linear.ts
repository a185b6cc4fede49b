// QuantizedLinear: an affine map whose weight is frozen integers with scales.
import { checkOptions, quantizedLinear, requireArity, requireCount, type Tensor, tidy } from "@x/tensor/core";
import type { ProductAdapter } from "./adapter.ts";
import { builderOf } from "../module/builder.ts";
import { kaimingUniformInit, zerosInit } from "../module/init.ts";
import type { LinearOptions } from "./linear.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";
import type { QuantizedParameter } from "../module/quantized-parameter.ts";

/**
 * `y = x·Wᵀ + b` like {@link Linear}, with W as integers of 8 or 4 bits and a scale per group. W is frozen; gradients flow to x and b.
 *
 * @example
 * const fc = new QuantizedLinear(64, 4, { builder: new Builder({ quantize: { bits: 8 } }) });
 * const y = fc.forward(ones([2, 64]));   // [2, 4]
 */
export class QuantizedLinear extends Module {
  static readonly fieldsOnly = true;
  readonly weight: QuantizedParameter;
  readonly bias: Parameter | undefined;
  /** changes the product, while the weight stays as it is */
  adapter: ProductAdapter | undefined = undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    requireArity("QuantizedLinear", arguments, 3);
    super();
    checkOptions<LinearOptions>("QuantizedLinear", options, {
      bias: "boolean",
      role: true,
      init: "function",
      builder: true,
    });
    const { bias = true, role = "projection", init = kaimingUniformInit() } = options;
    requireCount("QuantizedLinear", "inFeatures", inFeatures);
    requireCount("QuantizedLinear", "outFeatures", outFeatures);
    const builder = builderOf("QuantizedLinear", options.builder);
    [this.weight, this.bias] = builder.whole(() => [
      builder.quantized("weight", { role, shape: [outFeatures, inFeatures], init }),
      bias ? builder.parameter("bias", { role: "bias", shape: [outFeatures], init: zerosInit }) : undefined,
    ]);
  }

  /**
   * The affine map of every row.
   *
   * @param x `[…, in]`, f32 (f64 on the CPU)
   * @returns `[…, out]`
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * const fc = new QuantizedLinear(64, 4, { builder: new Builder({ quantize: { bits: 4 } }) });
   * fc.forward(ones([2, 3, 64])); // [2, 3, 4]
   */
  forward(x: Tensor): Tensor {
    requireArity("QuantizedLinear.forward", arguments, 1);
    const { weight, bias, adapter } = this;
    const multiplied = (): Tensor => quantizedLinear(x, weight.value, bias?.value);
    return adapter ? tidy(() => adapter.forward(x, multiplied(), this)) : multiplied();
  }
}
