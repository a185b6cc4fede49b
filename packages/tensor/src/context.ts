// The state that ops consult: the open scopes, the active tapes, the active recording. One thread, synchronous ops: plain stacks.
import type { Tape } from "./autograd.ts";
import type { Recorder } from "./capture/recorder.ts";
import type { Scope } from "./scope.ts";

export interface Context {
  /** innermost last */
  readonly scopes: Scope[];
  /** innermost last; a null hides the tapes below it */
  readonly tapes: (Tape | null)[];
  recorder: Recorder | null;
}

export const context: Context = { scopes: [], tapes: [], recorder: null };

/** Tapes that see the next op, innermost first. */
export function activeTapes(): Tape[] {
  const active: Tape[] = [];
  for (let i = context.tapes.length - 1; i >= 0; i--) {
    const tape = context.tapes[i];
    if (!tape) break;
    active.push(tape);
  }
  return active;
}
