// Times of single dispatches: by timestamp queries, or, where the device has none, from submit to done.
import type { Dispatch } from "../kernel.ts";
import { bufferUsage, mapMode } from "./flags.ts";

/** How a time was taken. `submit-to-done` includes the way to the GPU and back, some tens of microseconds. */
export type Clock = "timestamp-query" | "submit-to-done";

/** One timed dispatch. */
export interface DispatchTime {
  readonly kernel: string;
  readonly config: unknown;
  readonly workgroups: readonly [number, number, number];
  readonly elapsedNs: number;
  readonly clock: Clock;
  readonly dispatch: Dispatch;
}

/** Receives every timed dispatch, in the order of execution. */
export type TimeListener = (time: DispatchTime) => void;

export class Timing {
  readonly clock: Clock;
  readonly #device: GPUDevice;
  readonly #capacity: number;
  readonly #listeners = new Set<TimeListener>();
  readonly #pending = new Set<Promise<void>>();
  #querySet: GPUQuerySet | null = null;
  #resolved: GPUBuffer | null = null;
  #staging: GPUBuffer | null = null;
  #encoded: Dispatch[] = [];
  #lastDoneMs = 0;
  /** No dispatch is timed while this is set, listeners or not. */
  suspended = false;

  /** `capacity`: most dispatches of one submit. */
  constructor(device: GPUDevice, capacity: number) {
    this.#device = device;
    this.#capacity = Math.min(capacity, 2048);
    this.clock = device.features.has("timestamp-query") ? "timestamp-query" : "submit-to-done";
  }

  get active(): boolean {
    return this.#listeners.size > 0 && !this.suspended;
  }

  /** Whether the queries of this submit are used up. */
  get full(): boolean {
    return this.#encoded.length >= this.#capacity;
  }

  listen(listener: TimeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where the pass of the next dispatch writes its two timestamps. */
  writes(dispatch: Dispatch): GPUComputePassTimestampWrites {
    this.#querySet ??= this.#device.createQuerySet({ type: "timestamp", count: 2 * this.#capacity });
    const index = 2 * this.#encoded.length;
    this.#encoded.push(dispatch);
    return { querySet: this.#querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 };
  }

  /** Encodes the copy of the timestamps out of the query set. */
  resolve(encoder: GPUCommandEncoder): void {
    const count = this.#encoded.length;
    if (count === 0 || !this.#querySet) return;
    const size = 16 * this.#capacity;
    this.#resolved ??= this.#device.createBuffer({
      label: "timestamps",
      size,
      usage: bufferUsage.queryResolve | bufferUsage.copySrc,
    });
    this.#staging = this.#device.createBuffer({
      label: "timestamps staging",
      size: 16 * count,
      usage: bufferUsage.copyDst | bufferUsage.mapRead,
    });
    encoder.resolveQuerySet(this.#querySet, 0, 2 * count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, 16 * count);
  }

  /** After the submit: reads the timestamps when they arrive. */
  submitted(): void {
    const staging = this.#staging;
    if (!staging) return;
    const dispatches = this.#encoded;
    this.#staging = null;
    this.#encoded = [];
    this.#wait(
      staging.mapAsync(mapMode.read).then(() => {
        const stamps = new BigUint64Array(staging.getMappedRange());
        const elapsed = dispatches.map((_, i) =>
          Math.max(0, Number((stamps[2 * i + 1] as bigint) - (stamps[2 * i] as bigint))),
        );
        staging.destroy();
        dispatches.forEach((dispatch, i) => this.#emit(dispatch, elapsed[i] as number));
      }),
    );
  }

  /** Without timestamp queries: called right after a dispatch was submitted alone. */
  submittedAlone(dispatch: Dispatch): void {
    const startMs = performance.now();
    this.#wait(
      this.#device.queue.onSubmittedWorkDone().then(() => {
        const doneMs = performance.now();
        const elapsedNs = (doneMs - Math.max(startMs, this.#lastDoneMs)) * 1e6;
        this.#lastDoneMs = doneMs;
        this.#emit(dispatch, elapsedNs);
      }),
    );
  }

  /** Resolves when every time asked for has been told. Rejects when the device is lost meanwhile. */
  async settle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  destroy(): void {
    this.#listeners.clear();
    this.#querySet?.destroy();
    this.#resolved?.destroy();
  }

  #wait(promise: Promise<void>): void {
    this.#pending.add(promise);
    const forget = (): void => void this.#pending.delete(promise);
    // A rejection reaches the caller that settles; otherwise the next read reports the loss of the device.
    promise.then(forget, () => setTimeout(forget));
  }

  #emit(dispatch: Dispatch, elapsedNs: number): void {
    const { kernel, config, workgroups } = dispatch;
    for (const listener of this.#listeners)
      listener({ kernel: kernel.name, config, workgroups, elapsedNs, clock: this.clock, dispatch });
  }
}

/** One line that tells a timed dispatch. */
export function formatTime({ kernel, config, workgroups, elapsedNs, clock }: DispatchTime): string {
  const how = clock === "timestamp-query" ? "" : ` (${clock})`;
  return `${kernel} ${JSON.stringify(config)} [${workgroups.join(", ")}] ${(elapsedNs / 1e3).toFixed(1)} us${how}`;
}
