// Numbers for the operands of a row: the same at every run, others for every row.
import { hostNormal, hostUniform, sizeOf } from "@x/tensor/core";
import { seedOf } from "@x/testing";
import type { DuelInput } from "./peer.ts";

/** Draws one operand after the other. */
export class Draws {
  readonly #seed: number;
  #stream = 0;

  constructor(name: string) {
    this.#seed = seedOf(name);
  }

  /** N(0, 1) */
  normal(...shape: number[]): DuelInput {
    return { shape, data: hostNormal(this.#key(), sizeOf(shape)) };
  }

  /** uniform in [low, high) */
  uniform(low: number, high: number, ...shape: number[]): DuelInput {
    return { shape, data: hostUniform(this.#key(), sizeOf(shape)).map((u) => low + (high - low) * u) };
  }

  /** `count` integers in [0, below) */
  integers(below: number, count: number): DuelInput {
    return { shape: [count], data: Int32Array.from(hostUniform(this.#key(), count), (u) => Math.floor(u * below)) };
  }

  /** A Householder reflection [n, n]: products with it keep their size, however many. */
  reflection(n: number): DuelInput {
    const v = hostNormal(this.#key(), n);
    const square = v.reduce((sum, each) => sum + each * each, 0);
    return {
      shape: [n, n],
      data: Float32Array.from(
        { length: n * n },
        (_, i) => (i % (n + 1) === 0 ? 1 : 0) - (2 * v[Math.floor(i / n)]! * v[i % n]!) / square,
      ),
    };
  }

  /** Tokens in [0, below) that mostly follow from the one before. */
  sequence(below: number, count: number): Int32Array {
    const chance = hostUniform(this.#key(), count);
    const tokens = new Int32Array(count);
    for (let i = 1; i < count; i++)
      tokens[i] = chance[i]! < 0.8 ? (5 * tokens[i - 1]! + 3) % below : Math.floor(chance[i]! * 7919 * below) % below;
    return tokens;
  }

  #key(): { readonly seed: number; readonly stream: number } {
    return { seed: this.#seed, stream: ++this.#stream };
  }
}
