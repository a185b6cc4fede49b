// Configuration of tiled products: shapes of tiles, and what is baked into the text.
import type { Epilogue } from "./epilogue.ts";
import type { StorageType, WeightType } from "./operand.ts";

/** What the shapes of all stages have. A thread owns `rows` × (4 · `vectors`) elements of C. */
interface ThreadTile {
  /** multiple of 4 */
  readonly rows: number;
  readonly vectors: number;
  readonly threadsX: number;
  readonly threadsY: number;
  /** steps of k per round, a multiple of 4 */
  readonly depth: number;
}

/** Threads load operands from storage; `depth` is 4. */
export interface DirectShape extends ThreadTile {
  readonly stage: "none";
}

/** Operands go through workgroup memory. */
export interface SharedShape extends ThreadTile {
  readonly stage: "shared";
  /**
   * For GPUs with many registers: fetch the next round's operands while this one computes, whose steps are written out
   * one by one, so that the reads of one pass behind the products of another. Default false.
   */
  readonly prefetch?: boolean;
}

/** Like shared, but in f16 and multiplied by subgroup matrices. */
export interface MatrixShape extends ThreadTile {
  readonly stage: "matrix";
  /** how many blocks of 16 × 16 a subgroup owns, in place of its threads' rows */
  readonly blocks: { readonly down: number; readonly across: number };
}

/** Shape of the tiles, by the way on which operands reach the registers. */
export type TileShape = DirectShape | SharedShape | MatrixShape;

/** What a product's operands are, as far as it is baked into a kernel's text. */
export interface OperandConfig {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** whether an operand's contiguous axis is a multiple of 4, so that it is bound by vectors */
  readonly vectorA: boolean;
  readonly vectorB: boolean;
  /** absent: f32 */
  readonly typeA?: StorageType;
  readonly typeB?: WeightType;
  readonly typeC?: StorageType;
  /** numbers along k that share a scale; only with B of int8 or int4 */
  readonly groupSize?: number;
}

/** What is baked into the text of a tiled product, whatever the shape of its tiles. */
export interface ProductConfig extends OperandConfig, Epilogue {
  readonly vectorC: boolean;
  /** k is a multiple of `depth`: no guards at its end */
  readonly evenDepth: boolean;
}

/** What a tile with subgroup matrices is told besides. */
export interface SubgroupMatrixOptions {
  /** threads of a subgroup */
  readonly subgroupSize: number;
  /** C is whole tiles and nothing is done to its sums, which are stored as they are */
  readonly whole?: true;
}

export type MatrixConfig = ProductConfig & MatrixShape & SubgroupMatrixOptions;
export type TileConfig = (ProductConfig & (DirectShape | SharedShape)) | MatrixConfig;
/** The configuration of one stage. */
export type StageConfig<S extends TileConfig["stage"]> = Extract<TileConfig, { readonly stage: S }>;

/** Rows and columns of C that one workgroup computes. */
export function workgroupTile(shape: ThreadTile): { readonly rows: number; readonly columns: number } {
  return { rows: shape.rows * shape.threadsY, columns: shape.vectors * 4 * shape.threadsX };
}

export const lanes = ["x", "y", "z", "w"] as const;
