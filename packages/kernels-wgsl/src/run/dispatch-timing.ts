// Times of single dispatches: by timestamp queries, or, where the device has none, from submit to done.
import type { Dispatch } from "../kernel.ts";
import type { Clock, TimeListener } from "./dispatch-time.ts";
import { bufferUsage, mapMode } from "./flags.ts";
import type { Watch } from "./observer.ts";

export class Timing {
  readonly clock: Clock;
  readonly #device: GPUDevice;
  readonly #capacity: number;
  readonly #watch: Watch;
  readonly #listeners = new Set<TimeListener>();
  readonly #pending = new Set<Promise<void>>();
  #querySet: GPUQuerySet | null = null;
  #resolved: GPUBuffer | null = null;
  #staging: GPUBuffer | null = null;
  #encoded: { readonly dispatch: Dispatch; readonly number: number }[] = [];
  #originNs: bigint | undefined;
  #lastDoneMs = 0;
  /** No dispatch is timed while this is set, listeners or not. */
  suspended = false;

  /** `capacity`: most dispatches of one submit. */
  constructor(device: GPUDevice, capacity: number, watch: Watch) {
    this.#device = device;
    this.#watch = watch;
    this.#capacity = Math.min(capacity, 2048);
    this.clock = device.features.has("timestamp-query") ? "timestamp-query" : "submit-to-done";
  }

  get active(): boolean {
    const observed = this.#watch.observer !== null && this.clock === "timestamp-query"; // else it hears of submits
    return (observed || this.#listeners.size > 0) && !this.suspended;
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
  writes(dispatch: Dispatch, number: number): GPUComputePassTimestampWrites {
    this.#querySet ??= this.#device.createQuerySet({ type: "timestamp", count: 2 * this.#capacity });
    const index = 2 * this.#encoded.length;
    this.#encoded.push({ dispatch, number });
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
        const originNs = (this.#originNs ??= stamps[0]!);
        const times = dispatches.map((_, i) => {
          const [begin, end] = [stamps[2 * i]!, stamps[2 * i + 1]!];
          return { beginNs: Number(begin - originNs), elapsedNs: Math.max(0, Number(end - begin)) };
        });
        staging.destroy();
        dispatches.forEach(({ dispatch, number }, i) => this.#emit(dispatch, number, times[i]!));
      }),
    );
  }

  /** Without timestamp queries: called right after a dispatch was submitted alone. */
  submittedAlone(dispatch: Dispatch, number: number): void {
    const startMs = performance.now();
    this.#wait(
      this.#device.queue.onSubmittedWorkDone().then(() => {
        const doneMs = performance.now();
        const elapsedNs = (doneMs - Math.max(startMs, this.#lastDoneMs)) * 1e6;
        this.#lastDoneMs = doneMs;
        this.#emit(dispatch, number, { beginNs: startMs * 1e6, elapsedNs });
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

  #emit(dispatch: Dispatch, number: number, times: { readonly beginNs: number; readonly elapsedNs: number }): void {
    const { kernel, config, workgroups } = dispatch;
    const time = { number, kernel: kernel.name, config, workgroups, ...times, clock: this.clock, dispatch };
    for (const listener of this.#listeners) listener(time);
    if (this.clock === "timestamp-query") this.#watch.observer?.executed(time);
  }
}
