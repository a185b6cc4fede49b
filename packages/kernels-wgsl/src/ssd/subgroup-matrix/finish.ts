// How the sums of a finished tile of subgroup matrices leave: stored directly, in rows, or into the registers of tiles. Text only.
import { leave, side } from "../../matmul/subgroup-matrix/instructions.ts";
import { finishedPart, leaving, type MatrixConfig, share } from "./tile.ts";
import { range } from "../../range.ts";

/**
 * WGSL function of a kernel whose sums leave in rows: takes four elements of a finished tile, the first at `row` and
 * `column` (with the tile's offsets).
 */
export function storeFunction(body: string): string {
  return `
fn store(place: Place, row: u32, column: u32, value: vec4f) {
  ${body}
}
`;
}

/** WGSL of the row and the column of the result at which the subgroup's blocks begin. */
function firstBlock(config: MatrixConfig): string {
  const { down, across } = share(config);
  return `let row = row0 + subgroup_row * ${side * down}u;
  let column = column0 + subgroup_column * ${side * across}u;`;
}

/** WGSL that brings the sums to {@link storeFunction}. */
export function sumsToRows(config: MatrixConfig): string {
  return `${firstBlock(config)}
  ${leave(share(config), leaving, config.subgroupSize, "place")}`;
}

/**
 * WGSL that stores the sums where vec4 `at(row, column)` of `buffer` is; rows are `stride` vec4s apart, and the whole
 * tile is inside.
 */
export function storeSums(
  config: MatrixConfig,
  buffer: string,
  at: (row: string, column: string) => string,
  stride: string,
): string {
  const { down, across } = share(config);
  const stores = range(down).flatMap((i) =>
    range(across).map(
      (j) =>
        `subgroupMatrixStore<row_major>(&${buffer}, ${at(`(row + ${i * side}u)`, `(column + ${j * side}u)`)}, c${i}_${j}, ${stride});`,
    ),
  );
  return `${firstBlock(config)}
  ${stores.join("\n  ")}`;
}

/** WGSL of a vec4 of the memory of a finished tile, for sums of its rows and columns once it is in registers. */
export function finishedScratch(config: MatrixConfig): (index: string) => string {
  const { size } = finishedPart(config);
  return (index) => `finished[(${index}) / ${size}u][(${index}) % ${size}u]`;
}

/** WGSL that sets `acc`, laid out as in tiles, from the sums. Begins after, and ends with, a barrier. */
export function sumsToRegisters(config: MatrixConfig, acc: string): string {
  const { q } = config;
  const { down, across, subgroupsAcross } = share(config);
  const { width } = finishedPart(config);
  const stores = range(down).flatMap((i) =>
    range(across).map(
      (j) =>
        `subgroupMatrixStore<row_major>(&finished[subgroup], ${i * side * width + (j * side) / 4}u, c${i}_${j}, ${width}u);`,
    ),
  );
  const rows = side * down;
  const moved = [0, 1].flatMap((v) =>
    range(4).map((r) => {
      const [row, column] = [`(4u * ty + ${r}u)`, `(tx + ${(v * q) / 8}u)`];
      return `${acc}[${2 * r + v}] = finished[${row} / ${rows}u * ${subgroupsAcross}u + ${column} / ${width}u][${row} % ${rows}u * ${width}u + ${column} % ${width}u];`;
    }),
  );
  return `${[...stores, "workgroupBarrier();", ...moved].join("\n  ")}
  workgroupBarrier();`;
}
