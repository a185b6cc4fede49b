// What is asked of compiling ahead, and what it tells.
import type { OptionKeys } from "@x/base";

/** How far compiling ahead has come: pipelines that were new to the device. */
export interface CompileProgress {
  readonly done: number;
  readonly total: number;
}

/** Options of whatever compiles ahead. */
export interface PrecompileOptions {
  /** Hears of each pipeline, and before the first one of how many there are; of nothing where all are known already. */
  onProgress?(progress: CompileProgress): void;
  /** Stops asking for more; what is asked for still compiles. The signal's reason is raised. */
  readonly signal?: AbortSignal;
}

/** What `precompile` reads. */
export const precompileOptions: OptionKeys<PrecompileOptions> = { onProgress: "function", signal: "signal" };
