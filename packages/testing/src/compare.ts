// Measures of difference between two arrays of numbers.

/** How far `got` is from `want`. */
export interface Difference {
  /** rms(got − want) / rms(want); where want is all zeros, rms(got) */
  readonly ratio: number;
  readonly maxAbs: number;
}

/** Compares element by element; a NaN or a length that differs counts as infinitely far. */
export function difference(got: ArrayLike<number>, want: ArrayLike<number>): Difference {
  if (got.length !== want.length) return { ratio: Infinity, maxAbs: Infinity };
  let [error, scale, maxAbs] = [0, 0, 0];
  for (let i = 0; i < want.length; i++) {
    const delta = Math.abs(got[i]! - want[i]!);
    if (!(delta <= Number.MAX_VALUE)) return { ratio: Infinity, maxAbs: Infinity };
    error += delta * delta;
    scale += want[i]! * want[i]!;
    maxAbs = Math.max(maxAbs, delta);
  }
  const count = Math.max(1, want.length);
  return { ratio: scale > 0 ? Math.sqrt(error / scale) : Math.sqrt(error / count), maxAbs };
}

/** Index of the first element whose bits differ, −1 if none. */
export function firstBitDifference(a: ArrayBufferView, b: ArrayBufferView): number {
  const [x, y] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) as [
    Uint8Array,
    Uint8Array,
  ];
  if (x.length !== y.length) return 0;
  return x.findIndex((byte, i) => byte !== y[i]);
}
