// The functions that kernels with an activation, a step size or a decay call.
import { activationFunctions } from "./activations.ts";
import { exponentialFunctions } from "./exponentials.ts";
import { specialFunctions } from "./float-bits.ts";
import { type FunctionTable, functionText } from "./function-tables.ts";

/** Activation functions and all that these call. */
export const activationTables: readonly FunctionTable[] = [specialFunctions, exponentialFunctions, activationFunctions];

/** The functions of {@link activationTables} that a text calls. */
export function activationsFor(text: string): string {
  return functionText(activationTables, text);
}
