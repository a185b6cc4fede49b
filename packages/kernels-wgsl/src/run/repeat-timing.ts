// Times many runs of a program as the GPU really runs it: dispatches share passes, with one timestamp at either end.
import type { Program } from "../kernel.ts";
import type { Bindable } from "../buffer-range.ts";
import type { Encoder } from "./encode.ts";
import { bufferUsage, mapMode } from "./flags.ts";
import type { Clock } from "./dispatch-time.ts";

/** What `time` of a repeat timer measured: all runs together. */
export interface RepeatTime {
  readonly elapsedNs: number;
  readonly clock: Clock;
}

/** Buffers of a program by name. */
export type BufferSet = Readonly<Record<string, Bindable>>;

/** A program to be timed, run many times on sets of buffers used in turn. */
export interface RepeatCall {
  readonly program: Program;
  /** used in turn */
  readonly sets: readonly BufferSet[];
  readonly count: number;
  /** awaited after the submit and before the wait for the GPU; a place to sleep where waiting costs processor time */
  pause?(): Promise<void>;
}

interface Queries {
  readonly set: GPUQuerySet;
  readonly resolved: GPUBuffer;
  readonly staging: GPUBuffer;
}

export class RepeatTimer {
  readonly #device: GPUDevice;
  readonly #encoder: Encoder;
  readonly #clock: Clock;
  #queries: Queries | undefined;

  constructor(device: GPUDevice, encoder: Encoder, clock: Clock) {
    this.#device = device;
    this.#encoder = encoder;
    this.#clock = clock;
  }

  async time({ sets, count, pause }: RepeatCall, run: (buffers: BufferSet) => void): Promise<RepeatTime> {
    const queries = this.#clock === "timestamp-query" ? (this.#queries ??= this.#makeQueries()) : undefined;
    const startMs = performance.now();
    for (let i = 0; i < count; i++) {
      // The last run has a submit of its own, so that nothing can end the pass that writes the second timestamp before
      // its time.
      if (i === 0 || i === count - 1) {
        this.#encoder.restart();
        if (queries) {
          const writes: GPUComputePassTimestampWrites = { querySet: queries.set };
          if (i === 0) writes.beginningOfPassWriteIndex = 0;
          if (i === count - 1) writes.endOfPassWriteIndex = 1;
          this.#encoder.startPass(writes);
        }
      }
      run(sets[i % sets.length]!);
    }
    this.#encoder.flush();
    if (!queries) {
      await pause?.();
      await this.#device.queue.onSubmittedWorkDone();
      return { elapsedNs: (performance.now() - startMs) * 1e6, clock: this.#clock };
    }
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(queries.set, 0, 2, queries.resolved, 0);
    encoder.copyBufferToBuffer(queries.resolved, 0, queries.staging, 0, 16);
    this.#device.queue.submit([encoder.finish()]);
    await pause?.();
    await queries.staging.mapAsync(mapMode.read);
    const [begin, end] = new BigUint64Array(queries.staging.getMappedRange().slice(0));
    queries.staging.unmap();
    return { elapsedNs: Math.max(0, Number(end! - begin!)), clock: this.#clock };
  }

  destroy(): void {
    this.#queries?.set.destroy();
    this.#queries?.resolved.destroy();
    this.#queries?.staging.destroy();
  }

  #makeQueries(): Queries {
    return {
      set: this.#device.createQuerySet({ type: "timestamp", count: 2 }),
      resolved: this.#device.createBuffer({
        label: "repeat timestamps",
        size: 16,
        usage: bufferUsage.queryResolve | bufferUsage.copySrc,
      }),
      staging: this.#device.createBuffer({
        label: "repeat timestamps staging",
        size: 16,
        usage: bufferUsage.copyDst | bufferUsage.mapRead,
      }),
    };
  }
}
