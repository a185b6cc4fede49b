// What every elementwise kernel may call: special values by words, and elements of 16 bits.
import { specialFunctions } from "./float-bits.ts";
import type { FunctionTable } from "./function-tables.ts";
import { halfFunctions } from "./half-bits.ts";

export const basicFunctions: readonly FunctionTable[] = [specialFunctions, halfFunctions];
