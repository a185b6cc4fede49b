// The activations that a product applies to its sums: of tensors, and of numbers.
import type { Activation } from "@x/kernels-wgsl";
import { ConfigError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { geluErf, relu, silu } from "./elementwise.ts";
import { erfOf, sigmoidOf } from "./elementwise/numbers.ts";

export const tensorActivations: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  none: (x) => x,
  relu,
  silu,
  gelu: geluErf,
};

/** Raises unless an activation is known: a kernel would take the name of any function that its language has. */
export function requireActivation(op: string, activation: Activation): void {
  if (!Object.hasOwn(tensorActivations, activation))
    throw ConfigError.must(op, "activation", `be one of ${Object.keys(tensorActivations).join(", ")}`, activation);
}

export const numberActivations: Readonly<Record<Activation, ((x: number) => number) | undefined>> = {
  none: undefined,
  relu: (x) => (x <= 0 ? 0 : x),
  silu: (x) => x * sigmoidOf(x),
  gelu: (x) => 0.5 * x * (1 + erfOf(x * Math.SQRT1_2)),
};
