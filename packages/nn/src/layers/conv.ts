// Conv1d and Conv2d: convolutions with weights of their own.
import { checkOptions, requireArity, requireCount, ShapeError, type Tensor } from "@x/tensor/core";
import { type Builder, builderOf } from "../module/builder.ts";
import { type Initializer, kaimingUniformInit, uniformInit } from "../module/init.ts";
import { Module } from "../module/module.ts";
import { conv1d, conv2d, type ConvolutionOptions, perAxis } from "../ops/convolution/index.ts";
import type { Parameter } from "../module/parameter.ts";

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
      bias: "boolean",
      init: "function",
      builder: true,
      stride: true,
      padding: true,
      dilation: true,
      groups: true,
    });
    const { bias = true, init = kaimingUniformInit(), builder: given, ...rest } = options;
    const { groups = 1, stride = 1, dilation = 1, padding = 0 } = rest;
    for (const [field, value] of Object.entries({ inputs, outputs, groups })) requireCount(name, field, value, 1);
    for (const one of sizes) requireCount(name, "size", one, 1);
    for (const [field, value] of Object.entries({ stride, dilation })) perAxis(name, field, value, sizes.length, 1);
    perAxis(name, "padding", padding, sizes.length, 0);
    if (inputs % groups !== 0 || outputs % groups !== 0)
      throw ShapeError.must(name, "groups", `divide inputs and outputs, ${inputs} and ${outputs}`, groups);
    const builder = builderOf(name, given);
    this.options = rest;
    const shape = [outputs, inputs / groups, ...sizes];
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
    requireArity("Conv1d", arguments, 4);
    super("Conv1d", inputs, outputs, [size], options);
  }

  /**
   * The convolution of every row.
   *
   * @param x `[b, in, n]`, f32 (f64 on the CPU)
   * @returns `[b, out, windows]`
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * new Conv1d(3, 8, 5, { padding: 2 }).forward(ones([1, 3, 16])); // [1, 8, 16]
   */
  forward(x: Tensor): Tensor {
    requireArity("Conv1d.forward", arguments, 1);
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
    requireArity("Conv2d", arguments, 4);
    super("Conv2d", inputs, outputs, perAxis("Conv2d", "size", size, 2, 1), options);
  }

  /**
   * The convolution of every image.
   *
   * @param x `[b, in, n, m]`, f32 (f64 on the CPU)
   * @returns `[b, out, windows, windows]`
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * new Conv2d(3, 8, 3, { stride: 2 }).forward(ones([1, 3, 9, 9])); // [1, 8, 4, 4]
   */
  forward(x: Tensor): Tensor {
    requireArity("Conv2d.forward", arguments, 1);
    return conv2d(x, this.weight.value, { ...this.options, bias: this.bias?.value });
  }
}
