// What is baked into a product of a few rows (matvec.ts), and what its parts call the same.
import type { Epilogue } from "./epilogue.ts";
import { type NormedRows, squaresName } from "./normed-rows.ts";
import type { WeightType } from "./operand.ts";
import { range } from "../range.ts";

/**
 * How a workgroup is laid out: `lanes` threads share the sum over k of each of `outputs` sets of columns (or of vectors
 * of columns).
 */
export interface MatvecShape {
  /** power of two */
  readonly lanes: number;
  readonly outputs: number;
  /** columns (or vectors of them) in a set: each number of A that is loaded serves all of them; default 1 */
  readonly columns?: number;
  /** the lanes are one whole subgroup, and its sums are added without workgroup memory. For B transposed. */
  readonly subgroup?: true;
  /** subgroups of a workgroup that share the sum over k, default 1 */
  readonly parts?: number;
  /** subgroups of a workgroup that take other rows of A, default 1: what they read of B comes from the nearest cache */
  readonly rowGroups?: number;
}

/** What is baked into the text of a product with few rows. */
export interface MatvecConfig extends Required<Omit<MatvecShape, "subgroup">>, Pick<MatvecShape, "subgroup">, Epilogue {
  /** rows of a subgroup, or of a workgroup without; m unless there are `manyRows`: each vector of B that is loaded serves all of them */
  readonly rows: number;
  /** m is more than `rows`, and each subgroup or workgroup takes so many of them; of one product with A as it is */
  readonly manyRows?: true;
  /** the sum over k is one block: see `chain` */
  readonly oneBlock?: true;
  /**
   * numbers along k that one lane adds up, the next lane the next of them, and the lanes are added in their order: the order of a
   * tile of such rounds, so that a row has the same bits in a product of any number of rows. By one lane all, in fours.
   */
  readonly round?: number;
  /** of the loop over k that are written out, of those of each lane a part: all of B is asked for before anything is waited for */
  readonly steps?: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** k (B transposed) or n (B as it is) is a multiple of 4, so that B is bound by vectors */
  readonly vectorB: boolean;
  /** default f32 */
  readonly typeB?: WeightType;
  /** with B of int8 or int4: numbers along k that share a scale */
  readonly groupSize?: number;
  /** B is a stack of so many matrices, of which `ids` names one for each product */
  readonly chosenOf?: number;
  /** rows of A are normed as they are read; A as it is, B transposed, one product */
  readonly norm?: NormedRows;
}

/** Columns of C that one workgroup computes. */
export function matvecColumns(config: MatvecConfig): number {
  return config.outputs * config.columns * (config.vectorB && !config.transposeB ? 4 : 1);
}

/** Additions in a row: of terms, of blocks of terms, of blocks of blocks. */
export const chain = 256;

/** Numbers along k that are one block of each lane's sum. */
export function matvecBlock({ lanes, parts, transposeB, vectorB }: MatvecConfig): number {
  return chain * lanes * parts * (vectorB && transposeB ? 4 : 1);
}

export function accumulator(config: MatvecConfig): "vec4f" | "f32" {
  return config.vectorB && !config.transposeB ? "vec4f" : "f32";
}

/** The number of a row of A, of those that a workgroup takes; of many rows the last is there more than once. */
export const placeOf = ({ manyRows }: MatvecConfig, row: number): string => (manyRows ? `place${row}` : `${row}u`);

/** A condition of a row's being one of A, if it may be none. */
export const rowExists = ({ manyRows, rowGroups }: MatvecConfig, row: number): string | undefined =>
  manyRows && (row > 0 || rowGroups > 1) ? `firstRow + ${row}u < u.m` : undefined;

/** The variables of the sums of so many rows and columns, then of those of squares. */
export const sumNames = ({ norm, round }: MatvecConfig, rows: number, columns: number): string[] => [
  ...range(rows * columns).map((i) => sumName(Math.floor(i / columns), i % columns)),
  ...(norm && !round ? range(rows).map(squaresName) : []),
];
export const sumName = (row: number, column: number): string => `sum${row}_${column}`;

/** WGSL expression: the columns of C, in the bound type. */
export const columnCount = (config: MatvecConfig): string => (accumulator(config) === "vec4f" ? "(u.n / 4u)" : "u.n");
