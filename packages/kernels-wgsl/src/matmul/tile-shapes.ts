// The named tile shapes: what tuning tables choose from, and what a bench compares.
import type { DirectShape, MatrixShape, SharedShape } from "./tile-config.ts";
import type { SubgroupMatrixShape } from "./subgroup-matrix/shape.ts";

/** Tile shapes by name. A program chooses by itself, from the tuning table of its adapter. */
export const tileShapes: {
  readonly direct: DirectShape;
  readonly matrix: MatrixShape;
  readonly matrixSmall: MatrixShape;
  readonly small: SharedShape;
  readonly large: SharedShape;
  readonly largeAhead: SharedShape;
} = {
  /** registers only: short to compile, no barriers */
  direct: { stage: "none", rows: 8, vectors: 2, threadsX: 8, threadsY: 1, depth: 4 },
  /** subgroup matrices, 128 × 256 per workgroup of 8 subgroups of 32, which own 64 × 64 each */
  matrix: {
    stage: "matrix",
    rows: 8,
    vectors: 4,
    threadsX: 16,
    threadsY: 16,
    depth: 32,
    blocks: { down: 4, across: 4 },
  },
  /** subgroup matrices, 64 × 64 per workgroup of 4 subgroups of 32, which own 32 × 32 each */
  matrixSmall: {
    stage: "matrix",
    rows: 4,
    vectors: 2,
    threadsX: 8,
    threadsY: 16,
    depth: 32,
    blocks: { down: 2, across: 2 },
  },
  /** 32 × 32 per workgroup: enough workgroups for small results */
  small: { stage: "shared", rows: 4, vectors: 1, threadsX: 8, threadsY: 8, depth: 16 },
  /** 64 × 64 per workgroup */
  large: { stage: "shared", rows: 8, vectors: 2, threadsX: 8, threadsY: 8, depth: 16 },
  /** 64 × 64 per workgroup, the next operands on their way while it computes */
  largeAhead: { stage: "shared", rows: 8, vectors: 2, threadsX: 8, threadsY: 8, depth: 16, prefetch: true },
};

/** Shapes with subgroup matrices, of operands rounded into panels before, named by what a workgroup computes. */
export const subgroupMatrixShapes: Readonly<Record<"128x256" | "128x128" | "128x96", SubgroupMatrixShape>> = {
  /** 8 subgroups own 64 × 64 each */
  "128x256": { down: 4, across: 4, subgroupsDown: 2, subgroupsAcross: 4, depth: 32, together: 8 },
  /** 4 subgroups own 64 × 64 each */
  "128x128": { down: 4, across: 4, subgroupsDown: 2, subgroupsAcross: 2, depth: 64, together: 8 },
  /** 4 subgroups own 64 × 48 each: registers and workgroup memory of a multiprocessor hold two such workgroups */
  "128x96": { down: 4, across: 3, subgroupsDown: 2, subgroupsAcross: 2, depth: 32, together: 8 },
};
