// Sizes, storage types and epilogues of products.
import type { HalfType } from "../cast/widen.ts";

/** What is done to a finished sum. */
export type GemmActivation = "none" | "relu" | "silu" | "gelu";

/** What becomes of a finished sum. */
export interface Epilogue {
  /** a number per column of C is added */
  readonly bias: boolean;
  readonly activation: GemmActivation;
}

/** What is baked into the text. */
export interface GemmConfig extends Epilogue {
  readonly tile: "wide" | "row";
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** copy blocks of B into the order of the tile; a transposed one always is, and one that is not f32 */
  readonly packB: boolean;
  readonly type: WeightType;
  /** numbers that share a scale, of integers */
  readonly groupSize: number;
  /** what threads share */
  readonly split: GemmSplit;
}

/** Whole matrices, or some columns of C, or some rows: each element is summed in the same order in any case. */
export type GemmSplit = "batch" | "columns" | "rows";

/** Sizes and names of a product C[m,n] = activation(op(A)[m,k]·op(B)[k,n] + bias). */
export interface GemmSpec {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly bias?: boolean;
  readonly activation?: GemmActivation;
  /** how many products of this size, and the elements from one matrix to the next (0: the same one) */
  readonly batch?: { readonly count: number; readonly strideA: number; readonly strideB: number };
  /** where the first matrices begin, in elements; default 0 */
  readonly offsets?: { readonly a: number; readonly b: number; readonly c: number };
  /** names of the buffers; default a, b, c, scales and bias */
  readonly names?: { readonly a?: string; readonly b?: string; readonly c?: string; readonly scales?: string };
  /**
   * how B is stored; default f32. Integers are rows of a transposed B with a scale (buffer `scales`) for each
   * `groupSize` neighbours, as `dequantizeWasm` takes them.
   */
  readonly types?: { readonly b?: WeightType };
  readonly groupSize?: number;
}

/** Storage types of B. */
export type WeightType = "f32" | HalfType | "int8" | "int4";
