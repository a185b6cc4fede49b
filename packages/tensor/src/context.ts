// The state below tensors: the open scopes, and whether a function is being captured. One thread, synchronous ops:
// plain values.
import type { Device } from "./device/device.ts";
import { DeviceError } from "./errors.ts";

/** What is made while a scope is open belongs to it. */
export interface OpenScope {
  readonly tensors: Set<{ dispose(): void }>;
}

export interface Context {
  /** innermost last */
  readonly scopes: OpenScope[];
  recording: boolean;
}

export const context: Context = { scopes: [], recording: false };

/**
 * Raises while a function is captured: its writes are still to come, so that what reads or writes memory at once would
 * come before them.
 *
 * @param what begins the sentence: who must not be called, and where else it can be
 */
export function requireNotRecording(what: string, { kind }: Device): void {
  if (!context.recording) return;
  throw new DeviceError(
    `${what} must not be called in a captured function, whose values do not exist while it is being recorded. Move it out of the captured function.`,
    { device: kind },
  );
}
