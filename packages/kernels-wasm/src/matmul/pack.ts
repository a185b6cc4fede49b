// Copies of blocks of A and B in the order in which the tile reads them.
import { repeat, transposeFour } from "../text.ts";
import { type Tile } from "./tile.ts";

/** `pack`: B[k, columns] with rows `strideB` bytes apart → panels of the tile's width, [panel][k][width]. The last panel reads beyond the row. */
export function packRows({ vectors }: Tile): string {
  return `
@call fn pack(b: ptr, strideB: u32, packed: ptr, k: u32, columns: u32) {
  var to = packed;
  for (var column = 0; column < columns; column += ${4 * vectors}) {
    var from = b + column * 4;
    for (var left = k; left > 0; left -= 1) {
      ${repeat(vectors, (j) => `store4(to + ${16 * j}, load4(from + ${16 * j}));`)}
      to += ${16 * vectors};
      from += strideB;
    }
  }
}`;
}

/** `pack` for a B stored transposed, [columns, k]: four by four, by shuffles. Columns beyond the last repeat it. */
export function packTransposed({ vectors }: Tile): string {
  const columns = 4 * vectors;
  const row = (i: number): string => `r${i}`;
  const transposed = (j: number): string => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => `load4(${row(4 * j + i)})`) as [string, string, string, string];
    return transposeFour([a, b, c, d], (i, vector) => `store4(to + ${4 * columns * i + 16 * j}, ${vector});`);
  };
  return `
@call fn pack(b: ptr, strideB: u32, packed: ptr, k: u32, columns: u32) {
  var to = packed;
  let last = (columns - 1) * strideB;
  for (var column = 0; column < columns; column += ${columns}) {
    ${repeat(columns, (i) => `var r${i} = b + min((column + ${i}) * strideB, last);`)}
    for (var left = k >> 2; left > 0; left -= 1) {
      ${repeat(vectors, transposed)}
      ${repeat(columns, (i) => `r${i} += 16;`)}
      to += ${16 * columns};
    }
    for (var left = k & 3; left > 0; left -= 1) {
      ${repeat(columns, (i) => `store(to + ${4 * i}, load(r${i})); r${i} += 4;`)}
      to += ${4 * columns};
    }
  }
}`;
}

/** `packA`: a strip of an A stored transposed, [k, rows], strideA bytes from k to k → [k][4]. */
export const packStrip = `
@call fn packA(a: ptr, strideA: u32, packed: ptr, k: u32) {
  var from = a;
  for (var to = packed; to < packed + k * 16; to += 16) {
    store4(to, load4(from));
    from += strideA;
  }
}`;
