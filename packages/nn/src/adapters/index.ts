// The public surface of "@x/nn/adapters": low-rank adapters of layers. Pages without adapters do not hold it.
export { ConvAdapter, EmbeddingAdapter, ExpertsAdapter } from "./layers.ts";
export { LinearAdapter, type LowRankRows } from "./linear.ts";
export { type AdapterDropout, LowRank, type LowRankOptions } from "./low-rank.ts";
