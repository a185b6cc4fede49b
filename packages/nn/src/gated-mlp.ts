// GatedMLP: the feed-forward half of a block.
import { checkOptions, mul, requireCount, silu, slice, type Tensor, tidy } from "@x/tensor/core";
import { type Builder, builderOf } from "./builder.ts";
import type { Linear } from "./linear.ts";
import { Module } from "./module.ts";
import { projection, type QuantizedLinear } from "./quantized-linear.ts";

/**
 * Gated MLP, `fc2(y · silu(gate))` with `[y | gate] = fc1(x)`: the second half is the gate. No biases; fc1 is `[2·hidden, width]`, fc2 `[width, hidden]`, with the role of
 * a projection into the residual stream.
 *
 * @throws ConfigError for an unknown option
 * @example
 * const mlp = new GatedMLP(8, 16);
 * const y = mlp.forward(ones([2, 8])); // [2, 8]
 */
export class GatedMLP extends Module {
  static readonly fieldsOnly = true;
  readonly fc1: Linear | QuantizedLinear;
  readonly fc2: Linear | QuantizedLinear;
  readonly hidden: number;

  constructor(width: number, hidden: number, options: { readonly builder?: Builder } = {}) {
    super();
    checkOptions("GatedMLP", options, { builder: true });
    requireCount("GatedMLP", "width", width);
    requireCount("GatedMLP", "hidden", hidden);
    const builder = builderOf("GatedMLP", options.builder);
    this.hidden = hidden;
    [this.fc1, this.fc2] = builder.whole(() => [
      projection(width, 2 * hidden, { bias: false, builder: builder.at("fc1") }),
      projection(hidden, width, { bias: false, role: "residual-projection", builder: builder.at("fc2") }),
    ]);
  }

  /** @param x […, width] @returns […, width] */
  forward(x: Tensor): Tensor {
    return tidy(() => {
      const both = this.fc1.forward(x); // […, 2·hidden]
      const y = slice(both, -1, 0, this.hidden);
      const gate = slice(both, -1, this.hidden);
      return this.fc2.forward(mul(y, silu(gate)));
    });
  }
}
