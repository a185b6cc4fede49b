// The elementwise ops, gathered: one table in several files, each row with its function.
export * from "./elementwise/binary.ts";
export * from "./elementwise/rounding.ts";
export * from "./elementwise/transcendental.ts";
export * from "./elementwise/unary.ts";
