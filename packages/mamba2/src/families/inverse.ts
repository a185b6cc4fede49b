// A factor that a file states as its inverse.

/**
 * The number whose inverse is `factor`: of the doubles next to 1 / factor that have this very inverse, the one that is shortest in decimal, which is what people write. Where there is
 * none, which no factor read from a file comes to, the nearest.
 *
 * @example
 * inverseOf(1 / 49); // 49, although 1 / (1 / 49) is 49.00000000000001
 */
export function inverseOf(factor: number): number {
  const near = 1 / factor;
  let found: number | undefined;
  for (let steps = -2; steps <= 2; steps++) {
    const candidate = stepped(near, steps);
    if (1 / candidate === factor && (found === undefined || String(candidate).length < String(found).length))
      found = candidate;
  }
  return found ?? near;
}

/** The double so many places further from 0. */
function stepped(value: number, steps: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(steps));
  return view.getFloat64(0);
}
