// Whether a model is still the one that has read something: caches of states forget when it is not.
import { Module, watchModule } from "@x/nn/core";
import type { GeneratingModel } from "./generating-model.ts";

/**
 * Notices changes of a model: its weights, in place too, its fields, the adapter in use. A model that is no Module cannot
 * be watched, and never changes here.
 */
export class ModelWatch {
  readonly #stamp: () => number;
  #version = 0;

  constructor(model: GeneratingModel) {
    this.#stamp = model instanceof Module ? watchModule(model, { values: true }) : () => 0;
  }

  /** How often it had changed when {@link ModelWatch.changed} was called last. */
  get version(): number {
    return this.#version;
  }

  /** Whether it has changed since this was called last, or since the watch began. */
  changed(): boolean {
    const before = this.#version;
    this.#version = this.#stamp();
    return this.#version !== before;
  }
}
