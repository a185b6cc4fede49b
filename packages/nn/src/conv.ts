// Conv1d and Conv2d: convolutions with weights of their own.
import { checkOptions, requireCount, type Tensor, requireArray } from "@x/tensor/core";
import { type Builder, builderOf } from "./builder.ts";
import { type Initializer, kaimingUniformInit, uniformInit } from "./init.ts";
import { Module } from "./module.ts";
import { conv1d, conv2d, type ConvolutionOptions } from "./ops/convolution/index.ts";
import type { Parameter } from "./parameter.ts";

/** Options of {@link Conv1d} and {@link Conv2d}. */
export interface ConvOptions extends Omit<ConvolutionOptions, "bias"> {
  /** default true */
  readonly bias?: boolean;
  /** of the weight; default U(±1/√fanIn), from which the bias is drawn too, as PyTorch draws both */
  readonly init?: Initializer;
  readonly builder?: Builder;
}

abstract class Conv extends Module {
  /** [out, in / groups, …sizes] */
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly options: Omit<ConvolutionOptions, "bias">;

  constructor(name: string, inputs: number, outputs: number, sizes: readonly number[], options: ConvOptions) {
    super();
    checkOptions<ConvOptions>(name, options, {
      bias: true,
      init: true,
      builder: true,
      stride: true,
      padding: true,
      dilation: true,
      groups: true,
    });
    for (const [field, value] of Object.entries({ inputs, outputs, groups: options.groups ?? 1 }))
      requireCount(name, field, value, 1);
    requireArray(name, "size", sizes);
    for (const size of sizes) requireCount(name, "size", size, 1);
    const { bias = true, init = kaimingUniformInit(), builder: given, ...rest } = options;
    const builder = builderOf(name, given);
    this.options = rest;
    const shape = [outputs, inputs / (rest.groups ?? 1), ...sizes];
    const bound = 1 / Math.sqrt(shape.slice(1).reduce((product, size) => product * size, 1));
    [this.weight, this.bias] = builder.whole(() => [
      builder.parameter("weight", { role: "conv", shape, init }),
      bias
        ? builder.parameter("bias", { role: "bias", shape: [outputs], init: uniformInit(-bound, bound) })
        : undefined,
    ]);
  }
}

/**
 * {@link conv1d} with a weight [out, in / groups, size] and a bias.
 *
 * @throws ConfigError for unknown options; ShapeError when `groups` does not divide the channels
 * @example
 * const layer = new Conv1d(3, 8, 5, { padding: 2 });
 * layer.forward(ones([1, 3, 16]));   // [1, 8, 16]
 */
export class Conv1d extends Conv {
  static readonly fieldsOnly = true;

  constructor(inputs: number, outputs: number, size: number, options: ConvOptions = {}) {
    super("Conv1d", inputs, outputs, [size], options);
  }

  /** @param x [b, in, n] @returns [b, out, windows] */
  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight.value, { ...this.options, bias: this.bias?.value });
  }
}

/**
 * {@link conv2d} with a weight [out, in / groups, size, size] and a bias.
 *
 * @throws ConfigError for unknown options; ShapeError when `groups` does not divide the channels
 * @example
 * const layer = new Conv2d(3, 8, 3, { stride: 2 });
 * layer.forward(ones([1, 3, 9, 9]));   // [1, 8, 4, 4]
 */
export class Conv2d extends Conv {
  static readonly fieldsOnly = true;

  constructor(inputs: number, outputs: number, size: number | readonly [number, number], options: ConvOptions = {}) {
    super(
      "Conv2d",
      inputs,
      outputs,
      typeof size === "object" && Array.isArray(size) ? size : [size as number, size as number],
      options,
    );
  }

  /** @param x [b, in, n, m] @returns [b, out, windows, windows] */
  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight.value, { ...this.options, bias: this.bias?.value });
  }
}
