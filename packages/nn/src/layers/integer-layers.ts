// Layers of integers, for builders of a page.
import { quantize, quantizedRows, quantizedZeros } from "@x/tensor/core";
import { registerIntegers } from "../module/integer-weights.ts";
import { registerQuantizedLinear } from "./projection.ts";
import { QuantizedLinear } from "./quantized-linear.ts";

/**
 * Makes layers of integers known to every {@link Builder} of the page, as `import "@x/nn"` does: a page that has "@x/nn/core" alone holds none of them.
 *
 * @example
 * registerIntegerLayers();
 * const fc = projection(64, 4, { builder: new Builder({ quantize: { bits: 8 } }) }); // a QuantizedLinear
 */
export function registerIntegerLayers(): void {
  registerIntegers({ quantize, rows: quantizedRows, zeros: quantizedZeros });
  registerQuantizedLinear(QuantizedLinear);
}
