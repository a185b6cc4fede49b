// What a device has made for an op, kept by all that it depends on: the primitive, its parameters, the specs of its inputs.
import type { Primitive, Spec } from "../primitive.ts";

/** Things kept per primitive; of shapes that change all the time the oldest go. */
const limit = 512;

export class Kept<T> {
  readonly #things = new WeakMap<Primitive, Map<string, T>>();

  /** What `make` gave for such an op before, else what it gives now. */
  get(primitive: Primitive, inputs: Readonly<Record<string, Spec>>, params: unknown, make: () => T): T {
    let things = this.#things.get(primitive);
    if (!things) this.#things.set(primitive, (things = new Map()));
    let key = keyOf(params);
    for (const name in inputs) {
      const { dtype, shape } = inputs[name]!;
      key += ` ${name} ${dtype}`;
      for (let d = 0; d < shape.length; d++) key += `,${shape[d]}`;
    }
    const known = things.get(key);
    if (known !== undefined || things.has(key)) return known as T;
    const thing = make();
    if (things.size >= limit) things.delete(things.keys().next().value!);
    things.set(key, thing);
    return thing;
  }
}

/** Parameters as text: plain data, in which JSON would make null of infinities and NaN. */
export function keyOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : `${value}`;
  if (typeof value !== "object" || value === null) return String(value);
  let key = "";
  if (Array.isArray(value)) {
    for (const item of value) key += `${keyOf(item)},`;
    return `[${key}]`;
  }
  for (const name in value) key += `${name}:${keyOf((value as Record<string, unknown>)[name])},`;
  return `{${key}}`;
}
