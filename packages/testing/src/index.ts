// The public surface of @x/testing.
export * from "./arena-padding.ts";
export * from "./cases.ts";
export * from "./check-primitive.ts";
export * from "./check-views.ts";
export * from "./compare.ts";
export { formulaOnly } from "./formulas.ts";
export * from "./golden/shaders.ts";
