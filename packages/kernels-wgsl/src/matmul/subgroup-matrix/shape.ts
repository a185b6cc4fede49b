// The shapes of products with subgroup matrices, and which products take them. Data of tuning tables.

/** The blocks of 16 × 16 that a subgroup owns. */
export interface Blocks {
  readonly down: number;
  readonly across: number;
}

/** Shape of a product with subgroup matrices. */
export interface SubgroupMatrixShape extends Blocks {
  /** subgroups of a workgroup, below each other and next to each other */
  readonly subgroupsDown: number;
  readonly subgroupsAcross: number;
  /** steps of k per round, a multiple of 16 */
  readonly depth: number;
  /** rows of tiles that follow each other in the order of workgroups before the next column does */
  readonly together: number;
}

/** Which products have their operands rounded before, and the shapes to choose from. */
export interface SubgroupMatrixTuning {
  /** At least so many multiply-adds in all, */
  readonly minMultiplyAdds: number;
  /** and so many for each number that is rounded: m·n/(m + n), or m where a is f16 already. */
  readonly minReuse: number;
  /** What it takes to store a number of one part of a cut k and to add it up, in the unit of `time`. */
  readonly partTime: number;
  /**
   * `atOnce` workgroups of a shape run at once, and take `time` for a step of k, in any unit: the shape whose waves
   * take the shortest time is taken.
   */
  readonly shapes: readonly { readonly shape: SubgroupMatrixShape; readonly atOnce: number; readonly time: number }[];
}
