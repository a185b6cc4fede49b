// Sequential: layers one after another.
import { describeValue } from "@x/base";
import { ConfigError, requireArity, requireTensors, Tensor, tidy } from "@x/tensor/core";
import { Module } from "../module/module.ts";

/** A module of one input, or a function such as `silu`. */
export type Layer = (Module & { forward(x: Tensor): Tensor }) | ((x: Tensor) => Tensor);

/**
 * Layers one after another: y = fₙ(… f₁(x)). Each module of parameters needs a builder with its name, or two of them would have one path.
 *
 * @throws ConfigError for a layer that is neither a module with `forward` nor a function, and from `forward` for one that returns no tensor
 * @example
 * const builder = new Builder({ seed: 1 });
 * const mlp = new Sequential([
 *   new Linear(2, 8, { builder: builder.at("0") }),
 *   silu,
 *   new Linear(8, 1, { builder: builder.at("2") }),
 * ]);
 * mlp.forward(ones([4, 2]));   // [4, 1]
 */
export class Sequential extends Module {
  static readonly fieldsOnly = true;
  readonly layers: readonly Layer[];

  constructor(layers: readonly Layer[]) {
    requireArity("Sequential", arguments, 1);
    super();
    if (!Array.isArray(layers)) throw ConfigError.must("Sequential", "layers", "be an array", layers);
    for (const [i, layer] of (layers as readonly unknown[]).entries()) {
      if (
        typeof layer === "function" ||
        (layer instanceof Module && "forward" in layer && typeof layer.forward === "function")
      )
        continue;
      throw new ConfigError(
        `Sequential: layers[${i}] must be a module with forward, or a function; got ${describeValue(layer)}.`,
        { field: "layers", got: layer },
      );
    }
    this.layers = [...layers];
  }

  /**
   * The layers, one after another.
   *
   * @param x any shape and any dtype that the first layer takes
   * @returns what the last gives; x itself without layers
   * @throws whatever a layer raises
   * @example
   * new Sequential([new Linear(8, 4), silu]).forward(ones([2, 8])); // [2, 4]
   */
  forward(x: Tensor): Tensor {
    requireArity("Sequential.forward", arguments, 1);
    requireTensors("Sequential", { x });
    return tidy(() =>
      this.layers.reduce((given: Tensor, layer, i) => {
        const y: unknown = typeof layer === "function" ? layer(given) : layer.forward(given);
        if (y instanceof Tensor) return y;
        throw new ConfigError(`Sequential: layers[${i}] must return a tensor; got ${describeValue(y)}.`, {
          field: "layers",
          got: y,
        });
      }, x),
    );
  }
}
