// Adapters of convolutions, embeddings and experts: each puts a pair of low rank where its layer computes.
import {
  add,
  cast,
  embedding,
  linear,
  mul,
  requireArity,
  requireInstance,
  reshape,
  type Tensor,
  tidy,
  transpose,
} from "@x/tensor/core";
import type { ExpertAdapter, RowsAdapter, WeightAdapter } from "../layers/adapter.ts";
import { Module } from "../module/module.ts";
import { expertLinear } from "../ops/experts/linear.ts";
import type { ExpertGroups } from "../ops/experts/order.ts";
import { LowRank, rowsOf } from "./low-rank.ts";

/**
 * Adapter of a `CausalConv1d`: a pair over its taps `[channels, 1, width]` as a matrix `[channels, width]`.
 *
 * @throws ConfigError unless `pair` is a LowRank
 * @example
 * const layer = new CausalConv1d(6, 4);
 * layer.adapter = new ConvAdapter(new LowRank(4, 6, { rank: 2 }));
 */
export class ConvAdapter extends Module implements WeightAdapter {
  static readonly fieldsOnly = true;
  readonly pair: LowRank;

  constructor(pair: LowRank) {
    requireArity("ConvAdapter", arguments, 1);
    super();
    requireInstance("ConvAdapter", "pair", pair, LowRank, "a LowRank");
    this.pair = pair;
  }

  /**
   * The weight with the change.
   *
   * @param weight `[channels, 1, width]`, any float dtype; or its rows from `from` on
   * @param from default 0
   * @returns its shape, f32 (f64 of f64)
   * @throws ShapeError when it does not fit
   * @example
   * new ConvAdapter(new LowRank(4, 6)).merged(ones([6, 1, 4])); // [6, 1, 4]
   */
  merged(weight: Tensor, from: number = 0): Tensor {
    return tidy(() => {
      const [channels, , width] = weight.shape as [number, number, number];
      return reshape(this.pair.merged(reshape(weight, [channels, width]), from), weight.shape);
    });
  }
}

/**
 * Adapter of an `Embedding`: the columns of A `[r, rows]` that the ids name, times Bᵀ `[r, width]`.
 *
 * @throws ConfigError unless `pair` is a LowRank
 * @example
 * const table = new Embedding(16, 8);
 * table.adapter = new EmbeddingAdapter(new LowRank(16, 8, { rank: 2 }));
 */
export class EmbeddingAdapter extends Module implements RowsAdapter, WeightAdapter {
  static readonly fieldsOnly = true;
  readonly pair: LowRank;

  constructor(pair: LowRank) {
    requireArity("EmbeddingAdapter", arguments, 1);
    super();
    requireInstance("EmbeddingAdapter", "pair", pair, LowRank, "a LowRank");
    this.pair = pair;
  }

  /**
   * The rows of ids, changed.
   *
   * @param ids `[…]`, i32 or u32
   * @param y `[…, width]`, their rows, f32 (f64 on the CPU)
   * @returns `[…, width]`
   * @throws ShapeError, DTypeError when they do not fit together
   * @example
   * new EmbeddingAdapter(new LowRank(16, 8)).forward(tensor([1, 2], { dtype: "i32" }), ones([2, 8])); // [2, 8]
   */
  forward(ids: Tensor, y: Tensor): Tensor {
    return tidy(() => {
      const { a, b, scale } = this.pair;
      const rows = embedding(transpose(a.value), ids);
      return add(y, mul(linear(rows, b.value), scale));
    });
  }

  /**
   * The weight with the change.
   *
   * @param weight `[rows, width]`, any float dtype; or its rows from `from` on
   * @param from default 0
   * @returns its shape, f32 (f64 of f64)
   * @throws ShapeError when it does not fit
   * @example
   * new EmbeddingAdapter(new LowRank(16, 8)).merged(ones([16, 8])); // [16, 8]
   */
  merged(weight: Tensor, from: number = 0): Tensor {
    return tidy(() => {
      const { a, b, scale } = this.pair;
      const rows = transpose(rowsOf(a.value, weight.shape[0]!, from, 1));
      return add(cast(weight, a.value.dtype), mul(linear(rows, b.value), scale));
    });
  }
}

/**
 * Adapter of a stack of matrices of `Experts`: a pair for each expert.
 *
 * @throws ConfigError unless `pair` is a LowRank
 * @example
 * const experts = new Experts(8, { count: 4, perToken: 2, width: 16 });
 * experts.adapters = { down: new ExpertsAdapter(new LowRank(16, 8, { rank: 2, experts: 4 })) };
 */
export class ExpertsAdapter extends Module implements ExpertAdapter, WeightAdapter {
  static readonly fieldsOnly = true;
  readonly pair: LowRank;

  constructor(pair: LowRank) {
    requireArity("ExpertsAdapter", arguments, 1);
    super();
    requireInstance("ExpertsAdapter", "pair", pair, LowRank, "a LowRank");
    this.pair = pair;
  }

  /**
   * What experts make, changed.
   *
   * @param x `[t, k or 1, in]`, f32 (f64 on the CPU)
   * @param y `[t, k, out]`, what the experts made of it
   * @param ids `[t, k]`, i32
   * @param groups of the ids, where there are many
   * @returns `[t, k, out]`
   * @throws ShapeError, DTypeError when they do not fit together
   * @example
   * const adapter = new ExpertsAdapter(new LowRank(4, 6, { experts: 3 }));
   * adapter.forward(ones([2, 1, 4]), ones([2, 1, 6]), tensor([[0], [2]], { dtype: "i32" }), undefined); // [2, 1, 6]
   */
  forward(x: Tensor, y: Tensor, ids: Tensor, groups: ExpertGroups | undefined): Tensor {
    return tidy(() => {
      const { a, b, scale } = this.pair;
      const hidden = expertLinear(this.pair.dropped(x), a.value, ids, { groups });
      return add(y, expertLinear(mul(hidden, scale), b.value, ids, { groups }));
    });
  }

  /**
   * The weight with the change.
   *
   * @param weight `[e, out, in]`, any float dtype; or its matrices from `from` on
   * @param from default 0
   * @returns its shape, f32 (f64 of f64)
   * @throws ShapeError when it does not fit
   * @example
   * new ExpertsAdapter(new LowRank(4, 6, { experts: 3 })).merged(ones([3, 6, 4])); // [3, 6, 4]
   */
  merged(weight: Tensor, from: number = 0): Tensor {
    return this.pair.merged(weight, from);
  }
}
