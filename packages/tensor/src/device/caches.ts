// The caches of a device, bounded and counted.
import { BoundedCache, type CacheStats } from "@x/base";

export class Caches {
  readonly #caches = new Map<string, BoundedCache<unknown, unknown>>();

  /**
   * The cache of this name, made at the first call. Who asks for one name gives the same types, limit and function
   * every time.
   */
  named<K, V>(name: string, limit: number, evicted?: (value: V, key: K) => void): BoundedCache<K, V> {
    let cache = this.#caches.get(name) as BoundedCache<K, V> | undefined;
    if (!cache)
      this.#caches.set(name, (cache = new BoundedCache<K, V>(limit, evicted)) as BoundedCache<unknown, unknown>);
    return cache;
  }

  get stats(): Record<string, CacheStats> {
    return Object.fromEntries([...this.#caches].map(([name, cache]) => [name, cache.stats]));
  }
}
