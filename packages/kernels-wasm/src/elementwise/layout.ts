// Layout of broadcast inputs relative to the output: strides over as few dimensions as possible.

/**
 * Sizes of the output, outermost first, and for each input the elements from one index to the next (0 where it
 * repeats).
 */
export interface Layout {
  readonly sizes: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** An operand: its shape, and its strides unless it is dense. */
export interface Operand {
  readonly shape: readonly number[];
  readonly strides?: readonly number[] | undefined;
}

function stridesOver({ shape: own, strides: given }: Operand, shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let d = own.length - 1; d >= 0; d--) {
    const size = own[d]!;
    if (size !== 1) strides[shape.length - own.length + d] = given?.[d] ?? stride;
    stride *= size;
  }
  return strides;
}

/** Drops dimensions of size 1 and merges neighbours that every input walks through evenly. */
export function layoutOf(shape: readonly number[], inputs: readonly Operand[]): Layout {
  const strides = inputs.map((own) => stridesOver(own, shape));
  const sizes: number[] = [];
  const merged: number[][] = inputs.map(() => []);
  shape.forEach((size, d) => {
    if (size === 1) return;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((of, k) => merged[k]![last] === of[d]! * size)) {
      sizes[last]! *= size;
      strides.forEach((of, k) => (merged[k]![last] = of[d]!));
    } else {
      sizes.push(size);
      strides.forEach((of, k) => merged[k]!.push(of[d]!));
    }
  });
  if (sizes.length === 0) return { sizes: [1], strides: inputs.map(() => [0]) };
  return { sizes, strides: merged };
}
