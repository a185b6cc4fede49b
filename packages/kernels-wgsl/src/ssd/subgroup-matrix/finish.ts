// How the sums of a finished tile of subgroup matrices leave: stored directly, in rows, or into the registers of tiles. Text only.
import { leave, side } from "../../matmul/subgroup-matrix/instructions.ts";
import { finishedPart, leaving, type MatrixConfig, share, vectorOf } from "./tile.ts";
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

/** WGSL of a statement for every block of the subgroup, of its name and where it lies in the memory of a finished tile. */
function eachBlock(config: MatrixConfig, statement: (sums: string, at: string) => string): string {
  const { down, across } = share(config);
  const { stride } = finishedPart(config);
  return range(down)
    .flatMap((i) =>
      range(across).map((j) => statement(`c${i}_${j}`, `${i * side * stride + (j * side) / 4}u, ${stride}u`)),
    )
    .join("\n");
}

/** WGSL that puts the sums, whose names begin with `sums`, into the memory of a finished tile; needs a barrier after it. */
export function sumsToFinished(config: MatrixConfig, sums = "c"): string {
  return eachBlock(config, (block, at) => {
    const [place, stride] = at.split(", ");
    return `subgroupMatrixStore<row_major>(&finished[subgroup], ${place}, ${block.replace("c", sums)}, ${stride});`;
  });
}

/** WGSL that takes the sums from the memory of a finished tile; needs a barrier before it. */
export function finishedToSums(config: MatrixConfig): string {
  return eachBlock(
    config,
    (block, at) =>
      `${block} = subgroupMatrixLoad<subgroup_matrix_result<f32, ${side}, ${side}>, row_major>(&finished[subgroup], ${at});`,
  );
}

/** WGSL of the vec4 at a row and a column, in fours, of a finished tile. */
export function finishedVector(config: MatrixConfig, row: string, vector: string): string {
  const { down, subgroupsAcross } = share(config);
  const { width, stride } = finishedPart(config);
  const rows = side * down;
  return `finished[${row} / ${rows}u * ${subgroupsAcross}u + ${vector} / ${width}u][${row} % ${rows}u * ${stride}u + ${vector} % ${width}u]`;
}

/** WGSL of a statement for every vec4 of a finished tile that a thread moves, which sees its `row` and first `column`. */
export function eachFinished(config: MatrixConfig, statement: (vector: string) => string): string {
  const { q, threads } = config;
  return range((q * q) / (4 * threads))
    .map((i) => {
      const { row, vector } = vectorOf(i, threads, q / 4);
      return `{
    let row = row0 + ${row};
    let column = column0 + ${vector} * 4u;
    ${statement(finishedVector(config, row, vector))}
  }`;
    })
    .join("\n");
}

/** WGSL that sets `acc`, laid out as in tiles, from the sums. Begins after, and ends with, a barrier. */
export function sumsToRegisters(config: MatrixConfig, acc: string): string {
  const { q } = config;
  const moved = [0, 1].flatMap((v) =>
    range(4).map(
      (r) => `${acc}[${2 * r + v}] = ${finishedVector(config, `(4u * ty + ${r}u)`, `(tx + ${(v * q) / 8}u)`)};`,
    ),
  );
  return `${[sumsToFinished(config), "workgroupBarrier();", ...moved].join("\n  ")}
  workgroupBarrier();`;
}
