// Parameters of the ops of experts.
import type { QuantizeParams } from "@x/tensor/core";

/** How experts are chosen and weighted. */
export interface ExpertRoutingParams {
  readonly perToken: number;
  readonly routing: "softmax" | "sigmoid";
  readonly normalize: boolean;
  readonly scale: number;
  readonly groups: number;
  readonly topGroups: number;
}

/** Parameters of the primitive of {@link groupByExpert}. */
export interface ExpertOrderParams {
  readonly experts: number;
}

/** Parameters of the primitive of {@link expertLinear}. */
export interface ExpertLinearParams {
  /** the matrices are `[in, out]`, as in a gradient, instead of `[out, in]` */
  readonly transposed: boolean;
  /** the ids are those of `expert_routing`, which makes no others than experts */
  readonly routed?: boolean;
}

/** Parameters of the primitive of {@link expertQuantizedLinear}. */
export interface ExpertQuantizedLinearParams extends QuantizeParams, Pick<ExpertLinearParams, "routed"> {
  readonly experts: number;
}

/** Parameters of the sums of outer products. */
export interface ExpertOuterParams {
  readonly experts: number;
}
