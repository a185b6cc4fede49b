// Apple GPUs: never measured, so the safe defaults.
import type { TuningTable } from "./table.ts";
import { unknown } from "./unknown.ts";

export const apple: TuningTable = { ...unknown };
