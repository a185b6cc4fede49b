// What an op of the tables is: a function of named inputs and arguments to named outputs.
import type { Module } from "@x/nn";
import type { Tensor } from "@x/tensor";
import type { Args } from "./args.ts";

/** The `in.*` tensors of an entry, by the name after the dot. */
export class Inputs {
  readonly #tensors: ReadonlyMap<string, Tensor>;

  constructor(tensors: ReadonlyMap<string, Tensor>) {
    this.#tensors = tensors;
  }

  get(name: string): Tensor {
    const found = this.#tensors.get(name);
    if (!found)
      throw new Error(
        `the file must hold the input in.${name}; it has ${[...this.#tensors.keys()].map((key) => `in.${key}`).join(", ")}`,
      );
    return found;
  }

  find(name: string): Tensor | undefined {
    return this.#tensors.get(name);
  }

  /** Inputs named `prefix0`, `prefix1`, … in order. */
  numbered(prefix: string): Tensor[] {
    const found: Tensor[] = [];
    for (let next = this.find(`${prefix}0`); next; next = this.find(`${prefix}${found.length}`)) found.push(next);
    if (found.length === 0) this.get(`${prefix}0`);
    return found;
  }

  /** Gives a layer its parameters, the inputs `p.*`: all of them, and nothing else. */
  fillParameters(layer: Module): void {
    const parameters = layer.namedParameters();
    const given = [...this.#tensors.keys()].filter((name) => name.startsWith("p.")).map((name) => name.slice(2));
    const stray = given.filter((name) => !parameters.has(name));
    if (stray.length > 0)
      throw new Error(`the layer has no parameter ${stray.join(", ")}; it has ${[...parameters.keys()].join(", ")}`);
    for (const [name, parameter] of parameters) parameter.value = this.get(`p.${name}`);
  }
}

/** Outputs by the name after `out.`. */
export type Outputs = Readonly<Record<string, Tensor | undefined>>;

/** Must be synchronous, and differentiable where the entry has gradients. */
export type Op = (x: Inputs, args: Args) => Outputs;

export type OpTable = Readonly<Record<string, Op>>;
