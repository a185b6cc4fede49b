// When decoding steps are worth handing over in bursts: where the device waits for the host, and enough of them follow.

/**
 * Steps of a burst. Their tokens are read together: to hand a step over and to read what came of it costs the host as much as encoding it, while a
 * stream that comes four tokens at a time is as smooth where tokens take less than {@link fastMs}.
 */
export const BURST_STEPS = 4;
/** Bursts pay where the device waits for the host, that is where tokens come fast … */
const fastMs = 5;
/** … several in a row … */
const fastTokens = 3;
/** … and where enough follow: recording a burst takes as long as some 50 steps. */
const burstsFrom = 64;

/** Caches that steps append to; undefined: of a model without. */
interface Caches {
  readonly capacity: number | undefined;
  readonly length: number;
}

/** Follows how fast tokens come, and what the plan of bursts was made for. */
export class BurstPace {
  #fast = 0;
  #lastMs = Infinity;
  #capacity: number | undefined;

  /** A token has come. */
  count(): void {
    const now = performance.now();
    this.#fast = now - this.#lastMs < fastMs ? this.#fast + 1 : 0;
    this.#lastMs = now;
  }

  /**
   * Whether steps are to come in bursts. A plan of them serves one capacity of caches: it must have room for a burst, and where it is new to them for twice as many
   * tokens as the plan takes to pay.
   *
   * @param most tokens that may follow @param recorded whether there is a plan of bursts
   */
  pays(most: number, { capacity, length }: Caches, recorded: boolean): boolean {
    const room = capacity === undefined ? Infinity : capacity - length;
    if (recorded && capacity === this.#capacity) return room >= BURST_STEPS;
    if (this.#fast < fastTokens || Math.min(most, room / 2) < burstsFrom) return false;
    this.#capacity = capacity;
    return true;
  }
}
