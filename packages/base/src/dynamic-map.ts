// The 8-bit numbers of blockwise quantization: levels of powers of ten, each twice as fine as the one below. Constants
// of kernels, and the two functions of plain loops.

/** Elements that share a scale. */
export const dynamicBlock = 256;

/** Numbers n from `power` up to twice that, or the last one, which is 1. */
export interface DynamicLevel {
  readonly power: number;
  /** distance of neighbours */
  readonly step: number;
  /** where rounding to the nearest begins to give this level: half way from the number below */
  readonly bound: number;
}

/**
 * The levels of a map of 256 numbers. With j = ⌊log₂ n⌋: value(n) = step_j · (n − 8/9·2^j + ½), and 0 below the first
 * level.
 *
 * Signed numbers have n = |code − 127|, from 0 to 128; unsigned ones n = code + 1, from 1 to 256. They are those of
 * `create_dynamic_map` of bitsandbytes, and so are the codes.
 *
 * Source: Dettmers et al., "8-bit Optimizers via Block-wise Quantization", 2022.
 */
export interface DynamicMap {
  readonly signed: boolean;
  readonly levels: readonly DynamicLevel[];
}

function mapOf(signed: boolean): DynamicMap {
  const first = signed ? 0 : 1;
  const levels: DynamicLevel[] = [];
  for (let i = 0, below = 0; i < 8; i++) {
    const power = 2 ** (first + i);
    // The last level is the number 1 alone.
    const step = i < 7 ? (0.9 * 10 ** (i - 6)) / power : 1 / (power / 9 + 0.5);
    const lowest = step * (power / 9 + 0.5);
    levels.push({ power, step, bound: (below + lowest) / 2 });
    below = step * ((10 / 9) * power - 0.5);
  }
  return { signed, levels };
}

/** Of first moments: numbers in [−1, 1]. */
export const signedMap: DynamicMap = mapOf(true);
/** Of second moments: numbers in [0, 1]. */
export const unsignedMap: DynamicMap = mapOf(false);

/**
 * The number of a code.
 *
 * @param signed which map
 * @param code from 0 to 255
 * @example
 * console.log([0, 127, 255].map((code) => decodeDynamic(true, code))); // about −0.99, 0, 1
 */
export function decodeDynamic(signed: boolean, code: number): number {
  const { levels } = signed ? signedMap : unsignedMap;
  const n = signed ? Math.abs(code - 127) : code + 1;
  const level = levels.findLast(({ power }) => n >= power);
  if (!level) return 0;
  const value = level.step * (n - (8 / 9) * level.power + 0.5);
  return signed && code < 127 ? -value : value;
}

/**
 * The code of the number that is nearest to `x`; in the unsigned map 0 is that of 0 alone.
 *
 * @param signed which map
 * @param x from −1, or 0, to 1
 * @example
 * console.log(encodeDynamic(true, -1), encodeDynamic(false, 1e-12)); // 0 1
 */
export function encodeDynamic(signed: boolean, x: number): number {
  const { levels } = signed ? signedMap : unsignedMap;
  const size = Math.abs(x);
  const at = levels.findLastIndex(({ bound }, i) => (i === 0 && !signed ? size > 0 : size >= bound));
  let n = signed ? 0 : 1;
  if (at >= 0) {
    const { power, step } = levels[at]!;
    n = power + Math.max(0, Math.min(at === 7 ? 0 : power - 1, Math.floor(size / step - power / 9)));
  }
  if (!signed) return n - 1;
  return x < 0 ? 127 - Math.min(n, 127) : 127 + n;
}
