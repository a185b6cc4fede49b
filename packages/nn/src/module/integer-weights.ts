// What builders need to make weights of integers, of which a page without them holds nothing: known once "@x/nn" was imported.
import { ConfigError, type quantize, type quantizedRows, type quantizedZeros } from "@x/tensor/core";

/** How weights of integers are made: of floats, of a part of their rows, or of nothing. */
export interface IntegerWeights {
  readonly quantize: typeof quantize;
  readonly rows: typeof quantizedRows;
  readonly zeros: typeof quantizedZeros;
}

let known: IntegerWeights | undefined;

/** Makes them known to every builder of the page. */
export function registerIntegers(weights: IntegerWeights): void {
  known = weights;
}

/** How builders make them. @throws ConfigError where nothing made them known */
export function integerWeights(): IntegerWeights {
  return known ?? withoutIntegers();
}

/** @throws ConfigError always */
export function withoutIntegers(): never {
  throw new ConfigError(
    'quantize: layers of integers must be known to the page; import "@x/nn" (or "@x/mamba2") too.',
    {
      field: "quantize",
    },
  );
}
