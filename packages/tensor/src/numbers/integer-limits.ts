// Which numbers an element type can hold. Internal.
import type { DType } from "./dtype.ts";

/** Least and largest element of i32, u32 and bool; undefined for floats, which round what they cannot hold. */
export function integerLimits(dtype: DType): readonly [least: number, largest: number] | undefined {
  switch (dtype) {
    case "i32":
      return [-(2 ** 31), 2 ** 31 - 1];
    case "u32":
      return [0, 2 ** 32 - 1];
    case "bool":
      return [0, 1];
    default:
      return undefined;
  }
}

/**
 * Whether an element of `dtype` can be `value`: a whole number within the limits of an integer type, any number for a
 * float, which rounds it to nearest.
 */
export function canHold(dtype: DType, value: number): boolean {
  const limits = integerLimits(dtype);
  return !limits || (Number.isInteger(value) && value >= limits[0] && value <= limits[1]);
}

/** What an element of an integer type must be, for the middle of an error's sentence. */
export function describeLimits(dtype: DType): string {
  const [least, largest] = integerLimits(dtype)!;
  return `a whole number from ${least} to ${largest}`;
}
