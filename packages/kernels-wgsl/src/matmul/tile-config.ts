// What a tiled product may look like: the shapes of tiles, and what is baked into the text.
import type { Epilogue } from "./epilogue.ts";
import type { StorageType, WeightType } from "./operand.ts";

/** Shape of the tiles. A thread owns `rows` × (4 · `vectors`) elements of C. */
export interface TileShape {
  /**
   * none: threads load operands from storage. shared: through workgroup memory. subgroup: the threads of a subgroup own the same rows, each loads a part of
   * A's depths and hands it to the others by shuffles; `threadsY` is 1, `depth` four times the subgroup's size, which the device must have fixed.
   * quad: likewise, among the four threads of a quad; `depth` is 16.
   * matrix: like shared, but in f16 and multiplied by matrix units; a subgroup owns `blocks` instead of its threads rows.
   */
  readonly stage: "none" | "shared" | "subgroup" | "quad" | "matrix";
  /** multiple of 4 */
  readonly rows: number;
  readonly vectors: number;
  readonly threadsX: number;
  readonly threadsY: number;
  /** steps of k per round, a multiple of 4; `stage: "none"` takes 4 */
  readonly depth: number;
  /** with `stage: "shared"`: fetch the next round's operands into registers while this one computes. Default false. */
  readonly prefetch?: boolean;
  /** with `stage: "matrix"`: how many blocks of 16 × 16 a subgroup owns */
  readonly blocks?: { readonly down: number; readonly across: number };
}

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

/** What is baked into the text of a tiled product. */
export interface TileConfig extends TileShape, OperandConfig, Epilogue {
  readonly vectorC: boolean;
  /** k is a multiple of `depth`: no guards at its end */
  readonly evenDepth: boolean;
  /** k is cut into parts whose sums go to C one after another, to be added up by `matmul_split_sum` */
  readonly split: boolean;
  /** with `stage: "matrix"`: threads of a subgroup */
  readonly subgroupSize?: number;
  /** with `stage: "matrix"`: C is whole tiles and nothing is done to its sums, which are stored as they are */
  readonly whole?: true;
}

/** Rows and columns of C that one workgroup computes. */
export function workgroupTile(shape: TileShape): { readonly rows: number; readonly columns: number } {
  return { rows: shape.rows * shape.threadsY, columns: shape.vectors * 4 * shape.threadsX };
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const lanes = ["x", "y", "z", "w"] as const;
