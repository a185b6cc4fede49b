// LinearAdapter: pairs of low rank over rows of a product.
import {
  cast,
  concat,
  dequantize,
  requireArity,
  requireArray,
  requireInstance,
  ShapeError,
  slice,
  split,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import type { AdaptedProduct, ProductAdapter, WeightAdapter } from "../layers/adapter.ts";
import { Module } from "../module/module.ts";
import { Parameter } from "../module/parameter.ts";
import { LowRank } from "./low-rank.ts";

/** A pair, and the rows [begin, end) of a weight that it changes. */
export interface LowRankRows {
  readonly begin: number;
  readonly end: number;
  readonly pair: LowRank;
}

/**
 * Adapter of a `Linear` or `QuantizedLinear`: pairs over ranges of its outputs, since one product here may be several layers elsewhere (queries, keys and values).
 * The others stay as they are.
 *
 * @param parts in the order of their rows, apart from each other
 * @throws ShapeError for parts that overlap or are of other sizes than their pairs
 * @example
 * const layer = new Linear(8, 12);
 * layer.adapter = new LinearAdapter([{ begin: 4, end: 8, pair: new LowRank(8, 4, { rank: 2 }) }]);
 * const y = layer.forward(ones([3, 8])); // [3, 12]
 */
export class LinearAdapter extends Module implements ProductAdapter, WeightAdapter {
  static readonly fieldsOnly = true;
  readonly parts: readonly LowRankRows[];

  constructor(parts: readonly LowRankRows[]) {
    requireArity("LinearAdapter", arguments, 1);
    super();
    requireArray("LinearAdapter", "parts", parts);
    let at = 0;
    for (const { begin, end, pair } of parts) {
      requireInstance("LinearAdapter", "pair", pair, LowRank, "a LowRank");
      if (begin < at || end - begin !== pair.b.shape[0])
        throw new ShapeError(
          `LinearAdapter: parts must begin at ${at} or later and have the ${pair.b.shape[0]} rows of their pair; got [${begin}, ${end}).`,
          { op: "LinearAdapter", expected: pair.b.shape[0], got: [begin, end] },
        );
      at = end;
    }
    this.parts = parts.map(({ begin, end, pair }) => ({ begin, end, pair }));
  }

  /**
   * What the layer makes, with its parts changed.
   *
   * @param x `[…, in]`, what the layer got, f32 (f64 on the CPU)
   * @param y `[…, out]`, what it made of it
   * @param layer its weight `[out, in]` and its bias
   * @returns `[…, out]`
   * @throws ShapeError, DTypeError when they do not fit together
   * @example
   * const adapter = new LinearAdapter([{ begin: 0, end: 4, pair: new LowRank(8, 4) }]);
   * const y = adapter.forward(ones([3, 8]), ones([3, 4]), new Linear(8, 4)); // [3, 4]
   */
  forward(x: Tensor, y: Tensor, { weight, bias }: AdaptedProduct): Tensor {
    const rowsOf = (begin: number, end: number): Tensor =>
      slice(weight instanceof Parameter ? weight.value : dequantize(weight.value), 0, begin, end);
    return tidy(() =>
      byRows(this.parts, y, -1, (part, { begin, end, pair }) =>
        pair.changed(x, part, () => rowsOf(begin, end), bias && slice(bias.value, 0, begin, end)),
      ),
    );
  }

  /**
   * The weight with the change.
   *
   * @param weight `[out, in]`, any float dtype; or its rows from `from` on
   * @param from default 0
   * @returns its shape, f32 (f64 of f64)
   * @throws ShapeError when it does not fit
   * @example
   * new LinearAdapter([{ begin: 0, end: 4, pair: new LowRank(8, 4) }]).merged(ones([4, 8])); // [4, 8]
   */
  merged(weight: Tensor, from: number = 0): Tensor {
    const count = weight.shape[0]!;
    const within = this.parts.flatMap(({ begin, end, pair }) => {
      const [first, last] = [Math.max(begin - from, 0), Math.min(end - from, count)];
      return first < last ? [{ begin: first, end: last, pair, skipped: first + from - begin }] : [];
    });
    return tidy(() => {
      const wide = cast(weight, this.parts[0]!.pair.a.value.dtype);
      return byRows(within, wide, 0, (part, { pair, skipped }) => pair.merged(part, skipped));
    });
  }
}

/** `whole` with parts of an axis changed. A split, whose gradient is one join. */
function byRows<P extends LowRankRows>(
  parts: readonly P[],
  whole: Tensor,
  axis: number,
  change: (part: Tensor, of: P) => Tensor,
): Tensor {
  const width = whole.shape.at(axis)!;
  const [only] = parts;
  if (parts.length === 1 && only!.begin === 0 && only!.end === width) return change(whole, only!);
  const sizes: number[] = [];
  const pairs: (P | undefined)[] = [];
  let at = 0;
  const skip = (to: number): void => {
    if (to > at) {
      sizes.push(to - at);
      pairs.push(undefined);
    }
  };
  for (const part of parts) {
    skip(part.begin);
    sizes.push(part.end - part.begin);
    pairs.push(part);
    at = part.end;
  }
  skip(width);
  return concat(
    split(whole, sizes, axis).map((part, i) => (pairs[i] ? change(part, pairs[i]) : part)),
    axis,
  );
}
