// When decoding steps are worth handing over in bursts: where the device waits for the host, and enough of them follow.

/**
 * Steps of a burst at most and at least. Their tokens are read together: to hand a step over and to read what came of it costs the host as much as encoding it, while a
 * stream that comes eight tokens at a time is as smooth where tokens take less than {@link fastMs}.
 */
const mostSteps = 8;
const leastSteps = 4;
/** Bursts pay where the device waits for the host, that is where tokens come fast … */
const fastMs = 5;
/** … several in a row … */
const fastTokens = 3;
/** … and where enough follow for each of its steps: recording it takes as long as some 12 steps. */
const tokensPerStep = 16;

/** Caches that steps append to; undefined: of a model without. */
interface Caches {
  readonly capacity: number | undefined;
  readonly length: number;
}

/** Follows how fast tokens come, and what the plan of bursts was made for. */
export class BurstPace {
  readonly #ahead: number;
  #fast = 0;
  #lastMs = Infinity;
  /** of the bursts that are made; 0 before */
  #steps = 0;
  #capacity: number | undefined;

  /** @param ahead steps that may be enqueued beyond the token waited for: two bursts, so that the device runs one while the other is read */
  constructor(ahead: number) {
    this.#ahead = ahead;
  }

  /** A token has come. */
  count(): void {
    const now = performance.now();
    this.#fast = now - this.#lastMs < fastMs ? this.#fast + 1 : 0;
    this.#lastMs = now;
  }

  /**
   * How many steps are to be handed over together: 1, or a burst. A plan of bursts serves one capacity of caches: it must have room for a burst, and where it is new to
   * them for twice as many tokens as the plan takes to pay.
   *
   * @param most tokens that may follow
   */
  steps(most: number, { capacity, length }: Caches): number {
    const room = capacity === undefined ? Infinity : capacity - length;
    if (this.#steps === 0 || capacity !== this.#capacity) {
      const steps = Math.min(mostSteps, this.#ahead >> 1, Math.floor(Math.min(most, room / 2) / tokensPerStep));
      if (this.#fast < fastTokens || steps < leastSteps) return 1;
      [this.#steps, this.#capacity] = [steps, capacity];
    }
    return room < this.#steps ? 1 : this.#steps;
  }
}
