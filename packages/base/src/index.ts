// The public surface of @x/base.
export * from "./argument.ts";
export * from "./bounded-cache.ts";
export * from "./dynamic-map.ts";
export * from "./environment.ts";
export * from "./error.ts";
export * from "./host-memory.ts";
export * from "./kernel-call.ts";
export * from "./kernel-error.ts";
export * from "./kernel-number.ts";
export * from "./key.ts";
export * from "./next-turn.ts";
export type * from "./op-specs.ts";
export * from "./options.ts";
export * from "./token-strides.ts";
