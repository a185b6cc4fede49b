// What layers let adapters change: interfaces alone. Adapters themselves are an entry of their own ("@x/nn/adapters").
import type { Tensor } from "@x/tensor/core";
import type { Module } from "../module/module.ts";
import type { ExpertGroups } from "../ops/experts/order.ts";
import type { Parameter } from "../module/parameter.ts";
import type { QuantizedParameter } from "../module/quantized-parameter.ts";

/** The weight and the bias of a product. */
export interface AdaptedProduct {
  readonly weight: Parameter | QuantizedParameter;
  readonly bias?: Parameter | undefined;
}

/** Changes what a product makes. */
export interface ProductAdapter extends Module {
  /** @param x `[…, in]`, what the layer got @param y `[…, out]`, what it made of it @returns `[…, out]` */
  forward(x: Tensor, y: Tensor, layer: AdaptedProduct): Tensor;
}

/** Changes a weight before it is used. */
export interface WeightAdapter extends Module {
  /** @param weight of any shape, or its rows (along axis 0) from `from` on @param from default 0 @returns its shape */
  merged(weight: Tensor, from?: number): Tensor;
}

/** Changes rows of a table. */
export interface RowsAdapter extends Module {
  /** @param ids `[…]`, i32 or u32 @param y `[…, width]`, their rows @returns `[…, width]` */
  forward(ids: Tensor, y: Tensor): Tensor;
}

/** Changes what experts make. */
export interface ExpertAdapter extends Module {
  /** @param x `[t, k or 1, in]` @param y `[t, k, out]`, what the experts `ids` `[t, k]` made of it @returns `[t, k, out]` */
  forward(x: Tensor, y: Tensor, ids: Tensor, groups: ExpertGroups | undefined): Tensor;
}

/** The adapters of a layer of experts. */
export interface ExpertAdapters {
  readonly router?: ProductAdapter;
  readonly up?: ExpertAdapter;
  readonly down?: ExpertAdapter;
}
