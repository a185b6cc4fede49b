// What a runner tells of its work to one who watches it, such as a trace. Nothing is told, or timed, while nobody does.
import { KernelError, requireArguments } from "@x/base";
import type { Bindable } from "../buffer-range.ts";
import type { Dispatch } from "../kernel.ts";
import type { DispatchTime } from "./dispatch-time.ts";

/** A dispatch that was encoded. */
export interface EncodedDispatch {
  /** of this runner's dispatches, from 0 */
  readonly number: number;
  /** which of the runner's submits it will be in, from 0 */
  readonly submit: number;
  readonly dispatch: Dispatch;
  /** what is bound, in the order of the kernel's bindings; the list is the runner's own, good during the call */
  readonly pieces: readonly Bindable[];
}

/** Hears what a runner does, as it does it. Times are milliseconds of `performance.now()`. */
export interface RunnerObserver {
  encoded(dispatch: EncodedDispatch): void;
  /** The encoded work was just handed to the device, which began at `startMs`. */
  submitted(number: number, startMs: number): void;
  /** The device has done a dispatch: told only where it has timestamp queries. */
  executed(time: DispatchTime): void;
  /** Something is awaited, which does not block the thread. */
  waits(what: "read" | "sync" | "compile", until: Promise<unknown>, bytes?: number): void;
  /** A pipeline is there: made since `startMs` on this thread, where `blocking`, else off it. */
  compiled(key: string, startMs: number, blocking: boolean): void;
}

/** Where the parts of a runner find who watches it. */
export interface Watch {
  observer: RunnerObserver | null;
}

/** What of a runner {@link observe} takes. */
export interface Observable {
  readonly watch: Watch;
  flush(): void;
}

/**
 * Tells `observer` what a runner does from now on. Where the device has timestamp queries each dispatch then has a pass
 * of its own, and its time comes with the next {@link Runner.sync} at the latest.
 *
 * @returns ends it
 * @throws KernelError while another observer is there
 * @example
 * import { type DispatchTime, observe, requestRunner } from "@x/kernels-wgsl";
 *
 * const runner = await requestRunner({ software: true });
 * const none = (): void => undefined;
 * const executed = ({ kernel, elapsedNs }: DispatchTime): void => console.log(kernel, elapsedNs);
 * const stop = observe(runner, { encoded: none, submitted: none, executed, waits: none, compiled: none });
 * stop();
 */
export function observe(runner: Observable, observer: RunnerObserver): () => void {
  requireArguments("observe", { runner, observer }, { runner: "object", observer: "object" });
  const { watch } = runner;
  requireArguments(
    "observe",
    { "runner.watch": watch, "runner.flush": runner.flush },
    { "runner.watch": "object", "runner.flush": "function" },
  );
  if (watch.observer)
    throw new KernelError("observe: runner must be one that nobody watches; somebody does already. End that first.");
  runner.flush();
  watch.observer = observer;
  return () => {
    if (watch.observer === observer) watch.observer = null;
  };
}
