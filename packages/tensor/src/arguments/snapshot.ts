// Parameters of recorded ops: plain data, copied when recorded and compared by content, so that an object which its
// owner changed is seen to have changed.
import { isPlainObject } from "./plain-object.ts";

/** A copy of plain data; what is not plain is kept as it is. */
export function snapshot<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(snapshot) as T;
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const name in value) copy[name] = snapshot(value[name]);
  return copy as T;
}

/** Whether `value` is equal, field by field, to the copy that was made; −0 is not 0, and NaN is NaN. */
export function sameAsSnapshot(copy: unknown, value: unknown): boolean {
  if (typeof copy !== "object" || typeof value !== "object" || copy === null || value === null)
    return Object.is(copy, value);
  if (Array.isArray(copy)) {
    if (!Array.isArray(value) || value.length !== copy.length) return false;
    for (let i = 0; i < copy.length; i++) if (!sameAsSnapshot(copy[i], value[i])) return false;
    return true;
  }
  if (!isPlainObject(copy)) return copy === value;
  if (!isPlainObject(value)) return false;
  let fields = 0;
  for (const name in value) {
    if (!Object.hasOwn(copy, name) || !sameAsSnapshot(copy[name], value[name])) return false;
    fields++;
  }
  for (const _ in copy) fields--;
  return fields === 0;
}
