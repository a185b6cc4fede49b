// The public surface of @x/testing.
export * from "./cases.ts";
export * from "./check-primitive.ts";
export * from "./compare.ts";
export * from "./golden.ts";
