// Embedding: a row of a table for every token.
import { checkOptions, embedding, requireArity, requireCount, type Tensor, tidy } from "@x/tensor/core";
import type { RowsAdapter } from "./adapter.ts";
import { type Builder, builderOf } from "../module/builder.ts";
import { type Initializer, normalInit } from "../module/init.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** default N(0, 0.02) */
  readonly init?: Initializer;
  readonly builder?: Builder;
}

/**
 * Lookup table `y = weight[ids]`, weight `[rows, width]`.
 *
 * @throws ConfigError for an unknown option; ShapeError for an id outside of [0, rows)
 * @example
 * const table = new Embedding(256, 8);
 * const y = table.forward(tensor([1, 2, 3], { dtype: "i32" })); // [3, 8]
 */
export class Embedding extends Module {
  static readonly fieldsOnly = true;
  readonly weight: Parameter;
  /** changes the rows, while the table stays as it is */
  adapter: RowsAdapter | undefined = undefined;

  constructor(rows: number, width: number, options: EmbeddingOptions = {}) {
    requireArity("Embedding", arguments, 3);
    super();
    checkOptions<EmbeddingOptions>("Embedding", options, { init: "function", builder: true });
    const { init = normalInit(0, 0.02) } = options;
    requireCount("Embedding", "rows", rows);
    requireCount("Embedding", "width", width);
    const builder = builderOf("Embedding", options.builder);
    this.weight = builder.parameter("weight", { role: "embedding", shape: [rows, width], init });
  }

  /**
   * The row of every id.
   *
   * @param ids `[…]`, i32 or u32, in [0, rows): the CPU raises about others at once, a GPU at the next read
   * @returns `[…, width]`, f32 (f64 on the CPU)
   * @throws DTypeError when ids are no integers; ShapeError for an id outside of the table
   * @example
   * new Embedding(10, 4).forward(tensor([1, 2], { dtype: "i32" })); // [2, 4]
   */
  forward(ids: Tensor): Tensor {
    requireArity("Embedding.forward", arguments, 1);
    const { weight, adapter } = this;
    const rows = (): Tensor => embedding(weight.value, ids);
    return adapter ? tidy(() => adapter.forward(ids, rows())) : rows();
  }
}
