// Beginnings of prompts that were read already: their states are kept, so that a system prompt is read once.
import { requireArity, reshape, type Tensor } from "@x/tensor/core";
import { checkRules, type OptionRules, wholeNumber } from "../inputs/option-rules.ts";
import type { State } from "../state/state.ts";
import { requireGenerating } from "./generate.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { ModelWatch } from "./model-watch.ts";

/** Options of a {@link PrefixCache}. */
export interface PrefixCacheOptions {
  /** Memory of the device that the kept states may take together; those used last stay. Default 256 MiB. */
  readonly maxBytes?: number;
}

const RULES: OptionRules<PrefixCacheOptions> = { maxBytes: wholeNumber };

interface Entry {
  readonly ids: readonly number[];
  readonly logits: Tensor;
  readonly state: State;
  readonly sizeBytes: number;
}

/** Logits of the next token [1, v] and the state of one sequence. */
export interface PrefilledPrompt {
  readonly logits: Tensor;
  readonly state: State;
  /** tokens whose state was known */
  readonly known: number;
}

/**
 * States after the beginnings of prompts. A prompt is read from the longest beginning that is known; what was read is known from then on, until others need the memory
 * or the model changes: its weights, in place too, its fields, the adapter in use. A model that is no Module cannot be watched; `dispose` then forgets what it was.
 *
 * @throws ConfigError for an option that is unknown or out of range
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const cache = new PrefixCache(model, { maxBytes: 2 ** 24 });
 * const system = Array.from(byteTokenizer.encode("Answer in one word. "));
 * cache.read(system).state.dispose();
 * console.log(cache.read([...system, 63]).known === system.length); // true
 * cache.dispose();
 */
export class PrefixCache {
  readonly #model: GeneratingModel;
  readonly #maxBytes: number;
  /** least recently used first */
  #entries: Entry[] = [];
  readonly #watch: ModelWatch;

  constructor(model: GeneratingModel, options: PrefixCacheOptions = {}) {
    requireArity("PrefixCache", arguments, 2);
    requireGenerating("PrefixCache", model);
    checkRules("PrefixCache", options, RULES);
    this.#model = model;
    this.#maxBytes = options.maxBytes ?? 2 ** 28;
    this.#watch = new ModelWatch(model);
  }

  /** A number that goes up when the model changes, and all that was kept is forgotten: what was read before belongs to another model. */
  get version(): number {
    this.#forgetStale();
    return this.#watch.version;
  }

  #forgetStale(): void {
    if (this.#watch.changed()) this.dispose();
  }

  /** Bytes on the device of what is kept. */
  get usedBytes(): number {
    return this.#entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Number of beginnings that are known. */
  get size(): number {
    return this.#entries.length;
  }

  /** The longest beginning of `ids` that is known, as a state of the caller's own. */
  find(ids: readonly number[]): PrefilledPrompt | undefined {
    requireArity("PrefixCache.find", arguments, 1);
    this.#forgetStale();
    let found: Entry | undefined;
    for (const entry of this.#entries)
      if (entry.ids.length > (found?.ids.length ?? 0) && isPrefix(entry.ids, ids)) found = entry;
    if (!found) return undefined;
    this.#entries = [...this.#entries.filter((entry) => entry !== found), found];
    return { logits: reshape(found.logits, found.logits.shape), state: found.state.clone(), known: found.ids.length };
  }

  /**
   * Keeps what was read, unless it is larger than `maxBytes`; what is given stays the caller's.
   *
   * @param logits of the token after `ids`, f32 [1, v]
   * @param state of one sequence, after `ids`
   * @throws DisposedError for logits or a state that were disposed of
   * @example
   * const model = new Mamba2LM(preset("tiny"));
   * const cache = new PrefixCache(model);
   * const { logits, state } = model.prefill([1, 2, 3]);
   * cache.keep([1, 2, 3], logits.reshape([1, 256]), state);
   * console.log(cache.size); // 1
   */
  keep(ids: readonly number[], logits: Tensor, state: State): void {
    requireArity("PrefixCache.keep", arguments, 3);
    this.#forgetStale();
    if (this.#entries.some((entry) => entry.ids.length === ids.length && isPrefix(entry.ids, ids))) return;
    const held = [...state.layers.flatMap((layer) => Object.values(layer) as Tensor[]), logits];
    const sizeBytes = held.reduce((sum, { size }) => sum + 4 * size, 0);
    if (sizeBytes > this.#maxBytes) return;
    while (this.usedBytes + sizeBytes > this.#maxBytes) free(this.#entries.shift()!);
    this.#entries.push({ ids: [...ids], logits: reshape(logits, logits.shape), state: state.clone(), sizeBytes });
  }

  /** Reads a prompt on top of what is known, and keeps it. The caller owns the logits and the state. */
  read(ids: readonly number[]): PrefilledPrompt {
    requireArity("PrefixCache.read", arguments, 1);
    const found = this.find(ids);
    if (found && found.known === ids.length) return found;
    try {
      const rest = ids.slice(found?.known ?? 0);
      const { logits, state } = this.#model.prefill([rest], found ? { state: found.state } : {});
      const next = reshape(logits, [1, logits.shape.at(-1)!]);
      logits.dispose();
      this.keep(ids, next, state);
      return { logits: next, state, known: found?.known ?? 0 };
    } finally {
      if (found) free(found);
    }
  }

  /** Forgets everything. */
  dispose(): void {
    this.#entries.splice(0).forEach(free);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function free({ logits, state }: { readonly logits: Tensor; readonly state: State }): void {
  logits.dispose();
  state.dispose();
}

function isPrefix(beginning: readonly number[], ids: readonly number[]): boolean {
  return beginning.length <= ids.length && beginning.every((id, i) => ids[i] === id);
}
