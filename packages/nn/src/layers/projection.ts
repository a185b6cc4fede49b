// The layer that a builder asks for where a model multiplies by a weight: of floats, or of integers.
import { requireArity, requireOptions } from "@x/tensor/core";
import { type Builder, builderOf } from "../module/builder.ts";
import { withoutIntegers } from "../module/integer-weights.ts";
import { Linear, type LinearOptions } from "./linear.ts";
import type { QuantizedLinear } from "./quantized-linear.ts";

let ofIntegers: typeof QuantizedLinear | undefined;

/** Makes the layer of integers known to every page of {@link projection}. */
export function registerQuantizedLinear(layer: typeof QuantizedLinear): void {
  ofIntegers = layer;
}

/**
 * A {@link Linear} `[outFeatures, inFeatures]`, or a {@link QuantizedLinear} where the builder quantizes.
 *
 * @throws ConfigError for an unknown option, without a builder, or where the builder quantizes on a page that has "@x/nn/core" alone
 * @example
 * const fc = projection(64, 4, { builder: new Builder({ quantize: { bits: 8 } }) }); // a QuantizedLinear
 */
export function projection(
  inFeatures: number,
  outFeatures: number,
  options: LinearOptions & { readonly builder: Builder },
): Linear | QuantizedLinear {
  requireArity("projection", arguments, 3);
  requireOptions("projection", options);
  if (!builderOf("projection", options.builder).quantize) return new Linear(inFeatures, outFeatures, options);
  const Layer = ofIntegers ?? withoutIntegers();
  return new Layer(inFeatures, outFeatures, options);
}
