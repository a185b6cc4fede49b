// The time of one dispatch.
import type { Dispatch } from "../kernel.ts";

/** How a time was taken. `submit-to-done` includes the way to the GPU and back, some tens of microseconds. */
export type Clock = "timestamp-query" | "submit-to-done";

/** One timed dispatch. */
export interface DispatchTime {
  /** of the runner's dispatches, from 0 */
  readonly number: number;
  readonly kernel: string;
  readonly config: unknown;
  readonly workgroups: readonly [number, number, number];
  /**
   * Nanoseconds from the runner's first timestamp to its begin, on the device's own clock; of a `submit-to-done` time
   * `performance.now()` at its submit.
   */
  readonly beginNs: number;
  readonly elapsedNs: number;
  readonly clock: Clock;
  readonly dispatch: Dispatch;
}

/** Receives every timed dispatch, in the order of execution. */
export type TimeListener = (time: DispatchTime) => void;

/** One line that tells a timed dispatch. */
export function formatTime({ kernel, config, workgroups, elapsedNs, clock }: DispatchTime): string {
  const how = clock === "timestamp-query" ? "" : ` (${clock})`;
  return `${kernel} ${JSON.stringify(config)} [${workgroups.join(", ")}] ${(elapsedNs / 1e3).toFixed(1)} us${how}`;
}
