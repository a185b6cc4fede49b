// CausalConv1d: the short depthwise convolution over time.
import { checkOptions, requireArity, requireCount, type Tensor, tidy } from "@x/tensor/core";
import type { WeightAdapter } from "./adapter.ts";
import { type Builder, builderOf } from "../module/builder.ts";
import { causalConv1d } from "../ops/causal-conv1d/index.ts";
import { causalConv1dStep } from "../ops/causal-conv1d/step.ts";
import { type Initializer, kaimingUniformInit, uniformInit } from "../module/init.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

/** Options of {@link CausalConv1d}. */
export interface CausalConv1dOptions {
  /** default true */
  readonly bias?: boolean;
  readonly activation?: "silu" | "none";
  /** of the weight; default U(±1/√width). The bias is drawn from U(±1/√width), as PyTorch draws it. */
  readonly init?: Initializer;
  readonly builder?: Builder;
}

/** `y_t = act(bias + Σ_w weight[w] · x_{t−(width−1)+w})` per channel; inputs before the start are 0. The last tap is the current token. */
export class CausalConv1d extends Module {
  static readonly fieldsOnly = true;
  /** [channels, 1, width] */
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly activation: "silu" | "none";
  /** changes the taps, while the weight stays as it is */
  adapter: WeightAdapter | undefined = undefined;

  constructor(channels: number, width: number, options: CausalConv1dOptions = {}) {
    requireArity("CausalConv1d", arguments, 3);
    super();
    checkOptions<CausalConv1dOptions>("CausalConv1d", options, {
      bias: "boolean",
      activation: true,
      init: "function",
      builder: true,
    });
    const { bias = true, activation = "silu", init = kaimingUniformInit() } = options;
    requireCount("CausalConv1d", "channels", channels, 1);
    requireCount("CausalConv1d", "width", width, 1);
    const builder = builderOf("CausalConv1d", options.builder);
    this.activation = activation;
    const bound = 1 / Math.sqrt(width);
    [this.weight, this.bias] = builder.whole(() => [
      builder.parameter("weight", { role: "conv", shape: [channels, 1, width], init }),
      bias
        ? builder.parameter("bias", { role: "bias", shape: [channels], init: uniformInit(-bound, bound) })
        : undefined,
    ]);
  }

  /**
   * The taps in use: the weight, or what an adapter makes of it.
   *
   * @returns `[channels, 1, width]`, f32 (f64 on the CPU); the parameter's own tensor without an adapter
   * @throws DisposedError after dispose
   * @example
   * const taps = new CausalConv1d(6, 4).taps(); // [6, 1, 4]
   */
  taps(): Tensor {
    return this.adapter ? this.adapter.merged(this.weight.value) : this.weight.value;
  }

  /**
   * Every token with the w − 1 before it, by {@link causalConv1d}.
   *
   * @param x `[b, l, c]`, f32 (f64 on the CPU)
   * @param options `initialState`: the inputs before x `[b, c, w − 1]`; `seqIdx`: i32 `[b, l]`, documents that must not see each other
   * @returns `[b, l, c]`
   * @throws ShapeError, DTypeError when they do not fit; ConfigError for an unknown option
   * @example
   * new CausalConv1d(6, 4).forward(ones([2, 5, 6])); // [2, 5, 6]
   */
  forward(
    x: Tensor,
    options: { readonly initialState?: Tensor | undefined; readonly seqIdx?: Tensor | undefined } = {},
  ): Tensor {
    requireArity("CausalConv1d.forward", arguments, 2);
    checkOptions("CausalConv1d.forward", options, { initialState: true, seqIdx: true });
    const { bias, activation } = this;
    return tidy(() => causalConv1d(x, this.taps(), { ...options, bias: bias?.value, activation }));
  }

  /**
   * One token, by {@link causalConv1dStep}.
   *
   * @param x `[b, c]`, f32 (f64 on the CPU)
   * @param state the last s ≥ w − 1 inputs `[b, c, s]`
   * @returns y `[b, c]` and the state after it
   * @throws ShapeError, DTypeError when they do not fit
   * @example
   * const { y, state } = new CausalConv1d(6, 4).step(ones([2, 6]), zeros([2, 6, 4])); // [2, 6], [2, 6, 4]
   */
  step(x: Tensor, state: Tensor): { readonly y: Tensor; readonly state: Tensor } {
    requireArity("CausalConv1d.step", arguments, 2);
    const { bias, activation } = this;
    return tidy(() => causalConv1dStep(x, state, this.taps(), { bias: bias?.value, activation }));
  }
}
