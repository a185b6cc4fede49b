// A sequence that can go back to an earlier position: states at regular positions are kept, and the tokens after one are read again.
import { describeValue } from "@x/base";
import { concat, ConfigError, requireArity, type Tensor } from "@x/tensor/core";
import { checkRules, type OptionRules, positiveWhole } from "../inputs/option-rules.ts";
import type { State } from "../state/state.ts";
import { requireGenerating } from "./generate.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { ModelWatch } from "./model-watch.ts";

/** Options of a {@link Rewindable}. */
export interface RewindableOptions {
  /** tokens between the states that are kept; going back reads fewer than so many again. Default 256. */
  readonly every?: number;
}

const RULES: OptionRules<RewindableOptions> = { every: positiveWhole };

/**
 * One sequence that can go back: the state after every `every` tokens is kept, and a position between is reached by reading from the one before it. What is read gives the
 * logits of every token, so that a draft of several is judged at once and taken back where it is wrong. After a change of the model, of its weights too, all is read again.
 *
 * @throws ConfigError for an option that is unknown or out of range
 * @example
 * const text = new Rewindable(new Mamba2LM(preset("tiny")), { every: 64 });
 * const logits = text.read([72, 101, 108]);
 * text.rewind(1);
 * console.log(logits.shape, text.length); // [1, 3, 256] 1
 * logits.dispose();
 * text.dispose();
 */
export class Rewindable {
  readonly #model: GeneratingModel;
  readonly #every: number;
  #ids: number[] = [];
  /** after `every`, 2·`every`, … tokens */
  readonly #kept: State[] = [];
  #state: State | undefined;
  readonly #watch: ModelWatch;

  constructor(model: GeneratingModel, options: RewindableOptions = {}) {
    requireArity("Rewindable", arguments, 2);
    requireGenerating("Rewindable", model);
    checkRules("Rewindable", options, RULES);
    this.#model = model;
    this.#every = options.every ?? 256;
    this.#watch = new ModelWatch(model);
  }

  /** The tokens read. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  get length(): number {
    return this.#ids.length;
  }

  /** The state after the tokens, which stays this object's: clone it to use it longer. undefined before any token. */
  get state(): State | undefined {
    return this.#state;
  }

  /**
   * Reads more tokens.
   *
   * @returns logits f32 [1, l, v], those after each token
   * @throws ConfigError for no token, or ids that are none of the model's
   * @example
   * const text = new Rewindable(new Mamba2LM(preset("tiny")));
   * console.log(text.read([1, 2, 3]).shape); // [1, 3, 256]
   */
  read(ids: readonly number[]): Tensor {
    requireArity("Rewindable.read", arguments, 1);
    if (!Array.isArray(ids) || ids.length === 0)
      throw ConfigError.must("Rewindable.read", "ids", "be token ids, one at least", ids);
    this.#readAgain();
    return this.#extend(ids);
  }

  #extend(ids: readonly number[]): Tensor {
    const parts: Tensor[] = [];
    try {
      for (let at = 0; at < ids.length;) {
        const size = Math.min(ids.length - at, this.#every - (this.#ids.length % this.#every));
        const part = ids.slice(at, at + size);
        const before = this.#state;
        const { logits, state } = this.#model.prefill([part], {
          ...(before && { state: before }),
          logitsToKeep: size,
        });
        parts.push(logits);
        before?.dispose();
        this.#state = state;
        this.#ids.push(...part);
        if (this.#ids.length % this.#every === 0) this.#kept.push(state.clone());
        at += size;
      }
      return parts.length === 1 ? parts.pop()! : concat(parts, 1);
    } finally {
      for (const part of parts) part.dispose();
    }
  }

  /**
   * Goes back to the position after `length` tokens.
   *
   * @throws ConfigError for a length that is none, or beyond what was read
   */
  rewind(length: number): void {
    requireArity("Rewindable.rewind", arguments, 1);
    if (!Number.isSafeInteger(length) || length < 0 || length > this.#ids.length)
      throw new ConfigError(
        `Rewindable.rewind: length must be a whole number up to the tokens read, ${this.#ids.length}; got ${describeValue(length)}.`,
        { field: "length", expected: this.#ids.length, got: length },
      );
    this.#readAgain();
    if (length === this.#ids.length) return;
    const whole = Math.floor(length / this.#every);
    const rest = this.#ids.slice(whole * this.#every, length);
    this.#state?.dispose();
    for (const state of this.#kept.splice(whole)) state.dispose();
    this.#state = whole > 0 ? this.#kept[whole - 1]!.clone() : undefined;
    this.#ids = this.#ids.slice(0, whole * this.#every);
    if (rest.length > 0) this.#extend(rest).dispose();
  }

  /** What a model that has changed since has read is read again: its states are another's. */
  #readAgain(): void {
    if (!this.#watch.changed()) return;
    const ids = this.#ids;
    this.dispose();
    if (ids.length > 0) this.#extend(ids).dispose();
  }

  dispose(): void {
    this.#state?.dispose();
    this.#state = undefined;
    for (const state of this.#kept.splice(0)) state.dispose();
    this.#ids = [];
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
