// The state below tensors: the open scopes, and whether a function is being captured. One thread, synchronous ops:
// plain values.
import type { Device, Op, Operand, PreparedRun } from "./device/device.ts";
import { DeviceError } from "./errors.ts";

/** What is made while a scope is open belongs to it. */
export interface OpenScope {
  readonly tensors: Set<{ dispose(): void }>;
}

/** A prepared op with what it runs on. */
export interface BoundOp {
  readonly run: PreparedRun;
  readonly inputs: Readonly<Record<string, Operand>>;
  readonly outputs: Readonly<Record<string, Operand>>;
}

/** Runs what a device has prepared, and notes it: a trace. */
export interface OpWatch {
  op(device: Device, name: string, op: BoundOp): void;
  /** All of a plan. */
  plan(device: Device, ops: readonly Op[], steps: readonly BoundOp[]): void;
}

export interface Context {
  /** innermost last */
  readonly scopes: OpenScope[];
  recording: boolean;
  /** who runs ops in place of whoever asks for them */
  watch: OpWatch | null;
}

export const context: Context = { scopes: [], recording: false, watch: null };

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
