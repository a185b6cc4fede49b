// Hashes of what a model holds, each by its name; what has not changed since is not read again.
import { type Module, Parameter, QuantizedParameter } from "@x/nn/core";

type Held = Parameter | QuantizedParameter;

/** Everything that a model holds, its adapter in use with it, each once. */
export function allParameters(model: Module): Set<Held> {
  return new Set<Held>([...model.baseParameters(), ...model.parameters(), ...model.quantizedParameters()]);
}

/** A hash of bytes that come in parts, as a text. */
export type HashOfParts = (parts: readonly ArrayBufferView[]) => string;

/** Remembers hashes of one kind. */
export class ParameterHashes {
  readonly #known = new WeakMap<Held, { readonly revision: number; readonly text: string }>();
  readonly #hash: HashOfParts;

  constructor(hash: HashOfParts) {
    this.#hash = hash;
  }

  /** A line for each of what is held, sorted. Reads of what steps change begin before the first is waited for; what is frozen is read in turn, in the memory of one. */
  async lines(held: Iterable<Held>): Promise<string[]> {
    const all = [...held];
    const [changing, frozen] = [all.filter((one) => !isFrozen(one)), all.filter(isFrozen)];
    const lines = await Promise.all([Promise.all(changing.map((one) => this.#lineOf(one))), this.#inTurn(frozen)]);
    return lines.flat().sort();
  }

  async #inTurn(held: readonly Held[]): Promise<string[]> {
    const lines: string[] = [];
    for (const one of held) lines.push(await this.#lineOf(one));
    return lines;
  }

  async #lineOf(held: Held): Promise<string> {
    const { revision } = held;
    const before = this.#known.get(held);
    if (before?.revision === revision) return `${held.path}\0${before.text}\n`;
    const text = this.#hash(await partsOf(held));
    this.#known.set(held, { revision, text });
    return `${held.path}\0${text}\n`;
  }
}

const isFrozen = (held: Held): boolean => held instanceof QuantizedParameter || held.frozen;

async function partsOf(held: Held): Promise<readonly ArrayBufferView[]> {
  if (held instanceof Parameter) return [(await held.hostValue()).data];
  const { packed, scales } = held.value;
  return Promise.all([packed.data(), scales.data()]);
}
