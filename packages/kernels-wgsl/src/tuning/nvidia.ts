// NVIDIA GPUs, measured on an H100 or H200 where a section says so; otherwise the safe defaults.
import { tileShapes, subgroupMatrixShapes } from "../matmul/tile-shapes.ts";
import type { TuningTable } from "./table.ts";
import { unknown } from "./unknown.ts";

export const nvidia: TuningTable = {
  ...unknown,
  /**
   * Measured on an H200. Its 132 multiprocessors hold 528 of these workgroups, by what parts of k cost: several waves of
   * them, and full ones, hide that the last one ends late.
   */
  matmul: {
    ...unknown.matmul,
    tile: tileShapes.largeAhead,
    minWorkgroups: 264,
    splitKBelow: 1320,
    targetWorkgroups: 2112,
    atOnce: 528,
    minSplitDepth: 512,
    /** Measured on an H200: 101 % of the copy bandwidth for the head of a 130M model, 98 % with 2 or 8. */
    subgroupColumns: 4,
    fewRows: 64,
    /**
     * Measured on an H200 and its 132 multiprocessors: the times of a wave of each shape, that of the largest being 1,
     * choose the fastest of the three for all thirteen products of a 130M model that were measured. WebGPU does not say
     * how many multiprocessors another GPU has.
     */
    matrix: {
      tile: tileShapes.matrix,
      smallTile: tileShapes.matrixSmall,
      minWorkgroups: 80,
      splitKBelow: 100,
      targetWorkgroups: 1056,
      atOnce: 1,
      minSplitDepth: 1024,
      panels: {
        minMultiplyAdds: 2 ** 31,
        minReuse: 256,
        partTime: 1e-4,
        shapes: [
          { shape: subgroupMatrixShapes["128x256"], atOnce: 132, time: 1 },
          { shape: subgroupMatrixShapes["128x96"], atOnce: 264, time: 0.79 },
          { shape: subgroupMatrixShapes["128x128"], atOnce: 132, time: 0.6 },
        ],
      },
    },
  },
  /**
   * With subgroup matrices measured on an H100 and an H200; the other sections are the safe ones: they won there too.
   */
  ssd: {
    ...unknown.ssd,
    matrix: { depth: 32, threads: 256, targetWorkgroups: 128, walks: 192, halfStates: true },
  },
  /** Measured on an H200, 2,048 rows of 32 to 4,096 numbers; sums by subgroups and column sums on an H100. */
  rows: { ...unknown.rows, threadRowLoads: 0, subgroupSums: true, loadsOf128: 1024, sumLanes: 64 },
  /** Measured on an H200, in a training step of b 8, l 512. */
  conv: { forwardSegment: 16, backwardSegment: 32, forwardAhead: 4, backwardAhead: 2 },
};
