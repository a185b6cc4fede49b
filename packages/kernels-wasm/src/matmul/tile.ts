// The innermost product: a strip of C, `rows` high, as registers over k. Everything else of the multiplication feeds
// this.
import { outerProduct, repeat, repeatBoth } from "../codegen.ts";
import type { Epilogue, GemmConfig } from "./spec.ts";

/** Rows and columns of the register tile: 8 sums, 2 columns of b and 1 number of a fit the 16 registers of x86. */
export interface Tile {
  readonly rows: number;
  /** columns, in vectors of four */
  readonly vectors: number;
}

export const wideTile: Tile = { rows: 4, vectors: 2 };
/** For a single row: 32 columns. */
export const rowTile: Tile = { rows: 1, vectors: 8 };

/** The expression that finishes four sums: plus the bias of their columns, through the activation. */
export function finishedVector({ bias, activation }: Epilogue, sum: string, biases: string): string {
  const whole = bias ? `${sum} + ${biases}` : sum;
  return activation === "none" ? whole : `${activation}(${whole})`;
}

/**
 * `strip`: C[rows, panels·width] = or += A[rows, k]·B. Element (i, k) of A is at `a + i·strideA + k·stepA` (`last`:
 * byte offset of the last row that exists; further ones repeat it), row k of panel p of B at `b + k·strideB +
 * p·panelB`. `add` keeps what C holds; `finish` applies bias and activation.
 */
export function stripFunction(tile: Tile, config: GemmConfig): string {
  const each = (make: (i: number, j: number) => string): string => repeatBoth(tile.rows, tile.vectors, make);
  const finishes = config.bias || config.activation !== "none";
  const put = (i: number, j: number): string => `store4(to + ${16 * j}, s${i}${j});`;
  return `
@call fn strip(
  a: ptr, strideA: u32, last: u32, stepA: u32, b: ptr, strideB: u32, panelB: u32, c: ptr, strideC: u32, bias: ptr, k: u32, panels: u32, add: u32, finish: u32
) {
  var panel = b;
  var target = c;
  var biasAt = bias;
  for (var left = panels; left > 0; left -= 1) {
    ${each((i, j) => `var s${i}${j} = vec4f(0.0);`)}
    ${repeat(tile.rows, (i) => (i === 0 ? "var a0 = a;" : `var a${i} = a + min(${i} * strideA, last);`))}
    var q = panel;
    for (var depth = k; depth > 0; depth -= 1) {
      ${outerProduct(
        tile.rows,
        tile.vectors,
        (i) => `a${i}`,
        (j) => `q + ${16 * j}`,
      )}
      ${repeat(tile.rows, (i) => `a${i} += stepA;`)}
      q += strideB;
    }
    if (add != 0) {
      var to = target;
      ${repeat(tile.rows, (i) => `${repeat(tile.vectors, (j) => `s${i}${j} = load4(to + ${16 * j}) + s${i}${j};`)} to += strideC;`)}
    }
    ${finishes ? `if (finish != 0) { ${each((i, j) => `{ let sum = s${i}${j}; s${i}${j} = ${finishedVector(config, "sum", `load4(biasAt + ${16 * j})`)}; }`)} }` : ""}
    var to = target;
    ${repeat(tile.rows, (i) => `${repeat(tile.vectors, (j) => put(i, j))} to += strideC;`)}
    target += ${16 * tile.vectors};
    biasAt += ${16 * tile.vectors};
    panel += panelB;
  }
}`;
}
