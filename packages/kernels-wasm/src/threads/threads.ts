// What a runner on several threads needs beside what one on a single thread has.
import type { WasmHeap } from "../heap.ts";
import { type PoolTimes, ThreadPool } from "./pool.ts";
import { whyOneThread } from "./spawn.ts";
import { Sharing } from "./threshold.ts";

/** How threads are started and given work. */
export interface Threads {
  /** Why there can be one only; undefined where there can be several. */
  whyOneThread(): string | undefined;
  pool(heap: WasmHeap, count: number, times: PoolTimes): ThreadPool;
  sharing(pool: ThreadPool, shareAboveMs: number): Sharing;
}

export const threads: Threads = {
  whyOneThread,
  pool: (heap, count, times) => new ThreadPool(heap, count, times),
  sharing: (pool, shareAboveMs) => new Sharing(pool, shareAboveMs),
};
