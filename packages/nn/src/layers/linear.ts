// Linear: an affine map over the last axis.
import { checkOptions, linear, requireArity, requireCount, type Tensor, tidy } from "@x/tensor/core";
import type { ProductAdapter } from "./adapter.ts";
import { type Builder, builderOf } from "../module/builder.ts";
import { type Initializer, kaimingUniformInit, zerosInit } from "../module/init.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

/** Options of {@link Linear}, {@link QuantizedLinear} and {@link projection}. */
export interface LinearOptions {
  /** default true */
  readonly bias?: boolean;
  readonly role?: "projection" | "residual-projection" | "head";
  /** default kaiming-uniform with a = √5 */
  readonly init?: Initializer;
  readonly builder?: Builder;
}

/**
 * `y = x·Wᵀ + b` over the last axis.
 *
 * The weight is `[out, in]`, initially U(±1/√in); the bias `[out]` starts at 0.
 *
 * @throws ConfigError for an unknown option
 * @example
 * const fc = new Linear(8, 4);
 * const y = fc.forward(ones([2, 8]));   // [2, 4]
 */
export class Linear extends Module {
  static readonly fieldsOnly = true;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  /** changes the product, while the weight stays as it is */
  adapter: ProductAdapter | undefined = undefined;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    requireArity("Linear", arguments, 3);
    super();
    checkOptions<LinearOptions>("Linear", options, { bias: "boolean", role: true, init: "function", builder: true });
    const { bias = true, role = "projection", init = kaimingUniformInit() } = options;
    requireCount("Linear", "inFeatures", inFeatures);
    requireCount("Linear", "outFeatures", outFeatures);
    const builder = builderOf("Linear", options.builder);
    [this.weight, this.bias] = builder.whole(() => [
      builder.parameter("weight", { role, shape: [outFeatures, inFeatures], init }),
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
   * new Linear(8, 4).forward(ones([2, 3, 8])); // [2, 3, 4]
   */
  forward(x: Tensor): Tensor {
    requireArity("Linear.forward", arguments, 1);
    const { weight, bias, adapter } = this;
    const multiplied = (): Tensor => linear(x, weight.value, bias?.value);
    return adapter ? tidy(() => adapter.forward(x, multiplied(), this)) : multiplied();
  }
}
