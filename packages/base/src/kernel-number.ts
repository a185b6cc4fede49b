// Which numbers the parameters of kernels may be, on both kinds of device.

/**
 * Whether a value is a number that a parameter of this type holds: whole and in range, or for f32 any but NaN (what is
 * beyond f32 becomes infinite, as everywhere).
 *
 * @example
 * console.log(fitsNumber("u32", 2 ** 32), fitsNumber("f32", Infinity), fitsNumber("f32", NaN)); // false true false
 */
export function fitsNumber(type: "u32" | "i32" | "f32", value: unknown): boolean {
  const number = value as number;
  if (type === "f32") return typeof value === "number" && !Number.isNaN(value);
  return value === (type === "i32" ? number | 0 : number >>> 0);
}
