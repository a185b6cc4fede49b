// Scalar f32 functions that WGSL lacks, or whose builtin may overflow or is indeterminate for some arguments: all
// tables as one.
import { requireArguments } from "@x/base";
import { activationFunctions } from "./activations.ts";
import { divisionFunctions } from "./division.ts";
import { exponentialFunctions } from "./exponentials.ts";
import { specialFunctions } from "./float-bits.ts";
import { functionText, type FunctionTable } from "./function-tables.ts";
import { halfFunctions } from "./half-bits.ts";
import { hyperbolicFunctions } from "./hyperbolic.ts";
import { inverseTrigonometricFunctions } from "./inverse-trigonometry.ts";
import { trigonometricFunctions } from "./trigonometry.ts";

/**
 * The table. None makes an infinity from a finite argument unless it says so. Errors are relative to f32 rounding of
 * the exact value and add to those of `exp`, for which WGSL allows 3 + 2|x| units in the last place; `exp_full` is the
 * one without.
 */
export const wgslFunctions: FunctionTable = {
  ...specialFunctions,
  ...exponentialFunctions,
  ...trigonometricFunctions,
  ...inverseTrigonometricFunctions,
  ...hyperbolicFunctions,
  ...divisionFunctions,
  ...activationFunctions,
  ...halfFunctions,
};

/**
 * WGSL of the functions that a text calls and WGSL lacks (`silu`, `softplus`, `erf`, `log1p`, …), with the functions
 * these call, each once.
 * @example
 * console.log(functionsFor("y[0] = silu(x[0]);")); // fn silu(x: f32) -> f32 { … } and what it calls
 */
export function functionsFor(text: string): string {
  requireArguments("functionsFor", { text }, { text: "string" });
  return functionText([wgslFunctions], text);
}
