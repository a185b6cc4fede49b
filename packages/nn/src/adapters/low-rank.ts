// LowRank: the two matrices of an adapter, whose product times a factor is what is added to a weight.
import {
  add,
  cast,
  checkOptions,
  ConfigError,
  div,
  dropoutMask,
  linear,
  matmul,
  mul,
  noGrad,
  type RandomKey,
  requireCount,
  requireNumber,
  requireOptions,
  reshape,
  type Shape,
  ShapeError,
  slice,
  sqrt,
  square,
  sum,
  type Tensor,
  tidy,
} from "@x/tensor/core";
import { type Builder, builderOf } from "../module/builder.ts";
import { type Initializer, kaimingUniformInit, onesInit, zerosInit } from "../module/init.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

/** What the pairs of one adapter drop of their inputs. Changed in place: `key` is set for a training step, and unset for use. */
export interface AdapterDropout {
  /** 0 ≤ rate < 1 */
  readonly rate: number;
  /** which elements; another `stream` for every step. Absent: none. */
  key: RandomKey | undefined;
}

/** Options of {@link LowRank}. */
export interface LowRankOptions {
  /** r; default 8 */
  readonly rank?: number;
  /** factor on the product; default 1 */
  readonly scale?: number;
  /** with a vector of magnitudes (DoRA); default false */
  readonly magnitude?: boolean;
  /** matrices of so many experts; default one alone */
  readonly experts?: number;
  /** of A; default kaiming-uniform with a = √5. B begins at 0. */
  readonly init?: Initializer;
  /** what is dropped of inputs; default nothing */
  readonly dropout?: AdapterDropout;
  /** tells the draws of the pairs of one adapter apart; default 0 */
  readonly stream?: number;
  readonly builder?: Builder;
}

/** Pairs of one adapter that draw apart at each step. */
const STREAMS = 2 ** 16;

/**
 * A change of a weight `[out, in]` by a matrix of low rank, `scale · B·A` with A `[r, in]` and B `[out, r]`; of a stack `[e, out, in]` with A `[e, r, in]` and B `[e, out, r]`.
 * With a magnitude m `[out]` (DoRA) the weight W becomes `m ⊙ (W + scale · B·A) / ‖W + scale · B·A‖` by rows, and the norm counts as a constant in the gradient.
 *
 * Source: Hu et al., "LoRA", ICLR 2022; Liu et al., "DoRA", ICML 2024.
 *
 * @throws ConfigError for an unknown option and for sizes that are no counts
 * @example
 * const pair = new LowRank(8, 4, { rank: 2, scale: 0.5 });
 * const change = pair.product(ones([3, 8])); // [3, 4]
 */
export class LowRank extends Module {
  static readonly fieldsOnly = true;
  readonly a: Parameter;
  readonly b: Parameter;
  readonly magnitude: Parameter | undefined;
  readonly scale: number;
  readonly dropout: AdapterDropout | undefined;
  readonly stream: number;

  constructor(inFeatures: number, outFeatures: number, options: LowRankOptions = {}) {
    super();
    checkOptions<LowRankOptions>("LowRank", options, {
      rank: true,
      scale: true,
      magnitude: "boolean",
      experts: true,
      init: "function",
      dropout: true,
      stream: true,
      builder: true,
    });
    const { rank = 8, scale = 1, magnitude = false, experts, dropout, stream = 0 } = options;
    const { init = kaimingUniformInit(undefined, inFeatures) } = options;
    requireCount("LowRank", "inFeatures", inFeatures, 1);
    requireCount("LowRank", "outFeatures", outFeatures, 1);
    requireCount("LowRank", "rank", rank, 1);
    requireNumber("LowRank", "scale", scale);
    if (experts !== undefined) requireCount("LowRank", "experts", experts, 1);
    requireCount("LowRank", "stream", stream, 0, STREAMS - 1);
    if (dropout !== undefined) checkDropout(dropout);
    if (magnitude && experts !== undefined)
      throw new ConfigError("LowRank: magnitude must be false for matrices of experts, which have none; got true.", {
        op: "LowRank",
        field: "magnitude",
      });
    this.scale = scale;
    this.dropout = dropout;
    this.stream = stream;
    const builder = builderOf("LowRank", options.builder);
    const stacked = experts === undefined ? [] : [experts];
    const shape = (rows: number, columns: number): Shape => [...stacked, rows, columns];
    [this.a, this.b, this.magnitude] = builder.whole(() => [
      builder.parameter("lora_A", { role: "adapter", shape: shape(rank, inFeatures), init, decay: true }),
      builder.parameter("lora_B", { role: "adapter", shape: shape(outFeatures, rank), init: zerosInit, decay: true }),
      magnitude
        ? builder.parameter("lora_magnitude_vector", { role: "adapter", shape: [outFeatures], init: onesInit })
        : undefined,
    ]);
  }

  /**
   * What the pair adds to a product: `scale · (x·Aᵀ)·Bᵀ`, of the elements of x that a key of {@link AdapterDropout} leaves.
   *
   * @param x `[…, in]`, f32 (f64 on the CPU)
   * @returns `[…, out]`
   * @throws ShapeError, DTypeError when x does not fit
   * @example
   * new LowRank(8, 4).product(ones([3, 8])); // [3, 4], zeros at first
   */
  product(x: Tensor): Tensor {
    return tidy(() => linear(this.#scaled(linear(this.dropped(x), this.a.value)), this.b.value));
  }

  /**
   * A part y of a product `x·Wᵀ + bias`, changed.
   *
   * @param x `[…, in]`, f32 (f64 on the CPU)
   * @param y `[…, out]`, x's dtype
   * @param weight `[out, in]` of float dtype, and bias `[out]`: read with a magnitude alone
   * @returns `[…, out]`
   * @throws ShapeError, DTypeError when they do not fit together
   * @example
   * const y = new LowRank(8, 4).changed(ones([3, 8]), ones([3, 4]), () => ones([4, 8])); // [3, 4]
   */
  changed(x: Tensor, y: Tensor, weight: () => Tensor, bias?: Tensor): Tensor {
    return tidy(() => {
      const sums = add(y, this.product(x));
      if (!this.magnitude) return sums;
      const factor = this.#factor(weight(), 0);
      const scaled = mul(sums, factor);
      return bias ? add(scaled, mul(bias, add(mul(factor, -1), 1))) : scaled;
    });
  }

  /**
   * The weight with the change.
   *
   * @param weight `[out, in]`, or `[e, out, in]` of experts, any float dtype; or its rows, of experts matrices, from `from` on
   * @param from default 0
   * @returns its shape, f32 (f64 of f64)
   * @throws ShapeError when it does not fit
   * @example
   * new LowRank(8, 4).merged(ones([4, 8])); // [4, 8], ones
   */
  merged(weight: Tensor, from: number = 0): Tensor {
    return tidy(() => {
      const changed = this.#sum(weight, from);
      return this.magnitude ? mul(changed, reshape(this.#factor(weight, from), [weight.shape[0]!, 1])) : changed;
    });
  }

  /**
   * Sets the magnitude, where there is one, to the norms of the rows of a weight, from which DoRA begins.
   *
   * @param weight `[out, in]`, f32, f16 or bf16 (f64 on the CPU)
   * @throws ShapeError when it does not fit
   * @example
   * const pair = new LowRank(4, 2, { magnitude: true });
   * pair.measure(ones([2, 4])); // 2 and 2
   */
  measure(weight: Tensor): void {
    if (this.magnitude) this.magnitude.value = this.#norms(weight, 0);
  }

  /**
   * x without what the key of a step drops of it; x itself where there is no key.
   *
   * @param x `[…, in]`, f32
   * @returns `[…, in]`
   * @throws DTypeError when x is not f32 and something is dropped
   * @example
   * const pair = new LowRank(4, 2, { dropout: { rate: 0.5, key: { seed: 1, stream: 7 } } });
   * pair.dropped(ones([3, 4])); // some of 2, some of 0
   */
  dropped(x: Tensor): Tensor {
    const { rate = 0, key } = this.dropout ?? {};
    if (rate === 0 || key === undefined) return x;
    const stream = (key.stream ?? 0) * STREAMS + this.stream;
    return mul(x, dropoutMask(x.shape, rate, { seed: key.seed, stream, device: x.device }));
  }

  #scaled(x: Tensor): Tensor {
    return this.scale === 1 ? x : mul(x, this.scale);
  }

  /** W + scale · B·A, of rows from `from` on */
  #sum(weight: Tensor, from: number): Tensor {
    const { a, b } = this;
    const rows = (value: Tensor): Tensor => rowsOf(value, weight.shape[0]!, from);
    const left = b.value.shape.length === 3 ? rows(a.value) : a.value; // a stack's rows are its matrices
    return add(cast(weight, a.value.dtype), this.#scaled(matmul(rows(b.value), left)));
  }

  #norms(weight: Tensor, from: number): Tensor {
    return noGrad(() => tidy(() => sqrt(sum(square(this.#sum(weight, from)), 1))));
  }

  /** m / ‖W + scale · B·A‖ `[rows]` */
  #factor(weight: Tensor, from: number): Tensor {
    return div(rowsOf(this.magnitude!.value, weight.shape[0]!, from), this.#norms(weight, from));
  }
}

/** So many elements from `from` on along an axis; all of them as they are. @throws ShapeError where there are fewer */
export function rowsOf(value: Tensor, count: number, from: number, axis: number = 0): Tensor {
  const size = value.shape[axis]!;
  if (from === 0 && count === size) return value;
  requireCount("merged", "from", from);
  if (from + count > size)
    throw new ShapeError(`merged: rows must be among the ${size} of the pair; got ${count} from ${from} on.`, {
      op: "merged",
      expected: size,
      got: from + count,
    });
  return slice(value, axis, from, from + count);
}

function checkDropout(dropout: AdapterDropout): void {
  requireOptions("LowRank", dropout, "dropout");
  checkOptions<AdapterDropout>("LowRank: dropout", dropout, { rate: true, key: true });
  requireNumber("LowRank", "dropout.rate", dropout.rate, "from 0 to 1", (value) => value >= 0 && value <= 1);
}
