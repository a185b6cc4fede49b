// The state that ops consult: the open scopes, the active tapes, the active recording. One thread, synchronous ops: plain stacks.
import type { Tape } from "./autograd.ts";
import type { Recorder } from "./capture/recorder.ts";
import type { Device } from "./device/device.ts";
import { DeviceError } from "./errors.ts";
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

/**
 * Raises while a function is captured: its writes are still to come, so that what reads or writes memory at once would come before them.
 *
 * @param what begins the sentence: who must not be called, and where else it can be
 */
export function requireNotRecording(what: string, { kind }: Device): void {
  if (!context.recorder) return;
  throw new DeviceError(
    `${what} must not be called in a captured function, whose values do not exist while it is being recorded. Move it out of the captured function.`,
    { device: kind },
  );
}
