// The part between the two products of a feed-forward layer, whether of an MLP or of experts: activation and gate.
import { ConfigError, mul, relu, requireFlag, silu, slice, square, type Tensor } from "@x/tensor/core";

/** `silu(v) = v·sigmoid(v)`, or `relu2(v) = max(v, 0)²`. */
export type FeedForwardActivation = "silu" | "relu2";

/** What a feed-forward layer does between its products. */
export interface FeedForwardShape {
  readonly activation: FeedForwardActivation;
  /** The first product makes two halves, `[up | gate]`, and the result is `up · activation(gate)`; else `activation(up)`. */
  readonly gated: boolean;
}

/** Options of {@link FeedForwardShape}, checked. @throws ConfigError in the name of `op` */
export function feedForwardShape(op: string, options: Partial<FeedForwardShape>): FeedForwardShape {
  const { activation = "silu", gated = true } = options;
  requireChoice(op, "activation", activation, ["silu", "relu2"]);
  requireFlag(op, "gated", gated);
  return { activation, gated };
}

/** Raises unless `value` is one of `choices`. @throws ConfigError that names it and them */
export function requireChoice<T extends string>(
  op: string,
  name: string,
  value: unknown,
  choices: readonly T[],
): asserts value is T {
  if (choices.includes(value as T)) return;
  const known = choices.map((choice) => `"${choice}"`).join(" or ");
  throw ConfigError.must(op, name, `be ${known}`, value);
}

/**
 * What the second product takes: `up · activation(gateScale · gate)` of the two halves of `sums`, or `activation(sums)`.
 *
 * @param sums `[…, 2·hidden]`, or `[…, hidden]` without a gate
 * @returns `[…, hidden]`
 */
export function hiddenOf(sums: Tensor, { activation, gated }: FeedForwardShape, gateScale = 1): Tensor {
  const apply = (x: Tensor): Tensor => (activation === "silu" ? silu(x) : square(relu(x)));
  if (!gated) return apply(sums);
  const hidden = sums.shape.at(-1)! / 2;
  const gate = slice(sums, -1, hidden);
  return mul(slice(sums, -1, 0, hidden), apply(gateScale === 1 ? gate : mul(gate, gateScale)));
}
