// Copies of what callers pass: what is read later must not change with their arrays and options.
import { isPlainObject } from "@x/tensor/core";

/** The same arrays, Maps and plain objects, at any depth; everything else in them is shared: models, states, typed arrays, signals, functions. */
export function plainCopy<T>(value: T): T {
  return copyOf(value, new Map()) as T;
}

function copyOf(value: unknown, seen: Map<unknown, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return value.slice();
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const item of value) copy.push(copyOf(item, seen));
    return copy;
  }
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    seen.set(value, copy);
    for (const [key, item] of value) copy.set(key, copyOf(item, seen));
    return copy;
  }
  if (!isPlainObject(value)) return value;
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>;
  seen.set(value, copy);
  for (const [key, item] of Object.entries(value)) copy[key] = copyOf(item, seen);
  return copy;
}
