// Rows of different lengths: padding on the right, and how many tokens of each row count.
import type { SsdOptions } from "@x/nn/core";
import {
  add,
  arange,
  clamp,
  indexSelect,
  lt,
  maximum,
  minimum,
  reshape,
  softplus,
  sub,
  type Tensor,
  where,
} from "@x/tensor/core";

/** Which tokens of rows that are padded on the right count. Padding changes no state and no cache. */
export interface Padding {
  /** i32 [b], at least 1 */
  readonly lengths: Tensor;
  /** bool [b, l, 1], the tokens before that */
  readonly real: Tensor;
}

/** The padding of rows of l tokens. */
export function paddingOf(lengths: Tensor, l: number): Padding {
  return { lengths, real: reshape(lt(upTo(l, lengths), column(lengths)), [lengths.shape[0]!, l, 1]) };
}

/** Where in a row its last k tokens are, [b, k]; a shorter row repeats its first one. */
export function lastPlaces({ lengths }: Padding, k: number): Tensor {
  return maximum(add(column(lengths), sub(upTo(k, lengths), k)), 0);
}

/** Where in a row that begins at its first token each of l tokens is that had `shift` [b] before it, [b, l]; padding shows the first. */
export function placesBehind(shift: Tensor, l: number): Tensor {
  return maximum(sub(upTo(l, shift), column(shift)), 0);
}

/** Where in a row with `shift` [b] tokens of padding in front its l tokens from the first one on are, [b, l]. */
export function placesFrom(shift: Tensor, l: number): Tensor {
  return minimum(add(upTo(l, shift), column(shift)), l - 1);
}

/** Tokens x[r, places[r, i]] of each row: [b, l, d] and i32 [b, k] → [b, k, d]. */
export function takeTokens(x: Tensor, places: Tensor): Tensor {
  const [b, l, d] = x.shape as [number, number, number];
  const k = places.shape[1]!;
  const rows = reshape(arange(0, b * l, l, { dtype: "i32", device: places.device }), [b, 1]);
  return reshape(indexSelect(reshape(x, [b * l, d]), 0, reshape(add(places, rows), [b * k])), [b, k, d]);
}

/** The w tokens before the end of each row, in what came before it [b, w, c] and its own [b, l, c] together: [b, w, c]. */
export function lastOfBoth(both: Tensor, { lengths }: Padding, w: number): Tensor {
  return takeTokens(both, add(column(lengths), upTo(w, lengths)));
}

/** Step sizes dt [b, l, h] that a scan reads as exactly 0 at padding, whatever bias and limits are, and how it has to read them. */
export function maskedSteps(
  dt: Tensor,
  dtBias: Tensor,
  dtLimit: readonly [low: number, high: number],
  padding: Padding | undefined,
): { readonly dt: Tensor } & Pick<SsdOptions, "dtBias" | "dtLimit" | "dtSoftplus"> {
  if (!padding) return { dt, dtBias, dtLimit };
  const [low, high] = dtLimit;
  // the softplus of a large negative number is 0, in the kernels that every other token goes through
  if (low === 0) return { dt: where(padding.real, dt, -1e4), dtBias, dtLimit };
  const limited = clamp(softplus(add(dt, dtBias)), low, high);
  return { dt: where(padding.real, limited, 0), dtSoftplus: false };
}

function upTo(l: number, { device }: Tensor): Tensor {
  return reshape(arange(0, l, 1, { dtype: "i32", device }), [1, l]);
}

function column(values: Tensor): Tensor {
  return reshape(values, [values.shape[0]!, 1]);
}
