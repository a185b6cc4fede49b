// Epilogue of a product, applied to a finished sum before it is stored: activation(sum + bias) · gate + residual, as
// WGSL text over vec4f or f32.
import { activationsFor } from "../elementwise/activation-text.ts";
import { componentwise } from "../componentwise.ts";

/** Applied to `sum + bias`. gelu is the exact one, x·Φ(x). */
export type Activation = "none" | "relu" | "silu" | "gelu";

/** The part of a configuration that the epilogue bakes in. */
export interface Epilogue {
  readonly bias: boolean;
  readonly activation: Activation;
  /** multiplied by `gate`, of C's shape */
  readonly gate?: true;
  /** added to `residual`, of C's shape */
  readonly residual?: true;
}

/** The bindings that an epilogue reads, beside the product's own. */
export type EpilogueBinding = "bias" | "gate" | "residual";

export const noEpilogue: Epilogue = { bias: false, activation: "none" };

/** The bindings of an epilogue, each an array of `element`. */
export function epilogueBindings(
  { bias, gate, residual }: Epilogue,
  element: "vec4f" | "f32",
): Partial<Record<EpilogueBinding, `read ${"vec4f" | "f32"}`>> {
  const read = `read ${element}` as const;
  return { ...(bias ? { bias: read } : {}), ...(gate ? { gate: read } : {}), ...(residual ? { residual: read } : {}) };
}

/** True when there is nothing to do. */
export function isPlain({ bias, activation, gate, residual }: Epilogue): boolean {
  return !bias && activation === "none" && !gate && !residual;
}

/** WGSL `fn activate(x: T) -> T`; empty without an activation. */
export function activateFunction(activation: Activation, type: "vec4f" | "f32"): string {
  if (activation === "none") return "";
  return `${activationsFor(`${activation}(`)}fn activate(x: ${type}) -> ${type} {\n  return ${componentwise(activation, type, "x")};\n}\n`;
}

/**
 * WGSL expression of the value to store; `column` and `place` are the indices of bias, and of gate and residual, in the
 * bound type.
 */
export function finish(
  { bias, activation, gate, residual }: Epilogue,
  sum: string,
  column: string,
  place: string,
): string {
  const biased = bias ? `${sum} + bias[${column}]` : sum;
  const active = activation === "none" ? biased : `activate(${biased})`;
  const gated = gate ? `${bias && activation === "none" ? `(${active})` : active} * gate[${place}]` : active;
  return residual ? `${gated} + residual[${place}]` : gated;
}
