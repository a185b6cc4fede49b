// Which calls are worth sharing: those that were measured to take long on one thread. Sharing a short one costs more
// than it gains, and much more where the other processors are busy.
import { BoundedCache, type CacheStats } from "@x/base";
import { type Job, runHere, type ThreadPool } from "./pool.ts";

/** Calls of which the times are kept; sizes that change at every call would fill memory otherwise. */
const mostKnown = 4096;

export class Sharing {
  readonly #pool: ThreadPool;
  readonly #aboveMs: number;
  /** least time of each call on one thread, by kernel, configuration and sizes */
  readonly #times = new BoundedCache<string, number>(mostKnown);

  constructor(pool: ThreadPool, aboveMs: number) {
    this.#pool = pool;
    this.#aboveMs = aboveMs;
  }

  get stats(): CacheStats {
    return this.#times.stats;
  }

  /** What runs the job, here or on all threads; `key` identifies what its time depends on. */
  prepare(job: Job, key: string): () => void {
    if (this.#aboveMs <= 0) return () => this.#pool.run(job);
    return () => {
      const known = this.#times.peek(key);
      const shared = known !== undefined && known >= this.#aboveMs;
      const start = performance.now();
      if (shared) this.#pool.run(job);
      else runHere(job);
      // A shared call says at least that alone it takes no longer than all threads together.
      const took = (performance.now() - start) * (shared ? this.#pool.threads : 1);
      if (known === undefined || took < known) this.#times.set(key, took);
    };
  }
}
