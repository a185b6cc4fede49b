// RMSNorm and LayerNorm over the last axis, alone or behind the residual addition of a pre-norm block; RMSNorm with a gate.
import { add, checkOptions, requireArity, requireCount, type Tensor } from "@x/tensor/core";
import { type Builder, builderOf } from "../module/builder.ts";
import { addRmsNorm } from "../ops/rms-norm/add.ts";
import { layerNorm } from "../ops/layer-norm/index.ts";
import { rmsNorm } from "../ops/rms-norm/index.ts";
import { rmsNormGated } from "../ops/rms-norm-gated/index.ts";
import { onesInit, zerosInit } from "../module/init.ts";
import { checkEps } from "../ops/norm-checks.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

/** Options of {@link RMSNorm} and {@link LayerNorm}. */
export interface NormOptions {
  /** default 1e-5 */
  readonly eps?: number;
  readonly builder?: Builder;
}

/** A norm's output and the sum that went into it: the residual stream from here on. */
export interface AddNormResult {
  readonly y: Tensor;
  readonly residual: Tensor;
}

/** `y = x / √(mean(x²) + eps) · weight` over the last axis. */
export class RMSNorm extends Module {
  static readonly fieldsOnly = true;
  readonly weight: Parameter;
  readonly eps: number;

  constructor(width: number, options: NormOptions = {}) {
    requireArity("RMSNorm", arguments, 2);
    super();
    checkOptions<NormOptions>("RMSNorm", options, { eps: true, builder: true });
    const { eps = 1e-5 } = options;
    const builder = builderOf("RMSNorm", options.builder);
    requireCount("RMSNorm", "width", width, 1);
    this.eps = checkEps("RMSNorm", eps);
    this.weight = builder.parameter("weight", { role: "norm", shape: [width], init: onesInit });
  }

  /**
   * The norm of every row.
   *
   * @param x `[…, width]`, f32 (f64 on the CPU)
   * @returns x's shape
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * new RMSNorm(8).forward(ones([2, 8])); // [2, 8]
   */
  forward(x: Tensor): Tensor {
    requireArity("RMSNorm.forward", arguments, 1);
    return rmsNorm(x, this.weight.value, { eps: this.eps });
  }

  /**
   * The norm of `x + residual`, and that sum.
   *
   * @param x `[…, width]`, f32 (f64 on the CPU)
   * @param residual x's shape
   * @returns `y`, the normed sum, and `residual`, the sum, both of x's shape
   * @throws ShapeError, DTypeError when they do not fit
   * @example
   * const { y, residual } = new RMSNorm(8).forwardAdded(ones([2, 8]), ones([2, 8])); // both [2, 8]
   */
  forwardAdded(x: Tensor, residual: Tensor): AddNormResult {
    requireArity("RMSNorm.forwardAdded", arguments, 2);
    return addRmsNorm(x, residual, this.weight.value, { eps: this.eps });
  }
}

/** `y = (x − mean(x)) / √(var(x) + eps) · weight + bias` over the last axis. */
export class LayerNorm extends Module {
  static readonly fieldsOnly = true;
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly eps: number;

  constructor(width: number, options: NormOptions = {}) {
    requireArity("LayerNorm", arguments, 2);
    super();
    checkOptions<NormOptions>("LayerNorm", options, { eps: true, builder: true });
    const { eps = 1e-5 } = options;
    const builder = builderOf("LayerNorm", options.builder);
    requireCount("LayerNorm", "width", width, 1);
    this.eps = checkEps("LayerNorm", eps);
    [this.weight, this.bias] = builder.whole(() => [
      builder.parameter("weight", { role: "norm", shape: [width], init: onesInit }),
      builder.parameter("bias", { role: "bias", shape: [width], init: zerosInit }),
    ]);
  }

  /**
   * The norm of every row.
   *
   * @param x `[…, width]`, f32 (f64 on the CPU)
   * @returns x's shape
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * new LayerNorm(8).forward(ones([2, 8])); // [2, 8]
   */
  forward(x: Tensor): Tensor {
    requireArity("LayerNorm.forward", arguments, 1);
    return layerNorm(x, this.weight.value, this.bias.value, { eps: this.eps });
  }

  /**
   * The norm of `x + residual`, and that sum.
   *
   * @param x `[…, width]`, f32 (f64 on the CPU)
   * @param residual x's shape
   * @returns `y`, the normed sum, and `residual`, the sum, both of x's shape
   * @throws ShapeError, DTypeError when they do not fit
   * @example
   * const { y, residual } = new LayerNorm(8).forwardAdded(ones([2, 8]), ones([2, 8])); // both [2, 8]
   */
  forwardAdded(x: Tensor, residual: Tensor): AddNormResult {
    requireArity("LayerNorm.forwardAdded", arguments, 2);
    const sum = add(x, residual);
    return { y: this.forward(sum), residual: sum };
  }
}

/** Options of {@link RMSNormGated}. */
export interface RMSNormGatedOptions extends NormOptions {
  /** channels normed together; default all */
  readonly groupSize?: number;
  /** norm first, then gate; default the other way round */
  readonly normBeforeGate?: boolean;
}

/** `y = N(x·silu(z)) · weight`, or `N(x) · weight · silu(z)`, with N the RMS norm over groups of channels. */
export class RMSNormGated extends Module {
  static readonly fieldsOnly = true;
  readonly weight: Parameter;
  readonly eps: number;
  readonly groupSize: number;
  readonly normBeforeGate: boolean;

  constructor(width: number, options: RMSNormGatedOptions = {}) {
    requireArity("RMSNormGated", arguments, 2);
    super();
    checkOptions<RMSNormGatedOptions>("RMSNormGated", options, {
      eps: true,
      builder: true,
      groupSize: true,
      normBeforeGate: "boolean",
    });
    const { eps = 1e-5, groupSize = width, normBeforeGate = false } = options;
    const builder = builderOf("RMSNormGated", options.builder);
    requireCount("RMSNormGated", "width", width, 1);
    this.eps = checkEps("RMSNormGated", eps);
    requireCount("RMSNormGated", "groupSize", groupSize, 1);
    this.groupSize = groupSize;
    this.normBeforeGate = normBeforeGate;
    this.weight = builder.parameter("weight", { role: "norm", shape: [width], init: onesInit });
  }

  /**
   * The norm of every row, gated by z.
   *
   * @param x `[…, i]`, f32 (f64 on the CPU)
   * @param z the gate `[…, i]`; undefined: x is gated already, or not at all
   * @returns `[…, i]`
   * @throws ShapeError, DTypeError when they do not fit
   * @example
   * new RMSNormGated(8).forward(ones([2, 8]), ones([2, 8])); // [2, 8]
   */
  forward(x: Tensor, z: Tensor | undefined): Tensor {
    requireArity("RMSNormGated.forward", arguments, 2);
    const { eps, groupSize, normBeforeGate } = this;
    return rmsNormGated(x, z, this.weight.value, { eps, groupSize, normBeforeGate });
  }
}
