// AdamW with 8-bit moments as plain loops over doubles: the map as a sorted list of 256 numbers, as bitsandbytes makes it, rounding by looking at all of them.

function dynamicMap(signed: boolean): number[] {
  const numbers = [0, 1];
  for (let i = 0; i < 7; i++) {
    const items = 2 ** (signed ? i : i + 1);
    for (let k = 0; k < items; k++) {
      // the middle between two neighbours of items + 1 points from 0.1 to 1
      const middle = 0.1 + (0.9 * (k + 0.5)) / items;
      numbers.push(10 ** (i - 6) * middle);
      if (signed) numbers.push(-(10 ** (i - 6)) * middle);
    }
  }
  return numbers.sort((a, b) => a - b);
}

export const maps = { m: dynamicMap(true), v: dynamicMap(false) } as const;

/** Position of the nearest number; of something above 0 in the map of v never that of 0. */
function nearest(moment: "m" | "v", x: number): number {
  let best = moment === "v" && x > 0 ? 1 : 0;
  for (const [i, number] of maps[moment].entries())
    if (i >= best && Math.abs(number - x) < Math.abs(maps[moment][best]! - x)) best = i;
  return best;
}

/** What is kept of a parameter: the rounded moments, and their codes. */
export interface Kept {
  readonly m: number[];
  readonly v: number[];
  readonly codes: { readonly m: number[]; readonly v: number[] };
}

export const nothingKept = (size: number): Kept => ({
  m: new Array<number>(size).fill(0),
  v: new Array<number>(size).fill(0),
  codes: { m: [], v: [] },
});

/** One update; `step` counts from 0. */
export function adamw8bitOracle(
  param: number[],
  grad: readonly number[],
  kept: Kept,
  step: number,
  { lr, betas: [b1, b2], eps, decay }: { lr: number; betas: readonly [number, number]; eps: number; decay: number },
): void {
  grad.forEach((g, i) => {
    kept.m[i] = b1 * kept.m[i]! + (1 - b1) * g;
    kept.v[i] = b2 * kept.v[i]! + (1 - b2) * g * g;
    const root = Math.sqrt(kept.v[i]! / (1 - b2 ** (step + 1))) + eps;
    param[i] = param[i]! * (1 - lr * decay) - ((lr / (1 - b1 ** (step + 1))) * kept.m[i]!) / root;
  });
  for (const moment of ["m", "v"] as const)
    for (let from = 0; from < grad.length; from += 256) {
      const block = kept[moment].slice(from, from + 256);
      const scale = Math.max(...block.map(Math.abs));
      for (const [i, value] of block.entries()) {
        const code = nearest(moment, scale === 0 ? 0 : value / scale);
        kept.codes[moment][from + i] = code;
        kept[moment][from + i] = scale * maps[moment][code]!;
      }
    }
}
