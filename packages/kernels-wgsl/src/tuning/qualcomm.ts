// Qualcomm GPUs (Adreno): never measured, so the safe defaults.
import type { TuningTable } from "./table.ts";
import { unknown } from "./unknown.ts";

export const qualcomm: TuningTable = { ...unknown };
