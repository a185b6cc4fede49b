// The gradients on their way back through a tape: summed per tensor, and disposed of once nothing needs them.
import { add } from "../ops/elementwise.ts";
import type { Tensor } from "../tensor.ts";

/** Maps tensors to their gradients. Several tensors may share a gradient, so uses are counted. */
export class Gradients {
  readonly #of = new Map<Tensor, Tensor>();
  readonly #uses = new Map<Tensor, number>();
  readonly #drop: (gradient: Tensor) => void;

  /**
   * @param seeds tensors and gradients that arrive at them; a tensor named twice gets the sum
   * @param drop disposes of a gradient that no tensor has any more
   */
  constructor(seeds: Iterable<readonly [Tensor, Tensor]>, drop: (gradient: Tensor) => void) {
    this.#drop = drop;
    for (const [tensor, gradient] of seeds) this.accumulate(tensor, gradient);
  }

  get(tensor: Tensor): Tensor | undefined {
    return this.#of.get(tensor);
  }

  accumulate(tensor: Tensor, gradient: Tensor): void {
    const previous = this.#of.get(tensor);
    const total = previous ? add(previous, gradient) : gradient;
    this.#of.set(tensor, total);
    this.#uses.set(total, (this.#uses.get(total) ?? 0) + 1);
    if (previous) {
      this.#release(previous);
      if (!this.#uses.has(gradient)) this.#drop(gradient);
    }
  }

  /** Forgets the gradient of a tensor whose producer has been read. */
  delete(tensor: Tensor): void {
    const gradient = this.#of.get(tensor);
    if (!gradient) return;
    this.#of.delete(tensor);
    this.#release(gradient);
  }

  #release(gradient: Tensor): void {
    const uses = this.#uses.get(gradient)! - 1;
    if (uses > 0) this.#uses.set(gradient, uses);
    else {
      this.#uses.delete(gradient);
      this.#drop(gradient);
    }
  }
}
