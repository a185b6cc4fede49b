// Revision: tells whether elements changed, by any write.
import type { Tensor } from "@x/tensor/core";

type Memory = Tensor["storage"];

/** Counts changes of the elements of tensors: those that it is told of, other memory, and writing in place. */
export class Revision {
  #count = 0;
  #seen: readonly (readonly [Memory, number])[] = [];

  /** A number that is another after every change. @param tensors those of now */
  of(...tensors: readonly Tensor[]): number {
    const now = tensors.map(({ storage }) => [storage, storage.written] as const);
    const same = ([memory, written]: readonly [Memory, number], i: number): boolean =>
      memory === this.#seen[i]?.[0] && written === this.#seen[i]?.[1];
    if (!now.every(same)) this.changed(...tensors);
    return this.#count;
  }

  /** The elements have changed: they are these now. */
  changed(...tensors: readonly Tensor[]): void {
    this.#count++;
    this.moved(...tensors);
  }

  /** The elements are what they were, in other memory. Ask {@link Revision.of} before they move. */
  moved(...tensors: readonly Tensor[]): void {
    this.#seen = tensors.map(({ storage }) => [storage, storage.written]);
  }
}
