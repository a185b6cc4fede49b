// Filters over ranks on the CPU: the rank of the last token kept, found by histograms of three digits, and the last token of that rank.

/** What a filter keeps: ranks above `floor`, and of rank `floor` the tokens up to `last`. */
export interface Kept {
  readonly floor: number;
  readonly last: number;
}

/** Bits of a digit, from the top: 11, 11 and 10 make a word. */
const DIGITS = [
  { shift: 21, bits: 11 },
  { shift: 10, bits: 11 },
  { shift: 0, bits: 10 },
] as const;

const bins = new Float64Array(2 ** 11);

/** The highest-ranked tokens whose amounts reach `needed`; of equal ranks the first. `ranks` u32; tokens of amount 0 take no part. */
export function keepReaching(ranks: Uint32Array, amounts: Float64Array, needed: number): Kept {
  let [floor, rest] = [0, needed];
  for (const { shift, bits } of DIGITS) {
    bins.fill(0);
    const above = shift + bits;
    const prefix = above === 32 ? 0 : floor >>> above;
    const mask = 2 ** bits - 1;
    for (let i = 0; i < ranks.length; i++) {
      const rank = ranks[i]!;
      if (amounts[i]! > 0 && (above === 32 || rank >>> above === prefix)) bins[(rank >>> shift) & mask]! += amounts[i]!;
    }
    let digit = mask;
    for (; digit > 0 && !(bins[digit]! >= rest); digit--) rest -= bins[digit]!;
    floor = (floor | (digit << shift)) >>> 0;
  }
  let last = -1;
  for (let i = 0; i < ranks.length; i++) {
    if (ranks[i] !== floor || !(amounts[i]! > 0)) continue;
    last = i;
    rest -= amounts[i]!;
    if (rest <= 0) break;
  }
  return { floor, last };
}

/** Drops the tokens that are not kept: their amount becomes 0. */
export function drop(ranks: Uint32Array, amounts: Float64Array, { floor, last }: Kept): void {
  for (let i = 0; i < ranks.length; i++) if (ranks[i]! < floor || (ranks[i] === floor && i > last)) amounts[i] = 0;
}
