// Rows of functions of one float operand, which kernels have under a name of their own.
import { defineElementwise, type ElementwisePrimitive, type Row } from "./define.ts";

/** A row of one float operand: the function in doubles, the kernels' function, the derivative times the gradient. */
/* @__NO_SIDE_EFFECTS__ */
export function defineFunction(
  name: string,
  js: (a: number) => number,
  wgsl: string,
  derivative: NonNullable<Row["derivatives"]>[number],
  more: Pick<Row, "domain" | "scalar" | "functions">,
): ElementwisePrimitive {
  return defineElementwise({ name, arity: 1, js, wgsl: `${wgsl}(a)`, derivatives: [derivative], ...more });
}
