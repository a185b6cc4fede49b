// The cache of what a device made for an op. The key is all that it depends on: the primitive, its parameters, the
// specs of its inputs.
import { type BoundedCache, keyOf } from "@x/base";
import type { Lowering, OutputRows, Spec } from "./lowering.ts";
import type { RowLayout } from "../row-layout.ts";
import { snapshot } from "../arguments/snapshot.ts";

/** Programs in the cache of a device, of all primitives together. */
export const maxCachedOps = 4096;

const numbers = new WeakMap<Lowering, number>();
let count = 0;

/** A number unique to this primitive object. Names do not do: two primitives can share one. */
function numberOf(primitive: Lowering): number {
  let number = numbers.get(primitive);
  if (number === undefined) numbers.set(primitive, (number = count++));
  return number;
}

const keyOfRows = ({ size, pitch, alignment }: RowLayout): string => `:${size}/${pitch}@${alignment}`;

export class OpCache<T> {
  readonly #cache: BoundedCache<string, T>;

  constructor(cache: BoundedCache<string, T>) {
    this.#cache = cache;
  }

  /**
   * The cached value for such an op, made by `make` on the first call.
   *
   * @param make gets a copy of the parameters, which the caller cannot change afterwards
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
    return this.#cache.get(key, () => make(snapshot(params)));
  }
}
