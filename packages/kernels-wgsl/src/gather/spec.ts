// Specs of the gather family: types and sizes.
import type { LinearConfig } from "../grid.ts";

/** Types of indices. */
export type IndexType = "i32" | "u32";
/** Element types that can be added up by index; copies take any 4-byte element. */
export type GatherType = "f32" | "i32" | "u32";

/** What is baked into the text of the kernels that only copy: elements are 4-byte words. */
export interface GatherConfig extends LinearConfig {
  readonly index: IndexType;
  readonly vec: 1 | 4;
  /**
   * Only slices `first … first + rows − 1` of the large operand are bound; those of other ids are left to other
   * dispatches.
   */
  readonly part: boolean;
  /** The word read for ids out of range; without it they read the nearest valid element. */
  readonly missing?: number;
}

/** What is baked into the text of the kernels that add. */
export interface ScatterConfig extends GatherConfig {
  readonly type: GatherType;
}

/** x is [outer, n, inner]; m ids. Sizes in words. */
export interface GatherSpec {
  readonly index: IndexType;
  readonly outer: number;
  readonly n: number;
  readonly m: number;
  readonly inner: number;
  /** the word that ids out of range read: NaN, where there is one; else the nearest valid element */
  readonly missing?: number;
}

/** x is [outer, m, inner], the result [outer, n, inner]. */
export interface ScatterSpec extends GatherSpec {
  readonly type: GatherType;
}
