// Reports warnings about checkpoints to the caller's `onWarning`, or else to the console.
import { BoundedCache } from "@x/base";

/** An option of everything that reads or writes a checkpoint. */
export interface WarningOptions {
  /** gets each thing that a user should know about the translation between layouts; default: console.warn, once per text */
  onWarning?(warning: string): void;
}

/** Texts of the console, so many that a loop over models fills no log and no memory. */
const SAID = new BoundedCache<string, true>(1000);

/** Hands over warnings. */
export function warn(warnings: readonly string[], { onWarning = warnOnce }: WarningOptions): void {
  for (const warning of warnings) onWarning(warning);
}

function warnOnce(warning: string): void {
  SAID.get(warning, () => {
    console.warn(warning);
    return true;
  });
}
