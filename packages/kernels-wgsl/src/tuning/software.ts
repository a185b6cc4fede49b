// Adapters that compute on the CPU. Every barrier and every load costs; there are a few cores to keep busy, not thousands of threads.
import { tileShapes } from "../matmul/tile-shapes.ts";
import type { TuningTable } from "./table.ts";

/** SwiftShader (subgroups of 4, no shader-f16), and every other software adapter. */
export const swiftshader: TuningTable = {
  matmul: {
    tile: tileShapes.subgroup4,
    smallTile: tileShapes.subgroup4Small,
    lowTiles: [tileShapes.subgroup4Small, tileShapes.subgroup4Low],
    leastWorkgroups: 8,
    enoughWorkgroups: 8,
    wantedWorkgroups: 8,
    leastSplitDepth: 256,
    matvec: { lanes: 1, outputs: 4, columns: 8 },
    matvecTransposed: { lanes: 1, outputs: 8, columns: 4 },
    subgroupColumns: 8,
  },
  ssd: { chunkLength: 32, stage: "none", wantedWorkgroups: 16, stepLanes: 1 },
  rows: {
    ownRowLoads: 2 ** 30,
    ownRowCount: 0,
    subgroupLoads: 2 ** 30,
    subgroupRows: 256,
    subgroupSums: false,
    loadsOf64: 64,
    loadsOf128: 256,
    loadsOf256: 2 ** 30,
    keptLoads: 8,
    normBlocks: 512,
    sumLanes: 1,
    columnVectors: 0,
  },
  conv: { forwardSegment: 16, backwardSegment: 32, forwardAhead: 1, backwardAhead: 1 },
  reduce: { ownRowLoads: 2 ** 30, wantedRows: 256, shortestRow: 256, wantedThreads: 256, shortestThread: 256 },
  cumsum: { walkedLength: 2 ** 30, walkedRows: 0 },
};

/** Mesa's lavapipe (llvmpipe; subgroups of 8, shader-f16). */
export const lavapipe: TuningTable = {
  ...swiftshader,
  matmul: {
    ...swiftshader.matmul,
    tile: tileShapes.subgroup8,
    smallTile: tileShapes.subgroup8Small,
    lowTiles: [tileShapes.subgroup8Small, tileShapes.subgroup8Low],
    matvec: { lanes: 1, outputs: 8, columns: 4 },
    subgroupColumns: 4,
  },
  ssd: { ...swiftshader.ssd, stage: "subgroup" },
  rows: { ...swiftshader.rows, subgroupRows: 32 },
};
