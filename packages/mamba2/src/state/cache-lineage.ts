// Caches of keys and values: how large they are made, which states share their memory, and which of them may append to it in place.

const CAPACITY_STEP = 64;

/** The capacity of a new cache for so many tokens. */
export function roomFor(tokens: number): number {
  return CAPACITY_STEP * Math.max(1, Math.ceil(tokens / CAPACITY_STEP));
}

/**
 * The states of one line of tokens, each a continuation of the one before it, over one memory of keys and values. Tokens are appended behind those of the newest
 * state; every older one sees only its own. A state that is continued although a newer one is alive must copy, and begins another line.
 */
export class CacheLineage {
  /** number of living states by their place in the line */
  readonly #alive = new Map<number, number>();

  join(place: number): void {
    this.#alive.set(place, (this.#alive.get(place) ?? 0) + 1);
  }

  leave(place: number): void {
    const left = this.#alive.get(place)! - 1;
    if (left > 0) this.#alive.set(place, left);
    else this.#alive.delete(place);
  }

  /** Whether no living state is beyond this place. States at one place hold the same tokens. */
  isNewest(place: number): boolean {
    for (const other of this.#alive.keys()) if (other > place) return false;
    return true;
  }
}
