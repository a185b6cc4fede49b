// What happens to a finished sum before it is stored: bias and activation, as WGSL text over vec4f or f32.
import { functionsFor } from "../elementwise/functions.ts";
import { lanewise } from "../lanewise.ts";

/** Applied to `sum + bias`. gelu is the exact one, x·Φ(x). */
export type Activation = "none" | "relu" | "silu" | "gelu";

/** The part of a configuration that the epilogue bakes in. */
export interface Epilogue {
  readonly bias: boolean;
  readonly activation: Activation;
}

/** WGSL `fn activate(x: T) -> T`; empty without an activation. */
export function activateFunction(activation: Activation, type: "vec4f" | "f32"): string {
  if (activation === "none") return "";
  if (activation === "relu") return `fn activate(x: ${type}) -> ${type} {\n  return max(x, ${type}());\n}\n`;
  return `${functionsFor(`${activation}(`)}fn activate(x: ${type}) -> ${type} {\n  return ${lanewise(activation, type, "x")};\n}\n`;
}

/** WGSL expression of the value to store; `bias` is the expression of the bias at the same columns. */
export function finish({ bias, activation }: Epilogue, sum: string, biasAt: string): string {
  const value = bias ? `${sum} + ${biasAt}` : sum;
  return activation === "none" ? value : `activate(${value})`;
}
