// MLP: the feed-forward part of a block.
import { checkOptions, mul, requireArity, requireCount, requireNumber, type Tensor, tidy } from "@x/tensor/core";
import { type Builder, builderOf } from "../module/builder.ts";
import { type FeedForwardActivation, feedForwardShape, hiddenOf } from "./feed-forward.ts";
import type { Linear } from "./linear.ts";
import { Module } from "../module/module.ts";
import { projection } from "./projection.ts";
import type { QuantizedLinear } from "./quantized-linear.ts";

/** Options of {@link MLP}. */
export interface MLPOptions {
  /** default "silu" */
  readonly activation?: FeedForwardActivation;
  /** whether fc1 makes two halves, `[up | gate]`; default true */
  readonly gated?: boolean;
  /** of both products; default false */
  readonly bias?: boolean;
  /** times the gate, its bias included, before the activation; default 1. Only with a gate. */
  readonly gateScale?: number;
  /** times the result, its bias included; default 1 */
  readonly outScale?: number;
  readonly builder?: Builder;
}

/**
 * MLP of two products, `outScale · fc2(up · activation(gateScale · gate))` with `[up | gate] = fc1(x)`: the second half is the gate. Without a gate,
 * `outScale · fc2(activation(fc1(x)))`. fc1 is `[2·hidden, width]`, or `[hidden, width]` without a gate, fc2 `[width, hidden]`, with the role of a
 * projection into the residual stream; f32 (f64 on the CPU), or stored as the builder says.
 *
 * @throws ConfigError for an unknown option, a wrong one, or a `gateScale` without a gate
 * @example
 * const mlp = new MLP(8, 16);
 * const y = mlp.forward(ones([2, 8])); // [2, 8]
 * const plain = new MLP(8, 16, { activation: "relu2", gated: false, bias: true });
 */
export class MLP extends Module {
  static readonly fieldsOnly = true;
  readonly fc1: Linear | QuantizedLinear;
  readonly fc2: Linear | QuantizedLinear;
  readonly hidden: number;
  readonly activation: FeedForwardActivation;
  readonly gated: boolean;
  readonly gateScale: number;
  readonly outScale: number;

  constructor(width: number, hidden: number, options: MLPOptions = {}) {
    requireArity("MLP", arguments, 3);
    super();
    checkOptions<MLPOptions>("MLP", options, {
      activation: true,
      gated: "boolean",
      bias: "boolean",
      gateScale: true,
      outScale: true,
      builder: true,
    });
    const { bias = false, gateScale = 1, outScale = 1 } = options;
    requireCount("MLP", "width", width);
    requireCount("MLP", "hidden", hidden);
    const { activation, gated } = feedForwardShape("MLP", options);
    if (gated) requireNumber("MLP", "gateScale", gateScale);
    else requireNumber("MLP", "gateScale", gateScale, "1 without a gate", (value) => value === 1);
    requireNumber("MLP", "outScale", outScale);
    const builder = builderOf("MLP", options.builder);
    this.hidden = hidden;
    this.activation = activation;
    this.gated = gated;
    this.gateScale = gateScale;
    this.outScale = outScale;
    [this.fc1, this.fc2] = builder.whole(() => [
      projection(width, (gated ? 2 : 1) * hidden, { bias, builder: builder.at("fc1") }),
      projection(hidden, width, { bias, role: "residual-projection", builder: builder.at("fc2") }),
    ]);
  }

  /**
   * The feed-forward map of every row.
   *
   * @param x `[…, width]`, f32 (f64 on the CPU)
   * @returns `[…, width]`
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * new MLP(8, 16).forward(ones([2, 3, 8])); // [2, 3, 8]
   */
  forward(x: Tensor): Tensor {
    requireArity("MLP.forward", arguments, 1);
    return tidy(() => {
      const y = this.fc2.forward(hiddenOf(this.fc1.forward(x), this, this.gateScale));
      return this.outScale === 1 ? y : mul(y, this.outScale);
    });
  }
}
