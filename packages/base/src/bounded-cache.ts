// A cache that keeps what was used last: a bound instead of a leak.

/** What a cache says of itself. */
export interface CacheStats {
  /** entries held now */
  readonly size: number;
  /** entries it may hold */
  readonly limit: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
}

/**
 * A map of at most `limit` entries; when it is full the entry that was not used for longest goes.
 *
 * @example
 * const cache = new BoundedCache<string, number>(2, (value) => console.log("gone:", value));
 * for (const word of ["a", "bb", "a", "ccc"]) cache.get(word, () => word.length); // gone: 2
 */
export class BoundedCache<K, V> {
  readonly limit: number;
  readonly #entries = new Map<K, V>();
  readonly #evicted: ((value: V, key: K) => void) | undefined;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /** @param evicted called with what is dropped, to free what it holds */
  constructor(limit: number, evicted?: (value: V, key: K) => void) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`BoundedCache: limit must be a whole number of at least 1; got ${limit}.`);
    this.limit = limit;
    this.#evicted = evicted;
  }

  get stats(): CacheStats {
    return {
      size: this.#entries.size,
      limit: this.limit,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    };
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entries' values, least recently used first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  /**
   * What the cache holds under `key`, else what `make` gives, which it then holds. A `make` that throws leaves no
   * entry.
   */
  get(key: K, make: () => V): V {
    const known = this.peek(key);
    if (known !== undefined || this.#entries.has(key)) return known as V;
    this.#misses++;
    const value = make();
    this.set(key, value);
    return value;
  }

  /**
   * What the cache holds under `key`, which counts as a use once the cache is more than half full; undefined where it
   * holds nothing.
   */
  peek(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined && !this.#entries.has(key)) return undefined;
    this.#hits++;
    // The order of use matters once something may have to go: moving an entry costs more than finding it.
    if (2 * this.#entries.size > this.limit) {
      this.#entries.delete(key);
      this.#entries.set(key, value as V);
    }
    return value;
  }

  /** Holds `value` under `key`; what was there, or what was not used for longest, is dropped. */
  set(key: K, value: V): void {
    this.#drop(key);
    while (this.#entries.size >= this.limit) {
      this.#evictions++;
      this.#drop(this.#entries.keys().next().value as K);
    }
    this.#entries.set(key, value);
  }

  delete(key: K): void {
    this.#drop(key);
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.#drop(key);
  }

  #drop(key: K): void {
    if (!this.#entries.has(key)) return;
    const value = this.#entries.get(key) as V;
    this.#entries.delete(key);
    this.#evicted?.(value, key);
  }
}
