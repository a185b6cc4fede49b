// The public surface of @x/nn.
export * from "./builder.ts";
export * from "./conv1d.ts";
export * from "./embedding.ts";
export * from "./gated-mlp.ts";
export * from "./init.ts";
export * from "./linear.ts";
export * from "./module.ts";
export * from "./norm.ts";
export * from "./parameter.ts";
export type { Tokenizer, TokenStream } from "./data/bytes.ts";
export { byteTokenizer } from "./data/bytes.ts";
export type { MqarOptions } from "./data/mqar.ts";
export { mqar } from "./data/mqar.ts";
export type { Batches, HoldOut, RandomBatchesOptions, Segment, TokenArray, TokenBatch } from "./data/tokens.ts";
export { holdOut, IGNORE_INDEX, randomBatches, sequentialBatches } from "./data/tokens.ts";
