// The elementwise ops, gathered: one table in two files (one operand; two and three), each row with its function.
export * from "./elementwise/binary.ts";
export * from "./elementwise/unary.ts";
