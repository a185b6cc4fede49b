// What a device has made for an op, kept by all that it depends on: the primitive itself, its parameters, the specs of its inputs.
import { type BoundedCache, keyOf } from "@x/base";
import type { Lowering, OutputRows, Spec } from "./lowering.ts";
import type { RowLayout } from "../row-layout.ts";
import { snapshot } from "../snapshot.ts";

/** Programs that a device keeps, of all primitives together. */
export const mostPrograms = 4096;

const numbers = new WeakMap<Lowering, number>();
let count = 0;

/** A number of this primitive and no other. Names say nothing: anybody can make a second primitive of a name. */
function numberOf(primitive: Lowering): number {
  let number = numbers.get(primitive);
  if (number === undefined) numbers.set(primitive, (number = count++));
  return number;
}

const keyOfRows = ({ size, pitch, alignment }: RowLayout): string => `:${size}/${pitch}@${alignment}`;

export class Kept<T> {
  readonly #things: BoundedCache<string, T>;

  constructor(things: BoundedCache<string, T>) {
    this.#things = things;
  }

  /**
   * What `make` gave for such an op before, else what it gives now.
   *
   * @param make gets a copy of the parameters: the caller's object may change, what is made of it must not
   * @throws KeyError for parameters that are not plain data
   */
  get(
    primitive: Lowering,
    inputs: Readonly<Record<string, Spec>>,
    params: unknown,
    make: (params: unknown) => T,
    outputs: OutputRows = {},
  ): T {
    let key =
      params === undefined
        ? `${numberOf(primitive)}`
        : `${numberOf(primitive)} ${keyOf(`${primitive.name}: parameters`, params)}`;
    for (const name in inputs) {
      const { dtype, shape, rows } = inputs[name]!;
      key += ` ${name} ${dtype}`;
      for (let d = 0; d < shape.length; d++) key += `,${shape[d]}`;
      if (rows) key += keyOfRows(rows);
    }
    for (const name in outputs) key += ` ${name}${keyOfRows(outputs[name]!)}`;
    return this.#things.get(key, () => make(snapshot(params)));
  }
}
