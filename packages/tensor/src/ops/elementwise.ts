// The elementwise ops: one table in several files, each row with its function.
export * from "./elementwise/activations.ts";
export * from "./elementwise/arithmetic.ts";
export * from "./elementwise/comparison.ts";
export * from "./elementwise/hyperbolic.ts";
export * from "./elementwise/predicates.ts";
export * from "./elementwise/rounding.ts";
export * from "./elementwise/sines.ts";
export * from "./elementwise/transcendental.ts";
export * from "./elementwise/unary.ts";
