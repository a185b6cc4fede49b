// What a model says and remembers, as arrays on the host, row by row.
import { type Continuation, type Mamba2LM, type State } from "@x/mamba2";
import { hostUniform, type Tensor } from "@x/tensor";

/** Ids of the model's vocabulary. */
export function drawIds({ config }: Mamba2LM, stream: number, length: number): number[] {
  return Array.from(hostUniform({ seed: 5, stream }, length), (u) => Math.floor(u * config.vocabSize));
}

/** The numbers of one row of [b, …]. */
export async function rowOf(x: Tensor, row: number): Promise<ArrayLike<number>> {
  const all = (await x.data()) as Float32Array;
  const size = all.length / x.shape[0]!;
  return all.subarray(row * size, (row + 1) * size);
}

/** What a state remembers of one row; of caches the part in use. */
export async function memoryOf(state: State, row = 0): Promise<ArrayLike<number>[]> {
  const position = state.positions && (await state.positions.data())[row]!;
  const found: ArrayLike<number>[] = position === undefined ? [] : [[Number(position)]];
  for (const layer of state.layers)
    for (const [part, x] of Object.entries(layer) as [string, Tensor][]) {
      const all = (await rowOf(x, row)) as Float32Array;
      const isCache = part === "keys" || part === "values";
      found.push(isCache ? all.subarray(0, (all.length / x.shape[1]!) * Number(position)) : all);
    }
  return found;
}

/** Frees what a check made. */
export class Held {
  readonly #all: { dispose(): void }[] = [];

  /** @returns the same */
  keep({ logits, state }: Continuation): Continuation {
    this.#all.push(logits, state);
    return { logits, state };
  }

  free(): void {
    for (const one of this.#all.splice(0)) one.dispose();
  }
}
