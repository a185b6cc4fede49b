// The register tile of the scan's products: 4 rows by 8 columns, as in matmul/tile.ts, with strides that are constants
// of the text, so that one address of each operand moves.
import { outerProduct, repeat, repeatBoth } from "../codegen.ts";

/**
 * Element (row i, step k) of a is at `a + i·rowA + k·stepA`, eight columns of step k of b at `b + k·stepB`; all in
 * bytes.
 */
interface Operands {
  readonly a: string;
  readonly rowA: number;
  readonly stepA: number;
  readonly b: string;
  readonly stepB: number;
  /** steps */
  readonly count: string;
}

/** `make` for each of the 8 vectors of a tile: its row 0 to 3, its half 0 or 1, and the variable of its sum. */
export function eachSum(make: (row: number, half: number, sum: string) => string): string {
  return repeatBoth(4, 2, (row, half) => make(row, half, `s${row}${half}`));
}

/** Declares the sums of a tile. */
export function startSums(value: (row: number, half: number) => string = () => "vec4f(0.0)"): string {
  return eachSum((row, half, sum) => `var ${sum} = ${value(row, half)};`);
}

/** Adds a product to the sums. */
export function accumulate({ a, rowA, stepA, b, stepB, count }: Operands): string {
  return `{
    var aAt = ${a};
    var bAt = ${b};
    for (var left = ${count}; left > 0; left -= 1) {
      ${outerProduct(
        4,
        2,
        (i) => `aAt + ${i * rowA}`,
        (j) => `bAt + ${16 * j}`,
      )}
      aAt += ${stepA};
      bAt += ${stepB};
    }
  }`;
}

/** Multiplies the sums of each row by a number of its own, from consecutive floats. */
export function scaleRows(factors: string): string {
  return repeat(
    4,
    (row) =>
      `{ let factor = load_splat(${factors} + ${4 * row}); s${row}0 = factor * s${row}0; s${row}1 = factor * s${row}1; }`,
  );
}
